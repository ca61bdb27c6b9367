#pragma once

#include "app/commandline.h"
#include "app/comparisoncontroller.h"
#include "app/documenttabs.h"
#include "app/findingscontroller.h"
#include "app/isolationcontroller.h"
#include "app/manualcommitcontroller.h"
#include "app/plancontroller.h"
#include "app/runcontroller.h"
#include "app/settings.h"
#include "app/transactionscontroller.h"
#include "ui/models/schemamodel.h"

#include <QActionGroup>
#include <QMainWindow>

class QDockWidget;
class QFileDialog;
class QLabel;
class QToolButton;

namespace heddle::ui {
class LiveSqlPanel;
class PlanView;
class ResultsView;
class SchemaView;
class TimelineView;
} // namespace heddle::ui

namespace heddle::app {

/// The workbench: docks around the workbook tabs, and the wires between them.
///
/// Never waits for a database, and says what went wrong in its message bar; the only dialogs are
/// those that choose a file.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    /// Where the window keeps files of its own.
    struct Folders {
        QString journal;
        QString sample;
        static Folders ofUser();
    };

    /// `settings` and `appearance` are not owned.
    MainWindow(Settings &settings, ui::Appearance &appearance,
               const Folders &folders = Folders::ofUser());
    ~MainWindow() override;

    /// What the program was started with; without files and database what was open last, at the
    /// first start the sample.
    void start(const CommandLine &line);
    /// A database or a workbook, by what it is.
    void openPath(const QString &path);
    void openDatabase(const QString &url);
    void openSample();
    void runAll();

    Session &session() { return m_session; }
    DocumentTabs &tabs() { return *m_tabs; }
    MessageBar &messages() { return *m_messages; }
    RunController &runs() { return *m_runs; }
    ui::ResultModel &results() { return m_resultModel; }
    ui::TraceModel &trace() { return m_traceModel; }
    ui::LiveSqlPanel &liveSql() { return *m_liveSql; }
    ui::TimelineView &timeline() { return *m_timeline; }
    ui::SchemaView &schema() { return *m_schema; }
    ui::PlanView &plan() { return *m_plan; }
    ui::TransactionsView &transactions() { return *m_transactions; }
    ui::FindingsView &findings() { return *m_findings; }
    FindingsController &fixes() { return *m_fixes; }
    LogView &log() { return *m_log; }
    IsolationController &isolation() { return *m_isolation; }
    ManualCommitController &manualCommit() { return *m_manual; }
    ui::RunComparisonView &comparison() { return *m_comparison; }

Q_SIGNALS:
    /// Models are there and every panel knows them.
    void databaseReady();

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    // mainwindow.cpp
    void buildPanels();
    QDockWidget *addPanel(const QString &name, const QString &title, QWidget *content,
                          Qt::DockWidgetArea area);
    void connectPanels();
    void showPanel(QDockWidget *panel);
    void focusNextPanel(int step);
    void saveLayout();
    void restoreLayout();
    void resetLayout();
    void applyTheme();
    void updateStatusBar();

    // mainwindowactions.cpp
    void buildActions();
    void buildFileMenu();
    void buildEditMenu();
    void buildQueryMenu();
    void buildRunMenu();
    void buildViewMenu();
    void buildHelpMenu();
    void buildToolBar();
    void updateActions();
    void updateConnectionButton();
    void fillConnectionMenu();
    void fillRecentMenu();
    void showKeys();
    void showAbout();
    QAction *action(const QString &text, const QList<QKeySequence> &keys, const QString &tip = {});
    template <typename F>
    QAction *action(const QString &text, const QList<QKeySequence> &keys, F run);

    // mainwindowfiles.cpp
    void chooseAndOpen();
    void chooseDatabase();
    void chooseServer(const QString &url = {});
    void save(bool as);
    /// What the timeline's records and drawing can be written as.
    enum class TimelineFormat { Png, Svg, Chrome, Otlp, Heddle, Html };
    void exportTimeline(TimelineFormat format);
    void openTrace(const QString &path);
    void chooseTrace();
    QFileDialog *fileDialog(const QString &title);
    void databaseOpened();
    void databaseFailed(const QString &url, const QString &sentence);
    void reloadSchema();

