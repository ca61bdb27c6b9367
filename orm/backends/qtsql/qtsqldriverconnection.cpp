#include "orm/backends/qtsql/qtsqldriverconnection.h"

#include "orm/backends/qtsql/qtsqlcodec.h"
#include "orm/backends/qtsql/qtsqllink.h"
#include "orm/values/errors.h"

#include <QSqlDriver>
#include <QSqlError>
#include <QSqlField>
#include <QSqlIndex>
#include <QSqlRecord>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int batchRows = 2048;

/// A driver has a begin of its own, without options.
QByteArray driverBegin(const AtomicOptions &options)
{
    if (options.isolation || options.readOnly)
        throw NotSupportedError(
            u"A transaction through a driver of Qt's has the isolation level "
            "of its database: no other one and no READ ONLY can be asked for."_s);
    return "BEGIN";
}

bool hasLimit(QSqlDriver::DbmsType type)
{
    return type != QSqlDriver::MSSqlServer && type != QSqlDriver::Oracle &&
           type != QSqlDriver::DB2 && type != QSqlDriver::Interbase;
}

bool hasSavepoints(QSqlDriver::DbmsType type)
{
    return type == QSqlDriver::SQLite || type == QSqlDriver::PostgreSQL ||
           type == QSqlDriver::DB2 || type == QSqlDriver::Interbase;
}

/// Databases type their booleans, so that a number will not do everywhere.
QVariant parameter(const Value &v)
{
    return v.type() == Value::Type::Bool ? QVariant(v.asBool()) : qtSqlParameter(v);
}

template <typename Error>
[[noreturn]] void throwWith(std::shared_ptr<DatabaseErrorInfo> info)
{
    Error error(info->serverMessage);
    error.database = std::move(info);
    throw error;
}

} // namespace

QtSqlDriverConnection::QtSqlDriverConnection(std::shared_ptr<const QtSqlLocation> location)
    : m_location(std::move(location))
{
}

QtSqlDriverConnection::~QtSqlDriverConnection()
{
    doClose();
}

BeginSql QtSqlDriverConnection::beginSql() const noexcept
{
    return &driverBegin;
}

void QtSqlDriverConnection::doOpen()
{
    if (!QSqlDatabase::isDriverAvailable(m_location->driver))
        throw OperationalError(u"Qt has no driver '%1' here; there are %2."_s.arg(
            m_location->driver, QSqlDatabase::drivers().join(u", "_s)));
    m_link = std::make_unique<QtSqlLink>(*m_location);
    if (m_link->open())
        return;
    const QSqlError error = m_link->error();
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverCode = error.nativeErrorCode();
    info->alias = m_location->alias;
    info->connection = description();
    info->serverMessage =
        u"%1 cannot be opened: %2"_s.arg(m_location->displayName, error.text().trimmed());
    m_link.reset();
    throwWith<OperationalError>(std::move(info));
}

bool QtSqlDriverConnection::doIsAlive()
{
    return m_link && m_link->database().isOpen() && !m_link->database().isOpenError();
}

bool QtSqlDriverConnection::doProveIdle()
{
    m_cancelled = false;
    if (!doIsAlive())
        return false;
    m_statements.clear(); // an open result would keep the transaction from ending
    QSqlDatabase database = m_link->database();
    if (database.driver()->hasFeature(QSqlDriver::Transactions))
        database.rollback(); // fails where none is open, which is as good
    return true;
}

void QtSqlDriverConnection::doClose()
{
    m_statements.clear();
    m_link.reset();
}

void QtSqlDriverConnection::refuse(const QString &what) const
{
    throw NotSupportedError(u"Qt's driver %1 %2."_s.arg(m_location->driver, what));
}

