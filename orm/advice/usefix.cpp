#include "orm/advice/usefix.h"

#include "orm/advice/querysetsource.h"
#include "orm/advice/sourcetext.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;
using analysis::Finding;

namespace {

/// A positional argument's text, or the text that a Prefetch() in its place begins with.
std::optional<QString> lookupOf(const Argument &argument)
{
    if (argument.kind != Argument::Positional)
        return std::nullopt;
    NodePtr value = argument.value;
    if (isCallOf(*value, u"Prefetch"_s) && !value->arguments.empty())
        value = value->arguments.front().value;
    if (value->kind != NodeKind::Constant || value->constant != ConstantKind::Str)
        return std::nullopt;
    return value->value.toDisplay();
}

/// The call with only those of its arguments that are wanted; without any, no call at all.
TextEdit withArguments(const NodePtr &call, const QStringList &wanted)
{
    Span span;
    if (wanted.isEmpty()) {
        span.begin = call->items[0]->items[0]->span.end;
        span.end = call->span.end;
        return {span, QString()};
    }
    span.begin = call->arguments.front().value->span.begin;
    span.end = call->arguments.back().value->span.end;
    return {span, wanted.join(u", "_s)};
}

/// The call without a path and what hangs on it; nothing if the path is not in it. Of
/// "author__publisher" without "author__publisher" the way to it, "author", stays.
std::optional<TextEdit> without(const ParseResult &parsed, const NodePtr &call, const QString &path)
{
    QStringList wanted, lookups;
    bool found = false;
    for (const Argument &argument : call->arguments) {
        const auto lookup = lookupOf(argument);
        if (!lookup)
            return std::nullopt; // a name, a keyword: what it stands for is not in the text
        if (*lookup != path && !lookup->startsWith(path + "__"_L1)) {
            wanted << textOf(parsed, *argument.value);
            lookups << *lookup;
            continue;
        }
        found = true;
        const qsizetype end = path.lastIndexOf("__"_L1);
        if (end > 0 && !lookups.contains(path.left(end))) {
            wanted << quotedLike(path.left(end), parsed);
            lookups << path.left(end);
        }
    }
    if (!found)
        return std::nullopt;
    return withArguments(call, wanted);
}

/// The rows that a call or a test takes at a place: a chain, or a name that is set to one.
NodePtr takenRows(const Place &place)
{
    const Node &node = *place.node;
    switch (node.kind) {
    case NodeKind::Call:
        return node.arguments.size() == 1 && node.arguments[0].kind == Argument::Positional
                   ? node.arguments[0].value
                   : nullptr;
    case NodeKind::If:
    case NodeKind::While:
    case NodeKind::IfExp:
        return node.items[0];
    case NodeKind::UnaryOp:
        return node.op == "not"_L1 ? node.items[0] : nullptr;
    default: // nothing else takes a queryset for its truth or its length
        return nullptr;
    }
}

bool isRows(const NodePtr &node)
{
    return node &&
           (node->kind == NodeKind::Name || (chainOf(node) && chainOf(node).expression() == node));
}

/// `rows` -> `rows.method()` in place of the whole taker, or of the rows only.
std::optional<Fix> asked(const ParseResult &parsed, const Node &whole, const Node &rows,
                         const QString &method)
{
    Fix fix;
    fix.summary = u'.' + method + u"()"_s;
    fix.edits.push_back({whole.span, textOf(parsed, rows) + fix.summary});
    return fix;
}

/// `if f(x):` tests what f gave, and a number's truth is no queryset's.
bool startsAtRows(const ParseResult &parsed, const NodePtr &rows)
{
    if (rows->kind == NodeKind::Name)
        return bool(querySetEvaluatedAt(parsed, rows->span.site()));
    const Nodes links = chainOf(rows).links;
    return std::any_of(links.begin(), links.end(), [](const NodePtr &link) {
        return link->kind == NodeKind::Attribute &&
               (link->name == "objects"_L1 || link->name.endsWith("_set"_L1));
    });
}

/// Whoever holds a queryset that was evaluated keeps its rows for the next use: only a queryset
/// that is used once may be asked in another way.
bool isUsedOnce(const ParseResult &parsed, const NodePtr &rows)
{
    if (rows->kind != NodeKind::Name)
        return true;
    return placesWhere(parsed.tree, [&](const Node &node) {
               return node.kind == NodeKind::Name && node.name == rows->name;
           }).size() == 2; // where it is set, and here
}

std::vector<Place> takersAt(const ParseResult &parsed, int line)
{
    return placesWhere(parsed.tree, [line](const Node &node) {
        const bool isTaker = node.kind == NodeKind::Call || node.kind == NodeKind::If ||
                             node.kind == NodeKind::While || node.kind == NodeKind::IfExp ||
                             node.kind == NodeKind::UnaryOp;
        return isTaker && node.span.line <= line && line <= node.span.endLine;
    });
}

} // namespace

