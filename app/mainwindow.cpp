#include "app/mainwindow.h"

#include "app/sample/bookshop.h"
#include "ui/builder/livesqlpanel.h"
#include "ui/plan/planview.h"
#include "ui/results/resultsview.h"
#include "ui/schema/schemaview.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/timeline/timelineview.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTabBar>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int layoutVersion =
    4; // raised when panels come or go: an older layout is then not restored

} // namespace

MainWindow::Folders MainWindow::Folders::ofUser()
{
    const QString data = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    return {data + u"/journal"_s, bookshopFolder()};
}

MainWindow::MainWindow(Settings &settings, ui::Appearance &appearance, const Folders &folders)
    : m_settings(settings), m_appearance(appearance), m_folders(folders)
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Heddle"));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks | GroupedDragging);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    buildPanels();
    m_runs = new RunController(m_session, m_traceModel, m_resultStream, *m_log, this);
    m_plans = new PlanController(m_session, *m_plan, this);
    m_isolation = new IsolationController(m_session, this, this);
    new TransactionsController(m_traceModel, *m_transactions, this);
    m_manual = new ManualCommitController(*m_tabs, *m_messages, *m_transactions, this);
    m_tabs->setCloseGuard([this](Document *document) {
        return m_manual->mayGoOn(document, tr("before the workbook is closed"),
                                 [this, document] { m_tabs->closeDocument(document); });
    });
    m_comparisons = new ComparisonController(*m_runs, m_traceModel, *m_comparison, this);
    m_fixes = new FindingsController(m_session, m_settings, *m_runs, m_traceModel, m_findingsModel,
                                     *m_findings, this);
    buildActions();
    connectPanels();
    resize(1600, 1000);
    resetLayout();
    m_firstLayout = saveState(layoutVersion);
    restoreLayout();
    m_tabs->addUntitled();
    applyTheme();
    updateActions();
}

MainWindow::~MainWindow()
{
    m_closing = true;
    m_runs->stop();
    // Views and documents use models and the session, which as members end before child widgets
    // would.
    delete m_fixes;
    delete m_runs;
    delete m_isolation;
    delete m_manual;
    delete m_plans;
    delete m_tabs;
    qDeleteAll(docks());
}

QList<QDockWidget *> MainWindow::docks() const
{
    return {m_schemaDock,       m_sqlDock,  m_resultsDock,    m_timelineDock, m_findingsDock,
            m_transactionsDock, m_planDock, m_comparisonDock, m_logDock};
}

QDockWidget *MainWindow::addPanel(const QString &name, const QString &title, QWidget *content,
                                  Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    dock->setAccessibleName(title);
    addDockWidget(area, dock);
    // Tabbed panels have their name on the tab; a title bar over it would say it twice.
    const auto updateTitle = [this, dock] {
        const bool tabbed = !dock->isFloating() && !tabifiedDockWidgets(dock).isEmpty();
        if (tabbed && !dock->titleBarWidget())
            dock->setTitleBarWidget(new QWidget(dock));
        else if (!tabbed && dock->titleBarWidget())
            delete dock->titleBarWidget();
    };
    connect(dock, &QDockWidget::topLevelChanged, this, updateTitle, Qt::QueuedConnection);
    connect(dock, &QDockWidget::dockLocationChanged, this, updateTitle, Qt::QueuedConnection);
    connect(dock, &QDockWidget::visibilityChanged, this, updateTitle, Qt::QueuedConnection);
    return dock;
}

