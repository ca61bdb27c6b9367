#pragma once

#include "orm/execution/statement.h"

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace heddle {

class TransactionState;

/// One ORM operation: which statements to send, and what to make of their answers. A lazy coroutine
/// that knows neither thread nor connection: it asks for a statement with `co_await send(...)` and
/// is resumed with the result. `get()` and `aget()` run the same plan; they differ only in who
/// drives it (Runner).
///
///     Plan<qint64> count(Statement s)
///     {
///         StatementResult r = co_await send(std::move(s));
///         co_return r.batches[0]->column(0).int64(0);
///     }
///
/// A plan may await another plan: the inner one's requests surface through the outermost plan's
/// resume(), and what ends the inner one is thrown in the outer one where it waits.
class PlanBase {
public:
    struct Request {
        /// Owned by the suspended awaitable. Null: the plan asks for the state of the
        /// connection's transaction (transaction.h), and nothing is to be sent.
        Statement *statement = nullptr;
        BatchSink *sink = nullptr;                // null: collect
        StatementResult result;                   // filled in by the driver
        std::exception_ptr error;                 // set instead if it failed
        TransactionState *transactions = nullptr; // the answer where there is no statement
    };

    struct PromiseBase {
        // Of the outermost plan only: which coroutine of the nest goes on, and what it waits for.
        std::coroutine_handle<> active;
        Request *pending = nullptr;

        PromiseBase *root = this;             // the outermost plan's
        std::coroutine_handle<> continuation; // whoever awaits this plan
        std::exception_ptr error;

        /// Hands control back to the awaiting plan by name only: the loop in Plan::resume() goes
        /// there. A direct transfer would grow the stack in builds that do not optimise it.
        struct FinalAwaiter {
            FinalAwaiter() noexcept {}
            bool await_ready() const noexcept { return false; }
            template <typename Promise>
            void await_suspend(std::coroutine_handle<Promise> handle) noexcept
            {
                PromiseBase &promise = handle.promise();
                promise.root->active = promise.continuation;
            }
            void await_resume() const noexcept {}
        };

        std::suspend_always initial_suspend() noexcept { return {}; }
        FinalAwaiter final_suspend() noexcept { return {}; }
        void unhandled_exception() noexcept { error = std::current_exception(); }
    };
};

/// `co_await send(statement)` inside a Plan. Has a constructor: GCC 12 frees an aggregate temporary
/// in co_await twice.
class send {
public:
    explicit send(Statement statement) : m_statement(std::move(statement)) {}
    send(Statement statement, BatchSink sink)
        : m_statement(std::move(statement)), m_sink(std::move(sink))
    {
    }
    send(const send &) = delete;
    send &operator=(const send &) = delete;

    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept
    {
        m_request.statement = &m_statement;
        m_request.sink = m_sink ? &m_sink : nullptr;
        PlanBase::PromiseBase &root = *handle.promise().root;
        root.active = handle;
        root.pending = &m_request;
    }
    StatementResult await_resume()
    {
        if (m_request.error)
            std::rethrow_exception(m_request.error);
        return std::move(m_request.result);
    }

private:
    Statement m_statement;
    BatchSink m_sink;
    PlanBase::Request m_request;
};

namespace detail {

template <typename T>
struct PlanResult : PlanBase::PromiseBase {
    std::optional<T> value;
    template <typename U>
    void return_value(U &&v)
    {
        value.emplace(std::forward<U>(v));
    }
    T take()
    {
        if (error)
            std::rethrow_exception(error);
        return std::move(*value);
    }
};

template <>
struct PlanResult<void> : PlanBase::PromiseBase {
    void return_void() noexcept {}
    void take()
    {
        if (error)
            std::rethrow_exception(error);
    }
};

} // namespace detail

template <typename T>
class [[nodiscard]] Plan : public PlanBase {
public:
    struct promise_type : detail::PlanResult<T> {
        promise_type() { this->active = std::coroutine_handle<promise_type>::from_promise(*this); }
        Plan get_return_object()
        {
            return Plan(std::coroutine_handle<promise_type>::from_promise(*this));
        }
    };

    Plan(Plan &&other) noexcept : m_handle(std::exchange(other.m_handle, nullptr)) {}
    Plan &operator=(Plan &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    ~Plan()
    {
        if (m_handle)
            m_handle.destroy();
    }

    // --- For whoever drives it ---
    /// Runs on to the next statement; null when the plan has ended.
    Request *resume()
    {
        promise_type &promise = m_handle.promise();
        promise.pending = nullptr;
        while (!promise.pending && !m_handle.done())
            promise.active.resume();
        return promise.pending;
    }
    bool done() const { return m_handle.done(); }
    /// The result, or throws what ended the plan. Once, after done().
    T take() { return m_handle.promise().take(); }

    // --- For a plan that awaits this one ---
    /// Owns the inner plan while the outer one waits for it.
    class Awaiter {
    public:
        explicit Awaiter(Plan &&plan) noexcept : m_plan(std::move(plan)) {}
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        void await_suspend(std::coroutine_handle<Promise> outer) noexcept
        {
            promise_type &inner = m_plan.m_handle.promise();
            inner.root = outer.promise().root;
            inner.continuation = outer;
            inner.root->active = m_plan.m_handle;
        }
        T await_resume() { return m_plan.take(); }

    private:
        Plan m_plan;
    };
    Awaiter operator co_await() &&noexcept { return Awaiter(std::move(*this)); }

private:
    explicit Plan(std::coroutine_handle<promise_type> handle) : m_handle(handle) {}
    std::coroutine_handle<promise_type> m_handle;
};

} // namespace heddle
