#include "app/document.h"

#include "orm/notation/dependencies.h"
#include "orm/script/natives.h"

#include <QFileInfo>
#include <QUuid>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int analysisDelayMs =
    180; // after the last key: no squiggles under a word that is being typed

QStringList linesOfText(const QString &text)
{
    QString plain = text;
    plain.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
    return plain.split(u'\n');
}

/// As Python's textwrap.dedent(): the indentation that all lines with text share goes.
QString dedented(const QStringList &lines)
{
    qsizetype shared = -1;
    for (const QString &line : lines) {
        const auto text =
            std::find_if(line.begin(), line.end(), [](QChar c) { return c != u' ' && c != u'\t'; });
        if (text != line.end())
            shared =
                shared < 0 ? text - line.begin() : std::min(shared, qsizetype(text - line.begin()));
    }
    QString result;
    for (const QString &line : lines)
        result += line.sliced(std::min(std::max(shared, qsizetype(0)), line.size())) + u'\n';
    return result;
}

script::CellSource sourceOf(const ui::Workbook &workbook, const ui::Cell &cell)
{
    script::CellSource source;
    source.title = cell.title.isEmpty() ? Document::tr("cell %1").arg(cell.index + 1) : cell.title;
    source.source = workbook.body(cell);
    source.firstLine = cell.firstLine;
    return source;
}

void addDependencies(std::vector<script::CellSource> *cells, const ModelRegistry &models)
{
    const notation::NameSets names = notation::nameSetsFor(models);
    std::vector<notation::CellDependencies> dependencies;
    for (const script::CellSource &cell : *cells)
        dependencies.push_back(notation::analyze(*notation::parseModule(cell.source).tree, names));
    const notation::DependencyGraph graph(dependencies, names);
    for (std::size_t i = 0; i < cells->size(); ++i)
        (*cells)[i].dependsOn = graph.dependsOn(int(i));
}

} // namespace

Document::Document(Session &session, QObject *parent)
    : QObject(parent), m_pane(new ui::EditorPane), m_runs(session),
      m_id(QUuid::createUuid().toString(QUuid::WithoutBraces)), m_untitled(tr("untitled.py"))
{
    m_analyses.setMaxThreadCount(1);
    m_analysisTimer.setSingleShot(true);
    m_analysisTimer.setInterval(analysisDelayMs);
    connect(&m_analysisTimer, &QTimer::timeout, this, &Document::analyse);
    connect(editor(), &ui::CodeEditor::contentChanged, this, &Document::textEdited);
    connect(editor(), &ui::CodeEditor::contentChanged, this, &Document::analyseSoon);
    connect(editor(), &ui::CodeEditor::caretMoved, this, &Document::analyseSoon);
    connect(editor(), &QsciScintilla::modificationChanged, this, &Document::titleChanged);
}

Document::~Document()
{
    m_analyses.clear();
    m_analyses.waitForDone(); // a parse, some milliseconds
    delete m_pane;
}

QString Document::title() const
{
    return m_path.isEmpty() ? m_untitled : QFileInfo(m_path).fileName();
}

void Document::setUntitled(const QString &title, ui::Workbook workbook)
{
    m_path.clear();
    m_untitled = title;
    editor()->setWorkbook(std::move(workbook));
    analyseSoon();
    Q_EMIT titleChanged();
}

bool Document::load(const QString &path, QString *error)
{
    std::optional<ui::Workbook> workbook = ui::Workbook::load(path, error);
    if (!workbook)
        return false;
    m_path = QFileInfo(path).absoluteFilePath();
    editor()->setWorkbook(std::move(*workbook));
    analyseSoon();
    Q_EMIT titleChanged();
    return true;
}

bool Document::save(const QString &path, QString *error)
{
    if (!editor()->workbook().save(path, error))
        return false;
    m_path = QFileInfo(path).absoluteFilePath();
    editor()->setModified(false);
    Q_EMIT titleChanged();
    return true;
}

void Document::restore(const ui::Workbook &text, int line)
{
    editor()->replaceContent(text.text());
    editor()->goTo(line);
}

std::vector<script::CellSource> Document::allCells(bool withDependencies) const
{
    const ui::Workbook &workbook = editor()->workbook();
    std::vector<script::CellSource> result;
    for (const ui::Cell &cell : workbook.cells()) {
        if (cell.kind != ui::CellKind::Code)
            continue;
        result.push_back(sourceOf(workbook, cell));
        result.back().id = int(result.size()) - 1;
    }
    if (withDependencies && m_models)
        addDependencies(&result, *m_models);
    return result;
}

std::vector<script::CellSource> Document::cellAtCaret() const
{
    const ui::Cell *cell = editor()->currentCell();
    if (!cell || cell->kind != ui::CellKind::Code)
        return {};
    return {sourceOf(editor()->workbook(), *cell)};
}

std::vector<script::CellSource> Document::selection() const
{
    if (!editor()->hasSelectedText())
        return {};
    const ui::CodeEditor::LineRange range = editor()->selectedLines();
    const QStringList lines =
        linesOfText(editor()->workbook().text()).mid(range.first - 1, range.last - range.first + 1);
    script::CellSource source;
    source.title = tr("lines %1 to %2").arg(range.first).arg(range.last);
    source.source = dedented(lines);
    source.firstLine = range.first;
    return {source};
}

ui::CodeEditor::LineRange Document::linesOf(const script::CellSource &source) const
{
    const int count = int(linesOfText(source.source).size());
    const ui::Cell *cell = editor()->workbook().cellAt(source.firstLine);
    const int first =
        cell && cell->firstLine == source.firstLine ? cell->topLine() : source.firstLine;
    return {first, source.firstLine + count - 1};
}

void Document::advanceToNextCell()
{
    const ui::Cell *cell = editor()->currentCell();
    const auto &cells = editor()->workbook().cells();
    if (cell && cell->index + 1 < int(cells.size())) {
        const ui::Cell &next = cells[std::size_t(cell->index) + 1];
        editor()->goTo(std::min(next.firstLine, next.lastLine));
    }
}

void Document::setModels(const ModelRegistryPtr &models)
{
    m_models = models;
    editor()->setModels(models);
    m_knownNames.clear();
    if (models) {
        const notation::NameSets names = notation::nameSetsFor(*models);
        m_knownNames = names.models + names.functions;
        for (const QString &name : script::builtinNames())
            m_knownNames.insert(name);
    }
    analyseSoon();
}

void Document::analyseSoon()
{
    m_analysisTimer.start();
}

void Document::analyse()
{
    const quint64 ticket = ++m_lastAnalysis;
    m_analyses.clear();
    m_analyses.start([this, ticket, workbook = editor()->workbook(),
                      offset = editor()->caret().offset, known = m_knownNames] {
        const TextAnalysis analysis = analyseText(workbook, offset, known);
        QMetaObject::invokeMethod(
            this,
            [this, ticket, analysis] {
                if (ticket == m_lastAnalysis)
                    apply(analysis);
            },
            Qt::QueuedConnection);
    });
}

void Document::apply(const TextAnalysis &analysis)
{
    // A key came in between: its own analysis is on its way, and these offsets are of the text
    // before it.
    if (m_analysisTimer.isActive())
        return;
    editor()->setProblems(analysis.problems);
    editor()->setCellSigns(analysis.cellSigns);
    Q_EMIT problemsChanged();
    if (analysis.query != m_query) {
        m_query = analysis.query;
        Q_EMIT caretQueryChanged();
    }
}

} // namespace heddle::app
