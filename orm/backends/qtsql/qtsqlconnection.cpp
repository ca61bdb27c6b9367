#include "orm/backends/qtsql/qtsqlconnection.h"

#include "orm/backends/qtsql/qtsqlcodec.h"
#include "orm/backends/qtsql/qtsqlerrors.h"
#include "orm/backends/qtsql/qtsqllink.h"

#include <QSqlError>
#include <QSqlRecord>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

// The first rows of a stream come early; after that a batch is large enough that handing it over
// costs nothing.
constexpr int firstBatchRows = 256;
constexpr int batchRows = 8192;
constexpr std::size_t batchBytes = 4 * 1024 * 1024;

constexpr char isolationMark[] = "/* ISOLATION LEVEL ";

const char *levelName(Isolation level)
{
    switch (level) {
    case Isolation::ReadUncommitted:
        return "READ UNCOMMITTED";
    case Isolation::ReadCommitted:
        return "READ COMMITTED";
    case Isolation::RepeatableRead:
        return "REPEATABLE READ";
    case Isolation::Serializable:
        return "SERIALIZABLE";
    }
    return "";
}

/// MariaDB takes the level in a statement of its own, before the one that begins: here it stands
/// in a comment, which the connection reads.
QByteArray mariadbBegin(const AtomicOptions &options)
{
    QByteArray sql = options.readOnly ? "START TRANSACTION READ ONLY" : "START TRANSACTION";
    if (options.isolation)
        sql += QByteArray(" ") + isolationMark + levelName(*options.isolation) + " */";
    return sql;
}

} // namespace

QtSqlConnection::QtSqlConnection(std::shared_ptr<const QtSqlLocation> location)
    : m_location(location), m_cancel(location)
{
}

QtSqlConnection::~QtSqlConnection()
{
    doClose();
}

void QtSqlConnection::requestCancel() noexcept
{
    m_cancel.request();
}

BeginSql QtSqlConnection::beginSql() const noexcept
{
    return &mariadbBegin;
}

void QtSqlConnection::doOpen()
{
    if (!QSqlDatabase::isDriverAvailable(m_location->driver))
        throw OperationalError(
            u"Qt's driver %1 is not installed (on Debian: libqt6sql6-mysql)."_s.arg(
                m_location->driver));
    m_link = std::make_unique<QtSqlLink>(*m_location);
    m_lost = false;
    if (!m_link->open()) {
        const QSqlError error = m_link->error();
        auto info = std::make_shared<DatabaseErrorInfo>();
        info->serverCode = error.nativeErrorCode();
        info->serverMessage = error.databaseText();
        info->alias = m_location->alias;
        info->connection = description();
        OperationalError failure(u"%1 cannot be opened: %2"_s.arg(m_location->displayName,
                                                                  error.databaseText().trimmed()));
        failure.database = std::move(info);
        m_link.reset();
        throw failure;
    }
    configure();
}

void QtSqlConnection::configure()
{
    const auto run = [this](const QByteArray &sql) {
        QSqlQuery query(m_link->database());
        if (!query.exec(QString::fromUtf8(sql)))
            fail(query.lastError(), sql);
        return query.next() ? query.value(0).toLongLong() : 0;
    };
    // Strict, so that nothing is stored that was not given; moments are UTC; a NULL key is not the
    // last row's.
    run("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = "
        "'+00:00', sql_auto_is_null = 0");
    if (m_location->readOnly)
        run("SET SESSION TRANSACTION READ ONLY");
    m_cancel.setTarget(run("SELECT CONNECTION_ID()"));
}

bool QtSqlConnection::doIsAlive()
{
    return m_link && !m_lost && m_link->run("SELECT 1");
}

bool QtSqlConnection::doProveIdle()
{
    return m_link && !m_lost && settleCancel() && m_link->run("ROLLBACK");
}

/// A request to stop that came late hits a statement of nobody, and no query of somebody else's.
bool QtSqlConnection::settleCancel()
{
    if (!m_cancel.settle(std::chrono::seconds(2)))
        return false;
    if (m_cancel.wasRequested())
        m_link->run("DO 0");
    m_cancel.forget();
    return true;
}

void QtSqlConnection::doClose()
{
    m_cancel.setTarget(0);
    m_statements.clear();
    m_link.reset(); // the server rolls back
}

void QtSqlConnection::fail(const QSqlError &error, const QByteArray &sql)
{
    m_lost = m_lost || isMariadbConnectionLost(mariadbCode(error));
    throwQtSqlError(error, {sql, m_location->alias, description(), m_cancel.wasRequested()});
}

