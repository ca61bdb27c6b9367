#include "orm/backends/postgres/postgresrows.h"

#include "orm/execution/connectionthread.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace heddle {

// --- The threads ---

struct PostgresRowThreads::State {
    void loop(const std::shared_ptr<State> &)
    {
        std::unique_lock lock(mutex);
        for (;;) {
            ++idle;
            changed.wait(lock, [this] { return stopping || !work.empty(); });
            --idle;
            if (work.empty())
                return;
            const std::function<void()> next = std::move(work.front());
            work.pop_front();
            lock.unlock();
            next();
            lock.lock();
        }
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> work;
    std::size_t idle = 0;
    int started = 0;
    bool stopping = false;
};

PostgresRowThreads::PostgresRowThreads() : m_state(std::make_shared<State>())
{
}

PostgresRowThreads::~PostgresRowThreads()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->stopping = true;
    m_state->changed.notify_all();
}

void PostgresRowThreads::run(std::function<void()> work)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->work.push_back(std::move(work));
    if (m_state->idle < m_state->work.size()) {
        const int number = m_state->started + 1;
        try {
            std::thread([state = m_state, number] {
                detail::nameThisThread(QStringLiteral("heddle-rows-%1").arg(number));
                state->loop(state);
            }).detach();
        } catch (...) {
            m_state->work.pop_back();
            throw;
        }
        ++m_state->started;
    } else {
        m_state->changed.notify_one();
    }
}

// --- The queue ---

struct PostgresRowQueue::State {
    void takeAll()
    {
        std::unique_lock lock(mutex);
        while (!batches.empty()) {
            RowBatchPtr batch = std::move(batches.front());
            batches.pop_front();
            lock.unlock();
            bool more = false;
            std::exception_ptr problem;
            try {
                more = (*sink)(std::move(batch));
            } catch (...) {
                problem = std::current_exception();
            }
            lock.lock();
            if (!more) {
                refused = true;
                batches.clear();
                if (problem)
                    error = problem;
            }
            if (!batches.empty())
                wake(); // for the next batch, while this thread goes on
        }
        taking = false;
        const std::function<void()> last = wake;
        lock.unlock();
        last();
    }

    mutable std::mutex mutex;
    std::deque<RowBatchPtr> batches;
    std::exception_ptr error;
    bool taking = false; // a thread is inside takeAll()
    bool refused = false;
    BatchSink *sink = nullptr;
    std::function<void()> wake;
};

PostgresRowQueue::PostgresRowQueue(BatchSink &sink, std::function<void()> wake,
                                   PostgresRowThreads &threads)
    : m_state(std::make_shared<State>()), m_threads(threads)
{
    m_state->sink = &sink;
    m_state->wake = std::move(wake);
}

PostgresRowQueue::~PostgresRowQueue() = default;

bool PostgresRowQueue::put(RowBatchPtr batch)
{
    const std::lock_guard lock(m_state->mutex);
    if (m_state->refused)
        return false;
    m_state->batches.push_back(std::move(batch));
    if (m_state->taking)
        return true;
    try {
        m_threads.run([state = m_state] { state->takeAll(); });
    } catch (...) { // no thread to be had: what comes will not be taken
        m_state->refused = true;
        m_state->batches.clear();
        throw;
    }
    m_state->taking = true;
    return true;
}

void PostgresRowQueue::discard()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->refused = true;
    m_state->batches.clear();
}

bool PostgresRowQueue::isTaking() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->taking;
}

bool PostgresRowQueue::isReady()
{
    const std::lock_guard lock(m_state->mutex);
    if (m_wantsDrained)
        return !m_state->taking && m_state->batches.empty();
    return m_state->refused || m_state->batches.size() < limit;
}

void PostgresRowQueue::rethrow()
{
    const std::lock_guard lock(m_state->mutex);
    if (m_state->error)
        std::rethrow_exception(m_state->error);
}

} // namespace heddle
