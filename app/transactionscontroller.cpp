#include "app/transactionscontroller.h"

#include <QElapsedTimer>
#include <QEvent>
#include <algorithm>

namespace heddle::app {

TransactionsController::TransactionsController(ui::TraceModel &trace, ui::TransactionsView &view,
                                               QObject *parent)
    : QObject(parent), m_trace(trace), m_view(view)
{
    constexpr int refreshMs = 200;
    m_timer.setSingleShot(true);
    m_timer.setInterval(refreshMs);
    connect(&m_timer, &QTimer::timeout, this, &TransactionsController::refresh);
    connect(&m_trace, &ui::TraceModel::changed, this, &TransactionsController::changed);
    m_view.installEventFilter(this);
}

void TransactionsController::changed()
{
    m_stale = true;
    if (m_view.isVisible() && !m_timer.isActive())
        m_timer.start();
}

void TransactionsController::refresh()
{
    if (!m_stale || !m_view.isVisible())
        return;
    m_stale = false;
    QElapsedTimer taken;
    taken.start();
    m_view.setRecords(m_trace.records());
    // A trace that takes long to look through is looked through less often.
    constexpr qint64 refreshMs = 200, share = 10;
    m_timer.setInterval(int(std::max(refreshMs, taken.elapsed() * share)));
}

bool TransactionsController::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Show && m_stale)
        m_timer.start(0);
    return QObject::eventFilter(watched, event);
}

} // namespace heddle::app
