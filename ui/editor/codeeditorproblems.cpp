// What is wrong with the text: squiggles, margin signs, sentences below lines.

#include "ui/editor/codeeditor.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

enum Indicator : ulong {
    ErrorIndicator = 8,
    WarningIndicator = 9,
    RunErrorIndicator = 10,
    RunWarningIndicator = 11
};
enum Marker : ulong { ErrorMarker = 1, WarningMarker = 2 };

QString sentence(const Problem &problem)
{
    return problem.suggestion.isEmpty() ? problem.message
                                        : problem.message + u'\n' + problem.suggestion;
}

} // namespace

long CodeEditor::problemBegin(const Problem &problem) const
{
    if (problem.begin >= 0)
        return positionOfOffset(problem.begin);
    const long line = std::clamp(problem.line, 1, lines()) - 1;
    const long start = SendScintilla(SCI_POSITIONFROMLINE, line);
    const long end = SendScintilla(SCI_GETLINEENDPOSITION, line);
    if (problem.column < 1)
        return std::min(SendScintilla(SCI_GETLINEINDENTPOSITION, line), end);
    const long position =
        SendScintilla(SCI_POSITIONRELATIVE, ulong(start), long(problem.column - 1));
    return position < start || position > end ? end : position;
}

long CodeEditor::problemEnd(const Problem &problem, long begin) const
{
    if (problem.begin >= 0)
        return std::max(positionOfOffset(problem.end), begin + 1);
    const long line = SendScintilla(SCI_LINEFROMPOSITION, begin);
    const long lineEnd = SendScintilla(SCI_GETLINEENDPOSITION, line);
    if (problem.column < 1)
        return lineEnd;
    const long word = SendScintilla(SCI_WORDENDPOSITION, ulong(begin), 1L);
    return std::clamp(word, std::min(begin + 1, lineEnd), lineEnd);
}

void CodeEditor::setProblems(std::vector<Problem> problems)
{
    if (problems == m_problems)
        return;
    m_problems = std::move(problems);
    updateSquiggles();
}

void CodeEditor::updateSquiggles()
{
    const long length = SendScintilla(SCI_GETLENGTH);
    const auto define = [this](ulong indicator, const QColor &color) {
        SendScintilla(SCI_INDICSETSTYLE, indicator, long(INDIC_SQUIGGLE));
        SendScintilla(SCI_INDICSETFORE, indicator, color);
    };
    define(ErrorIndicator, m_theme.error);
    define(WarningIndicator, m_theme.warning);
    define(RunErrorIndicator, m_theme.error);
    define(RunWarningIndicator, m_theme.warning);
    SendScintilla(SCI_MARKERDEFINE, ErrorMarker, long(SC_MARK_CIRCLE));
    SendScintilla(SCI_MARKERDEFINE, WarningMarker, long(SC_MARK_SMALLRECT));
    SendScintilla(SCI_MARKERSETFORE, ErrorMarker, m_theme.error);
    SendScintilla(SCI_MARKERSETBACK, ErrorMarker, m_theme.error);
    SendScintilla(SCI_MARKERSETFORE, WarningMarker, m_theme.warning);
    SendScintilla(SCI_MARKERSETBACK, WarningMarker, m_theme.warning);
    SendScintilla(SCI_MARKERDELETEALL, long(ErrorMarker));
    SendScintilla(SCI_MARKERDELETEALL, long(WarningMarker));
    for (ulong indicator :
         {ErrorIndicator, WarningIndicator, RunErrorIndicator, RunWarningIndicator}) {
        SendScintilla(SCI_SETINDICATORCURRENT, long(indicator));
        SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, length);
    }
    const auto mark = [this](const Problem &problem, ulong indicator) {
        const long begin = problemBegin(problem), end = problemEnd(problem, begin);
        SendScintilla(SCI_SETINDICATORCURRENT, long(indicator));
        SendScintilla(SCI_INDICATORFILLRANGE, ulong(begin), end - begin);
        const bool error = problem.severity == Problem::Severity::Error;
        SendScintilla(SCI_MARKERADD, ulong(std::max(1, problem.line) - 1),
                      long(error ? ErrorMarker : WarningMarker));
    };
    for (const Problem &problem : m_problems)
        mark(problem,
             problem.severity == Problem::Severity::Error ? ErrorIndicator : WarningIndicator);
    for (const Problem &problem : std::as_const(m_runProblems))
        mark(problem, problem.severity == Problem::Severity::Error ? RunErrorIndicator
                                                                   : RunWarningIndicator);
}

void CodeEditor::addRunProblem(const Problem &problem)
{
    QMap<int, Problem> problems = m_runProblems;
    Problem kept = problem;
    kept.line = std::clamp(problem.line, 1, lines());
    problems.insert(kept.line, kept);
    setRunProblems(std::move(problems));
}

void CodeEditor::setRunProblems(QMap<int, Problem> problems)
{
    m_runProblems = std::move(problems);
    clearAnnotations();
    QFont font = m_theme.badgeFont;
    font.setItalic(false);
    const QsciStyle error(-1, u"run error"_s, m_theme.badgeBad, m_theme.errorPaper, font);
    const QsciStyle warning(-1, u"run warning"_s, m_theme.badgeWarning, m_theme.warningPaper, font);
    for (const Problem &problem : std::as_const(m_runProblems)) {
        // Annotation lines do not wrap; a message of the database can be long.
        QString text = sentence(problem);
        text.replace(u'\n', u"\n  "_s);
        annotate(problem.line - 1, text,
                 problem.severity == Problem::Severity::Error ? error : warning);
    }
    setAnnotationDisplay(QsciScintilla::AnnotationIndented);
    updateSquiggles();
    viewport()->update();
}

void CodeEditor::clearRunMarks(int firstLine, int lastLine)
{
    m_overlay.clearBadges(firstLine, lastLine);
    QMap<int, Problem> problems = m_runProblems;
    erase_if(problems, [=](std::pair<const int &, Problem &> entry) {
        return entry.first >= firstLine && entry.first <= lastLine;
    });
    setRunProblems(std::move(problems));
}

const Problem *CodeEditor::problemAt(int line) const
{
    if (const auto run = m_runProblems.constFind(line); run != m_runProblems.constEnd())
        return &*run;
    const auto found = std::find_if(m_problems.begin(), m_problems.end(),
                                    [line](const Problem &p) { return p.line == line; });
    return found == m_problems.end() ? nullptr : &*found;
}

const Problem *CodeEditor::goToNextProblem()
{
    std::vector<const Problem *> all;
    for (const Problem &problem : m_problems)
        all.push_back(&problem);
    for (const Problem &problem : std::as_const(m_runProblems))
        all.push_back(&problem);
    if (all.empty())
        return nullptr;
    const auto place = [](const Problem *p) { return std::pair(p->line, p->column); };
    std::stable_sort(all.begin(), all.end(),
                     [&](const Problem *a, const Problem *b) { return place(a) < place(b); });
    const Caret now = caret();
    const auto next = std::find_if(all.begin(), all.end(), [&](const Problem *p) {
        return place(p) > std::pair(now.line, now.column);
    });
    const Problem *found = next == all.end() ? all.front() : *next;
    goTo(found->line, found->column);
    return found;
}

} // namespace heddle::ui