void QtSqlDriverConnection::fail(const QSqlError &error, const QByteArray &sql)
{
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverCode = error.nativeErrorCode();
    info->serverMessage = error.text().trimmed();
    info->sql = sql;
    info->alias = m_location->alias;
    info->connection = description();
    // SQLSTATE's class 23, as ODBC and PostgreSQL have it; SQLite's own number.
    const bool isSqlite = m_link->database().driver()->dbmsType() == QSqlDriver::SQLite;
    const bool isConstraint =
        isSqlite ? (info->serverCode.toInt() & 0xff) == 19 : info->serverCode.startsWith("23"_L1);
    if (isConstraint)
        throwWith<IntegrityError>(std::move(info));
    if (!isSqlite && info->serverCode.startsWith("42"_L1))
        throwWith<ProgrammingError>(std::move(info));
    throwWith<OperationalError>(std::move(info));
}

/// Whether the statement was one that the driver has a call of its own for; then it is done.
bool QtSqlDriverConnection::ownsTransaction(const Statement &statement)
{
    QSqlDatabase database = m_link->database();
    const bool begins = statement.kind == TraceKind::Begin;
    const bool commits = statement.kind == TraceKind::Commit;
    if (!begins && !commits && statement.kind != TraceKind::Rollback)
        return false;
    if (!database.driver()->hasFeature(QSqlDriver::Transactions))
        refuse(u"reports that it has no transactions"_s);
    const bool done = begins    ? database.transaction()
                      : commits ? database.commit()
                                : database.rollback();
    if (!done)
        fail(database.lastError(), statement.sql);
    return true;
}

StatementResult QtSqlDriverConnection::doExecute(const Statement &statement, BatchSink *sink,
                                                 StatementTimes *times)
{
    if (!m_link)
        throw InterfaceError(u"The connection is closed."_s);
    if (times)
        times->sentNs = monotonicNs();
    StatementResult result;
    if (statement.sql == askTables)
        result = tables();
    else if (!ownsTransaction(statement))
        result = query(statement, sink, times);
    if (times)
        times->lastRowNs = monotonicNs();
    if (m_cancelled.exchange(false))
        throw QueryCancelled(u"The query was cancelled."_s);
    return result;
}

void QtSqlDriverConnection::run(QtSqlStatements::Entry &entry, const ValueList &values,
                                const QByteArray &sql)
{
    if (int(values.size()) != entry.text.parameterCount)
        throw ProgrammingError(u"Incorrect number of bindings supplied. The current statement uses "
                               "%1, and there are %2 supplied."_s.arg(entry.text.parameterCount)
                                   .arg(values.size()));
    for (int place = 0; place < entry.text.order.size(); ++place)
        entry.query.bindValue(place, parameter(values[std::size_t(entry.text.order[place])]));
    if (!entry.query.exec())
        fail(entry.query.lastError(), sql);
}

