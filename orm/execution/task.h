#pragma once

#include "orm/execution/executor.h"
#include "orm/execution/gather.h"
#include "orm/execution/tasktransaction.h"

#include <coroutine>
#include <utility>

namespace heddle {

template <typename T>
class Task;

namespace detail {

/// Owns a suspended coroutine until it is resumed. Dropped without that, because its thread has
/// ended, it destroys it.
class Suspended {
public:
    explicit Suspended(std::coroutine_handle<> handle) : m_handle(handle) {}
    ~Suspended()
    {
        if (m_handle)
            m_handle.destroy();
    }
    Suspended(const Suspended &) = delete;
    std::coroutine_handle<> release() { return std::exchange(m_handle, nullptr); }
    void resume()
    {
        if (std::coroutine_handle<> handle = release())
            handle.resume();
    }

private:
    std::coroutine_handle<> m_handle;
};

/// `co_await` on a QFuture<U> inside a Task. Has a constructor: GCC 12 frees an aggregate temporary
/// in co_await twice.
template <typename U>
class FutureAwaiter {
public:
    /// `outerCanceled` tells whether the Task that waits has been cancelled. Any thread; it owns
    /// what it looks at.
    FutureAwaiter(QFuture<U> future, std::function<bool()> outerCanceled)
        : m_future(std::move(future)),
          m_outerCanceled(std::make_shared<std::function<bool()>>(std::move(outerCanceled)))
    {
    }

    bool await_ready() const { return m_future.isFinished(); }
    void await_suspend(std::coroutine_handle<> handle)
    {
        auto suspended = std::make_shared<Suspended>(handle);
        m_watch = CancelWatch::shared();
        m_watch->add([weak = std::weak_ptr(m_outerCanceled), child = m_future]() mutable {
            const auto canceled = weak.lock();
            if (!canceled || !(*canceled)())
                return canceled && !child.isFinished();
            child.cancel();
            return false;
        });
        // From here on the coroutine may go on, on its own thread, before this function has
        // returned.
        whenFinished(QFuture<U>(m_future),
                     [suspended, executor = Executor::current(),
                      transaction = currentTaskTransaction()](const QFuture<U> &) {
                         auto owner = std::make_shared<Suspended>(suspended->release());
                         executor->post([owner, transaction] {
                             const TaskTransactionScope scope(transaction);
                             owner->resume();
                         });
                     });
    }
    U await_resume()
    {
        m_future.waitForFinished(); // throws the carried error as its own type
        bool cancelled = m_future.isCanceled() || (*m_outerCanceled)();
        if constexpr (!std::is_void_v<U>)
            cancelled = cancelled || m_future.resultCount() == 0;
        if (cancelled)
            throw QueryCancelled(QStringLiteral("The query was cancelled."));
        if constexpr (!std::is_void_v<U>)
            return m_future.result();
    }

private:
    QFuture<U> m_future;
    std::shared_ptr<std::function<bool()>> m_outerCanceled;
    std::shared_ptr<CancelWatch> m_watch;
};

template <typename T>
struct TaskPromiseBase {
    QPromise<T> promise;

    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept
    {
        promise.finish();
        return {};
    }
    void unhandled_exception() { promise.setException(std::current_exception()); }

    template <typename U>
    FutureAwaiter<U> await_transform(QFuture<U> future)
    {
        return FutureAwaiter<U>(std::move(future),
                                [own = promise.future()] { return own.isCanceled(); });
    }
    template <typename U>
    FutureAwaiter<U> await_transform(const Task<U> &task)
    {
        return await_transform(task.future());
    }
};

template <typename T>
struct TaskPromise : TaskPromiseBase<T> {
    template <typename U>
    void return_value(U &&v)
    {
        this->promise.addResult(std::forward<U>(v));
    }
};

template <>
struct TaskPromise<void> : TaskPromiseBase<void> {
    void return_void() noexcept {}
};

} // namespace detail

/// A coroutine that awaits QFutures. It begins to run when it is called, and goes on after each
/// `co_await` on the executor (the event loop, usually) that it was suspended on. The frame frees
/// itself at the end; the Task is only a hold on the result.
///
/// Cancelling the task's future cancels what it awaits, and QueryCancelled is thrown there. T must
/// be copyable.
template <typename T = void>
class Task {
public:
    struct promise_type : detail::TaskPromise<T> {
        Task get_return_object()
        {
            this->promise.start();
            return Task(this->promise.future());
        }
    };

    QFuture<T> future() const { return m_future; }

private:
    explicit Task(QFuture<T> future) : m_future(std::move(future)) {}
    QFuture<T> m_future;
};

/// Starts a coroutine from a closure and keeps the closure alive until it has ended: a capturing
/// coroutine lambda refers to its captures, and outlives nothing by itself.
template <typename Function, typename... Arguments>
auto startTask(Function function, Arguments... arguments)
    -> std::invoke_result_t<Function &, Arguments &...>
{
    // A coroutine's parameters live in its frame.
    if constexpr (std::is_same_v<std::invoke_result_t<Function &, Arguments &...>, Task<void>>)
        co_await function(arguments...);
    else
        co_return co_await function(arguments...);
}

} // namespace heddle
