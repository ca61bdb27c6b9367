#include "orm/advice/fixes.h"

#include "orm/advice/gatherfix.h"
#include "orm/advice/loopfix.h"
#include "orm/advice/querysetsource.h"
#include "orm/advice/relatedsetfix.h"
#include "orm/advice/sourcetext.h"
#include "orm/advice/usefix.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;
using analysis::Finding;
using analysis::Rule;

namespace {

bool isText(const Argument &argument, const QString &text)
{
    return argument.kind == Argument::Positional && argument.value->kind == NodeKind::Constant &&
           argument.value->constant == ConstantKind::Str &&
           argument.value->value.toDisplay() == text;
}

bool hasAny(const QuerySetSource &source, const QStringList &methods)
{
    return std::any_of(methods.begin(), methods.end(),
                       [&](const QString &m) { return !source.callsOf(m).empty(); });
}

/// `.method("path")` behind the manager.
Fix refinement(const ParseResult &parsed, const QuerySetSource &source, const QString &method,
               const QString &path)
{
    const QString call = u'.' + method + u'(' + quotedLike(path, parsed) + u')';
    Span place;
    place.begin = place.end = source.insertionPoint();
    return {call, {{place, call}}};
}

std::optional<Fix> fixRelation(const Finding &finding, const ParseResult &parsed)
{
    const QuerySetSource source = querySetEvaluatedAt(parsed, finding.origin);
    const QString path = QString::fromUtf8(finding.relation);
    if (!source || hasAny(source, {u"only"_s, u"defer"_s, u"values"_s, u"values_list"_s, u"union"_s,
                                   u"intersection"_s, u"difference"_s}))
        return std::nullopt;
    if (!finding.fix.contains("select_related"_L1))
        return refinement(parsed, source, u"prefetch_related"_s, path);
    return refinement(parsed, source, u"select_related"_s, path);
}

/// Without one of its arguments; without the whole call where it was the only one.
std::optional<TextEdit> withoutArgument(const NodePtr &call, const QString &path)
{
    const auto &arguments = call->arguments;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (!isText(arguments[i], path))
            continue;
        Span span;
        if (arguments.size() == 1) {
            span.begin = call->items[0]->items[0]->span.end;
            span.end = call->span.end;
        } else if (i == 0) {
            span.begin = arguments[0].value->span.begin;
            span.end = arguments[1].value->span.begin;
        } else {
            span.begin = arguments[i - 1].value->span.end;
            span.end = arguments[i].value->span.end;
        }
        return TextEdit{span, QString()};
    }
    return std::nullopt;
}

std::optional<Fix> fixDeferred(const Finding &finding, const ParseResult &parsed)
{
    const QuerySetSource source = querySetEvaluatedAt(parsed, finding.origin);
    const QString path = QString::fromUtf8(finding.relation);
    for (const NodePtr &call : source.callsOf(u"defer"_s))
        if (const auto edit = withoutArgument(call, path))
            return Fix{u"leave "_s + quotedLike(path, parsed) + u" out of .defer()"_s, {*edit}};
    const Nodes only = source.callsOf(u"only"_s);
    if (only.empty() || only.front()->arguments.empty())
        return std::nullopt;
    Span place;
    place.begin = place.end = only.front()->arguments.back().value->span.end;
    return Fix{u"name "_s + quotedLike(path, parsed) + u" in .only()"_s,
               {{place, u", "_s + quotedLike(path, parsed)}}};
}

} // namespace

std::optional<Fix> fixFor(const Finding &finding, const ParseResult &parsed)
{
    if (!parsed.tree || !parsed.ok())
        return std::nullopt;
    switch (finding.rule) {
    case Rule::NPlusOneRelation:
        return fixRelation(finding, parsed);
    case Rule::NPlusOneRelatedSet:
        return fixRelatedSet(finding, parsed);
    case Rule::NPlusOneDeferred:
        return fixDeferred(finding, parsed);
    case Rule::SerialAwaits:
        return fixSerialAwaits(finding, parsed);
    case Rule::NPlusOneByHand:
        return fixByHand(finding, parsed);
    case Rule::RepeatedQuery:
        return fixRepeated(finding, parsed);
    case Rule::CountThenList:
        return fixCountThenList(finding, parsed);
    case Rule::UnusedEagerLoad:
        return fixUnusedEagerLoad(finding, parsed);
    case Rule::UnusedColumns:
        return fixUnusedColumns(finding, parsed);
    case Rule::LenForCount:
        return fixLenForCount(finding, parsed);
    case Rule::ListForExists:
        return fixListForExists(finding, parsed);
    case Rule::SyncInAsync:
    case Rule::IdleInTransaction:
    case Rule::LongTransaction:
    case Rule::NestedWithoutNeed:
    case Rule::WriteOutsideTransaction:
    case Rule::RolledBack:
    case Rule::LockWait:
    case Rule::Retried:
    case Rule::JoinExplosion:
    case Rule::RanInParallel:
        return std::nullopt; // the finding's own words must do
    }
    return std::nullopt;
}

std::optional<Fix> advise(Finding &finding, const ParseResult &parsed)
{
    std::optional<Fix> fix = fixFor(finding, parsed);
    if (fix)
        finding.fix = fix->summary;
    else if (finding.rule == Rule::NPlusOneRelatedSet && parsed.tree &&
             narrowsTheSet(finding, parsed))
        finding.fix =
            u".prefetch_related(Prefetch('%1', queryset=%2.objects..., to_attr='...')), and read "
            u"the rows there"_s.arg(QString::fromUtf8(finding.relation),
                                    QString::fromUtf8(finding.model));
    return fix;
}

} // namespace heddle::advice
