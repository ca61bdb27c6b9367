#pragma once

#include "orm/objects/database.h"

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <memory>

namespace heddle::app {

/// The database that the window works on, and the recorder that listens to it.
///
/// Lives on the GUI thread and never waits there: opening happens elsewhere, and what takes time to
/// end (a pool with running queries) is handed to a thread that lets go of it.
class Session final : public QObject {
    Q_OBJECT

public:
    explicit Session(QObject *parent = nullptr);
    /// Gives running queries two seconds to end.
    ~Session() override;

    /// Opens a path or URL. What was open stays so until the new one is; if that fails it stays.
    void open(const QString &url);
    bool isOpening() const { return m_opening != nullptr; }
    const QString &openingUrl() const { return m_openingUrl; }
    void cancelOpening();

    bool isOpen() const { return !m_database.isNull(); }
    /// Null while nothing is open. Whoever keeps a copy gives it back through retire().
    const Database &database() const { return m_database; }
    ModelRegistryPtr models() const;
    QString url() const { return isOpen() ? m_database.url() : QString(); }
    QString displayName() const { return isOpen() ? m_database.displayName() : QString(); }
    /// "SQLite", "PostgreSQL".
    QString backendName() const;
    /// What the pool is doing; all zeros while nothing is open.
    Runner::Stats stats() const;

    const std::shared_ptr<TraceRecorder> &recorder() const { return m_recorder; }
    /// A number for one press of Run.
    std::uint32_t nextRun() { return ++m_lastRun; }

    /// Lets go of something on another thread, because that can take as long as a query does.
    void retire(std::shared_ptr<void> object);

Q_SIGNALS:
    void opening(const QString &name);
    void opened();
    void failed(const QString &url, const QString &sentence);

private:
    void openingFinished(QFutureWatcher<Database> *watcher);
    void close();

    std::shared_ptr<TraceRecorder> m_recorder;
    Database m_database;
    QFutureWatcher<Database> *m_opening = nullptr;
    QString m_openingUrl;
    QThreadPool m_retired;
    std::uint32_t m_lastRun = 0;
};

} // namespace heddle::app