void MainWindow::buildPanels()
{
    auto *middle = new QWidget(this);
    auto *layout = new QVBoxLayout(middle);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_messages = new MessageBar(middle);
    m_tabs = new DocumentTabs(m_session, *m_messages, m_folders.journal, middle);
    layout->addWidget(m_messages);
    layout->addWidget(m_tabs, 1);
    setCentralWidget(middle);

    m_schema = new ui::SchemaView(m_schemaModel, this);
    m_liveSql = new ui::LiveSqlPanel(this);
    m_results = new ui::ResultsView(m_resultModel, this);
    m_timeline = new ui::TimelineView(m_traceModel, this);
    m_findings = new ui::FindingsView(m_findingsModel, this);
    m_plan = new ui::PlanView(this);
    m_comparison = new ui::RunComparisonView(this);
    m_transactions = new ui::TransactionsView(this);
    m_log = new LogView(this);
    m_schemaDock = addPanel(u"schema"_s, tr("Schema"), m_schema, Qt::LeftDockWidgetArea);
    m_sqlDock = addPanel(u"sql"_s, tr("SQL"), m_liveSql, Qt::RightDockWidgetArea);
    m_resultsDock = addPanel(u"results"_s, tr("Results"), m_results, Qt::BottomDockWidgetArea);
    m_timelineDock = addPanel(u"timeline"_s, tr("Timeline"), m_timeline, Qt::BottomDockWidgetArea);
    m_findingsDock = addPanel(u"findings"_s, tr("Findings"), m_findings, Qt::BottomDockWidgetArea);
    m_planDock = addPanel(u"plan"_s, tr("Plan"), m_plan, Qt::BottomDockWidgetArea);
    m_comparisonDock =
        addPanel(u"comparison"_s, tr("Compare"), m_comparison, Qt::BottomDockWidgetArea);
    m_transactionsDock =
        addPanel(u"transactions"_s, tr("Transactions"), m_transactions, Qt::BottomDockWidgetArea);
    m_logDock = addPanel(u"log"_s, tr("Log"), m_log, Qt::BottomDockWidgetArea);

    QStatusBar *status = statusBar();
    status->setSizeGripEnabled(false);
    m_databaseLabel = new QLabel(status);
    m_loadLabel = new QLabel(status);
    m_poolLabel = new QLabel(status);
    m_runLabel = new QLabel(status);
    m_traceSummary = new QLabel(status);
    m_caretLabel = new QLabel(status);
    for (QLabel *label : {m_databaseLabel, m_loadLabel, m_poolLabel, m_runLabel})
        status->addWidget(label);
    status->addPermanentWidget(m_traceSummary);
    status->addPermanentWidget(m_caretLabel);
}

