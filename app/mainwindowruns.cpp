// Running cells, and what links the editor, the timeline, the grid and the SQL panel.

#include "app/mainwindow.h"

#include "app/rewritedialog.h"
#include "ui/builder/livesqlpanel.h"
#include "ui/findings/findingcard.h"
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
    m_manual->watch(document);
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
        if (m_runs->document() == document && document->editor()->hasFocus()) {
            m_timeline->selectLine(line);
            m_findings->selectLine(line);
        }
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
    m_manual->refresh();
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

void MainWindow::runCells(std::vector<script::CellSource> cells, script::RunMode mode,
                          script::RunScope scope)
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
    m_runs->start(current(), std::move(cells), mode, scope);
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
    runCells(current()->allCells(/*withDependencies*/ false), script::RunMode::InOrder,
             script::RunScope::WholeWorkbook);
}

void MainWindow::runParallel()
{
    runCells(current()->allCells(/*withDependencies*/ true), script::RunMode::Parallel,
             script::RunScope::WholeWorkbook);
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

/// Brings a finding's line, bars and card in front of whoever asks.
void MainWindow::showFinding(int row)
{
    if (row < 0 || row >= int(m_findingsModel.rows().size()))
        return;
    const analysis::Finding &finding = m_findingsModel.rows()[std::size_t(row)].finding;
    if (!finding.records.empty())
        m_timeline->selectRecord(finding.records.front());
    m_timeline->fitSelection();
    Document *document = m_fixes->document();
    if (!document || finding.site.line < 1)
        return;
    m_tabs->setCurrentWidget(document->pane());
    document->editor()->goTo(finding.site.line, std::max(1, finding.site.column));
    document->editor()->setFocus();
}

void MainWindow::showNextFinding()
{
    const int count = int(m_findingsModel.rows().size());
    if (count == 0) {
        m_runLabel->setText(tr("The last run has no findings."));
        return;
    }
    showPanel(m_findingsDock);
    const int next = (m_findings->chosenRow() + 1) % count;
    if (next < m_findings->cards().size())
        m_findings->cards()[next]->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::findingsChanged()
{
    const int count = m_findingsModel.complaints();
    m_findingsDock->setWindowTitle(count > 0 ? tr("Findings (%1)").arg(count) : tr("Findings"));
    updateActions();
}

void MainWindow::makeCellAsync()
{
    const ui::Cell *cell = editor()->currentCell();
    if (!cell || !m_session.isOpen()) {
        m_runLabel->setText(m_session.isOpen() ? tr("There is no cell at the caret.")
                                               : tr("Open a database first."));
        return;
    }
    const QString text = editor()->workbook().text();
    advice::AsyncExtent extent;
    extent.begin = cell->bodyBegin;
    extent.end = cell->end;
    QString why;
    const std::optional<advice::AsyncRewrite> rewrite =
        advice::makeAsync(notation::parseModule(text), *m_session.models(), extent, &why);
    const std::optional<QString> changed =
        rewrite ? notation::apply(text, rewrite->edits) : std::nullopt;
    if (!changed) {
        m_messages->show({Message::Kind::Information,
                          u"async"_s,
                          why.isEmpty() ? tr("There is nothing to rewrite in this cell.") : why,
                          {}});
        return;
    }
    auto *dialog = new RewriteDialog(text, *changed, *rewrite, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, document = QPointer(current()), text, changed = *changed] {
                if (!document || document->editor()->workbook().text() != text) {
                    m_runLabel->setText(tr("The text has changed meanwhile: nothing was done."));
                    return;
                }
                document->editor()->replaceContent(changed);
                m_runLabel->setText(tr("The cell is async now. Undo takes it back."));
            });
    dialog->open();
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
