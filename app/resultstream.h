#pragma once

#include "app/session.h"
#include "orm/objects/queryset.h"
#include "orm/script/resultview.h"
#include "ui/models/resultmodel.h"

#include <QObject>
#include <memory>

namespace heddle::app {

/// Brings the rows of a queryset into a ResultModel while they arrive.
///
/// The query runs on the pool; its batches wait in a queue that the GUI thread empties a few at a
/// time, so that neither a fast database nor a long result stops the window. One stream at a time:
/// starting another cancels the one before.
class ResultStream final : public QObject {
    Q_OBJECT

public:
    ResultStream(Session &session, ui::ResultModel &model, QObject *parent = nullptr);
    ~ResultStream() override;

    void start(const QuerySet<Record> &query, const CallInfo &call);
    /// A result that is complete already.
    void show(const script::ResultView &result, std::chrono::nanoseconds elapsed);
    void cancel();
    bool isRunning() const { return m_feed != nullptr; }
    /// The records of the query's run carry this number; 0: nothing was streamed yet.
    std::uint32_t run() const { return m_run; }

Q_SIGNALS:
    void firstRows();
    void finished(bool ok, const QString &message);

private:
    struct Feed; // shared with the connection's thread
    void drain();
    void ended(ui::ResultState state, const QString &message);

    Session &m_session;
    ui::ResultModel &m_model;
    std::shared_ptr<Feed> m_feed;
    QFuture<qint64> m_future;
    QFutureWatcher<qint64> *m_watcher = nullptr;
    std::uint32_t m_run = 0;
    bool m_complete = false; // the query has ended; batches may still wait
    bool m_anyRows = false;
};

/// The headings of a result's columns: attnames, annotations, fields of relations that were loaded
/// along as "author.name".
QStringList columnNames(const ResultShape &shape);

} // namespace heddle::app
