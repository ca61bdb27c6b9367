#include "app/session.h"

#include "orm/trace/trace.h"
#include "orm/values/errors.h"

#include <QFileInfo>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

/// A name for people before the engine has looked at a URL; never a password.
QString nameOf(const QString &url)
{
    const QUrl parsed(url);
    if (parsed.scheme().size() > 1 && !parsed.host().isEmpty())
        return parsed.host() + parsed.path();
    return QFileInfo(url).fileName();
}

} // namespace

Session::Session(QObject *parent)
    : QObject(parent), m_recorder(std::make_shared<TraceRecorder>(/*parameters*/ true))
{
    m_retired.setMaxThreadCount(4);
}

Session::~Session()
{
    cancelOpening();
    close();
    m_retired.waitForDone(3000);
}

void Session::close()
{
    if (m_database.isNull())
        return;
    m_database.setTraceSink(nullptr);
    retire(std::make_shared<Database>(std::exchange(m_database, Database())));
}

void Session::retire(std::shared_ptr<void> object)
{
    // The recorder goes along: what is let go of may still be recording.
    m_retired.start(
        [object = std::move(object), recorder = m_recorder]() mutable { object.reset(); });
}

void Session::cancelOpening()
{
    if (!m_opening)
        return;
    m_opening->disconnect(this);
    m_opening->future().cancel();
    m_opening->deleteLater();
    m_opening = nullptr;
    m_openingUrl.clear();
}

void Session::open(const QString &url)
{
    cancelOpening();
    m_openingUrl = url;
    m_opening = new QFutureWatcher<Database>(this);
    connect(m_opening, &QFutureWatcherBase::finished, this,
            [this, watcher = m_opening] { openingFinished(watcher); });
    Q_EMIT opening(nameOf(url));
    m_opening->setFuture(Database::aopen(url));
}

void Session::openingFinished(QFutureWatcher<Database> *watcher)
{
    const QString url = std::exchange(m_openingUrl, {});
    m_opening = nullptr;
    watcher->deleteLater();
    QString sentence;
    try {
        const QFuture<Database> future = watcher->future();
        Database database = future.result();
        close();
        m_database = std::move(database);
        m_database.setTraceSink(m_recorder.get());
        Q_EMIT opened();
        return;
    } catch (const OrmError &error) {
        sentence = error.message();
    } catch (const std::exception &error) {
        sentence = QString::fromUtf8(error.what());
    }
    Q_EMIT failed(url, sentence);
}

ModelRegistryPtr Session::models() const
{
    return isOpen() ? m_database.registry() : nullptr;
}

QString Session::backendName() const
{
    if (!isOpen())
        return {};
    const QString backend = m_database.schema().backend;
    if (backend == u"sqlite")
        return u"SQLite"_s;
    if (backend == u"mariadb")
        return u"MariaDB"_s;
    return backend == u"postgresql" ? u"PostgreSQL"_s : backend;
}

Runner::Stats Session::stats() const
{
    return isOpen() && !m_database.isOffline() ? m_database.runner().stats() : Runner::Stats{};
}

} // namespace heddle::app
