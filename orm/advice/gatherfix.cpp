#include "orm/advice/gatherfix.h"

#include "orm/advice/series.h"
#include "orm/notation/serialawaits.h"

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

/// The series with nothing but blanks between its statements: what stands there would be lost, and
/// may begin another cell.
std::vector<Nodes> stretches(const ParseResult &parsed)
{
    std::vector<Nodes> out;
    for (const AwaitSeries &series : awaitSeries(*parsed.tree)) {
        const NodePtr *before = nullptr;
        for (const NodePtr &statement : series.statements) {
            if (!before ||
                !isBlankBetween(parsed.source, (*before)->span.end, statement->span.begin))
                out.emplace_back();
            out.back().push_back(statement);
            before = &statement;
        }
    }
    return out;
}

bool bindsName(const ParseResult &parsed, const QString &name)
{
    for (const NodePtr &statement : parsed.tree->body)
        if (isPlainAssignment(*statement) && statement->items[0]->name == name)
            return true;
    return false;
}

} // namespace

std::optional<Fix> fixSerialAwaits(const analysis::Finding &finding, const ParseResult &parsed)
{
    if (bindsName(parsed, u"asyncio"_s))
        return std::nullopt;
    for (const Nodes &statements : stretches(parsed)) {
        Nodes values;
        bool isPlain = marginOf(parsed.source, *statements.front()).trimmed().isEmpty();
        for (const NodePtr &statement : statements) {
            values.push_back(statement->items[1]->items[0]);
            isPlain = isPlain && isPlainAssignment(*statement) && !values.back()->parenthesized;
        }
        if (values.front()->span.site() != finding.site)
            continue;
        if (!isPlain || statements.size() < 2)
            return std::nullopt;
        Fix fix;
        fix.summary = u"await %1 with one asyncio.gather()"_s.arg(
            values.size() == 2 ? u"both"_s : u"all %1"_s.arg(values.size()));
        if (const auto imports =
                importEdit(parsed, 0, int(parsed.source.size()), {u"import asyncio"_s}))
            fix.edits.push_back(*imports);
        const std::vector<TextEdit> edits =
            gatherEdits(parsed.source, statements, values, QString());
        fix.edits.insert(fix.edits.end(), edits.begin(), edits.end());
        return fix;
    }
    return std::nullopt;
}

} // namespace heddle::advice
