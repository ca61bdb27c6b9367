#include "orm/advice/loopfix.h"

#include "orm/advice/querysetsource.h"
#include "orm/advice/sourcetext.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;
using analysis::Finding;

namespace {

bool isLoop(const Node &node)
{
    return node.kind == NodeKind::For || node.kind == NodeKind::AsyncFor ||
           node.kind == NodeKind::While;
}

bool isComprehension(const Node &node)
{
    return !node.generators.empty();
}

/// A call and the `await` around it, as one.
Place withAwait(const Place &call)
{
    const NodePtr parent = call.parent();
    return parent && parent->kind == NodeKind::Await ? call.outward(1) : call;
}

/// The statement that a place is in and that can have another one in front of it: it begins its
/// line, in the module itself or in a block of it that runs once.
std::optional<Place> statementAround(const Place &place)
{
    Place outer = place;
    while (!isStatement(outer.node->kind) && !outer.around.empty())
        outer = outer.outward(1);
    if (!isStatement(outer.node->kind))
        return std::nullopt;
    return outer;
}

bool isInside(const Place &place, NodeKind kind)
{
    return std::any_of(place.around.begin(), place.around.end(),
                       [kind](const NodePtr &node) { return node->kind == kind; });
}

TextEdit lineBefore(const Node &statement, const QString &margin, const QString &line)
{
    Span span;
    span.begin = span.end = statement.span.begin;
    return {span, line + u'\n' + margin};
}

/// `Model.objects.get(pk=key)` at the finding's line, and the key's name.
struct Get {
    Place whole; // with its await
    NodePtr manager;
    QString key;
    bool async = false;
};

std::optional<Get> getAt(const ParseResult &parsed, int line)
{
    const auto isGet = [line](const Node &node) {
        return node.kind == NodeKind::Call && node.items[0]->kind == NodeKind::Attribute &&
               (node.items[0]->name == "get"_L1 || node.items[0]->name == "aget"_L1) &&
               node.items[0]->nameSpan.line == line && node.arguments.size() == 1 &&
               node.arguments[0].kind == Argument::Keyword &&
               (node.arguments[0].name == "pk"_L1 || node.arguments[0].name == "id"_L1) &&
               node.arguments[0].value->kind == NodeKind::Name;
    };
    const std::vector<Place> calls = placesWhere(parsed.tree, isGet);
    if (calls.size() != 1)
        return std::nullopt;
    Get get;
    const Node &call = *calls.front().node;
    get.async = call.items[0]->name == "aget"_L1;
    get.whole = withAwait(calls.front());
    get.manager = call.items[0]->items[0];
    get.key = call.arguments[0].value->name;
    const bool isAwaited = get.whole.node->kind == NodeKind::Await;
    if (get.async != isAwaited) // gathered: they come as futures
        return std::nullopt;
    return get;
}

/// The loop or comprehension whose target is a name, and what it goes over.
struct Over {
    Place loop;
    NodePtr iterable;
    bool async = false;
};

std::optional<Over> loopOver(const Place &inside, const QString &name)
{
    for (std::size_t i = 1; i <= inside.around.size(); ++i) {
        const Place outer = inside.outward(i);
        const Node &node = *outer.node;
        if (node.kind == NodeKind::For || node.kind == NodeKind::AsyncFor) {
            if (node.items[0]->kind == NodeKind::Name && node.items[0]->name == name)
                return Over{outer, node.items[1], node.kind == NodeKind::AsyncFor};
        }
        for (const Comprehension &part : node.generators)
            if (part.target->kind == NodeKind::Name && part.target->name == name)
                return Over{outer, part.iterable, part.async};
    }
    return std::nullopt;
}

/// May be evaluated twice, or once more before the loop, and gives the same: a name, a display of
/// constants, range(...).
bool isPlainList(const Node &node)
{
    if (node.kind == NodeKind::Name)
        return true;
    if (isCallOf(node, u"range"_s))
        return true;
    if (node.kind != NodeKind::List && node.kind != NodeKind::Tuple)
        return false;
    return std::all_of(node.items.begin(), node.items.end(), [](const NodePtr &item) {
        return item->kind == NodeKind::Constant || item->kind == NodeKind::Name;
    });
}

QString pluralOf(const QByteArray &model)
{
    const QString name = QString::fromUtf8(model).toLower();
    return name.endsWith(u's') ? name + u"es"_s : name + u's';
}

bool isAskedOnce(const QString &method)
{
    static const QStringList known = {u"count"_s,  u"acount"_s,  u"exists"_s,    u"aexists"_s,
                                      u"get"_s,    u"aget"_s,    u"first"_s,     u"afirst"_s,
                                      u"last"_s,   u"alast"_s,   u"aggregate"_s, u"aaggregate"_s,
                                      u"latest"_s, u"earliest"_s};
    return known.contains(method);
}

/// `Author.objects.get(pk=book.author_id)`: the relation of the row itself, joined.
std::optional<Fix> fixKeyOfRow(const Finding &finding, const ParseResult &parsed)
{
    const auto calls = placesWhere(parsed.tree, [&](const Node &node) {
        return node.kind == NodeKind::Call && node.items[0]->kind == NodeKind::Attribute &&
               (node.items[0]->name == "get"_L1 || node.items[0]->name == "aget"_L1) &&
               node.items[0]->nameSpan.line == finding.site.line && node.arguments.size() == 1 &&
               (node.arguments[0].name == "pk"_L1 || node.arguments[0].name == "id"_L1) &&
               node.arguments[0].value->kind == NodeKind::Attribute &&
               node.arguments[0].value->items[0]->kind == NodeKind::Name;
    });
    if (calls.size() != 1)
        return std::nullopt;
    const Node &call = *calls.front().node;
    const Node &manager = *call.items[0]->items[0];
    const Node &key = *call.arguments[0].value;
    // Named as the model that it leads to: then it is that relation.
    const QString relation = key.name.chopped(key.name.endsWith("_id"_L1) ? 3 : 0);
    QString plain = relation;
    if (relation == key.name || plain.remove(u'_') != QString::fromUtf8(finding.model).toLower() ||
        manager.kind != NodeKind::Attribute || manager.name != "objects"_L1)
        return std::nullopt;
    const Place whole = withAwait(calls.front());
    const auto over = loopOver(whole, key.items[0]->name);
    const QuerySetSource source =
        over ? querySetEvaluatedAt(parsed, over->iterable->span.site()) : QuerySetSource();
    if (!source || (call.items[0]->name == "aget"_L1) != (whole.node->kind == NodeKind::Await) ||
        writesAfter(parsed, source.chains.front().root->span.begin))
        return std::nullopt;
    for (const QString &method : {u"only"_s, u"defer"_s, u"values"_s, u"values_list"_s, u"union"_s})
        if (!source.callsOf(method).empty())
            return std::nullopt;
    Fix fix;
    fix.summary = u".select_related("_s + quotedLike(relation, parsed) + u')';
    Span place;
    place.begin = place.end = source.insertionPoint();
    fix.edits.push_back({place, fix.summary});
    fix.edits.push_back({whole.node->span, textOf(parsed, *key.items[0]) + u'.' + relation});
    return fix;
}

} // namespace