void QtSqlConnection::begin(const QByteArray &sql)
{
    const qsizetype at = sql.indexOf(isolationMark);
    if (at < 0)
        return;
    const qsizetype level = at + qsizetype(sizeof isolationMark) - 1;
    const QByteArray text =
        "SET TRANSACTION ISOLATION LEVEL " + sql.mid(level, sql.indexOf(" */", level) - level);
    QSqlQuery query(m_link->database());
    if (!query.exec(QString::fromLatin1(text)))
        fail(query.lastError(), text);
}

/// Whether a statement changes tables, so that what is prepared may read other columns than there
/// are: Qt's driver keeps the buffers that it made for the old ones.
static bool changesTables(const QByteArray &sql)
{
    const QByteArray start = sql.trimmed().left(8).toUpper();
    return start.startsWith("CREATE") || start.startsWith("ALTER") || start.startsWith("DROP") ||
           start.startsWith("RENAME");
}

/// One execution of one statement.
class QtSqlExecution {
public:
    QtSqlExecution(QtSqlConnection &connection, const Statement &statement, BatchSink *sink,
                   StatementTimes *times)
        : m_connection(connection), m_statement(statement), m_sink(sink), m_times(times)
    {
    }

    StatementResult run()
    {
        if (m_times)
            m_times->sentNs = monotonicNs();
        const bool plain = !m_statement.rows && m_statement.parameters.empty() &&
                           !m_statement.columns && !m_statement.chooser;
        if (plain)
            runPlain();
        else if (!m_statement.rows && returnsRows())
            runByServer();
        else
            runPrepared();
        if (m_times)
            m_times->lastRowNs = monotonicNs();
        return std::move(m_result);
    }

private:
    bool returnsRows() const
    {
        return m_statement.kind == TraceKind::Write && m_statement.columns &&
               m_statement.sql.contains(" RETURNING ");
    }

    /// What begins, ends and changes tables: not every such statement can be prepared.
    void runPlain()
    {
        QSqlQuery query(m_connection.m_link->database());
        query.setForwardOnly(true);
        QByteArray sql = m_statement.sql;
        if (m_statement.kind == TraceKind::Savepoint ||
            m_statement.kind == TraceKind::ReleaseSavepoint ||
            m_statement.kind == TraceKind::RollbackToSavepoint)
            sql.replace('"', '`'); // the engine's own names, quoted as the standard has it
        if (!query.exec(QString::fromUtf8(sql)))
            m_connection.fail(query.lastError(), m_statement.sql);
        note(query);
        if (changesTables(m_statement.sql))
            m_connection.m_statements.clear();
    }

    /// By the server's own PREPARE, with values that are bound to variables of the session: of
    /// INSERT ... RETURNING Qt's driver asks for the columns when MariaDB does not tell them yet.
    void runByServer()
    {
        const QtSqlText text = QtSqlText::of(m_statement.sql);
        requireCount(text, m_statement.parameters);
        QSqlQuery query(m_connection.m_link->database());
        query.setForwardOnly(true);
        setVariables(query, text);
        exec(query, "PREPARE heddle_text FROM @heddle_text");
        QByteArray variables;
        for (const int number : text.order)
            variables += (variables.isEmpty() ? " USING @heddle_" : ", @heddle_") +
                         QByteArray::number(number + 1);
        exec(query, "EXECUTE heddle_text" + variables);
        readRows(query);
        if (m_builder && m_builder->rowCount() > 0)
            handOver();
        query.finish();
        exec(query, "DEALLOCATE PREPARE heddle_text");
    }

    void setVariables(QSqlQuery &query, const QtSqlText &text)
    {
        QByteArray setting = "SET @heddle_text = ?";
        for (int i = 1; i <= text.parameterCount; ++i)
            setting += ", @heddle_" + QByteArray::number(i) + " = ?";
        if (!query.prepare(QString::fromLatin1(setting)))
            m_connection.fail(query.lastError(), m_statement.sql);
        query.bindValue(0, QString::fromUtf8(text.sql));
        int place = 1;
        for (const Value &v : m_statement.parameters)
            bind(query, place++, v);
        if (!query.exec())
            m_connection.fail(query.lastError(), m_statement.sql);
    }

    void exec(QSqlQuery &query, const QByteArray &sql)
    {
        if (!query.exec(QString::fromLatin1(sql)))
            m_connection.fail(query.lastError(), m_statement.sql);
    }

    static void bind(QSqlQuery &query, int place, const Value &v)
    {
        query.bindValue(place, qtSqlParameter(v),
                        v.type() == Value::Type::Bytes ? QSql::In | QSql::Binary : QSql::In);
    }

    static void requireCount(const QtSqlText &text, const ValueList &values)
    {
        if (int(values.size()) != text.parameterCount)
            throw ProgrammingError(u"Incorrect number of bindings supplied. The current statement "
                                   "uses %1, and there are %2 supplied."_s.arg(text.parameterCount)
                                       .arg(values.size()));
    }