StatementResult QtSqlDriverConnection::query(const Statement &statement, BatchSink *sink,
                                             StatementTimes *times)
{
    const QSqlDriver &driver = *m_link->database().driver();
    const bool savepoint = statement.kind == TraceKind::Savepoint ||
                           statement.kind == TraceKind::ReleaseSavepoint ||
                           statement.kind == TraceKind::RollbackToSavepoint;
    if (savepoint && !hasSavepoints(driver.dbmsType()))
        refuse(u"is of a database whose savepoints Heddle does not know: a transaction cannot "
               "stand inside another one"_s);
    if (statement.kind == TraceKind::Read && statement.sql.contains(" LIMIT ") &&
        !hasLimit(driver.dbmsType()))
        refuse(u"is of a database without LIMIT: a queryset cannot be sliced there"_s);
    StatementResult result;
    const bool wantsRows = statement.kind == TraceKind::Write
                               ? statement.sql.contains(" RETURNING ")
                               : statement.columns || statement.chooser;
    if (!statement.rows && statement.parameters.empty() &&
        !wantsRows) { // what changes tables cannot be prepared everywhere
        QSqlQuery plain(m_link->database());
        if (!plain.exec(QString::fromUtf8(statement.sql)))
            fail(plain.lastError(), statement.sql);
        result.rowsAffected = qMax(0, plain.numRowsAffected());
        return result;
    }
    QtSqlStatements::Entry &entry = m_statements.entry(statement.sql, m_link->database());
    QSqlQuery &query = entry.query;
    try {
        if (!entry.ready && !query.prepare(QString::fromUtf8(entry.text.sql)))
            fail(query.lastError(), statement.sql);
        entry.ready = true;
        if (statement.rows) {
            ValueList values;
            for (std::int64_t i = 0; i < statement.rows->count(); ++i) {
                statement.rows->row(i, values);
                run(entry, values, statement.sql);
                result.rowsAffected += qMax(0, query.numRowsAffected());
            }
            query.finish();
            return result;
        }
        run(entry, statement.parameters, statement.sql);
        if (!query.isSelect() || (!statement.columns && !statement.chooser)) {
            result.rowsAffected = qMax(0, query.numRowsAffected());
            if (driver.hasFeature(QSqlDriver::LastInsertId) && statement.kind == TraceKind::Write)
                if (const QVariant id = query.lastInsertId(); id.toLongLong() > 0)
                    result.lastInsertId = Value(id.toLongLong());
            query.finish();
            return result;
        }
        const QSqlRecord record = query.record();
        std::vector<ColumnType> types;
        if (statement.chooser) {
            std::vector<QString> names;
            for (int i = 0; i < record.count(); ++i)
                names.push_back(record.fieldName(i));
            types = *statement.chooser->choose(names);
        } else {
            types = *statement.columns;
        }
        if (types.empty())
            types.resize(std::size_t(record.count())); // whatever comes, as it comes
        if (types.size() != std::size_t(record.count()))
            throw InternalError(
                u"The statement gives %1 columns, but %2 were expected."_s.arg(record.count())
                    .arg(types.size()));
        RowBatchBuilder builder(std::move(types));
        bool wanted = true;
        const auto handOver = [&] {
            if (builder.rowCount() == 0)
                return;
            if (sink)
                wanted = (*sink)(builder.take());
            else
                result.batches.push_back(builder.take());
        };
        while (wanted && !m_cancelled && query.next()) {
            if (times && times->firstRowNs == 0)
                times->firstRowNs = monotonicNs();
            decodeQtSqlRow(query, builder);
            if (statement.kind == TraceKind::Write)
                ++result.rowsAffected; // INSERT ... RETURNING
            if (builder.rowCount() >= batchRows)
                handOver();
        }
        if (query.lastError().isValid())
            fail(query.lastError(), statement.sql);
        if (wanted)
            handOver();
        query.finish();
    } catch (...) {
        m_statements.drop(statement.sql);
        throw;
    }
    return result;
}

StatementResult QtSqlDriverConnection::tables()
{
    const QSqlDatabase &database = m_link->database();
    RowBatchBuilder builder(std::vector<ColumnType>(7));
    for (const bool views : {false, true}) {
        QStringList names = database.tables(views ? QSql::Views : QSql::Tables);
        names.sort();
        for (const QString &table : names) {
            const QSqlIndex key = database.primaryIndex(table);
            const QSqlRecord record = database.record(table);
            for (int i = 0; i < record.count(); ++i) {
                const QSqlField field = record.field(i);
                builder.addValue(0, Value(table));
                builder.addValue(1, Value(views));
                builder.addValue(2, Value(field.name()));
                builder.addValue(3, Value(field.metaType().id()));
                builder.addValue(4, Value(field.length()));
                builder.addValue(5, Value(field.requiredStatus() == QSqlField::Required));
                builder.addValue(6, Value(key.indexOf(field.name())));
                builder.finishRow();
            }
        }
    }
    StatementResult result;
    if (builder.rowCount() > 0)
        result.batches.push_back(builder.take());
    return result;
}

} // namespace heddle
