#include "orm/backends/postgres/postgreslockwatch.h"

#include "orm/execution/connectionthread.h"

#include <algorithm>
#include <condition_variable>
#include <libpq-fe.h>
#include <map>
#include <mutex>
#include <thread>

namespace heddle {
namespace {

using namespace Qt::Literals::StringLiterals;

constexpr auto lookEvery = std::chrono::milliseconds(40);
// A server that does not let us in now will not in a moment.
constexpr auto tryAgainAfter = std::chrono::seconds(5);

// One row a waiter: the first of those that block it, what it wants, and for how long.
constexpr char question[] =
    "SELECT l.pid, b.pid, coalesce(b.application_name, ''), l.mode, l.locktype, "
    "coalesce(l.relation::regclass::text, ''), coalesce(l.transactionid::text, ''), "
    "coalesce(extract(epoch from clock_timestamp() - "
    "(to_jsonb(l) ->> 'waitstart')::timestamptz), 0) "
    "FROM pg_locks l LEFT JOIN pg_stat_activity b ON b.pid = (pg_blocking_pids(l.pid))[1] "
    "WHERE NOT l.granted AND l.pid = ANY ($1::int[])";

struct Known {
    std::mutex mutex;
    std::vector<std::weak_ptr<PostgresBackend>> backends;
};

Known &known()
{
    static auto *all = new Known; // leaked: connections may close while statics are destroyed
    return *all;
}

struct ResultDeleter {
    void operator()(PGresult *result) const { PQclear(result); }
};
struct ConnectionDeleter {
    void operator()(PGconn *connection) const { PQfinish(connection); }
};

QByteArray serverOf(PGconn *connection)
{
    const auto text = [](const char *part) { return QByteArray(part ? part : ""); };
    return text(PQhost(connection)) + ' ' + text(PQport(connection)) + ' ' + text(PQdb(connection));
}

class PostgresLockWatch final : public LockWatch {
public:
    PostgresLockWatch(QByteArray connectionInfo, TraceSink *sink, std::uint32_t run)
        : m_connectionInfo(std::move(connectionInfo)), m_sink(sink), m_run(run),
          m_thread([this] { loop(); })
    {
    }
    ~PostgresLockWatch() override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_ending = true;
        }
        m_changed.notify_all();
        m_thread.join();
    }

private:
    struct Wait {
        std::int64_t sinceNs = 0;
        PostgresBackend waiter;
        LockWait lock;
        bool seen = true;
    };

    void loop()
    {
        detail::nameThisThread(u"heddle-locks"_s);
        for (;;) {
            {
                std::unique_lock lock(m_mutex);
                if (m_changed.wait_for(lock, lookEvery, [this] { return m_ending; }))
                    break;
            }
            look();
        }
        end(monotonicNs(), true);
    }

    /// Not before the first look: most runs are over by then.
    bool connect()
    {
        if (m_connection && PQstatus(m_connection.get()) == CONNECTION_OK)
            return true;
        const auto now = std::chrono::steady_clock::now();
        if (now < m_notBefore)
            return false;
        m_notBefore = now + tryAgainAfter;
        const char *const keywords[] = {"dbname", "application_name", "options", "connect_timeout",
                                        nullptr};
        const char *const values[] = {m_connectionInfo.constData(), "heddle locks",
                                      "-c statement_timeout=2000", "2", nullptr};
        m_connection.reset(PQconnectdbParams(keywords, values, 1));
        if (PQstatus(m_connection.get()) != CONNECTION_OK) {
            m_connection.reset();
            return false;
        }
        PQsetNoticeProcessor(
            m_connection.get(), [](void *, const char *) {}, nullptr);
        m_server = serverOf(m_connection.get());
        return true;
    }

    void look()
    {
        if (!connect())
            return;
        const std::vector<PostgresBackend> ours = PostgresBackends::on(m_server);
        if (ours.empty())
            return;
        QByteArray pids = "{";
        for (const PostgresBackend &backend : ours)
            pids += (pids.size() > 1 ? "," : "") + QByteArray::number(backend.pid);
        pids += '}';
        const char *const parameters[] = {pids.constData()};
        const std::int64_t asked = monotonicNs();
        const std::unique_ptr<PGresult, ResultDeleter> result(PQexecParams(
            m_connection.get(), question, 1, nullptr, parameters, nullptr, nullptr, 0));
        if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
            return;
        for (auto &[pid, wait] : m_waits)
            wait.seen = false;
        for (int row = 0; row < PQntuples(result.get()); ++row)
            take(*result, row, ours, asked);
        end(asked, false);
    }

