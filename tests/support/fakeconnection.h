#pragma once

#include "orm/execution/connection.h"
#include "orm/execution/pool.h"
#include "orm/values/errors.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace heddle::test {

/// What the fake connections of one test share: how they behave, and what was asked of them.
struct FakeDatabase {
    std::chrono::milliseconds delay{0}; // of each execute()
    std::atomic<int> failAtCall{-1};    // this call, counted from 0 over all connections, throws
    bool nests = false;
    bool provesIdle = true;
    QByteArray failing;            // statements with this text throw, as an integrity error
    std::atomic<bool> dies{false}; // ... and take the connection with them

    std::atomic<int> calls{0}, opened{0}, closed{0}, executed{0}, cancels{0}, running{0},
        mostRunning{0};
    std::mutex mutex;
    QByteArrayList statements; // in the order in which they began; under mutex

    void call()
    {
        const int n = calls++;
        if (n == failAtCall)
            throw OperationalError(QStringLiteral("call %1 fails").arg(n));
    }
    QByteArrayList seen()
    {
        std::lock_guard lock(mutex);
        return statements;
    }
};

/// Answers every statement with one row that holds its first parameter, or 1. "WAIT" takes until it
/// is cancelled.
class FakeConnection final : public Connection {
public:
    explicit FakeConnection(std::shared_ptr<FakeDatabase> database)
        : m_database(std::move(database))
    {
    }

    void requestCancel() noexcept override
    {
        ++m_database->cancels;
        std::lock_guard lock(m_mutex);
        m_cancelled = true;
        m_changed.notify_all();
    }
    bool canNest() const noexcept override { return m_database->nests; }

protected:
    void doOpen() override
    {
        m_database->call();
        ++m_database->opened;
        m_open = true;
    }
    StatementResult doExecute(const Statement &statement, BatchSink *sink,
                              StatementTimes *times) override
    {
        {
            std::lock_guard lock(m_database->mutex);
            m_database->statements << statement.sql;
        }
        ++m_database->executed;
        m_database->call();
        if (!m_database->failing.isEmpty() && statement.sql == m_database->failing) {
            m_open = m_open && !m_database->dies;
            throw IntegrityError(QString::fromUtf8(statement.sql) + QStringLiteral(" fails"));
        }
        if (times)
            times->sentNs = monotonicNs();
        pause(statement.sql);
        RowBatchBuilder builder({{ColumnKind::Int64}});
        builder.addInt64(0, statement.parameters.empty() ? 1 : statement.parameters[0].asInt());
        builder.finishRow();
        if (times)
            times->firstRowNs = times->lastRowNs = monotonicNs();
        StatementResult result;
        if (sink)
            (*sink)(builder.take());
        else
            result.batches.push_back(builder.take());
        return result;
    }
    bool doIsAlive() override
    {
        m_database->call();
        return m_open;
    }
    bool doProveIdle() override
    {
        m_database->call();
        return m_database->provesIdle;
    }
    void doClose() override
    {
        if (std::exchange(m_open, false))
            ++m_database->closed;
    }

private:
    void pause(const QByteArray &sql)
    {
        const int now = ++m_database->running;
        int most = m_database->mostRunning;
        while (now > most && !m_database->mostRunning.compare_exchange_weak(most, now)) {
        }
        std::unique_lock lock(m_mutex);
        m_cancelled = false;
        const auto limit = sql == "WAIT" ? std::chrono::milliseconds(20'000) : m_database->delay;
        if (limit.count() > 0)
            m_changed.wait_for(lock, limit, [this] { return m_cancelled; });
        --m_database->running;
        if (m_cancelled)
            throw QueryCancelled(QStringLiteral("The query was cancelled."));
    }

    std::shared_ptr<FakeDatabase> m_database;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_cancelled = false, m_open = false;
};

inline std::unique_ptr<PinnedPool> fakePool(std::shared_ptr<FakeDatabase> database,
                                            PoolOptions options = {})
{
    return std::make_unique<PinnedPool>(
        [database] { return std::make_unique<FakeConnection>(database); }, std::move(options));
}

inline Statement fakeStatement(const char *sql, long long parameter = 1,
                               TraceKind kind = TraceKind::Read)
{
    Statement s;
    s.sql = sql;
    s.parameters = {Value(parameter)};
    s.columns = std::make_shared<const std::vector<ColumnType>>(
        std::vector<ColumnType>{{ColumnKind::Int64}});
    s.kind = kind;
    return s;
}

/// A plan of one statement that gives its number.
inline Plan<qint64> fakePlan(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return result.batches.at(0)->column(0).int64(0);
}

} // namespace heddle::test
