#pragma once

#include "orm/values/rowbatch.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace heddle::script {

/// Batches of one statement on their way from a connection's thread to a loop of the script. Any
/// thread.
///
/// The connection waits while two batches lie here, so that memory stays flat, unless they are let
/// in: then the rest comes as fast as it can.
class RowPipe {
public:
    static constexpr std::size_t kMost = 2;

    // --- The connection ---
    /// False: nobody wants more.
    bool put(RowBatchPtr batch);
    void finish(std::exception_ptr error);

    // --- The loop ---
    struct Taken {
        RowBatchPtr batch; // null: there are no more
        std::exception_ptr error;
    };
    /// What has come; nothing if that is nothing yet.
    std::optional<Taken> take();
    /// Until take() has something, or the time is up.
    void wait(std::chrono::milliseconds atMost);
    /// Calls it, once, when take() has something: now, or on the connection's thread.
    void whenReady(std::function<void()> callback);
    void letIn();
    void abandon();
    /// Whether nothing more goes through: all has come, or nobody wants it.
    bool isOver();

private:
    bool isReady() const { return m_ended || !m_ready.empty(); } // under m_mutex
    void tell(std::unique_lock<std::mutex> &lock);

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<RowBatchPtr> m_ready;
    std::function<void()> m_callback;
    std::exception_ptr m_error;
    bool m_ended = false, m_abandoned = false, m_letIn = false;
};

} // namespace heddle::script
