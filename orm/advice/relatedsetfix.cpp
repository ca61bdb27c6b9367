#include "orm/advice/relatedsetfix.h"

#include "orm/advice/querysetsource.h"
#include "orm/advice/sourcetext.h"

#include <algorithm>
#include <map>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;
using analysis::Finding;

namespace {

bool isAsked(const QString &method)
{
    static const QStringList known = {u"count"_s, u"acount"_s, u"exists"_s, u"aexists"_s};
    return known.contains(method);
}

bool isRefinement(const QString &method)
{
    static const QStringList known = {u"filter"_s,         u"exclude"_s, u"order_by"_s,
                                      u"select_related"_s, u"only"_s,    u"defer"_s,
                                      u"annotate"_s,       u"reverse"_s, u"distinct"_s};
    return known.contains(method);
}

/// One use of the set on the finding's line, taken apart.
struct Use {
    MethodChain chain;
    std::size_t refinementsEnd = 0; // how many of its methods all() and refinements are
    bool isNarrowed = false;
    QString asked; // the method behind them: "count"; empty: the rows
};

std::optional<Use> useAt(const Place &accessor)
{
    Use use;
    use.chain = methodChainFrom(accessor);
    if (!use.chain.isPlain)
        return std::nullopt;
    const auto &methods = use.chain.methods;
    while (use.refinementsEnd < methods.size()) {
        const auto &[name, call] = methods[use.refinementsEnd];
        if (name != "all"_L1 && !isRefinement(name))
            break;
        use.isNarrowed = use.isNarrowed || name != "all"_L1;
        ++use.refinementsEnd;
    }
    if (use.refinementsEnd == methods.size())
        return use;
    use.asked = methods[use.refinementsEnd].name;
    const bool endsThere = use.refinementsEnd + 1 == methods.size() && isAsked(use.asked) &&
                           methods.back().call->arguments.empty();
    return endsThere ? std::optional(use) : std::nullopt;
}

std::vector<Place> accessorsAt(const NodePtr &tree, const QString &accessor, int line)
{
    return placesWhere(tree, [&](const Node &node) {
        return node.kind == NodeKind::Attribute && node.name == accessor &&
               (line == 0 || node.nameSpan.line == line);
    });
}

/// Where a list can stand for the queryset.
bool takesAList(const Place &rows)
{
    static const QStringList takers = {u"list"_s,   u"tuple"_s, u"len"_s,      u"bool"_s,
                                       u"sorted"_s, u"set"_s,   u"reversed"_s, u"enumerate"_s};
    const NodePtr parent = rows.parent();
    if (!parent)
        return false;
    if (parent->kind == NodeKind::For || parent->kind == NodeKind::AsyncFor)
        return parent->items[1] == rows.node;
    if (parent->kind == NodeKind::Call && parent->items[0]->kind == NodeKind::Name)
        return takers.contains(parent->items[0]->name) && !parent->arguments.empty() &&
               parent->arguments.front().value == rows.node;
    return std::any_of(parent->generators.begin(), parent->generators.end(),
                       [&](const Comprehension &part) { return part.iterable == rows.node; });
}

/// A loop over a list is an ordinary one.
std::optional<TextEdit> withoutAsyncFor(const ParseResult &parsed, const Place &rows)
{
    const NodePtr parent = rows.parent();
    if (parent->kind == NodeKind::AsyncFor)
        return withoutAsync(parsed, parent->items[0]->span.begin);
    for (const Comprehension &part : parent->generators)
        if (part.iterable == rows.node && part.async)
            return withoutAsync(parsed, part.target->span.begin);
    return std::nullopt;
}

class PrefetchWriter {
public:
    PrefetchWriter(const Finding &finding, const ParseResult &parsed, const QuerySetSource &source)
        : m_finding(finding), m_parsed(parsed), m_source(source),
          m_path(QString::fromUtf8(finding.relation))
    {
    }

    bool add(const Use &use)
    {
        if (!use.isNarrowed) {
            m_isPlain = true;
            return true;
        }
        const QString refinements = refinementsOf(use);
        for (std::size_t i = 0; i < use.refinementsEnd; ++i)
            for (const Argument &argument : use.chain.methods[i].call->arguments)
                if (!canMoveTo(m_parsed, *argument.value, m_source.chains.front().root->span.begin))
                    return false;
        auto [it, isNew] = m_names.try_emplace(refinements);
        if (isNew)
            it->second = nameFor(use);
        return replace(use, it->second);
    }