void MainWindow::connectPanels()
{
    connect(&m_session, &Session::opened, this, &MainWindow::databaseOpened);
    connect(&m_session, &Session::failed, this, &MainWindow::databaseFailed);
    connect(&m_session, &Session::opening, this, [this](const QString &name) {
        m_runLabel->setText(tr("Opening %1\u2026").arg(name));
        updateActions();
    });

    connect(m_tabs, &DocumentTabs::documentAdded, this, &MainWindow::documentAdded);
    connect(m_tabs, &DocumentTabs::currentDocumentChanged, this,
            &MainWindow::currentDocumentChanged);
    connect(m_tabs, &DocumentTabs::saved, this,
            [this](const QString &path) { m_settings.addRecentWorkbook(path); });

    connect(m_runs, &RunController::started, this, &MainWindow::updateActions);
    connect(m_runs, &RunController::finished, this, [this] {
        m_timeline->fitAll();
        updateActions();
    });
    connect(&m_findingsModel, &ui::FindingsModel::changed, this, &MainWindow::findingsChanged);
    connect(m_findings, &ui::FindingsView::showRequested, this, &MainWindow::showFinding);
    connect(m_findings, &ui::FindingsView::chosen, this, [this](int row) {
        const auto &records = m_findingsModel.rows()[std::size_t(row)].finding.records;
        if (!records.empty())
            m_timeline->selectRecord(records.front());
    });
    connect(m_timeline, &ui::TimelineView::recordSelected, m_findings,
            &ui::FindingsView::selectRecord);
    connect(m_fixes, &FindingsController::sentence, m_runLabel, &QLabel::setText);
    connect(m_comparison, &ui::RunComparisonView::callSiteActivated, this,
            &MainWindow::showLineOfRecord);
    connect(m_plan, &ui::PlanView::planRequested, this, &MainWindow::showPlan);
    connect(m_plans, &PlanController::finished, this, &MainWindow::updateActions);
    connect(m_plan, &ui::PlanView::shapeChanged, this, [this](ui::PlanShape shape) {
        m_settings.setPlanShape(shape);
        m_planAsGraph->setChecked(shape == ui::PlanShape::Graph);
    });
    m_plan->setShape(m_settings.planShape());
    connect(m_runs, &RunController::statusChanged, m_runLabel, &QLabel::setText);
    // Whoever compares runs wants to see the comparison of the next one, too.
    const auto showAfterRun = [this](QDockWidget *dock) {
        if (!m_comparison->isVisible() || m_comparison->visibleRegion().isEmpty())
            showPanel(dock);
    };
    connect(m_runs, &RunController::resultShown, this,
            [this, showAfterRun] { showAfterRun(m_resultsDock); });
    connect(m_runs, &RunController::queriesShown, this,
            [this, showAfterRun] { showAfterRun(m_timelineDock); });
    connect(m_runs, &RunController::outputShown, this,
            [this, showAfterRun] { showAfterRun(m_logDock); });
    connect(&m_resultModel, &ui::ResultModel::stateChanged, this, &MainWindow::updateActions);
    connect(m_results, &ui::ResultsView::orderRequested, m_runs, &RunController::orderRows);
    connect(m_results, &ui::ResultsView::copied, this,
            [this](const QString &what) { statusBar()->showMessage(what, 4000); });
    connect(m_runs, &RunController::orderRefused, m_results, &ui::ResultsView::showMessage);
    connect(m_schema, &ui::SchemaView::rowsRequested, this, [this](const QString &name) {
        if (const ModelInfo *model = m_session.isOpen() ? m_session.models()->model(name) : nullptr)
            m_runs->showModel(model);
    });
    connect(m_schema, &ui::SchemaView::insertRequested, this, &MainWindow::insertName);

    connect(m_timeline, &ui::TimelineView::callSiteActivated, this, &MainWindow::showLineOfRecord);
    connect(m_transactions, &ui::TransactionsView::recordSelected, m_timeline,
            &ui::TimelineView::selectRecord);
    connect(m_transactions, &ui::TransactionsView::callSiteActivated, this,
            &MainWindow::showLineOfRecord);
    connect(m_timeline, &ui::TimelineView::recordSelected, m_transactions,
            &ui::TransactionsView::selectRecord);
    connect(m_timeline, &ui::TimelineView::summaryChanged, m_traceSummary, &QLabel::setText);
    connect(&m_appearance, &ui::Appearance::themeChanged, this, &MainWindow::applyTheme);

    m_previewTimer.setSingleShot(true);
    m_previewTimer.setInterval(80);
    connect(&m_previewTimer, &QTimer::timeout, this, &MainWindow::previewQuery);
    m_poolTimer.setInterval(400);
    connect(&m_poolTimer, &QTimer::timeout, this, &MainWindow::updateStatusBar);
    m_poolTimer.start();
}

void MainWindow::showPanel(QDockWidget *panel)
{
    panel->show();
    panel->raise();
}

void MainWindow::focusNextPanel(int step)
{
    QWidget *stops[] = {m_schema,   editor(),       m_liveSql, m_results,    m_timeline,
                        m_findings, m_transactions, m_plan,    m_comparison, m_log};
    constexpr int count = int(std::size(stops));
    int at = 1;
    for (int i = 0; i < count; ++i) {
        if (stops[i]->hasFocus() || stops[i]->isAncestorOf(focusWidget()))
            at = i;
    }
    for (int i = 1; i <= count; ++i) {
        QWidget *next = stops[(at + step * i + count * count) % count];
        // A panel behind another tab is visible to Qt only when its tab is in front.
        if (!next->isVisible() || next->visibleRegion().isEmpty())
            continue;
        QWidget *target = next->focusPolicy() != Qt::NoFocus || next->focusProxy() ? next : nullptr;
        for (QWidget *child : next->findChildren<QWidget *>()) {
            if (!target && child->isVisible() && child->focusPolicy() & Qt::TabFocus)
                target = child;
        }
        if (target) {
            target->setFocus(step > 0 ? Qt::TabFocusReason : Qt::BacktabFocusReason);
            return;
        }
    }
}

