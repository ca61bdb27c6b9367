#include "app/textanalysis.h"

#include "orm/notation/diagnostics.h"
#include "orm/notation/textedit.h"

#include <QCoreApplication>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

ui::Problem problemOf(const notation::Diagnostic &diagnostic)
{
    ui::Problem problem;
    problem.severity = diagnostic.severity == notation::Severity::Error
                           ? ui::Problem::Severity::Error
                           : ui::Problem::Severity::Warning;
    problem.message = diagnostic.message;
    problem.suggestion = diagnostic.suggestion;
    problem.line = diagnostic.span.line;
    problem.column = diagnostic.span.column;
    problem.begin = diagnostic.span.begin;
    problem.end = diagnostic.span.end;
    return problem;
}

CaretQuery queryAt(const notation::ParseResult &parsed, int offset)
{
    CaretQuery query;
    const notation::CallChain chain = notation::chainAt(parsed, offset);
    if (!chain)
        return query;
    const notation::Span span = chain.expression()->span;
    query.expression = parsed.source.sliced(span.begin, span.end - span.begin);
    query.line = span.line;
    for (const notation::NodePtr &statement : notation::statementsBefore(parsed.tree, span.begin)) {
        query.preceding +=
            QStringView(parsed.source)
                .sliced(statement->span.begin, statement->span.end - statement->span.begin);
        query.preceding += u'\n';
    }
    return query;
}

} // namespace

TextAnalysis analyseText(const ui::Workbook &workbook, int caretOffset,
                         const QSet<QString> &knownNames)
{
    TextAnalysis result;
    const notation::ParseResult parsed = notation::parseModule(workbook.text());
    for (const notation::Diagnostic &diagnostic : parsed.diagnostics)
        result.problems.push_back(problemOf(diagnostic));
    if (!knownNames.isEmpty()) {
        for (const notation::Diagnostic &diagnostic : notation::checkNames(parsed, knownNames))
            result.problems.push_back(problemOf(diagnostic));
    }
    for (const ui::Cell &cell : workbook.cells()) {
        if (cell.kind != ui::CellKind::Code || cell.headerLine == 0)
            continue;
        const notation::ParseResult body = notation::parseModule(workbook.body(cell));
        if (body.tree && notation::isAsyncModule(*body.tree))
            result.cellSigns.insert(
                cell.headerLine, QCoreApplication::translate("heddle::app::TextAnalysis", "async"));
    }
    result.query = queryAt(parsed, caretOffset);
    return result;
}

} // namespace heddle::app
