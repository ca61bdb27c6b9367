#pragma once

#include "orm/execution/statement.h"

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace heddle {

/// One ORM operation: which statements to send, and what to make of their answers. A lazy coroutine that knows neither thread nor
/// connection: it asks for a statement with `co_await send(...)` and is resumed with the result. `get()` and `aget()` run the same plan;
/// they differ only in who drives it (Runner).
///
///     Plan<qint64> count(Statement s) { StatementResult r = co_await send(std::move(s)); co_return r.batches[0]->column(0).int64(0); }
class PlanBase
{
public:
    struct Request {
        Statement *statement = nullptr; // owned by the suspended awaitable
        BatchSink *sink = nullptr;      // null: collect
        StatementResult result;         // filled in by the driver
        std::exception_ptr error;       // set instead if it failed
    };
    struct PromiseBase {
        Request *pending = nullptr;     // what the plan waits for; null when it is done
        std::exception_ptr error;
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void unhandled_exception() noexcept { error = std::current_exception(); pending = nullptr; }
    };
};

/// `co_await send(statement)` inside a Plan. Has a constructor: GCC 12 frees an aggregate temporary in co_await twice.
class send
{
public:
    explicit send(Statement statement) : m_statement(std::move(statement)) {}
    send(Statement statement, BatchSink sink) : m_statement(std::move(statement)), m_sink(std::move(sink)) {}
    send(const send &) = delete;
    send &operator=(const send &) = delete;

    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept
    {
        m_request.statement = &m_statement;
        m_request.sink = m_sink ? &m_sink : nullptr;
        handle.promise().pending = &m_request;
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

template <typename T>
class [[nodiscard]] Plan : public PlanBase
{
public:
    struct promise_type : PromiseBase {
        std::optional<T> value;
        Plan get_return_object() { return Plan(std::coroutine_handle<promise_type>::from_promise(*this)); }
        template <typename U>
        void return_value(U &&v) { value.emplace(std::forward<U>(v)); this->pending = nullptr; }
    };

    Plan(Plan &&other) noexcept : m_handle(std::exchange(other.m_handle, nullptr)) {}
    Plan &operator=(Plan &&other) noexcept { std::swap(m_handle, other.m_handle); return *this; }
    ~Plan() { if (m_handle) m_handle.destroy(); }

    // --- For whoever drives it ---
    /// Runs on to the next statement; null when the plan has ended.
    Request *resume()
    {
        m_handle.resume();
        return m_handle.done() ? nullptr : m_handle.promise().pending;
    }
    bool done() const { return m_handle.done(); }
    /// The result, or throws what ended the plan. Once, after done().
    T take()
    {
        if (m_handle.promise().error)
            std::rethrow_exception(m_handle.promise().error);
        return std::move(*m_handle.promise().value);
    }

private:
    explicit Plan(std::coroutine_handle<promise_type> handle) : m_handle(handle) {}
    std::coroutine_handle<promise_type> m_handle;
};

} // namespace heddle
