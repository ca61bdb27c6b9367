#pragma once

#include "orm/execution/cancelwatch.h"
#include "orm/execution/whenfinished.h"
#include "orm/values/errors.h"

#include <QFuture>
#include <QList>
#include <QPromise>
#include <functional>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

namespace heddle {

namespace detail {

/// What all gathers share: who is still running, the first error, and the cancelling of the others.
class GatherCore : public std::enable_shared_from_this<GatherCore> {
public:
    virtual ~GatherCore() = default;

    /// Starts as many children as may run at once, and finishes at once if there are none.
    void begin(int count, int window);

protected:
    /// Starts child `index` and sees to it that childEnded() is called once when it has finished.
    /// Gives what cancels it.
    virtual std::function<void()> startChild(int index) = 0;
    virtual bool isCanceled() const = 0;
    /// All have finished: hands over the results, or the error if it is not null.
    virtual void complete(std::exception_ptr error) = 0;

    void childEnded(std::exception_ptr error);
    static std::exception_ptr cancelledError();

    std::mutex m_mutex; // of the results too

private:
    void feed();
    void cancelChildren();
    bool allEnded() const { return m_running == 0 && (m_next == m_count || m_stopped); }

    // All under m_mutex:
    std::vector<std::function<void()>> m_cancels;
    std::exception_ptr m_error;
    int m_count = 0, m_window = 0, m_next = 0, m_running = 0;
    bool m_feeding = false, m_stopped = false, m_completed = false;
    std::shared_ptr<CancelWatch> m_watch;
};

template <typename F>
struct FutureValue;
template <typename T>
struct FutureValue<QFuture<T>> {
    using type = T;
};

/// The error that a finished future carries, QueryCancelled for a cancelled one, or null.
template <typename T>
std::exception_ptr errorOf(QFuture<T> future, const std::exception_ptr &cancelled)
{
    try {
        future.waitForFinished();
    } catch (...) {
        return std::current_exception();
    }
    return future.isCanceled() ? cancelled : nullptr;
}

template <typename T>
class ListGather final : public GatherCore {
public:
    using Result = std::conditional_t<std::is_void_v<T>, void, QList<T>>;
    using Start = std::function<QFuture<T>(int)>;

    ListGather(int count, Start start) : m_start(std::move(start)), m_values(std::size_t(count))
    {
        m_promise.start();
    }
    QFuture<Result> future() { return m_promise.future(); }

protected:
    std::function<void()> startChild(int index) override
    {
        QFuture<T> child = m_start(index);
        whenFinished(child,
                     [self = std::static_pointer_cast<ListGather>(shared_from_this()),
                      index](QFuture<T> finished) { self->arrived(index, std::move(finished)); });
        return [child]() mutable { child.cancel(); };
    }
    bool isCanceled() const override { return m_promise.isCanceled(); }
    void complete(std::exception_ptr error) override
    {
        if (error) {
            m_promise.setException(error);
        } else if constexpr (!std::is_void_v<T>) {
            QList<T> all;
            all.reserve(qsizetype(m_values.size()));
            for (auto &v : m_values)
                all.push_back(std::move(*v));
            m_promise.addResult(std::move(all));
        }
        m_promise.finish();
    }

private:
    void arrived(int index, QFuture<T> finished)
    {
        std::exception_ptr error = errorOf(finished, cancelledError());
        if constexpr (!std::is_void_v<T>) {
            if (!error && finished.resultCount() == 0)
                error = cancelledError();
            if (!error) {
                std::lock_guard lock(m_mutex);
                m_values[std::size_t(index)].emplace(finished.result());
            }
        }
        childEnded(error);
    }

    const Start m_start;
    std::vector<std::optional<std::conditional_t<std::is_void_v<T>, bool, T>>> m_values;
    QPromise<Result> m_promise;
};

template <typename... Ts>
class TupleGather final : public GatherCore {
public:
    explicit TupleGather(QFuture<Ts>... futures) : m_futures(std::move(futures)...)
    {
        m_promise.start();
    }
    QFuture<std::tuple<Ts...>> future() { return m_promise.future(); }

protected:
    std::function<void()> startChild(int index) override
    {
        return startAt(index, std::index_sequence_for<Ts...>());
    }
    bool isCanceled() const override { return m_promise.isCanceled(); }
    void complete(std::exception_ptr error) override
    {
        if (error)
            m_promise.setException(error);
        else
            m_promise.addResult(std::apply(
                [](auto &...v) { return std::tuple<Ts...>(std::move(*v)...); }, m_values));
        m_promise.finish();
    }

private:
    template <std::size_t... Is>
    std::function<void()> startAt(int index, std::index_sequence<Is...>)
    {
        std::function<void()> cancel;
        ((int(Is) == index ? void(cancel = watch<Is>()) : void()), ...);
        return cancel;
    }
    template <std::size_t I>
    std::function<void()> watch()
    {
        auto child = std::get<I>(m_futures);
        whenFinished(child, [self = std::static_pointer_cast<TupleGather>(shared_from_this())](
                                auto finished) {
            std::exception_ptr error = errorOf(finished, cancelledError());
            if (!error && finished.resultCount() == 0)
                error = cancelledError();
            if (!error) {
                std::lock_guard lock(self->m_mutex);
                std::get<I>(self->m_values).emplace(finished.result());
            }
            self->childEnded(error);
        });
        return [child]() mutable { child.cancel(); };
    }

    std::tuple<QFuture<Ts>...> m_futures;
    std::tuple<std::optional<Ts>...> m_values;
    QPromise<std::tuple<Ts...>> m_promise;
};

} // namespace detail

/// How many children a gather that starts them itself keeps going at once: half of what the pool's
/// queue takes.
inline constexpr int gatherWindow = 500;

/// Finishes when all have finished, with their results in the order in which they were given. On
/// the first error the others are cancelled and that error is reported. Cancelling the gathered
/// future cancels the children.
///
/// The children are taken over: a future has room for one continuation, so nobody else may attach
/// one to them.
template <typename T>
auto gather(const QList<QFuture<T>> &futures)
{
    const int count = int(futures.size());
    auto state =
        std::make_shared<detail::ListGather<T>>(count, [futures](int i) { return futures[i]; });
    auto gathered = state->future();
    state->begin(count, count);
    return gathered;
}

/// The same for children that are not running yet: `start(i)` is called for 0 to count - 1, at most
/// `window` of them outstanding, so that ten thousand are no way to fill the pool's queue. `start`
/// may be called on any thread, by one at a time.
template <typename Start>
auto gather(int count, Start start, int window = gatherWindow)
{
    using Future = std::invoke_result_t<Start, int>;
    using T = typename detail::FutureValue<Future>::type;
    auto state = std::make_shared<detail::ListGather<T>>(count, std::move(start));
    auto gathered = state->future();
    state->begin(count, window);
    return gathered;
}

/// Several futures of one or of different types: gives a tuple.
template <typename First, typename... Rest>
QFuture<std::tuple<First, Rest...>> gather(QFuture<First> first, QFuture<Rest>... rest)
{
    auto state =
        std::make_shared<detail::TupleGather<First, Rest...>>(std::move(first), std::move(rest)...);
    auto gathered = state->future();
    state->begin(int(sizeof...(Rest)) + 1, int(sizeof...(Rest)) + 1);
    return gathered;
}

} // namespace heddle
