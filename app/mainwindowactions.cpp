// Menus, tool bar, shortcuts.

#include "app/mainwindow.h"

#include "app/keysdialog.h"
#include "app/serverdialog.h"
#include "ui/builder/livesqlpanel.h"
#include "ui/editor/findbar.h"
#include "ui/style/icons.h"
#include "ui/timeline/timelineview.h"

#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QToolBar>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

const QString downSign = u" \u25be"_s; // the style sheet hides Qt's own menu arrow

template <typename F>
QAction *addChoice(QActionGroup *group, QMenu *menu, const QString &text, int value, F chosen)
{
    QAction *action = menu->addAction(text);
    action->setCheckable(true);
    action->setData(value);
    group->addAction(action);
    QObject::connect(action, &QAction::triggered, group, [chosen, value] { chosen(value); });
    return action;
}

QToolButton *buttonFor(QAction *action, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAccessibleName(action->text());
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

QAction *MainWindow::action(const QString &text, const QList<QKeySequence> &keys,
                            const QString &tip)
{
    auto *result = new QAction(text, this);
    result->setShortcuts(keys);
    QString plain = text;
    plain.remove(u'&').remove(u"\u2026"_s);
    const QString first = keys.isEmpty()
                              ? QString()
                              : u" ("_s + keys.first().toString(QKeySequence::NativeText) + u')';
    result->setToolTip((tip.isEmpty() ? plain : tip) + first);
    result->setStatusTip(tip);
    addAction(result);
    return result;
}

template <typename F>
QAction *MainWindow::action(const QString &text, const QList<QKeySequence> &keys, F run)
{
    QAction *result = action(text, keys);
    connect(result, &QAction::triggered, this, run);
    return result;
}

void MainWindow::buildActions()
{
    buildFileMenu();
    buildEditMenu();
    buildQueryMenu();
    buildRunMenu();
    buildViewMenu();
    buildHelpMenu();
    buildToolBar();
}

void MainWindow::buildFileMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&File"));
    menu->addAction(
        action(tr("&New Workbook"), {QKeySequence::New}, [this] { m_tabs->addUntitled(); }));
    menu->addAction(action(tr("&Open\u2026"), {QKeySequence::Open}, [this] { chooseAndOpen(); }));
    menu->addAction(action(tr("Open &Database\u2026"), {Qt::CTRL | Qt::SHIFT | Qt::Key_O},
                           [this] { chooseDatabase(); }));
    menu->addAction(action(tr("Connect to a &Server\u2026"), {}, [this] { chooseServer(); }));
    menu->addAction(action(tr("Open &Trace\u2026"), {}, [this] { chooseTrace(); }));
    menu->addAction(action(tr("Open the Sample &Bookshop"), {}, [this] { openSample(); }));
    m_recentMenu = menu->addMenu(tr("Open &Recent"));
    connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
    menu->addSeparator();
    m_save = action(tr("&Save"), {QKeySequence::Save}, [this] { save(false); });
    menu->addAction(m_save);
    menu->addAction(
        action(tr("Save &As\u2026"), {Qt::CTRL | Qt::SHIFT | Qt::Key_S}, [this] { save(true); }));
    QMenu *exports = menu->addMenu(tr("&Export Timeline"));
    exports->addAction(
        action(tr("As &Picture (PNG)\u2026"), {}, [this] { exportTimeline(TimelineFormat::Png); }));
    exports->addAction(
        action(tr("As &Drawing (SVG)\u2026"), {}, [this] { exportTimeline(TimelineFormat::Svg); }));
    exports->addAction(action(tr("As &Trace for Perfetto (JSON)\u2026"), {},
                              [this] { exportTimeline(TimelineFormat::Chrome); }));
    exports->addAction(action(tr("As Trace for &OpenTelemetry (OTLP JSON)\u2026"), {},
                              [this] { exportTimeline(TimelineFormat::Otlp); }));
    exports->addAction(action(tr("As &Heddle Trace, to Open Again\u2026"), {},
                              [this] { exportTimeline(TimelineFormat::Heddle); }));
    exports->addAction(action(tr("As &Report (HTML)\u2026"), {},
                              [this] { exportTimeline(TimelineFormat::Html); }));
    menu->addSeparator();
    menu->addAction(action(tr("&Close Workbook"), {QKeySequence::Close},
                           [this] { m_tabs->closeDocument(current()); }));
    menu->addAction(
        action(tr("&Quit"), {QKeySequence::Quit, Qt::CTRL | Qt::Key_Q}, [this] { close(); }));
}

