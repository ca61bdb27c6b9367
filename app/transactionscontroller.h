#pragma once

#include "ui/models/tracemodel.h"
#include "ui/transactions/transactionsview.h"

#include <QObject>
#include <QTimer>

namespace heddle::app {

/// Brings the records of the runs to the transactions' panel while it can be seen.
///
/// Records come in pieces while a run goes on; finding the transactions in a long trace takes
/// longer than a frame, so that it happens a few times a second at most.
class TransactionsController final : public QObject {
    Q_OBJECT

public:
    TransactionsController(ui::TraceModel &trace, ui::TransactionsView &view,
                           QObject *parent = nullptr);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void changed();
    void refresh();

    ui::TraceModel &m_trace;
    ui::TransactionsView &m_view;
    QTimer m_timer;
    bool m_stale = false;
};

} // namespace heddle::app
