#pragma once

#include "orm/backends/postgres/postgreswait.h"
#include "orm/execution/statement.h"

#include <functional>

namespace heddle {

/// Threads "heddle-rows-1", ... for the takers of streams: they may take their time, and the thread
/// that reads for everybody may not. Started when needed, kept for the next stream.
class PostgresRowThreads {
public:
    PostgresRowThreads();
    /// Lets the threads end when what they run has ended; does not wait.
    ~PostgresRowThreads();
    PostgresRowThreads(const PostgresRowThreads &) = delete;
    PostgresRowThreads &operator=(const PostgresRowThreads &) = delete;

    /// Any thread.
    void run(std::function<void()> work);

private:
    struct State;
    const std::shared_ptr<State> m_state;
};

/// The rows of one stream on their way from the thread that reads to the taker: at most two
/// batches, then the socket is not read any more.
class PostgresRowQueue final : public PostgresOutlet {
public:
    /// `sink` must live until drained. `wake` is called on any thread when there is room again, or
    /// nothing left.
    PostgresRowQueue(BatchSink &sink, std::function<void()> wake, PostgresRowThreads &threads);
    ~PostgresRowQueue() override;

    /// False: nobody wants any more.
    bool put(RowBatchPtr batch);
    /// Drops what is on its way; nothing more is wanted.
    void discard();
    /// Whether the taker is at work now.
    bool isTaking() const;

    bool isReady() override;
    void rethrow() override;

    static constexpr std::size_t limit = 2;

private:
    struct State;
    const std::shared_ptr<State> m_state;
    PostgresRowThreads &m_threads;
};

} // namespace heddle