void MainWindow::buildEditMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Edit"));
    // Keys of these are the editor's own; here they are shown, and other text fields keep theirs.
    const auto ofEditor = [this, menu](const QString &text, QKeySequence::StandardKey key,
                                       auto run) {
        QAction *item = action(text, {}, run);
        const QList<QKeySequence> keys = QKeySequence::keyBindings(key);
        if (!keys.isEmpty())
            item->setText(text + u'\t' + keys.first().toString(QKeySequence::NativeText));
        menu->addAction(item);
        return item;
    };
    m_undo = ofEditor(tr("&Undo"), QKeySequence::Undo, [this] { editor()->undo(); });
    m_redo = ofEditor(tr("&Redo"), QKeySequence::Redo, [this] { editor()->redo(); });
    menu->addSeparator();
    m_cut = ofEditor(tr("Cu&t"), QKeySequence::Cut, [this] { editor()->cut(); });
    m_copy = ofEditor(tr("&Copy"), QKeySequence::Copy, [this] { editor()->copy(); });
    ofEditor(tr("&Paste"), QKeySequence::Paste, [this] { editor()->paste(); });
    ofEditor(tr("Select &All"), QKeySequence::SelectAll, [this] { editor()->selectAll(); });
    menu->addSeparator();
    menu->addAction(action(tr("&Find\u2026"), {QKeySequence::Find},
                           [this] { current()->pane()->findBar()->open(false); }));
    menu->addAction(action(tr("Find and R&eplace\u2026"), {Qt::CTRL | Qt::Key_H},
                           [this] { current()->pane()->findBar()->open(true); }));
    menu->addAction(action(tr("Find &Next"), {Qt::Key_F3},
                           [this] { current()->pane()->findBar()->findNext(); }));
    menu->addAction(action(tr("Find Pre&vious"), {Qt::SHIFT | Qt::Key_F3},
                           [this] { current()->pane()->findBar()->findPrevious(); }));
    menu->addSeparator();
    menu->addAction(action(tr("Comment or Uncomment &Lines"), {Qt::CTRL | Qt::Key_Slash},
                           [this] { editor()->toggleComment(); }));
    m_tabMoves =
        action(tr("Tab &Moves On Instead of Indenting"), {Qt::CTRL | Qt::Key_M}, [this](bool on) {
            for (Document *document : m_tabs->documents())
                document->editor()->setTabMovesFocus(on);
            m_runLabel->setText(on ? tr("Tab moves to the next panel. Ctrl+M switches back.")
                                   : QString());
        });
    m_tabMoves->setCheckable(true);
    menu->addAction(m_tabMoves);
}

