#include "orm/backends/sqlite/sqliteconnection.h"

#include "orm/backends/sqlite/sqlitecodec.h"
#include "orm/backends/sqlite/sqlitefunctions.h"

#include <algorithm>
#include <sqlite3.h>

namespace heddle {

namespace {

// The first rows of a stream come early; after that a batch is large enough that handing it over
// costs nothing.
constexpr int firstBatchRows = 256;
constexpr int batchRows = 8192;
constexpr std::size_t batchBytes = 4 * 1024 * 1024;
// A cached statement keeps its reading buffers only while they are small.
constexpr int keptRows = 256;

// SQLite has no read-only transactions: the connection knows one by the text that began it, and
// refuses what would write.
constexpr char readOnlyBegin[] = "BEGIN /* READ ONLY */";

QByteArray sqliteBegin(const AtomicOptions &options)
{
    if (options.readOnly)
        return QByteArray(readOnlyBegin);
    // A deferred transaction that reads and then writes can fail at once with
    // SQLITE_BUSY_SNAPSHOT, which no timeout helps.
    return options.deferred ? QByteArrayLiteral("BEGIN") : QByteArrayLiteral("BEGIN IMMEDIATE");
}

} // namespace

SqliteConnection::SqliteConnection(std::shared_ptr<const SqliteLocation> location)
    : m_location(std::move(location))
{
}

SqliteConnection::~SqliteConnection()
{
    doClose();
}

void SqliteConnection::requestCancel() noexcept
{
    m_cancelRequested.store(true);
    m_location->gate->wake();
    sqlite3_interrupt(m_db);
}

bool SqliteConnection::isInTransaction() const
{
    return m_db && !sqlite3_get_autocommit(m_db);
}

BeginSql SqliteConnection::beginSql() const noexcept
{
    return &sqliteBegin;
}

// --- Opening and closing ---

void SqliteConnection::doOpen()
{
    m_busyTimeout = std::min(m_location->busyTimeout,
                             std::chrono::milliseconds(2000)); // opening is to fail soon
    m_cancelRequested = false;
    openDatabase();
    configure();
    probe();
    m_busyTimeout = m_location->busyTimeout;
}

void SqliteConnection::openDatabase()
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    switch (m_location->mode) {
    case ConnectionTarget::Mode::ReadOnly:
        flags |= SQLITE_OPEN_READONLY;
        break;
    case ConnectionTarget::Mode::ReadWrite:
        flags |= SQLITE_OPEN_READWRITE;
        break;
    case ConnectionTarget::Mode::Create:
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        break;
    }
    if (const int rc = sqlite3_open_v2(m_location->uri.toUtf8().constData(), &m_db, flags, nullptr);
        rc != SQLITE_OK)
        failToOpen(m_db ? sqlite3_extended_errcode(m_db) : rc);
    sqlite3_extended_result_codes(m_db, 1);
    m_statements.setDatabase(m_db);
}

