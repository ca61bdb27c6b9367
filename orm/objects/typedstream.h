#pragma once

#include "orm/execution/task.h"
#include "orm/objects/typedcore.h"

#include <QPromise>
#include <condition_variable>
#include <deque>

namespace heddle::detail {

template <typename R>
QFuture<R> failedFuture(std::exception_ptr error)
{
    QPromise<R> promise;
    promise.start();
    promise.setException(error);
    promise.finish();
    return promise.future();
}

template <typename R>
QFuture<R> readyFuture(R value)
{
    QPromise<R> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

/// A function on rows as one on lists of them. What it returns, if anything, is whether to go on.
template <typename Row, typename Take>
QueryCore::TakeRows eachOf(Take take)
{
    return [take = std::move(take)](TypedRows &rows) mutable {
        Row *row = reinterpret_cast<Row *>(rows.data());
        for (Row *end = row + rows.size(); row != end; ++row) {
            if constexpr (std::is_convertible_v<std::invoke_result_t<Take &, Row &>, bool>) {
                if (!take(*row))
                    return false;
            } else {
                take(*row);
            }
        }
        return true;
    };
}

/// Goes through a result once: an input iterator.
template <typename Row>
class RowIterator {
public:
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using reference = const Row &;
    using pointer = const Row *;
    using iterator_category = std::input_iterator_tag;

    RowIterator() = default;
    RowIterator(const QueryCore &core, const CallInfo &call)
        : m_cursor(std::make_shared<RowCursor>(core, call))
    {
        advance();
    }
    const Row &operator*() const { return m_list->at(m_at); }
    const Row *operator->() const { return &m_list->at(m_at); }
    RowIterator &operator++()
    {
        if (++m_at == m_list->size())
            advance();
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const RowIterator &a, const RowIterator &b)
    {
        return a.m_list == b.m_list && a.m_at == b.m_at;
    }

private:
    void advance()
    {
        m_at = 0;
        do
            m_list = std::static_pointer_cast<QList<Row>>(m_cursor->next());
        while (m_list && m_list->isEmpty());
    }
    std::shared_ptr<RowCursor> m_cursor;
    std::shared_ptr<QList<Row>> m_list;
    qsizetype m_at = 0;
};

/// Where a streaming worker and a coroutine meet: a few batches of rows, without their type.
///
/// The worker waits while kMost batches lie there, so that memory stays flat; it gives up when the
/// reader is gone, or has not come for a minute.
class RowChannel : public std::enable_shared_from_this<RowChannel> {
public:
    static constexpr std::size_t kMost = 8;

    void start(const QueryCore &core, const CallInfo &call);
    /// The next rows; a null pointer at the end. Fails with what ended the query. One at a time.
    QFuture<RowsPtr> next();
    /// The reader is gone.
    void abandon();

private:
    bool put(RowsPtr rows); // worker
    void finish(std::exception_ptr error);

    std::mutex m_mutex;
    std::condition_variable m_taken;
    // Under m_mutex.
    std::deque<RowsPtr> m_ready;
    std::optional<QPromise<RowsPtr>> m_waiting;
    bool m_ended = false, m_abandoned = false;
    std::exception_ptr m_error;
    QFuture<qint64> m_running;
};

/// Rows of a queryset in async code, one after another: what `async for` is in the notation.
template <typename Row>
class AsyncRows {
public:
    AsyncRows(const QueryCore &core, const CallInfo &call) : m_state(std::make_shared<State>())
    {
        m_state->channel->start(core, call);
    }
    /// The next row; nothing at the end. Await it before asking again, inside the Task that made
    /// this.
    QFuture<std::optional<Row>> next()
    {
        State &state = *m_state;
        if (state.list && state.at < state.list->size())
            return readyFuture(std::optional<Row>(std::move((*state.list)[state.at++])));
        return nextBatch(m_state).future();
    }

private:
    struct State {
        std::shared_ptr<RowChannel> channel = std::make_shared<RowChannel>();
        std::shared_ptr<QList<Row>> list;
        qsizetype at = 0;
        ~State() { channel->abandon(); }
    };
    static Task<std::optional<Row>> nextBatch(std::shared_ptr<State> state)
    {
        QFuture<RowsPtr> coming = state->channel->next();
        RowsPtr rows = co_await coming;
        state->list = std::static_pointer_cast<QList<Row>>(std::move(rows));
        state->at = 0;
        std::optional<Row> out;
        if (state->list && !state->list->isEmpty())
            out = std::move((*state->list)[state->at++]);
        co_return out;
    }
    std::shared_ptr<State> m_state;
};

} // namespace heddle::detail
