#pragma once

#include "app/lab/lab.h"
#include "app/session.h"
#include "ui/learn/isolationview.h"

#include <QObject>
#include <QPointer>

namespace heddle::app {

/// The isolation lab's window and the thread that takes its steps. The window never waits: what it
/// asks for happens on that thread, and comes back as values.
class IsolationController final : public QObject {
    Q_OBJECT

public:
    IsolationController(Session &session, QWidget *window, QObject *parent = nullptr);
    /// Ends what waits, and drops the place.
    ~IsolationController() override;

    /// Opens the window, or brings it to the front.
    void show();
    /// Null until it was opened.
    ui::IsolationView *view() const { return m_view; }
    bool isBusy() const { return m_busy > 0; }

Q_SIGNALS:
    /// Nothing is under way any more.
    void idle();

private:
    struct Worker; // what lives on the thread
    void makeView();
    void fillPlaces();
    void fillLevels();
    void placeChosen();
    void scenarioChosen();
    void prepare();
    void next(bool toEnd);
    void runMatrix();
    void stop();
    void edited(const QList<ui::IsolationStep> &steps);
    void closeLab();
    /// Runs `work` with the lab of the chosen place, made if need be.
    void post(const QString &doing, std::function<void(Lab &)> work);
    void finished(const QString &problem);
    void showState(const LabState &state);
    void showChoice();
    LabDatabase::Kind kind() const;
    LabLevel level() const;

    Session &m_session;
    QWidget *m_window;
    QPointer<ui::IsolationView> m_view;
    QStringList m_urls; // of the places; empty: a SQLite file
    QList<LabLevel> m_levels;
    LabScenario m_scenario;
    bool m_ended = false, m_problem = false;
    int m_busy = 0;
    std::unique_ptr<Worker> m_worker; // last: its thread calls back
};

} // namespace heddle::app