void SqliteConnection::configure()
{
    sqlite3_busy_handler(m_db, &SqliteConnection::onBusy, this);
    sqlite3_db_config(m_db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    // A schema from elsewhere may only call functions that are known to be harmless.
    sqlite3_db_config(m_db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    registerSqliteFunctions(m_db);
}

/// Reads the schema once, so that a file that is no database says so now, and asks for the journal
/// mode.
void SqliteConnection::probe()
{
    const auto ask = [this](const char *sql) {
        sqlite3_stmt *stmt = nullptr;
        int rc = sqlite3_prepare_v2(m_db, sql, -1, &stmt, nullptr);
        QByteArray answer;
        if (rc == SQLITE_OK) {
            while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
                answer = reinterpret_cast<const char *>(sqlite3_column_text(stmt, 0));
        }
        if (rc != SQLITE_DONE) {
            rc = sqlite3_extended_errcode(m_db);
            sqlite3_finalize(stmt);
            failToOpen(rc);
        }
        sqlite3_finalize(stmt);
        return answer;
    };
    ask("SELECT count(*) FROM sqlite_master");
    m_wal = ask("PRAGMA journal_mode") == "wal";
}

void SqliteConnection::failToOpen(int code)
{
    const QString message = QString::fromUtf8(m_db ? sqlite3_errmsg(m_db) : sqlite3_errstr(code));
    doClose();
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverCode = sqliteCodeName(code);
    info->serverMessage = message;
    info->alias = m_location->alias;
    info->connection = description();
    OperationalError error(sqliteOpenFailure(m_location->path, code, message));
    error.database = std::move(info);
    throw error;
}

void SqliteConnection::doClose()
{
    m_statements.clear();
    sqlite3_close_v2(m_db); // rolls back; null is fine
    m_db = nullptr;
    m_depth = 0;
    if (m_location && m_location->gate)
        endTurn();
}

bool SqliteConnection::doProveIdle()
{
    if (!m_db || hasMoved())
        return false;
    if (!sqlite3_get_autocommit(m_db)) {
        m_cancelRequested = false;
        if (sqlite3_exec(m_db, "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK)
            return false;
    }
    // A migration that was cut short may have left them off.
    sqlite3_db_config(m_db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    sqlite3_db_config(m_db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, nullptr);
    endTurn();
    return true;
}

// --- Taking turns ---

void SqliteConnection::require(SqliteGate::Wait wait, const char *whom, const QByteArray &sql)
{
    switch (wait) {
    case SqliteGate::Wait::Entered:
        return;
    case SqliteGate::Wait::Cancelled:
        throw QueryCancelled(QStringLiteral("The query was cancelled."));
    case SqliteGate::Wait::TimedOut:
        break;
    }
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverCode = QStringLiteral("SQLITE_BUSY");
    info->serverMessage = QStringLiteral("database is locked");
    info->sql = sql;
    info->alias = m_location->alias;
    info->connection = description();
    OperationalError error(
        QStringLiteral("database is locked: %1 in this program did not end within %2 s")
            .arg(QString::fromUtf8(whom))
            .arg(double(m_location->turnTimeout.count()) / 1000));
    error.database = std::move(info);
    throw error;
}

namespace {

/// Notes a wait of the statement, if it is its longest so far.
void note(StatementTimes *times, const LockTimes &wait)
{
    if (times && wait.untilNs - wait.sinceNs > times->lock.untilNs - times->lock.sinceNs)
        times->lock = wait;
}

} // namespace

void SqliteConnection::startTurn(const SqliteStatements::Entry &entry, TraceKind kind,
                                 StatementTimes *times)
{
    const std::int64_t sinceNs = times ? monotonicNs() : 0;
    const auto waited = [&](std::uint32_t holder, const char *name, const char *mode) {
        if (times)
            note(times, {sinceNs, monotonicNs(), holder, name, mode, "the database file"});
    };
    SqliteGate &gate = *m_location->gate;
    const bool writes = !entry.readOnly;
    if (writes && !m_writes) {
        const std::uint32_t before = gate.writer();
        const auto wait = gate.enterWriter(m_cancelRequested, m_location->turnTimeout, id());
        waited(before, "another writer", "RESERVED");
        require(wait, "another writer", entry.sql);
        m_writes = true;
    }
    if (m_wal)
        return;
    const bool autocommit = sqlite3_get_autocommit(m_db) != 0;
    const bool commits = m_writes && (kind == TraceKind::Commit ||
                                      (writes && autocommit && kind != TraceKind::Begin));
    if (commits && !m_exclusive) {
        const auto wait =
            gate.enterExclusive(m_reads ? 1 : 0, m_cancelRequested, m_location->turnTimeout);
        waited(0, "readers", "EXCLUSIVE");
        require(wait, "a reader", entry.sql);
        m_exclusive = true;
    } else if (!m_writes && !m_reads && kind != TraceKind::Begin) {
        const std::uint32_t writer = gate.writer();
        const auto wait = gate.enterReader(m_cancelRequested, m_location->turnTimeout);
        waited(writer, "a writer", "SHARED");
        require(wait, "a writer", entry.sql);
        m_reads = true;
    }
}

/// Gives back what the connection holds of the gate, unless it is still inside a transaction or
/// another statement.
void SqliteConnection::endTurn() noexcept
{
    if (m_exclusive && m_depth == 0) {
        m_location->gate->leaveExclusive();
        m_exclusive = false;
    }
    if (m_depth > 0 || (m_db && !sqlite3_get_autocommit(m_db)))
        return;
    m_readOnlyTransaction = false;
    if (m_reads)
        m_location->gate->leaveReader();
    if (m_writes)
        m_location->gate->leaveWriter();
    m_reads = m_writes = false;
}

/// Another process holds the lock: wait a little and try again, but not for ever, and not once
/// cancelled.
int SqliteConnection::onBusy(void *self, int attempt)
{
    auto *connection = static_cast<SqliteConnection *>(self);
    const std::int64_t now = monotonicNs();
    if (attempt == 0)
        connection->m_busySinceNs = now;
    if (connection->m_cancelRequested.load() ||
        now - connection->m_busySinceNs >
            std::chrono::nanoseconds(connection->m_busyTimeout).count())
        return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(1 + attempt * 2, 25)));
    note(connection->m_times, {connection->m_busySinceNs, monotonicNs(), 0, "another process",
                               "SQLITE_BUSY", "the database file"});
    return 1;
}

// --- Statements ---

void SqliteConnection::fail(int code, const QByteArray &sql) const
{
    throwSqliteError(m_db, code, {sql, m_location->alias, description(), m_cancelRequested.load()});
}

/// A ROLLBACK after SQLite has rolled back by itself (a full disk, an interrupted write).
bool SqliteConnection::endsNothing(const Statement &statement) const
{
    return statement.kind == TraceKind::Rollback && sqlite3_get_autocommit(m_db) != 0;
}

void SqliteConnection::refuseWrite(const char *code, const char *why, const QByteArray &sql) const
{
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverCode = QString::fromLatin1(code);
    info->serverMessage = QStringLiteral("attempt to write a readonly database");
    info->sql = sql;
    info->alias = m_location->alias;
    info->connection = description();
    OperationalError error(info->serverMessage + QStringLiteral(": ") + QString::fromUtf8(why));
    error.database = std::move(info);
    throw error;
}

/// Whether the file has lost its name, or another one has it.
bool SqliteConnection::hasMoved() const
{
    int moved = 0;
    sqlite3_file_control(m_db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
}

/// With a journal SQLite itself refuses to write into a file that has been deleted or renamed. With
/// a write-ahead log (which a statement of somebody may have switched on since) it does not, and
/// all that was said to be saved would be gone with the last connection.
void SqliteConnection::requireUnmoved(const SqliteStatements::Entry &entry, TraceKind kind) const
{
    const bool saves =
        kind == TraceKind::Commit ? m_writes : !entry.readOnly && sqlite3_get_autocommit(m_db) != 0;
    if (saves && hasMoved())
        refuseWrite("SQLITE_READONLY_DBMOVED",
                    "its file has been deleted or renamed since it was opened", entry.sql);
}

/// One execution from binding to reset; the destructor leaves the connection in order whatever
/// happened.
class SqliteExecution {
public:
    SqliteExecution(SqliteConnection &connection, const Statement &statement, BatchSink *sink,
                    StatementTimes *times)
        : m_connection(connection), m_statement(statement), m_sink(sink), m_times(times),
          m_outerTimes(std::exchange(connection.m_times, times))
    {
        int error = SQLITE_OK;
        bool tail = false;
        m_entry = connection.m_statements.acquire(statement.sql, &error, &tail);
        if (!m_entry)
            connection.fail(error, statement.sql);
        ++connection.m_depth;
        if (tail) {
            finish();
            throw ProgrammingError(QStringLiteral("You can only execute one statement at a time."));
        }
    }
    ~SqliteExecution()
    {
        finish();
        m_connection.m_times = m_outerTimes;
    }
    SqliteExecution(const SqliteExecution &) = delete;

    StatementResult run()
    {
        if (!m_entry->stmt)
            return {};
        if (!m_statement.rows)
            bind(m_statement.parameters);
        chooseColumns();
        if (m_connection.m_readOnlyTransaction && !m_entry->readOnly)
            m_connection.refuseWrite("SQLITE_READONLY", "the transaction is read only",
                                     m_statement.sql);
        m_connection.startTurn(*m_entry, m_statement.kind, m_times);
        m_connection.requireUnmoved(*m_entry, m_statement.kind);
        sqlite3 *const db = m_connection.m_db;
        const sqlite3_int64 before = m_entry->readOnly ? 0 : sqlite3_total_changes64(db);
        if (!m_entry->readOnly)
            sqlite3_set_last_insert_rowid(db, 0);
        if (m_times)
            m_times->sentNs = monotonicNs();
        const int rc = m_statement.rows ? runRows() : runOnce();
        if (m_times)
            m_times->lastRowNs = monotonicNs();
        if (rc != SQLITE_DONE)
            m_connection.fail(sqlite3_extended_errcode(db), m_statement.sql);
        if (m_statement.kind == TraceKind::Begin)
            m_connection.m_readOnlyTransaction = m_statement.sql == readOnlyBegin;
        if (!m_entry->readOnly && sqlite3_total_changes64(db) != before) {
            if (!m_statement.rows)
                m_result.rowsAffected = sqlite3_changes64(db);
            if (const sqlite3_int64 id = sqlite3_last_insert_rowid(db))
                m_result.lastInsertId = Value(static_cast<long long>(id));
        }
        return std::move(m_result);
    }

private:
    int runOnce()
    {
        const int rc = sqlite3_step(m_entry->stmt);
        if (m_times && rc == SQLITE_ROW && m_times->firstRowNs == 0)
            m_times->firstRowNs = monotonicNs();
        if (rc != SQLITE_ROW)
            return rc;
        return m_columns ? readRows() : skipRows();
    }

    /// The same statement for one row of parameters after another.
    int runRows()
    {
        const std::int64_t count = m_statement.rows->count();
        sqlite3 *const db = m_connection.m_db;
        ValueList row;
        int rc = SQLITE_DONE;
        for (std::int64_t i = 0; i < count && rc == SQLITE_DONE; ++i) {
            m_statement.rows->row(i, row);
            bind(row);
            rc = runOnce();
            if (rc != SQLITE_DONE)
                break;
            m_result.rowsAffected += sqlite3_changes64(db);
            sqlite3_reset(m_entry->stmt);
            if ((i & 1023) == 0 && m_connection.m_cancelRequested.load())
                throw QueryCancelled(QStringLiteral("The query was cancelled."));
        }
        return rc;
    }

    void chooseColumns()
    {
        m_columns = m_statement.columns;
        if (m_columns || !m_statement.chooser)
            return;
        std::vector<QString> names;
        for (int i = 0; i < sqlite3_column_count(m_entry->stmt); ++i)
            names.push_back(QString::fromUtf8(sqlite3_column_name(m_entry->stmt, i)));
        m_columns = m_statement.chooser->choose(names);
    }

    void bind(const ValueList &parameters)
    {
        if (int(parameters.size()) != m_entry->parameterCount)
            throw ProgrammingError(
                QStringLiteral(
                    "Incorrect number of bindings supplied. The current statement uses %1, and "
                    "there are %2 supplied.")
                    .arg(m_entry->parameterCount)
                    .arg(parameters.size()));
        if (const int rc = bindSqliteParameters(m_entry->stmt, parameters); rc != SQLITE_OK)
            m_connection.fail(rc, m_statement.sql);
    }

    int skipRows()
    {
        int rc = SQLITE_ROW;
        while (rc == SQLITE_ROW)
            rc = sqlite3_step(m_entry->stmt);
        return rc;
    }

    /// The builder of this statement's last execution if it reads the same columns, or a new one.
    void prepareBuilder()
    {
        if (m_entry->builder && m_entry->types == m_columns)
            return;
        std::vector<ColumnType> types = *m_columns;
        const auto columns = std::size_t(sqlite3_column_count(m_entry->stmt));
        if (types.empty())
            types.resize(columns); // whatever comes, as it comes
        if (types.size() != columns)
            throw InternalError(
                QStringLiteral("The statement gives %1 columns, but %2 were expected.")
                    .arg(columns)
                    .arg(types.size()));
        m_entry->types = m_columns;
        m_entry->builder = std::make_unique<RowBatchBuilder>(std::move(types));
    }

    int readRows()
    {
        prepareBuilder();
        RowBatchBuilder &builder = *m_entry->builder;
        const std::vector<ColumnType> &types = builder.types();
        if (int(types.size()) !=
            sqlite3_column_count(m_entry->stmt)) { // the schema changed under a cached SELECT *
            m_entry->builder.reset();
            throw InternalError(QStringLiteral("The table has changed: read its schema again."));
        }
        int limit = m_sink ? firstBatchRows : batchRows, largest = 0;
        std::size_t bytes = 0;
        int rc = SQLITE_ROW;
        do {
            bytes += decodeSqliteRow(m_entry->stmt, builder, types);
            if (builder.rowCount() >= limit || bytes > batchBytes) {
                largest = std::max(largest, builder.rowCount());
                if (!handOver(builder.take())) {
                    rc = SQLITE_DONE;
                    break;
                }
                limit = batchRows;
                bytes = 0;
            }
            rc = sqlite3_step(m_entry->stmt);
        } while (rc == SQLITE_ROW);
        largest = std::max(largest, builder.rowCount());
        if (builder.rowCount() > 0) {
            RowBatchPtr rest = builder.take();
            if (rc == SQLITE_DONE)
                handOver(std::move(rest));
        }
        if (largest > keptRows)
            m_entry->builder.reset();
        return rc;
    }

    bool handOver(RowBatchPtr batch)
    {
        if (m_sink)
            return (*m_sink)(std::move(batch));
        m_result.batches.push_back(std::move(batch));
        return true;
    }

    void finish() noexcept
    {
        if (!m_entry)
            return;
        if (m_entry->builder && m_entry->builder->rowCount() > 0)
            m_entry->builder.reset(); // a failure half-way: its rows belong to nobody
        m_connection.m_statements.release(m_entry);
        m_entry = nullptr;
        --m_connection.m_depth;
        m_connection.endTurn();
    }

    SqliteConnection &m_connection;
    const Statement &m_statement;
    BatchSink *const m_sink;
    StatementTimes *const m_times;
    StatementTimes *const m_outerTimes; // of the statement whose rows are being read meanwhile
    SqliteStatements::Entry *m_entry = nullptr;
    std::shared_ptr<const std::vector<ColumnType>> m_columns; // how rows are read; null: not at all
    StatementResult m_result;
};

StatementResult SqliteConnection::doExecute(const Statement &statement, BatchSink *sink,
                                            StatementTimes *times)
{
    if (!m_db)
        throw InterfaceError(QStringLiteral("The connection is closed."));
    if (m_depth == 0)
        m_cancelRequested.store(false);
    if (endsNothing(statement))
        return {};
    return SqliteExecution(*this, statement, sink, times).run();
}

} // namespace heddle