void MainWindow::buildQueryMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Query"));
    m_showRows = action(tr("Show &Rows of the Queryset at the Caret"), {Qt::Key_F9},
                        [this] { showRowsAtCaret(); });
    m_copySql = action(tr("Copy &SQL of the Queryset at the Caret"),
                       {Qt::CTRL | Qt::SHIFT | Qt::Key_C}, [this] {
                           QGuiApplication::clipboard()->setText(m_liveSql->liveSql().sql);
                           m_runLabel->setText(tr("The SQL is on the clipboard."));
                       });
    m_nextProblem = action(tr("&Next Problem"), {Qt::Key_F8}, [this] { goToNextProblem(); });
    m_reload = action(tr("Read the Sche&ma Again"), {Qt::CTRL | Qt::SHIFT | Qt::Key_R},
                      [this] { reloadSchema(); });
    m_showPlan =
        action(tr("&Plan of the Queryset at the Caret"), {Qt::Key_F7}, [this] { showPlan(false); });
    m_runPlan =
        action(tr("Plan with &Execution"), {Qt::SHIFT | Qt::Key_F7}, [this] { showPlan(true); });
    m_planAsGraph = action(tr("Plan as &Graph"), {Qt::CTRL | Qt::Key_F7}, [this](bool on) {
        m_plan->setShape(on ? ui::PlanShape::Graph : ui::PlanShape::Tree);
        showPanel(m_planDock);
    });
    m_planAsGraph->setCheckable(true);
    menu->addActions({m_showRows, m_copySql, m_showPlan, m_runPlan, m_planAsGraph});
    menu->addSeparator();
    m_makeAsync = action(tr("Make This Cell &Async\u2026"), {Qt::CTRL | Qt::ALT | Qt::Key_A},
                         [this] { makeCellAsync(); });
    menu->addAction(m_makeAsync);
    menu->addAction(
        action(tr("Next &Finding"), {Qt::SHIFT | Qt::Key_F8}, [this] { showNextFinding(); }));
    menu->addSeparator();
    menu->addAction(
        action(tr("&Complete"), {Qt::CTRL | Qt::Key_Space}, [this] { editor()->complete(); }));
    menu->addAction(m_nextProblem);
    menu->addSeparator();
    menu->addAction(m_reload);
}

void MainWindow::buildRunMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Run"));
    m_runCell = action(tr("&Run Cell"), {Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter},
                       tr("Run the cell or the selected lines"));
    connect(m_runCell, &QAction::triggered, this, [this] { runCellOrSelection(false); });
    m_runCell->setIcon(ui::icon(ui::Icon::Run, ui::IconTone::OnAccent));
    m_runAdvance =
        action(tr("Run Cell and &Move On"), {Qt::SHIFT | Qt::Key_Return, Qt::SHIFT | Qt::Key_Enter},
               [this] { runCellOrSelection(true); });
    m_runAll = action(tr("Run &All Cells"), {Qt::Key_F5}, [this] { runAll(); });
    m_runParallel =
        action(tr("Run &Independent Cells in Parallel"),
               {Qt::CTRL | Qt::SHIFT | Qt::Key_Return, Qt::CTRL | Qt::SHIFT | Qt::Key_Enter},
               tr("Run all cells; those that need nothing of each other at the same time"));
    connect(m_runParallel, &QAction::triggered, this, [this] { runParallel(); });
    m_runParallel->setIcon(ui::icon(ui::Icon::RunParallel));
    m_runParallel->setIconText(tr("Run independent cells in parallel"));
    m_runCell->setIconText(tr("Run cell"));
    m_stop = action(tr("&Stop"), {Qt::Key_Escape, Qt::SHIFT | Qt::Key_F5}, [this] {
        m_session.cancelOpening();
        m_runs->stop();
        m_plans->stop();
        m_fixes->stop();
        updateActions();
    });
    m_stop->setIcon(ui::icon(ui::Icon::Stop));
    m_restart = action(tr("&Forget All Names"), {}, [this] {
        if (!m_manual->mayGoOn(current(), tr("before its names are forgotten"),
                               [this] { m_restart->trigger(); }))
            return;
        current()->runs().restart();
        m_log->add(LogView::Kind::Note,
                   tr("%1 starts again: its names are forgotten.").arg(current()->title()));
    });
    menu->addActions({m_runCell, m_runAdvance, m_runAll, m_runParallel, m_stop});
    menu->addSeparator();
    menu->addAction(m_restart);
    menu->addSeparator();
    m_manualCommit = action(tr("&Manual Commit"), {Qt::CTRL | Qt::ALT | Qt::Key_M},
                            tr("Sync cells run in one transaction that stays open"));
    m_manualCommit->setCheckable(true);
    connect(m_manualCommit, &QAction::triggered, this, [this](bool on) {
        showPanel(m_transactionsDock);
        m_manual->setManual(on);
    });
    m_commit =
        action(tr("Comm&it"), {Qt::CTRL | Qt::ALT | Qt::Key_C}, [this] { m_manual->end(true); });
    m_rollBack = action(tr("Ro&ll Back"), {Qt::CTRL | Qt::ALT | Qt::Key_R},
                        [this] { m_manual->end(false); });
    connect(m_manual, &ManualCommitController::changed, this, [this] {
        m_manualCommit->setChecked(m_manual->isManual());
        m_commit->setEnabled(m_manual->isOpen());
        m_rollBack->setEnabled(m_manual->isOpen());
    });
    m_commit->setEnabled(false);
    m_rollBack->setEnabled(false);
    menu->addActions({m_manualCommit, m_commit, m_rollBack});
    menu->addSeparator();

    m_loadModes = new QActionGroup(this);
    QMenu *loads = menu->addMenu(tr("Implicit &Loads in Sync Cells"));
    const auto loadMode = [this](const QString &text, const QString &tip, LoadMode mode,
                                 QMenu *in) {
        QAction *choice = addChoice(m_loadModes, in, text, int(mode),
                                    [this](int m) { setLoadMode(LoadMode(m)); });
        choice->setToolTip(tip);
        choice->setChecked(mode == m_settings.loadMode());
    };
    loadMode(tr("One"),
             tr("A relation that was not loaded costs one query for each row, as in Django"),
             LoadMode::One, loads);
    loadMode(tr("Peers"),
             tr("The first touch loads the relation for all rows that came together: one query"),
             LoadMode::Peers, loads);
    loadMode(tr("Raise"), tr("Touching a relation that was not loaded is an error"),
             LoadMode::Raise, loads);

    m_workerCounts = new QActionGroup(this);
    QMenu *workers = menu->addMenu(tr("&Workers"));
    for (int count : {1, 2, 3, 4, 6, 8}) {
        QAction *choice = addChoice(m_workerCounts, workers,
                                    count == 1 ? tr("1 worker") : tr("%1 workers").arg(count),
                                    count, [this](int n) { setWorkers(n); });
        choice->setChecked(count == m_settings.workers());
    }
    workers->setObjectName(u"workers"_s);
    menu->addSeparator();
    QAction *compare =
        action(tr("C&ompare with the Previous Run"), {Qt::CTRL | Qt::SHIFT | Qt::Key_D},
               tr("What has changed since, line by line"));
    connect(compare, &QAction::triggered, this, [this] {
        showPanel(m_comparisonDock);
        m_comparison->setFocus();
    });
    menu->addAction(compare);
    QAction *lab = action(tr("Isolation La&b\u2026"), {Qt::CTRL | Qt::SHIFT | Qt::Key_B},
                          tr("Two sessions side by side: what isolation levels prevent"));
    connect(lab, &QAction::triggered, this, [this] { m_isolation->show(); });
    menu->addAction(lab);
}

