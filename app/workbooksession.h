#pragma once

#include "app/session.h"
#include "orm/query/query.h"
#include "orm/script/workbookrunner.h"
#include "ui/builder/livesqlpanel.h"

#include <QObject>
#include <memory>
#include <vector>

namespace heddle::app {

class CellRelay;

/// One workbook's runs: its names between them, its threads, what its cells print. GUI thread only;
/// nothing here waits.
class WorkbookSession final : public QObject {
    Q_OBJECT

public:
    explicit WorkbookSession(Session &session, QObject *parent = nullptr);
    ~WorkbookSession() override;

    /// False while a run is under way, or if no database is open.
    bool run(std::vector<script::CellSource> cells, script::RunMode mode,
             script::RunScope scope = script::RunScope::SomeCells);
    void stop();
    bool isRunning() const { return m_running; }
    std::uint32_t lastRun() const { return m_lastRun; }
    /// Forgets every name, as a restart of the workbook; a run that is under way is stopped.
    void restart();

    /// Asks what the expression would send; previewReady() answers unless a later question
    /// overtakes it. Sends nothing.
    void preview(const QString &expression, const QString &precedingSource);
    /// The queryset that previewReady() told of last; nothing if there was none.
    const std::optional<Query> &previewedQuery() const { return m_previewedQuery; }
    /// The statement that it told of, or that a terminal method would send.
    struct Previewed {
        QString expression;
        QByteArray sql;
        ValueList parameters;
    };
    const std::optional<Previewed> &previewedStatement() const { return m_previewedStatement; }

    void setParallelism(int threads);
    void setLoadMode(LoadMode mode);

    /// Manual commit, see WorkbookRunner. What is open stays open until endTransaction().
    void setManualCommit(bool manual);
    const script::ManualState &transaction() const { return m_transaction; }
    /// False while a run is under way, or if none is open; transactionEnded() tells of it.
    bool endTransaction(bool commit);

Q_SIGNALS:
    void cellStarted(int cell, bool async);
    void cellPrinted(int cell, const QString &line);
    void cellWarned(int cell, const heddle::script::ScriptWarning &warning);
    void cellFinished(const heddle::script::CellOutcome &outcome);
    void runFinished();
    void transactionChanged();
    /// `error`: a sentence, if it could not be committed and was rolled back.
    void transactionEnded(bool committed, const QString &error);
    void previewReady(const heddle::ui::LiveSql &sql);

private:
    friend class CellRelay;
    bool ensureRunner();
    void releaseRunner();
    void deliver();

    struct Engine; // runner, listener and the database that they use, let go of together
    Session &m_session;
    std::shared_ptr<Engine> m_engine;
    QThreadPool m_previews;
    quint64 m_lastPreview = 0;
    std::optional<Query> m_previewedQuery;
    std::optional<Previewed> m_previewedStatement;
    std::uint32_t m_lastRun = 0;
    int m_parallelism = 4;
    LoadMode m_loadMode = LoadMode::One;
    script::ManualState m_transaction;
    bool m_running = false;
};

} // namespace heddle::app
