#include "orm/backends/sqlite/sqliteerrors.h"

#include <QFile>
#include <QFileInfo>
#include <QtEndian>
#include <sqlite3.h>

namespace heddle {

namespace {

struct CodeName {
    int code;
    const char *name;
};

#define HEDDLE_CODE(name)                                                                          \
    {                                                                                              \
        name, #name                                                                                \
    }
constexpr CodeName codeNames[] = {
    HEDDLE_CODE(SQLITE_ERROR),
    HEDDLE_CODE(SQLITE_INTERNAL),
    HEDDLE_CODE(SQLITE_PERM),
    HEDDLE_CODE(SQLITE_ABORT),
    HEDDLE_CODE(SQLITE_BUSY),
    HEDDLE_CODE(SQLITE_LOCKED),
    HEDDLE_CODE(SQLITE_NOMEM),
    HEDDLE_CODE(SQLITE_READONLY),
    HEDDLE_CODE(SQLITE_INTERRUPT),
    HEDDLE_CODE(SQLITE_IOERR),
    HEDDLE_CODE(SQLITE_CORRUPT),
    HEDDLE_CODE(SQLITE_NOTFOUND),
    HEDDLE_CODE(SQLITE_FULL),
    HEDDLE_CODE(SQLITE_CANTOPEN),
    HEDDLE_CODE(SQLITE_PROTOCOL),
    HEDDLE_CODE(SQLITE_EMPTY),
    HEDDLE_CODE(SQLITE_SCHEMA),
    HEDDLE_CODE(SQLITE_TOOBIG),
    HEDDLE_CODE(SQLITE_CONSTRAINT),
    HEDDLE_CODE(SQLITE_MISMATCH),
    HEDDLE_CODE(SQLITE_MISUSE),
    HEDDLE_CODE(SQLITE_NOLFS),
    HEDDLE_CODE(SQLITE_AUTH),
    HEDDLE_CODE(SQLITE_FORMAT),
    HEDDLE_CODE(SQLITE_RANGE),
    HEDDLE_CODE(SQLITE_NOTADB),
    HEDDLE_CODE(SQLITE_BUSY_RECOVERY),
    HEDDLE_CODE(SQLITE_BUSY_SNAPSHOT),
    HEDDLE_CODE(SQLITE_BUSY_TIMEOUT),
    HEDDLE_CODE(SQLITE_LOCKED_SHAREDCACHE),
    HEDDLE_CODE(SQLITE_LOCKED_VTAB),
    HEDDLE_CODE(SQLITE_ABORT_ROLLBACK),
    HEDDLE_CODE(SQLITE_READONLY_RECOVERY),
    HEDDLE_CODE(SQLITE_READONLY_CANTLOCK),
    HEDDLE_CODE(SQLITE_READONLY_ROLLBACK),
    HEDDLE_CODE(SQLITE_READONLY_DBMOVED),
    HEDDLE_CODE(SQLITE_READONLY_CANTINIT),
    HEDDLE_CODE(SQLITE_READONLY_DIRECTORY),
    HEDDLE_CODE(SQLITE_IOERR_READ),
    HEDDLE_CODE(SQLITE_IOERR_SHORT_READ),
    HEDDLE_CODE(SQLITE_IOERR_WRITE),
    HEDDLE_CODE(SQLITE_IOERR_FSYNC),
    HEDDLE_CODE(SQLITE_IOERR_DIR_FSYNC),
    HEDDLE_CODE(SQLITE_IOERR_TRUNCATE),
    HEDDLE_CODE(SQLITE_IOERR_FSTAT),
    HEDDLE_CODE(SQLITE_IOERR_UNLOCK),
    HEDDLE_CODE(SQLITE_IOERR_RDLOCK),
    HEDDLE_CODE(SQLITE_IOERR_DELETE),
    HEDDLE_CODE(SQLITE_IOERR_NOMEM),
    HEDDLE_CODE(SQLITE_IOERR_ACCESS),
    HEDDLE_CODE(SQLITE_IOERR_CHECKRESERVEDLOCK),
    HEDDLE_CODE(SQLITE_IOERR_LOCK),
    HEDDLE_CODE(SQLITE_IOERR_CLOSE),
    HEDDLE_CODE(SQLITE_IOERR_SHMOPEN),
    HEDDLE_CODE(SQLITE_IOERR_SHMSIZE),
    HEDDLE_CODE(SQLITE_IOERR_SHMLOCK),
    HEDDLE_CODE(SQLITE_IOERR_SHMMAP),
    HEDDLE_CODE(SQLITE_IOERR_SEEK),
    HEDDLE_CODE(SQLITE_IOERR_DELETE_NOENT),
    HEDDLE_CODE(SQLITE_IOERR_MMAP),
    HEDDLE_CODE(SQLITE_IOERR_GETTEMPPATH),
    HEDDLE_CODE(SQLITE_IOERR_DATA),
    HEDDLE_CODE(SQLITE_CORRUPT_VTAB),
    HEDDLE_CODE(SQLITE_CORRUPT_SEQUENCE),
    HEDDLE_CODE(SQLITE_CORRUPT_INDEX),
    HEDDLE_CODE(SQLITE_CANTOPEN_NOTEMPDIR),
    HEDDLE_CODE(SQLITE_CANTOPEN_ISDIR),
    HEDDLE_CODE(SQLITE_CANTOPEN_FULLPATH),
    HEDDLE_CODE(SQLITE_CANTOPEN_CONVPATH),
    HEDDLE_CODE(SQLITE_CANTOPEN_SYMLINK),
    HEDDLE_CODE(SQLITE_CONSTRAINT_CHECK),
    HEDDLE_CODE(SQLITE_CONSTRAINT_COMMITHOOK),
    HEDDLE_CODE(SQLITE_CONSTRAINT_FOREIGNKEY),
    HEDDLE_CODE(SQLITE_CONSTRAINT_FUNCTION),
    HEDDLE_CODE(SQLITE_CONSTRAINT_NOTNULL),
    HEDDLE_CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    HEDDLE_CODE(SQLITE_CONSTRAINT_TRIGGER),
    HEDDLE_CODE(SQLITE_CONSTRAINT_UNIQUE),
    HEDDLE_CODE(SQLITE_CONSTRAINT_VTAB),
    HEDDLE_CODE(SQLITE_CONSTRAINT_ROWID),
    HEDDLE_CODE(SQLITE_CONSTRAINT_PINNED),
    HEDDLE_CODE(SQLITE_CONSTRAINT_DATATYPE),
    HEDDLE_CODE(SQLITE_AUTH_USER),
    HEDDLE_CODE(SQLITE_ERROR_MISSING_COLLSEQ),
    HEDDLE_CODE(SQLITE_ERROR_RETRY),
    HEDDLE_CODE(SQLITE_ERROR_SNAPSHOT),
};
#undef HEDDLE_CODE

template <typename Error>
[[noreturn]] void throwWith(std::shared_ptr<const DatabaseErrorInfo> info)
{
    Error error(info->serverMessage);
    error.database = std::move(info);
    throw error;
}

/// The file's own idea of its size, from its header: pages times page size. Nothing if the header
/// does not say.
std::optional<qint64> sizeInHeader(const QByteArray &header)
{
    if (header.size() < 100)
        return {};
    const auto *bytes = reinterpret_cast<const uchar *>(header.constData());
    if (qFromBigEndian<quint32>(bytes + 24) != qFromBigEndian<quint32>(bytes + 92))
        return {}; // written by an SQLite that did not keep the count
    qint64 pageSize = qFromBigEndian<quint16>(bytes + 16);
    pageSize = pageSize == 1 ? 65536 : pageSize;
    return pageSize * qint64(qFromBigEndian<quint32>(bytes + 28));
}

QString damagedText(const QString &path, const QString &message)
{
    QFile file(path);
    if (file.open(QIODevice::ReadOnly)) {
        const std::optional<qint64> wanted = sizeInHeader(file.read(100));
        if (wanted && file.size() < *wanted)
            return QStringLiteral("'%1' is cut off: it should have %2 bytes but has only %3.")
                .arg(path)
                .arg(*wanted)
                .arg(file.size());
    }
    return QStringLiteral("'%1' is damaged: %2.").arg(path, message);
}

/// "UNIQUE constraint failed: book.isbn, book.title", "CHECK constraint failed: price_positive":
/// all that SQLite says of it.
void readConstraint(DatabaseErrorInfo &info)
{
    const QString mark = QStringLiteral(" constraint failed: ");
    const qsizetype at = info.serverMessage.indexOf(mark);
    if (at < 0)
        return;
    const QString rest = info.serverMessage.mid(at + mark.size());
    if (info.serverMessage.startsWith(QLatin1String("CHECK"))) {
        info.constraint = rest;
        return;
    }
    for (const QString &name : rest.split(QStringLiteral(", "))) {
        const qsizetype dot = name.indexOf(QLatin1Char('.'));
        if (dot < 0) {
            info.constraint = rest; // "index 'book_title'": of an expression
            return;
        }
        info.table = name.left(dot);
        info.columns << name.mid(dot + 1);
    }
}

} // namespace

QString sqliteCodeName(int extendedCode)
{
    for (const CodeName &c : codeNames) {
        if (c.code == extendedCode)
            return QString::fromLatin1(c.name);
    }
    const int primary = extendedCode & 0xff;
    return primary == extendedCode
               ? QStringLiteral("SQLITE_%1").arg(extendedCode)
               : QStringLiteral("%1 (%2)").arg(sqliteCodeName(primary)).arg(extendedCode);
}

void throwSqliteError(sqlite3 *db, int extendedCode, const SqliteErrorContext &context)
{
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverCode = sqliteCodeName(extendedCode);
    info->serverMessage = QString::fromUtf8(db ? sqlite3_errmsg(db) : sqlite3_errstr(extendedCode));
    info->sql = context.sql;
    info->alias = context.alias;
    info->connection = context.connection;
    info->sqlPosition = db ? sqlite3_error_offset(db) : -1;
    switch (extendedCode & 0xff) {
    case SQLITE_INTERRUPT:
        if (context.cancelRequested) {
            QueryCancelled error(QStringLiteral("The query was cancelled."));
            error.database = std::move(info);
            throw error;
        }
        throwWith<OperationalError>(std::move(info));
    case SQLITE_CONSTRAINT:
        readConstraint(*info);
        throwWith<IntegrityError>(std::move(info));
    case SQLITE_MISMATCH:
        throwWith<IntegrityError>(std::move(info));
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND:
        throwWith<InternalError>(std::move(info));
    case SQLITE_TOOBIG:
        throwWith<DataError>(std::move(info));
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        throwWith<InterfaceError>(std::move(info));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        throwWith<DatabaseError>(std::move(info));
    default: // SQLite's codes, not ours: everything else is the database's state, as in Python's
             // sqlite3
        throwWith<OperationalError>(std::move(info));
    }
}

QString sqliteOpenFailure(const QString &path, int extendedCode, const QString &message)
{
    const QFileInfo file(path);
    if (!file.exists())
        return QStringLiteral("There is no file '%1'.").arg(path);
    if (file.isDir())
        return QStringLiteral("'%1' is a folder, not a database.").arg(path);
    if (!file.isReadable())
        return QStringLiteral("You have no permission to read '%1'.").arg(path);
    switch (extendedCode & 0xff) {
    case SQLITE_NOTADB:
        return QStringLiteral("'%1' is not an SQLite database, or it is encrypted.").arg(path);
    case SQLITE_CORRUPT:
        return damagedText(path, message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return QStringLiteral("'%1' is locked by another program; close it there and try again.")
            .arg(path);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return QStringLiteral("'%1' cannot be opened: the folder or its write-ahead log cannot be "
                              "written here.")
            .arg(path);
    default: // SQLite's codes, not ours
        return QStringLiteral("'%1' cannot be opened: %2.").arg(path, message);
    }
}

} // namespace heddle