void MainWindow::buildViewMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    int key = Qt::Key_1;
    for (QDockWidget *dock : docks()) {
        const QKeyCombination keys(Qt::ALT, Qt::Key(key++));
        menu->addAction(action(dock->windowTitle(), {keys}, [this, dock] {
            showPanel(dock);
            dock->widget()->setFocus();
        }));
    }
    menu->addAction(action(tr("&Next Panel"), {Qt::Key_F6}, [this] { focusNextPanel(1); }));
    menu->addAction(
        action(tr("&Previous Panel"), {Qt::SHIFT | Qt::Key_F6}, [this] { focusNextPanel(-1); }));
    QMenu *shown = menu->addMenu(tr("&Panels"));
    for (QDockWidget *dock : docks())
        shown->addAction(dock->toggleViewAction());
    shown->addSeparator();
    shown->addAction(action(tr("&Float or Dock the Panel in Front"), {}, [this] {
        for (QDockWidget *dock : docks()) {
            if (dock->isAncestorOf(focusWidget()))
                return dock->setFloating(!dock->isFloating());
        }
        m_timelineDock->setFloating(!m_timelineDock->isFloating());
    }));
    shown->addAction(action(tr("&Put All Panels Back"), {}, [this] { resetLayout(); }));
    menu->addSeparator();
    menu->addAction(action(tr("Fold or &Unfold Cell"), {Qt::CTRL | Qt::SHIFT | Qt::Key_BracketLeft},
                           [this] { editor()->toggleCellFold(); }));
    menu->addAction(action(tr("&Fold All Cells"), {}, [this] { editor()->foldAllCells(true); }));
    menu->addAction(action(tr("Unf&old All Cells"), {}, [this] { editor()->foldAllCells(false); }));
    menu->addSeparator();
    menu->addAction(action(tr("&Larger Text"), {QKeySequence::ZoomIn, Qt::CTRL | Qt::Key_Equal},
                           [this] { editor()->zoomIn(); }));
    menu->addAction(
        action(tr("&Smaller Text"), {QKeySequence::ZoomOut}, [this] { editor()->zoomOut(); }));
    menu->addAction(
        action(tr("No&rmal Text"), {Qt::CTRL | Qt::Key_0}, [this] { editor()->zoomTo(0); }));
    menu->addAction(
        action(tr("Show the &Whole Timeline"), {Qt::CTRL | Qt::SHIFT | Qt::Key_F}, [this] {
            showPanel(m_timelineDock);
            m_timeline->fitAll();
        }));
    menu->addSeparator();
    QMenu *themes = menu->addMenu(tr("&Theme"));
    m_themes = new QActionGroup(this);
    const auto choose = [this](int choice) {
        m_settings.setTheme(ui::ThemeChoice(choice));
        m_appearance.setChoice(ui::ThemeChoice(choice));
    };
    addChoice(m_themes, themes, tr("As the &System"), int(ui::ThemeChoice::System), choose);
    addChoice(m_themes, themes, tr("&Light"), int(ui::ThemeChoice::Light), choose);
    addChoice(m_themes, themes, tr("&Dark"), int(ui::ThemeChoice::Dark), choose);
}