    void take(const PGresult &result, int row, const std::vector<PostgresBackend> &ours,
              std::int64_t asked)
    {
        const auto text = [&](int column) { return QByteArray(PQgetvalue(&result, row, column)); };
        const auto backendOf = [&](int pid) {
            const auto found = std::find_if(ours.begin(), ours.end(),
                                            [pid](const auto &b) { return b.pid == pid; });
            return found == ours.end() ? PostgresBackend() : *found;
        };
        const int waiter = text(0).toInt(), blocker = text(1).toInt();
        auto [it, isNew] = m_waits.try_emplace(waiter);
        Wait &wait = it->second;
        wait.seen = true;
        if (!isNew)
            return;
        wait.waiter = backendOf(waiter);
        wait.sinceNs = asked - std::int64_t(text(7).toDouble() * 1e9);
        wait.lock.holder = backendOf(blocker).connection;
        if (blocker != 0)
            wait.lock.holderName = "pid " + QByteArray::number(blocker) +
                                   (text(2).isEmpty() ? QByteArray() : " (" + text(2) + ')');
        wait.lock.mode = text(3);
        // A row lock is waited for as the end of the transaction that has it.
        const QByteArray kind = text(4);
        wait.lock.on = !text(5).isEmpty() ? (kind == "tuple" ? "a row of " : "table ") + text(5)
                       : kind == "transactionid" ? "a row of transaction " + text(6)
                                                 : kind;
    }

    /// Tells of the waits that were not seen any more.
    void end(std::int64_t ns, bool all)
    {
        for (auto it = m_waits.begin(); it != m_waits.end();) {
            if (it->second.seen && !all) {
                ++it;
                continue;
            }
            TraceRecord record;
            record.id = nextTraceId();
            record.run = m_run;
            record.kind = TraceKind::LockWait;
            record.connection = it->second.waiter.connection;
            record.thread = it->second.waiter.thread;
            record.createdNs = it->second.sinceNs;
            record.releasedNs = std::max(ns, it->second.sinceNs);
            record.lock = std::make_shared<const LockWait>(std::move(it->second.lock));
            m_sink->record(std::move(record));
            it = m_waits.erase(it);
        }
    }

    const QByteArray m_connectionInfo;
    TraceSink *const m_sink;
    const std::uint32_t m_run;
    // The thread's own:
    std::unique_ptr<PGconn, ConnectionDeleter> m_connection;
    QByteArray m_server;
    std::chrono::steady_clock::time_point m_notBefore{};
    std::map<int, Wait> m_waits; // by the waiter's pid

    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_ending = false;
    std::thread m_thread; // last: it uses the rest
};

} // namespace

std::shared_ptr<PostgresBackend> PostgresBackends::enter(pg_conn *connection, std::uint32_t id)
{
    if (!connection)
        return nullptr;
    auto backend = std::make_shared<PostgresBackend>();
    backend->pid = PQbackendPID(connection);
    backend->server = serverOf(connection);
    backend->connection = id;
    backend->thread = currentTraceThread();
    Known &all = known();
    const std::lock_guard lock(all.mutex);
    std::erase_if(all.backends, [](const auto &b) { return b.expired(); });
    all.backends.push_back(backend);
    return backend;
}

std::vector<PostgresBackend> PostgresBackends::on(const QByteArray &server)
{
    std::vector<PostgresBackend> found;
    Known &all = known();
    const std::lock_guard lock(all.mutex);
    for (const auto &weak : all.backends)
        if (const auto backend = weak.lock(); backend && backend->server == server)
            found.push_back(*backend);
    return found;
}

std::unique_ptr<LockWatch> watchPostgresLocks(const QByteArray &connectionInfo, TraceSink *sink,
                                              std::uint32_t run)
{
    return std::make_unique<PostgresLockWatch>(connectionInfo, sink, run);
}

} // namespace heddle