std::optional<Fix> fixByHand(const Finding &finding, const ParseResult &parsed)
{
    if (auto fix = fixKeyOfRow(finding, parsed))
        return fix;
    const auto get = getAt(parsed, finding.site.line);
    if (!get || finding.model.isEmpty() || isInside(get->whole, NodeKind::Try) ||
        isInside(get->whole, NodeKind::FunctionDef) ||
        isInside(get->whole, NodeKind::AsyncFunctionDef))
        return std::nullopt;
    const auto over = loopOver(get->whole, get->key);
    if (!over || over->async || !isFreeOf(*get->manager, over->loop.node))
        return std::nullopt;
    const auto statement = statementAround(over->loop);
    if (!statement || std::any_of(statement->around.begin(), statement->around.end(),
                                  [](const NodePtr &node) { return isLoop(*node); }))
        return std::nullopt;
    const auto margin = marginBefore(parsed, *statement->node);
    if (!margin || writesAfter(parsed, statement->node->span.begin))
        return std::nullopt;
    const QString objects = freshName(parsed, pluralOf(finding.model));
    Fix fix;
    fix.summary = (get->async ? u".ain_bulk()"_s : u".in_bulk()"_s) + u" before the loop"_s;
    QString keys = textOf(parsed, *over->iterable);
    QString before;
    if (!isPlainList(*over->iterable)) { // once, for both
        const QString name = freshName(parsed, u"keys"_s);
        before = name + u" = list("_s + keys + u")\n"_s + *margin;
        fix.edits.push_back({over->iterable->span, name});
        keys = name;
    }
    const QString call = get->async ? u"await %1.ain_bulk(%2)"_s : u"%1.in_bulk(%2)"_s;
    before += objects + u" = "_s + call.arg(textOf(parsed, *get->manager), keys);
    fix.edits.push_back(lineBefore(*statement->node, *margin, before));
    fix.edits.push_back({get->whole.node->span, objects + u'[' + get->key + u']'});
    return fix;
}

std::optional<Fix> fixRepeated(const Finding &finding, const ParseResult &parsed)
{
    const auto calls = placesWhere(parsed.tree, [&](const Node &node) {
        return node.kind == NodeKind::Call && node.items[0]->kind == NodeKind::Attribute &&
               isAskedOnce(node.items[0]->name) &&
               node.items[0]->nameSpan.line == finding.site.line;
    });
    if (calls.size() != 1)
        return std::nullopt;
    const Place whole = withAwait(calls.front());
    const bool isAsync = calls.front().node->items[0]->name.startsWith(u'a') &&
                         calls.front().node->items[0]->name != "aggregate"_L1;
    if (isAsync != (whole.node->kind == NodeKind::Await) ||
        isInside(whole, NodeKind::FunctionDef) || isInside(whole, NodeKind::AsyncFunctionDef) ||
        isInside(whole, NodeKind::Try))
        return std::nullopt;
    // The outermost loop around; what it binds the question must not need.
    std::optional<Place> loop;
    for (std::size_t i = 1; i <= whole.around.size(); ++i)
        if (const Place outer = whole.outward(i);
            isLoop(*outer.node) || isComprehension(*outer.node))
            loop = outer;
    if (!loop || !isFreeOf(*whole.node, loop->node))
        return std::nullopt;
    const auto statement = statementAround(*loop);
    const auto margin = statement ? marginBefore(parsed, *statement->node) : std::nullopt;
    if (!margin || writesAfter(parsed, statement->node->span.begin))
        return std::nullopt;
    const QString name = freshName(parsed, calls.front().node->items[0]->name == "count"_L1 ||
                                                   calls.front().node->items[0]->name == "acount"_L1
                                               ? u"count"_s
                                               : u"answer"_s);
    Fix fix;
    fix.summary = u"ask once, before the loop"_s;
    fix.edits.push_back(
        lineBefore(*statement->node, *margin, name + u" = "_s + textOf(parsed, *whole.node)));
    fix.edits.push_back({whole.node->span, name});
    return fix;
}

} // namespace heddle::advice