void MainWindow::buildHelpMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Help"));
    menu->addAction(action(tr("&Keys"), {QKeySequence::HelpContents}, [this] { showKeys(); }));
    menu->addAction(action(tr("Keys of the &Timeline"), {}, [this] {
        showPanel(m_timelineDock);
        m_timeline->setKeysShown(true);
        m_timeline->setFocus();
    }));
    menu->addAction(action(tr("Open the Sample &Bookshop"), {}, [this] { openSample(); }));
    menu->addSeparator();
    menu->addAction(action(tr("&About Heddle"), {}, [this] { showAbout(); }));
}

void MainWindow::buildToolBar()
{
    auto *bar = new QToolBar(tr("Tool Bar"), this);
    bar->setObjectName(u"toolBar"_s);
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->toggleViewAction()->setEnabled(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);

    m_connectionMenu = new QMenu(this);
    connect(m_connectionMenu, &QMenu::aboutToShow, this, &MainWindow::fillConnectionMenu);
    m_connectionButton = new QToolButton(bar);
    m_connectionButton->setMenu(m_connectionMenu);
    m_connectionButton->setPopupMode(QToolButton::InstantPopup);
    m_connectionButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_connectionButton->setFocusPolicy(Qt::TabFocus);
    bar->addWidget(m_connectionButton);

    QToolButton *run = buttonFor(m_runCell, bar);
    run->setProperty("primary", true);
    bar->addWidget(run);
    bar->addWidget(buttonFor(m_runParallel, bar));
    bar->addWidget(buttonFor(m_stop, bar));

    auto *loads = new QWidget(bar);
    auto *row = new QHBoxLayout(loads);
    row->setContentsMargins(12, 0, 0, 0);
    row->setSpacing(0);
    auto *label = new QLabel(tr("Implicit loads"), loads);
    label->setProperty("role", u"muted"_s);
    row->addWidget(label);
    row->addSpacing(8);
    const QString segments[] = {u"first"_s, u"middle"_s, u"last"_s};
    for (int i = 0; i < 3; ++i) {
        QToolButton *segment = buttonFor(m_loadModes->actions().at(i), loads);
        segment->setToolButtonStyle(Qt::ToolButtonTextOnly);
        segment->setProperty("segment", segments[i]);
        segment->setAccessibleName(
            tr("Implicit loads: %1").arg(m_loadModes->actions().at(i)->text()));
        row->addWidget(segment);
    }
    bar->addWidget(loads);

    auto *stretch = new QWidget(bar);
    stretch->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(stretch);
    m_workersButton = new QToolButton(bar);
    m_workersButton->setMenu(menuBar()->findChild<QMenu *>(u"workers"_s));
    m_workersButton->setPopupMode(QToolButton::InstantPopup);
    m_workersButton->setFocusPolicy(Qt::TabFocus);
    m_workersButton->setToolTip(tr("How many cells may run at the same time"));
    bar->addWidget(m_workersButton);
    addToolBar(bar);
    setWorkers(m_settings.workers());
    updateConnectionButton();
}