    std::optional<Fix> fix() const
    {
        QStringList arguments;
        if (m_isPlain)
            arguments << quotedLike(m_path, m_parsed);
        for (const auto &[refinements, name] : m_names)
            arguments << u"Prefetch(%1, queryset=%2.objects%3, to_attr=%4)"_s.arg(
                quotedLike(m_path, m_parsed), QString::fromUtf8(m_finding.model), refinements,
                quotedLike(name, m_parsed));
        const QString call = u".prefetch_related("_s + arguments.join(u", "_s) + u')';
        Fix fix{call, m_edits};
        Span place;
        place.begin = place.end = m_source.insertionPoint();
        fix.edits.push_back({place, call});
        return fix;
    }

private:
    QString refinementsOf(const Use &use) const
    {
        QString text;
        for (std::size_t i = 0; i < use.refinementsEnd; ++i) {
            const auto &[name, call] = use.chain.methods[i];
            if (name != "all"_L1)
                text += m_parsed.source.mid(call->items[0]->items[0]->span.end,
                                            call->span.end - call->items[0]->items[0]->span.end);
        }
        return text;
    }

    /// "filtered_books" of book_set.filter(...).
    QString nameFor(const Use &use) const
    {
        bool filtered = false;
        for (std::size_t i = 0; i < use.refinementsEnd; ++i)
            filtered = filtered || use.chain.methods[i].name == "filter"_L1 ||
                       use.chain.methods[i].name == "exclude"_L1;
        QString base = use.chain.start.node->name;
        if (base.endsWith("_set"_L1))
            base = base.chopped(4) + u's';
        base = (filtered ? u"filtered_"_s : u"ordered_"_s) + base;
        QString name = freshName(m_parsed, base);
        for (int i = 2; std::any_of(m_names.begin(), m_names.end(),
                                    [&](const auto &known) { return known.second == name; });
             ++i)
            name = base + u'_' + QString::number(i);
        return name;
    }

    bool replace(const Use &use, const QString &name)
    {
        const NodePtr &start = use.chain.start.node;
        const QString list = textOf(m_parsed, *start->items[0]) + u'.' + name;
        if (use.asked.isEmpty()) {
            const Place &rows = use.chain.top;
            if (!takesAList(rows))
                return false;
            m_edits.push_back({rows.node->span, list});
            if (const auto edit = withoutAsyncFor(m_parsed, rows))
                m_edits.push_back(*edit);
            return true;
        }
        Place whole = use.chain.top;
        if (use.asked.startsWith(u'a')) {
            whole = whole.outward(1);
            if (whole.node->kind != NodeKind::Await) // gathered: a list is not awaited
                return false;
        }
        const QString taker = use.asked.endsWith("count"_L1) ? u"len("_s : u"bool("_s;
        m_edits.push_back({whole.node->span, taker + list + u')'});
        return true;
    }

    const Finding &m_finding;
    const ParseResult &m_parsed;
    const QuerySetSource &m_source;
    const QString m_path;
    std::map<QString, QString> m_names; // by refinements
    bool m_isPlain = false;
    std::vector<TextEdit> m_edits;
};

bool hasAny(const QuerySetSource &source, const QStringList &methods)
{
    return std::any_of(methods.begin(), methods.end(),
                       [&](const QString &m) { return !source.callsOf(m).empty(); });
}

/// On the way to the last set the others are walked from row to row: they must be asked for whole,
/// wherever the text does it.
bool areWhole(const ParseResult &parsed, const QStringList &accessors)
{
    for (const QString &accessor : accessors) {
        if (!accessor.endsWith("_set"_L1))
            continue;
        for (const Place &place : accessorsAt(parsed.tree, accessor, 0))
            if (const auto use = useAt(place); !use || use->isNarrowed)
                return false;
    }
    return true;
}

} // namespace

std::optional<Fix> fixRelatedSet(const Finding &finding, const ParseResult &parsed)
{
    const QuerySetSource source = querySetEvaluatedAt(parsed, finding.origin);
    if (!source || finding.model.isEmpty() ||
        hasAny(source, {u"union"_s, u"intersection"_s, u"difference"_s, u"values"_s,
                        u"values_list"_s, u"iterator"_s, u"aiterator"_s}) ||
        writesAfter(parsed, source.chains.front().root->span.begin))
        return std::nullopt;
    QStringList accessors = QString::fromUtf8(finding.relation).split("__"_L1);
    const QString last = accessors.takeLast();
    if (!areWhole(parsed, accessors))
        return std::nullopt;
    PrefetchWriter writer(finding, parsed, source);
    const std::vector<Place> places = accessorsAt(parsed.tree, last, finding.site.line);
    if (places.empty())
        return std::nullopt;
    for (const Place &place : places) {
        const auto use = useAt(place);
        if (!use || !writer.add(*use))
            return std::nullopt;
    }
    return writer.fix();
}

bool narrowsTheSet(const Finding &finding, const ParseResult &parsed)
{
    const QString last = QString::fromUtf8(finding.relation).split("__"_L1).last();
    for (const Place &place : accessorsAt(parsed.tree, last, finding.site.line)) {
        const MethodChain chain = methodChainFrom(place);
        for (const MethodChain::Method &method : chain.methods)
            if (method.name != "all"_L1 && !isAsked(method.name))
                return true;
        if (!chain.isPlain)
            return true;
    }
    return false;
}

} // namespace heddle::advice