    void runPrepared()
    {
        QtSqlStatements::Entry &entry =
            m_connection.m_statements.entry(m_statement.sql, m_connection.m_link->database());
        try {
            if (!entry.ready && !entry.query.prepare(QString::fromUtf8(entry.text.sql)))
                m_connection.fail(entry.query.lastError(), m_statement.sql);
            entry.ready = true;
            if (m_statement.rows) {
                ValueList values;
                for (std::int64_t i = 0; i < m_statement.rows->count(); ++i) {
                    m_statement.rows->row(i, values);
                    once(entry, values);
                }
            } else {
                once(entry, m_statement.parameters);
            }
            if (m_builder && m_builder->rowCount() > 0)
                handOver();
            entry.query.finish();
        } catch (const OperationalError &e) {
            m_connection.m_statements.drop(m_statement.sql);
            const bool outgrown = e.database && e.database->serverCode.toInt() == 0 &&
                                  m_result.batches.empty() && !m_handedOver && !m_statement.rows &&
                                  m_statement.kind != TraceKind::Write;
            if (!outgrown)
                throw;
            // The driver made its buffers when it prepared, for shorter cells than now came.
            m_builder.reset();
            runByServer();
        } catch (...) {
            m_connection.m_statements.drop(m_statement.sql);
            throw;
        }
    }

    void once(QtSqlStatements::Entry &entry, const ValueList &values)
    {
        requireCount(entry.text, values);
        for (int place = 0; place < entry.text.order.size(); ++place)
            bind(entry.query, place, values[std::size_t(entry.text.order[place])]);
        if (!entry.query.exec())
            m_connection.fail(entry.query.lastError(), m_statement.sql);
        if (entry.query.isSelect())
            readRows(entry.query);
        else
            note(entry.query);
    }

    void note(const QSqlQuery &query)
    {
        if (query.isSelect())
            return;
        if (const int rows = query.numRowsAffected(); rows > 0)
            m_result.rowsAffected += rows;
        if (const QVariant id = query.lastInsertId(); id.toLongLong() > 0)
            m_result.lastInsertId = Value(id.toLongLong());
    }

    void readRows(QSqlQuery &query)
    {
        if (!m_statement.columns && !m_statement.chooser)
            return;
        prepareBuilder(query.record());
        int limit = m_sink ? firstBatchRows : batchRows;
        std::size_t bytes = 0;
        while (query.next()) {
            if (m_times && m_times->firstRowNs == 0)
                m_times->firstRowNs = monotonicNs();
            bytes += decodeQtSqlRow(query, *m_builder);
            ++m_rows;
            if (m_builder->rowCount() < limit && bytes <= batchBytes)
                continue;
            if (m_connection.m_cancel.wasRequested())
                throw QueryCancelled(u"The query was cancelled."_s);
            if (!handOver())
                return;
            limit = batchRows;
            bytes = 0;
        }
        if (query.lastError().isValid())
            m_connection.fail(query.lastError(), m_statement.sql);
        if (m_statement.kind == TraceKind::Write)
            m_result.rowsAffected += m_rows; // INSERT ... RETURNING
        m_rows = 0;
    }

    void prepareBuilder(const QSqlRecord &record)
    {
        if (m_builder)
            return;
        std::shared_ptr<const std::vector<ColumnType>> types = m_statement.columns;
        if (m_statement.chooser) {
            std::vector<QString> names;
            for (int i = 0; i < record.count(); ++i)
                names.push_back(record.fieldName(i));
            types = m_statement.chooser->choose(names);
        }
        std::vector<ColumnType> wanted = types ? *types : std::vector<ColumnType>();
        if (wanted.empty())
            wanted.resize(std::size_t(record.count())); // whatever comes, as it comes
        if (wanted.size() != std::size_t(record.count()))
            throw InternalError(
                u"The statement gives %1 columns, but %2 were expected."_s.arg(record.count())
                    .arg(wanted.size()));
        m_builder = std::make_unique<RowBatchBuilder>(std::move(wanted));
    }

    bool handOver()
    {
        RowBatchPtr batch = m_builder->take();
        m_handedOver = true;
        if (m_sink)
            return (*m_sink)(std::move(batch));
        m_result.batches.push_back(std::move(batch));
        return true;
    }

    QtSqlConnection &m_connection;
    const Statement &m_statement;
    BatchSink *const m_sink;
    StatementTimes *const m_times;
    std::unique_ptr<RowBatchBuilder> m_builder;
    StatementResult m_result;
    std::int64_t m_rows = 0;
    bool m_handedOver = false;
};

StatementResult QtSqlConnection::doExecute(const Statement &statement, BatchSink *sink,
                                           StatementTimes *times)
{
    if (!m_link)
        throw InterfaceError(u"The connection is closed."_s);
    if (statement.kind == TraceKind::Begin)
        begin(statement.sql);
    return QtSqlExecution(*this, statement, sink, times).run();
}

} // namespace heddle