void MainWindow::resetLayout()
{
    for (QDockWidget *dock : docks()) {
        dock->setFloating(false);
        dock->show();
    }
    addDockWidget(Qt::LeftDockWidgetArea, m_schemaDock);
    addDockWidget(Qt::RightDockWidgetArea, m_sqlDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_resultsDock);
    tabifyDockWidget(m_resultsDock, m_timelineDock);
    tabifyDockWidget(m_timelineDock, m_findingsDock);
    tabifyDockWidget(m_findingsDock, m_transactionsDock);
    tabifyDockWidget(m_transactionsDock, m_planDock);
    tabifyDockWidget(m_planDock, m_comparisonDock);
    tabifyDockWidget(m_comparisonDock, m_logDock);
    m_timelineDock->raise();
    resizeDocks({m_schemaDock, m_sqlDock}, {250, 370}, Qt::Horizontal);
    resizeDocks({m_timelineDock}, {int(height() * 0.36)}, Qt::Vertical);
}

void MainWindow::saveLayout()
{
    m_settings.setWindow(saveGeometry(), saveState(layoutVersion));
    m_settings.setLastDatabase(m_session.url());
    m_settings.setOpenWorkbooks(m_tabs->paths());
}

void MainWindow::restoreLayout()
{
    if (const QByteArray geometry = m_settings.geometry(); !geometry.isEmpty())
        restoreGeometry(geometry);
    if (const QByteArray state = m_settings.windowState(); !state.isEmpty())
        restoreState(state, layoutVersion);
}

void MainWindow::applyTheme()
{
    const ui::EditorTheme theme = ui::EditorTheme::from(ui::Theme::of(palette()));
    for (Document *document : m_tabs->documents())
        document->editor()->setTheme(theme);
    for (QAction *choice : m_themes->actions())
        choice->setChecked(choice->data().toInt() == int(m_appearance.choice()));
}

void MainWindow::updateStatusBar()
{
    if (m_session.isOpen()) {
        const int models = int(m_session.models()->models().size());
        const QString counted = models == 1 ? tr("1 model") : tr("%1 models").arg(models);
        m_databaseLabel->setText(m_session.displayName() + u" \u00b7 "_s + counted);
        const Runner::Stats stats = m_session.stats();
        QString pool = stats.open == 0
                           ? tr("no connection yet")
                           : tr("%1 of %2 connections idle").arg(stats.idle).arg(stats.open);
        if (stats.queued > 0)
            pool += u" \u00b7 "_s + tr("%1 waiting").arg(stats.queued);
        m_poolLabel->setText(pool);
    } else {
        m_databaseLabel->setText(tr("no database"));
        m_poolLabel->clear();
    }
    const QAction *mode = m_loadModes->checkedAction();
    switch (mode ? LoadMode(mode->data().toInt()) : LoadMode::One) {
    case LoadMode::One:
        m_loadLabel->setText(tr("Sync cells load one by one \u00b7 async cells raise"));
        break;
    case LoadMode::Peers:
        m_loadLabel->setText(tr("Sync cells load for all rows at once \u00b7 async cells raise"));
        break;
    case LoadMode::Raise:
        m_loadLabel->setText(tr("Implicit loads raise"));
        break;
    }
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_manual->mayGoOn(nullptr, tr("before the window is closed"), [this] { close(); })) {
        event->ignore();
        return;
    }
    saveLayout();
    m_tabs->journal().flush();
    m_runs->stop();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    for (const QUrl &url : event->mimeData()->urls())
        openPath(url.isLocalFile() ? url.toLocalFile() : url.toString());
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_themes && !m_closing)
        applyTheme();
}

} // namespace heddle::app
