// Running cells, and what links the editor, the timeline, the grid and the SQL panel.

#include "app/mainwindow.h"

#include "ui/builder/livesqlpanel.h"
#include "ui/style/theme.h"
#include "ui/timeline/timelineview.h"

#include <QDockWidget>
#include <QLabel>
#include <QMimeData>
#include <QStyle>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

void MainWindow::insertName(const QString &name)
{
    const int offset = editor()->caret().offset;
    if (editor()->hasSelectedText())
        editor()->replaceSelectedText(name);
    else {
        editor()->replaceRange(offset, offset, name);
        editor()->SendScintilla(QsciScintilla::SCI_GOTOPOS,
                                editor()->positionOfOffset(offset + int(name.size())));
    }
    editor()->setFocus();
}

void MainWindow::documentAdded(Document *document)
{
    document->editor()->setTheme(ui::EditorTheme::from(ui::Theme::of(palette())));
    document->editor()->setTabMovesFocus(m_tabMoves->isChecked());
    document->runs().setLoadMode(m_settings.loadMode());
    document->runs().setParallelism(m_settings.workers());
    connect(document, &Document::caretQueryChanged, this, [this, document] {
        if (document == current())
            m_previewTimer.start();
    });
    connect(&document->runs(), &WorkbookSession::previewReady, this,
            [this, document](const ui::LiveSql &sql) {
                if (document == current()) {
                    m_liveSql->setLiveSql(sql);
                    updateActions();
                }
            });
    ui::CodeEditor *editor = document->editor();
    connect(editor, &ui::CodeEditor::caretMoved, this, [this, document](int line, int column) {
        if (document != current())
            return;
        const ui::Problem *problem = document->editor()->problemAt(line);
        m_caretLabel->setText(tr("Ln %1, Col %2").arg(line).arg(column));
        m_caretLabel->setToolTip(problem ? problem->message : QString());
        if (problem && !m_runs->isBusy())
            m_runLabel->setText(problem->message);
        else if (!m_runs->isBusy() && m_runs->document() == document)
            m_runLabel->clear();
        if (m_runs->document() == document && document->editor()->hasFocus())
            m_timeline->selectLine(line);
    });
    connect(editor, &ui::CodeEditor::badgeActivated, this, &MainWindow::showTimelineOfLine);
    connect(editor, &ui::CodeEditor::filesDropped, this, [this](const QList<QUrl> &urls) {
        for (const QUrl &url : urls)
            openPath(url.isLocalFile() ? url.toLocalFile() : url.toString());
    });
    connect(editor, &QsciScintilla::copyAvailable, this, &MainWindow::updateEditActions);
    connect(editor, &ui::CodeEditor::contentChanged, this, &MainWindow::updateEditActions);
}

void MainWindow::updateEditActions()
{
    if (!current())
        return;
    m_undo->setEnabled(editor()->isUndoAvailable());
    m_redo->setEnabled(editor()->isRedoAvailable());
    m_cut->setEnabled(editor()->hasSelectedText());
    m_copy->setEnabled(editor()->hasSelectedText());
}

void MainWindow::currentDocumentChanged(Document *document)
{
    setWindowTitle(tr("%1[*] \u2014 Heddle").arg(document->title()));
    setWindowModified(document->isModified());
    const ui::CodeEditor::Caret caret = document->editor()->caret();
    m_caretLabel->setText(tr("Ln %1, Col %2").arg(caret.line).arg(caret.column));
    updateEditActions();
    updateActions();
    m_previewTimer.start();
}

void MainWindow::previewQuery()
{
    Document *document = current();
    if (!document)
        return;
    const CaretQuery &query = document->caretQuery();
    if (query.expression.isEmpty() || !m_session.isOpen()) {
        m_liveSql->setLiveSql({});
        updateActions();
        return;
    }
    document->runs().preview(query.expression, query.preceding);
}

void MainWindow::runCells(std::vector<script::CellSource> cells, script::RunMode mode)
{
    if (!m_session.isOpen()) {
        m_messages->show({Message::Kind::Warning,
                          u"database"_s,
                          tr("Open a database first: cells run on it."),
                          {{tr("Open Database\u2026"), [this] { chooseDatabase(); }},
                           {tr("Open the Sample Bookshop"), [this] { openSample(); }}}});
        return;
    }
    if (cells.empty()) {
        m_runLabel->setText(tr("There is no code to run here."));
        return;
    }
    m_runs->start(current(), std::move(cells), mode);
}

void MainWindow::runCellOrSelection(bool advance)
{
    std::vector<script::CellSource> selection = current()->selection();
    if (!selection.empty() && !advance) {
        runCells(std::move(selection), script::RunMode::InOrder);
        return;
    }
    runCells(current()->cellAtCaret(), script::RunMode::InOrder);
    if (advance)
        current()->advanceToNextCell();
}

void MainWindow::runAll()
{
    runCells(current()->allCells(/*withDependencies*/ false), script::RunMode::InOrder);
}

void MainWindow::runParallel()
{
    runCells(current()->allCells(/*withDependencies*/ true), script::RunMode::Parallel);
}

void MainWindow::showRowsAtCaret()
{
    const std::optional<Query> query = current()->runs().previewedQuery();
    if (!query) {
        m_runLabel->setText(tr("There is no queryset at the caret."));
        return;
    }
    m_runs->showRows(*query, query->model()->name);
}

void MainWindow::showPlan(bool run)
{
    showPanel(m_planDock);
    m_plans->ask(current()->runs(), run);
    updateActions();
}

void MainWindow::showTimelineOfLine(int line)
{
    showPanel(m_timelineDock);
    m_timeline->selectLine(line);
    m_timeline->fitSelection();
    m_timeline->setFocus();
}

void MainWindow::showLineOfRecord(int line, int column)
{
    Document *document = m_runs->document();
    if (!document || line < 1)
        return;
    m_tabs->setCurrentWidget(document->pane());
    document->editor()->goTo(line, std::max(1, column));
}

void MainWindow::setLoadMode(LoadMode mode)
{
    m_settings.setLoadMode(mode);
    for (Document *document : m_tabs->documents())
        document->runs().setLoadMode(mode);
    updateStatusBar();
}

void MainWindow::setWorkers(int count)
{
    m_settings.setWorkers(count);
    for (Document *document : m_tabs->documents())
        document->runs().setParallelism(count);
    const QString text = count == 1 ? tr("1 worker") : tr("%1 workers").arg(count);
    m_workersButton->setText(text + u" \u25be"_s);
    m_workersButton->setAccessibleName(text);
}

void MainWindow::goToNextProblem()
{
    if (const ui::Problem *problem = editor()->goToNextProblem())
        m_runLabel->setText(problem->message);
    else
        m_runLabel->setText(tr("No problems found."));
    editor()->setFocus();
}

} // namespace heddle::app
