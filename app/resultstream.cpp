#include "app/resultstream.h"

#include "orm/values/errors.h"

#include <QtConcurrent>
#include <deque>
#include <mutex>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int batchesAtOnce = 8;
constexpr std::int64_t cellsAtOnce = 20'000; // some milliseconds

void nameColumns(const RowLayout &layout, const QString &prefix, QStringList *names)
{
    for (const auto &field : layout.model->fields()) {
        const int column = layout.columnOfField[std::size_t(field->index)];
        if (column >= 0 && column < names->size())
            (*names)[column] = prefix + field->attname;
    }
    for (const RowLayout::Related &related : layout.related)
        nameColumns(*related.layout, prefix + related.name() + u'.', names);
}

/// The rows of a complete result as the grid takes them.
RowBatchPtr batchOf(const script::ResultView &result)
{
    RowBatchBuilder builder(std::vector<ColumnType>(std::size_t(result.columnCount()),
                                                    ColumnType{ColumnKind::Variant}));
    builder.reserve(result.rowCount());
    for (int row = 0; row < result.rowCount(); ++row) {
        for (int column = 0; column < result.columnCount(); ++column) {
            const Value &value = result.cell(row, column);
            if (value.isNull())
                builder.addNull(column);
            else
                builder.addValue(column, value);
        }
        builder.finishRow();
    }
    return builder.take();
}

} // namespace

QStringList columnNames(const ResultShape &shape)
{
    QStringList names;
    for (std::size_t i = 0; i < shape.types.size(); ++i)
        names.append(u"column %1"_s.arg(i + 1));
    if (shape.kind == ResultKind::Rows && shape.layout.model)
        nameColumns(shape.layout, {}, &names);
    for (const auto &[name, column] : shape.annotations)
        names[column] = name;
    for (std::size_t i = 0; i < shape.columns.size() && i < std::size_t(shape.names.size()); ++i)
        names[shape.columns[i]] = shape.names[qsizetype(i)];
    return names;
}

struct ResultStream::Feed {
    std::mutex mutex;
    ResultStream *target = nullptr;
    std::deque<RowBatchPtr> batches;
    bool posted = false;

    // --- The connection's thread ---
    bool add(RowBatchPtr batch)
    {
        const std::lock_guard lock(mutex);
        if (!target)
            return false; // nobody wants the rest
        batches.push_back(std::move(batch));
        if (!std::exchange(posted, true))
            post();
        return true;
    }
    void post()
    {
        QMetaObject::invokeMethod(
            target, [stream = target] { stream->drain(); }, Qt::QueuedConnection);
    }
};

ResultStream::ResultStream(Session &session, ui::ResultModel &model, QObject *parent)
    : QObject(parent), m_session(session), m_model(model)
{
}

ResultStream::~ResultStream()
{
    cancel();
}

void ResultStream::start(const QuerySet<Record> &query, const CallInfo &call)
{
    cancel();
    m_run = call.run;
    m_complete = m_anyRows = false;
    m_feed = std::make_shared<Feed>();
    m_feed->target = this;
    try {
        ui::ResultSource source;
        if (query.query().state().result == heddle::ResultKind::Rows)
            source = {query.query().model()->name, query.query().model()->table};
        m_model.begin(columnNames(*query.shape()), source);
        m_future = query.astream(
            [feed = m_feed](RowBatchPtr batch) { return feed->add(std::move(batch)); }, call);
    } catch (const OrmError &error) {
        ended(ui::ResultState::Failed, error.message());
        return;
    }
    m_watcher = new QFutureWatcher<qint64>(this);
    connect(m_watcher, &QFutureWatcherBase::finished, this, [this, watcher = m_watcher] {
        watcher->deleteLater();
        if (watcher != m_watcher)
            return;
        m_complete = true;
        drain();
    });
    m_watcher->setFuture(m_future);
}

void ResultStream::show(const script::ResultView &result, std::chrono::nanoseconds elapsed)
{
    cancel();
    m_model.begin(result.columns());
    if (std::int64_t(result.rowCount()) * result.columnCount() <= cellsAtOnce) {
        if (result.rowCount() > 0)
            m_model.appendBatch(batchOf(result));
        m_model.finish(ui::ResultState::Complete, {}, elapsed);
        return;
    }
    // A long list is turned into columns elsewhere; a stream that starts meanwhile takes its place.
    m_feed = std::make_shared<Feed>();
    auto *watcher = new QFutureWatcher<RowBatchPtr>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, feed = m_feed] {
        watcher->deleteLater();
        if (feed != m_feed)
            return;
        m_model.appendBatch(watcher->future().result());
        ended(ui::ResultState::Complete, {});
    });
    watcher->setFuture(QtConcurrent::run([result] { return batchOf(result); }));
}

void ResultStream::cancel()
{
    if (!m_feed)
        return;
    m_future.cancel();
    ended(ui::ResultState::Cancelled, {});
}

void ResultStream::drain()
{
    if (!m_feed)
        return;
    std::vector<RowBatchPtr> taken;
    {
        const std::lock_guard lock(m_feed->mutex);
        for (int i = 0; i < batchesAtOnce && !m_feed->batches.empty(); ++i) {
            taken.push_back(std::move(m_feed->batches.front()));
            m_feed->batches.pop_front();
        }
        m_feed->posted = !m_feed->batches.empty();
        if (m_feed->posted)
            m_feed->post();
    }
    for (const RowBatchPtr &batch : taken)
        m_model.appendBatch(batch);
    if (!taken.empty() && !std::exchange(m_anyRows, true))
        Q_EMIT firstRows();
    {
        const std::lock_guard lock(m_feed->mutex);
        if (!m_complete || !m_feed->batches.empty())
            return;
    }
    try {
        m_future.waitForFinished(); // it has; this throws what ended it
        ended(m_future.isCanceled() ? ui::ResultState::Cancelled : ui::ResultState::Complete, {});
    } catch (const QueryCancelled &) {
        ended(ui::ResultState::Cancelled, {});
    } catch (const OrmError &error) {
        ended(ui::ResultState::Failed, error.message());
    } catch (const std::exception &error) {
        ended(ui::ResultState::Failed, QString::fromUtf8(error.what()));
    }
}

void ResultStream::ended(ui::ResultState state, const QString &message)
{
    {
        const std::lock_guard lock(m_feed->mutex);
        m_feed->target = nullptr;
    }
    m_feed.reset();
    m_watcher = nullptr;
    m_model.finish(state, message);
    Q_EMIT finished(state == ui::ResultState::Complete, message);
}

} // namespace heddle::app
