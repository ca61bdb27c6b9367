#pragma once

#include "orm/values/errors.h"

#include <QFuture>
#include <QMutexLocker>

namespace heddle {

/// Calls `done(future)` once when the future has finished, whether it carries a result, an error,
/// or was cancelled: at once if it has, else on the thread that finishes it. `done` must not throw.
/// The future may be cancelled at any time, also long after its end, and must not get another
/// continuation.
///
/// Two faults of Qt 6.4 are avoided here that then() alone has (tst_futuretraps):
///  * A continuation that is added while another thread is between setting the state "finished" and
///    running continuations is run by both threads; the second run follows a null pointer. The
///    state is only ever set under the future's mutex, so nobody sets it while that is held.
///  * A future keeps a bare pointer to the one that its then() gave, and QFuture::cancel() follows
///  it
///    even when that one is gone. onCanceled() leaves no such pointer, so it stands between the
///    future, which others cancel, and then(), whose future nobody else ever sees.
template <typename T, typename Done>
void whenFinished(QFuture<T> future, Done done)
{
    const QFutureInterfaceBase state = QFutureInterfaceBase::get(future);
    QMutexLocker lock(&state.mutex());
    if (state.isFinished()) {
        lock.unlock();
        done(std::move(future));
        return;
    }
    // A continuation that takes the future is skipped if that was cancelled without an error.
    future
        .onCanceled([]() -> T { throw QueryCancelled(QStringLiteral("The query was cancelled.")); })
        .then(QtFuture::Launch::Sync,
              [done, future](const QFuture<T> &) mutable { done(std::move(future)); });
}

} // namespace heddle
