#include "orm/backends/qtsql/qtsqlerrors.h"

#include <QRegularExpression>
#include <QSqlError>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int queryInterrupted = 1317;

template <typename Error>
[[noreturn]] void throwWith(std::shared_ptr<const DatabaseErrorInfo> info)
{
    Error error(info->serverMessage);
    error.database = std::move(info);
    throw error;
}

/// The SQLSTATE of the errors that programs ask for; Qt does not pass on the server's own.
const char *sqlState(int code)
{
    switch (code) {
    case 1022:
    case 1048:
    case 1062:
    case 1169:
    case 1216:
    case 1217:
    case 1451:
    case 1452:
    case 4025:
        return "23000";
    case 1044:
    case 1064:
    case 1142:
    case 1149:
        return "42000";
    case 1045:
        return "28000";
    case 1054:
        return "42S22";
    case 1146:
        return "42S02";
    case 1205:
        return "HY000";
    case 1213:
        return "40001";
    case 1264:
        return "22003";
    case 1406:
        return "22001";
    case 1792:
        return "25006";
    case queryInterrupted:
        return "70100";
    default: // MariaDB's codes, not ours
        return nullptr;
    }
}

/// "Duplicate entry 'x' for key 'title'", "CONSTRAINT `fk` FOREIGN KEY (`a`)", "CONSTRAINT
/// `positive` failed for `db`.`table`", "Column 'title' cannot be null".
void readConstraint(DatabaseErrorInfo &info)
{
    static const QRegularExpression key(u" for key '([^']*)'$"_s), name(u"CONSTRAINT `([^`]*)`"_s),
        column(u"^Column '([^']*)'"_s);
    if (const auto match = key.match(info.serverMessage); match.hasMatch())
        info.constraint = match.captured(1);
    else if (const auto named = name.match(info.serverMessage); named.hasMatch())
        info.constraint = named.captured(1);
    else if (const auto empty = column.match(info.serverMessage); empty.hasMatch())
        info.columns << empty.captured(1);
}

/// The client library's message without the connection's mark that Qt adds.
QString messageOf(const QSqlError &error)
{
    const QString text = error.databaseText().trimmed();
    return text.isEmpty() ? error.driverText().trimmed() : text;
}

} // namespace

int mariadbCode(const QSqlError &error)
{
    return error.nativeErrorCode().toInt();
}

bool isMariadbConnectionLost(int code)
{
    // 2006 gone away, 2013 lost, 2055 lost with a reason; 1053 shutdown, 1927 killed.
    return code == 2006 || code == 2013 || code == 2055 || code == 1053 || code == 1927;
}

void throwQtSqlError(const QSqlError &error, const QtSqlErrorContext &context)
{
    const int code = mariadbCode(error);
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverCode = error.nativeErrorCode();
    info->serverMessage = messageOf(error);
    info->sql = context.sql;
    info->alias = context.alias;
    info->connection = context.connection;
    if (const char *state = sqlState(code))
        info->detail = u"SQLSTATE %1"_s.arg(QLatin1String(state));
    if (context.cancelRequested && (code == queryInterrupted || isMariadbConnectionLost(code))) {
        QueryCancelled cancelled(u"The query was cancelled."_s);
        cancelled.database = std::move(info);
        throw cancelled;
    }
    switch (code) {
    case 1022:
    case 1048:
    case 1062:
    case 1169:
    case 1215:
    case 1216:
    case 1217:
    case 1451:
    case 1452:
    case 1557:
    case 1586:
    case 1690:
    case 3819:
    case 4025:
        readConstraint(*info);
        throwWith<IntegrityError>(std::move(info));
    case 1264:
    case 1265:
    case 1292:
    case 1365:
    case 1366:
    case 1406:
        throwWith<DataError>(std::move(info));
    case 1007:
    case 1064:
    case 1065:
    case 1102:
    case 1110:
    case 1111:
    case 1113:
    case 1146:
    case 1149:
        throwWith<ProgrammingError>(std::move(info));
    case 1196:
    case 1235:
    case 1286:
        throwWith<NotSupportedError>(std::move(info));
    default: // MariaDB's codes, not ours: everything else is the database's state
        throwWith<OperationalError>(std::move(info));
    }
}

} // namespace heddle