    // mainwindowruns.cpp
    void runCellOrSelection(bool advance);
    void runCells(std::vector<script::CellSource> cells, script::RunMode mode,
                  script::RunScope scope = script::RunScope::SomeCells);
    void runParallel();
    void insertName(const QString &name);
    void documentAdded(Document *document);
    void updateEditActions();
    void currentDocumentChanged(Document *document);
    void previewQuery();
    void showRowsAtCaret();
    void showPlan(bool run);
    void showFinding(int row);
    void showNextFinding();
    void findingsChanged();
    void makeCellAsync();
    void showTimelineOfLine(int line);
    void showLineOfRecord(int line, int column);
    void setLoadMode(LoadMode mode);
    void setWorkers(int count);
    void goToNextProblem();

    Document *current() const { return m_tabs->current(); }
    ui::CodeEditor *editor() const { return current()->editor(); }

    Settings &m_settings;
    ui::Appearance &m_appearance;
    Folders m_folders;
    Session m_session;
    ui::TraceModel m_traceModel;
    ui::FindingsModel m_findingsModel;
    ui::ResultModel m_resultModel;
    ui::SchemaModel m_schemaModel;
    ResultStream m_resultStream{m_session, m_resultModel};

    MessageBar *m_messages = nullptr;
    DocumentTabs *m_tabs = nullptr;
    ui::SchemaView *m_schema = nullptr;
    ui::LiveSqlPanel *m_liveSql = nullptr;
    ui::ResultsView *m_results = nullptr;
    ui::TimelineView *m_timeline = nullptr;
    ui::FindingsView *m_findings = nullptr;
    ui::PlanView *m_plan = nullptr;
    ui::RunComparisonView *m_comparison = nullptr;
    ComparisonController *m_comparisons = nullptr;
    ui::TransactionsView *m_transactions = nullptr;
    LogView *m_log = nullptr;
    PlanController *m_plans = nullptr;
    IsolationController *m_isolation = nullptr;
    ManualCommitController *m_manual = nullptr;
    QAction *m_manualCommit = nullptr, *m_commit = nullptr, *m_rollBack = nullptr;
    FindingsController *m_fixes = nullptr;
    RunController *m_runs = nullptr;
    QDockWidget *m_schemaDock = nullptr, *m_sqlDock = nullptr, *m_resultsDock = nullptr,
                *m_timelineDock = nullptr, *m_findingsDock = nullptr, *m_planDock = nullptr,
                *m_comparisonDock = nullptr, *m_transactionsDock = nullptr, *m_logDock = nullptr;
    /// In the order of their tabs.
    QList<QDockWidget *> docks() const;
    QByteArray m_firstLayout;

    QLabel *m_databaseLabel = nullptr, *m_loadLabel = nullptr, *m_poolLabel = nullptr,
           *m_runLabel = nullptr, *m_caretLabel = nullptr, *m_traceSummary = nullptr;
    QTimer m_poolTimer, m_previewTimer;

    QToolButton *m_connectionButton = nullptr, *m_workersButton = nullptr;
    QMenu *m_connectionMenu = nullptr, *m_recentMenu = nullptr;
    QActionGroup *m_loadModes = nullptr, *m_workerCounts = nullptr, *m_themes = nullptr;
    QAction *m_runCell = nullptr, *m_runAdvance = nullptr, *m_runAll = nullptr,
            *m_runParallel = nullptr, *m_stop = nullptr, *m_restart = nullptr, *m_undo = nullptr,
            *m_redo = nullptr, *m_cut = nullptr, *m_copy = nullptr, *m_save = nullptr,
            *m_copySql = nullptr, *m_showRows = nullptr, *m_showPlan = nullptr,
            *m_runPlan = nullptr, *m_planAsGraph = nullptr, *m_makeAsync = nullptr,
            *m_nextProblem = nullptr, *m_tabMoves = nullptr, *m_reload = nullptr;
    bool m_closing = false;
};

/// True for a file that is a database by its first bytes or, if it cannot be read, by its name.
bool looksLikeDatabase(const QString &path);

} // namespace heddle::app