std::optional<Fix> fixUnusedEagerLoad(const Finding &finding, const ParseResult &parsed)
{
    const QuerySetSource source = querySetEvaluatedAt(parsed, finding.site);
    const QString path = QString::fromUtf8(finding.relation);
    Fix fix;
    for (const QString &method : {u"select_related"_s, u"prefetch_related"_s}) {
        if (!source || !finding.fix.contains(method))
            continue;
        for (const NodePtr &call : source.callsOf(method)) {
            const auto edit = without(parsed, call, path);
            if (!edit)
                continue;
            fix.summary = u"leave %1 out of .%2()"_s.arg(quotedLike(path, parsed), method);
            fix.edits.push_back(*edit);
        }
    }
    return fix.edits.empty() ? std::nullopt : std::optional(fix);
}

std::optional<Fix> fixUnusedColumns(const Finding &finding, const ParseResult &parsed)
{
    const QuerySetSource source = querySetEvaluatedAt(parsed, finding.site);
    if (!source || !finding.fix.startsWith(".defer("_L1) || !source.callsOf(u"only"_s).empty() ||
        !source.callsOf(u"union"_s).empty() ||
        writesAfter(parsed, source.chains.front().root->span.begin))
        return std::nullopt;
    QStringList names;
    for (const QString &name : finding.fix.mid(7).chopped(1).split(u", "_s))
        names << quotedLike(name.mid(1).chopped(1), parsed);
    const QString call = u".defer("_s + names.join(u", "_s) + u')';
    Span place;
    place.begin = place.end = source.insertionPoint();
    return Fix{call, {{place, call}}};
}

std::optional<Fix> fixLenForCount(const Finding &finding, const ParseResult &parsed)
{
    for (const Place &place : takersAt(parsed, finding.site.line))
        if (const NodePtr rows = takenRows(place);
            isCallOf(*place.node, u"len"_s) && isRows(rows) && isUsedOnce(parsed, rows))
            return asked(parsed, *place.node, *rows, u"count"_s);
    return std::nullopt;
}

std::optional<Fix> fixListForExists(const Finding &finding, const ParseResult &parsed)
{
    for (const Place &place : takersAt(parsed, finding.site.line)) {
        const NodePtr rows = takenRows(place);
        const bool isTest = place.node->kind != NodeKind::Call || isCallOf(*place.node, u"bool"_s);
        const bool isQuerySet = isRows(rows) && startsAtRows(parsed, rows);
        if (isTest && isQuerySet && isUsedOnce(parsed, rows))
            return asked(parsed, place.node->kind == NodeKind::Call ? *place.node : *rows, *rows,
                         u"exists"_s);
    }
    return std::nullopt;
}

std::optional<Fix> fixCountThenList(const Finding &finding, const ParseResult &parsed)
{
    for (const Place &place : placesWhere(parsed.tree, [&](const Node &node) {
             return node.kind == NodeKind::Attribute && node.name == "count"_L1 &&
                    node.items[0]->kind == NodeKind::Name &&
                    node.nameSpan.line == finding.site.line;
         })) {
        const NodePtr call = place.parent();
        const QString &name = place.node->items[0]->name;
        if (!call || call->kind != NodeKind::Call || !call->arguments.empty())
            continue;
        // The very queryset is listed later: it keeps the rows that len() fetches.
        const auto later = placesWhere(parsed.tree, [&](const Node &node) {
            return node.kind == NodeKind::For && node.items[1]->kind == NodeKind::Name &&
                   node.items[1]->name == name && node.span.begin > call->span.end;
        });
        const auto bound = placesWhere(parsed.tree, [&](const Node &node) {
            return node.kind == NodeKind::Assign && node.items[0]->kind == NodeKind::Name &&
                   node.items[0]->name == name;
        });
        if (later.empty() || bound.size() != 1)
            continue;
        const QString text = u"len("_s + name + u')';
        return Fix{text, {{call->span, text}}};
    }
    return std::nullopt;
}

} // namespace heddle::advice