void MainWindow::updateConnectionButton()
{
    const QString text =
        m_session.isOpen() ? u"%1 \u2014 %2"_s.arg(m_session.displayName(), m_session.backendName())
                           : tr("Open a database");
    m_connectionButton->setText(text + downSign);
    m_connectionButton->setIcon(ui::icon(
        ui::Icon::Database, m_session.isOpen() ? ui::IconTone::Parallel : ui::IconTone::Muted));
    m_connectionButton->setToolTip(m_session.isOpen()
                                       ? ServerDialog::withoutPassword(m_session.url())
                                       : tr("No database is open"));
    m_connectionButton->setAccessibleName(m_session.isOpen() ? tr("Database: %1").arg(text) : text);
}

void MainWindow::fillConnectionMenu()
{
    m_connectionMenu->clear();
    m_connectionMenu->addAction(tr("Open Database\u2026"), this, [this] { chooseDatabase(); });
    m_connectionMenu->addAction(tr("Open the Sample Bookshop"), this, [this] { openSample(); });
    if (m_session.isOpen())
        m_connectionMenu->addAction(m_reload);
    m_connectionMenu->addSeparator();
    for (const QString &url : m_settings.recentDatabases()) {
        QAction *entry = m_connectionMenu->addAction(QString(url).replace(u'&', u"&&"_s), this,
                                                     [this, url] { openDatabase(url); });
        entry->setCheckable(true);
        entry->setChecked(url == ServerDialog::withoutPassword(m_session.url()));
    }
}

void MainWindow::fillRecentMenu()
{
    m_recentMenu->clear();
    const auto add = [this](const QString &path) {
        m_recentMenu->addAction(QString(path).replace(u'&', u"&&"_s), this,
                                [this, path] { openPath(path); });
    };
    for (const QString &path : m_settings.recentWorkbooks())
        add(path);
    m_recentMenu->addSeparator();
    for (const QString &url : m_settings.recentDatabases())
        add(url);
    m_recentMenu->addSeparator();
    m_recentMenu->addAction(tr("Forget These"), this, [this] { m_settings.clearRecent(); });
}

void MainWindow::updateActions()
{
    const bool busy = (m_runs && m_runs->isBusy()) || (m_plans && m_plans->isRunning());
    const bool running = m_runs && m_runs->isRunning();
    for (QAction *run : {m_runCell, m_runAdvance, m_runAll, m_runParallel, m_showRows})
        run->setEnabled(!running);
    m_stop->setEnabled(busy || m_session.isOpening());
    m_reload->setEnabled(m_session.isOpen());
    if (!current())
        return;
    m_save->setEnabled(current()->isModified() || current()->path().isEmpty());
    m_copySql->setEnabled(!m_liveSql->liveSql().sql.isEmpty());
}

void MainWindow::showKeys()
{
    auto *dialog = new KeysDialog(menuBar(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About Heddle"),
                                tr("Heddle %1\n\nA query workbench on an asynchronous ORM: "
                                   "Django's querysets on your database, drawn as "
                                   "they run.\n\nFree software under the GNU General Public "
                                   "License, version 3 or later. It comes with "
                                   "no warranty.")
                                    .arg(QCoreApplication::applicationVersion()),
                                QMessageBox::Close, this);
    box->setIconPixmap(windowIcon().pixmap(64, 64));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setModal(false);
    box->show();
}

} // namespace heddle::app
