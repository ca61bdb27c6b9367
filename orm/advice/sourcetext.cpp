#include "orm/advice/sourcetext.h"

#include "orm/notation/walk.h"

#include <QRegularExpression>
#include <QSet>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

Place Place::outward(std::size_t steps) const
{
    Place place = *this;
    for (std::size_t i = 0; i < steps && !place.around.empty(); ++i) {
        place.node = place.around.back();
        place.around.pop_back();
    }
    return place;
}

static void walk(const NodePtr &node, Nodes &around,
                 const std::function<bool(const Node &)> &accepts, std::vector<Place> &out)
{
    if (accepts(*node))
        out.push_back({node, around});
    around.push_back(node);
    forEachChild(*node, [&](const NodePtr &child) { walk(child, around, accepts, out); });
    around.pop_back();
}

std::vector<Place> placesWhere(const NodePtr &tree,
                               const std::function<bool(const Node &)> &accepts)
{
    std::vector<Place> out;
    Nodes around;
    walk(tree, around, accepts, out);
    return out;
}

QString textOf(const ParseResult &parsed, const Node &node)
{
    return parsed.source.mid(node.span.begin, node.span.end - node.span.begin);
}

bool isCallOf(const Node &node, const QString &name)
{
    return node.kind == NodeKind::Call && node.items[0]->kind == NodeKind::Name &&
           node.items[0]->name == name;
}

QString freshName(const ParseResult &parsed, const QString &base)
{
    QString name = base;
    for (int i = 2;; ++i) {
        const QRegularExpression word(u"\\b"_s + name + u"\\b"_s);
        if (!parsed.source.contains(word))
            return name;
        name = base + u'_' + QString::number(i);
    }
}

QString quotedLike(const QString &text, const ParseResult &parsed)
{
    const QChar quote = parsed.source.count(u'"') > parsed.source.count(u'\'') ? u'"' : u'\'';
    return quote + text + quote;
}

std::optional<QString> marginBefore(const ParseResult &parsed, const Node &statement)
{
    const int line = int(parsed.source.lastIndexOf(u'\n', statement.span.begin - 1)) + 1;
    const QString margin = statement.span.begin == 0
                               ? QString()
                               : parsed.source.mid(line, statement.span.begin - line);
    if (!margin.trimmed().isEmpty())
        return std::nullopt;
    return margin;
}

std::optional<TextEdit> withoutAsync(const ParseResult &parsed, int target)
{
    static const QRegularExpression tail(u"async(\\s+)for\\s+\\(*$"_s);
    const QRegularExpressionMatch match = tail.match(parsed.source.left(target));
    if (!match.hasMatch())
        return std::nullopt;
    Span span;
    span.begin = int(match.capturedStart());
    span.end = int(match.capturedEnd(1));
    return TextEdit{span, QString()};
}

bool writesAfter(const ParseResult &parsed, int offset)
{
    static const QSet<QString> always = {u"save"_s,
                                         u"create"_s,
                                         u"delete"_s,
                                         u"get_or_create"_s,
                                         u"bulk_create"_s,
                                         u"bulk_update"_s,
                                         u"asave"_s,
                                         u"update_or_create"_s,
                                         u"acreate"_s,
                                         u"adelete"_s,
                                         u"abulk_create"_s,
                                         u"aget_or_create"_s,
                                         u"aupdate_or_create"_s,
                                         u"abulk_update"_s};
    // Methods of dictionaries and sets as well.
    static const QSet<QString> ofManagers = {u"update"_s, u"aupdate"_s, u"add"_s,   u"aadd"_s,
                                             u"remove"_s, u"aremove"_s, u"clear"_s, u"aclear"_s,
                                             u"set"_s,    u"aset"_s};
    const auto isWrite = [&](const Node &node) {
        if (node.kind != NodeKind::Attribute || node.span.end <= offset)
            return false;
        if (always.contains(node.name))
            return true;
        if (!ofManagers.contains(node.name))
            return false;
        for (NodePtr inner = node.items[0]; inner;
             inner = inner->items.empty() ? nullptr : inner->items[0])
            if (inner->kind == NodeKind::Attribute &&
                (inner->name == "objects"_L1 || inner->name.endsWith("_set"_L1)))
                return true;
        return false;
    };
    return !placesWhere(parsed.tree, isWrite).empty();
}

namespace {

struct Binding {
    QString name;
    Span span;                     // of the statement or expression that binds
    bool isPlainStatement = false; // an assignment of the module itself
};

void bindTarget(const NodePtr &target, const Span &span, bool plain, std::vector<Binding> &out)
{
    for (const Place &place :
         placesWhere(target, [](const Node &node) { return node.kind == NodeKind::Name; }))
        out.push_back({place.node->name, span, plain});
}

/// Everything in the tree that gives a name a value, but imports and definitions at the top.
std::vector<Binding> bindingsIn(const NodePtr &tree)
{
    std::vector<Binding> out;
    for (const Place &place : placesWhere(tree, [](const Node &) { return true; })) {
        const Node &node = *place.node;
        switch (node.kind) {
        case NodeKind::Assign:
            for (std::size_t i = 0; i + 1 < node.items.size(); ++i)
                bindTarget(node.items[i], node.span,
                           place.around.size() == 1 && node.items[i]->kind == NodeKind::Name, out);
            break;
        case NodeKind::AugAssign:
        case NodeKind::AnnAssign:
        case NodeKind::For:
        case NodeKind::AsyncFor:
            bindTarget(node.items[0], node.span, false, out);
            break;
        case NodeKind::With:
        case NodeKind::AsyncWith:
            for (std::size_t i = 1; i < node.items.size(); i += 2)
                if (node.items[i])
                    bindTarget(node.items[i], node.span, false, out);
            break;
        case NodeKind::ExceptHandler:
            out.push_back({node.name, node.span, false});
            break;
        case NodeKind::FunctionDef:
        case NodeKind::AsyncFunctionDef:
            for (const Parameter &parameter : node.parameters)
                out.push_back({parameter.name, node.span, false});
            break;
        default: // expressions and statements that bind nothing but in comprehensions
            for (const Comprehension &part : node.generators)
                bindTarget(part.target, node.span, false, out);
            break;
        }
    }
    return out;
}

QSet<QString> namesIn(const Node &expression)
{
    QSet<QString> names;
    if (expression.kind == NodeKind::Name)
        names.insert(expression.name);
    forEachChild(expression, [&](const NodePtr &child) { names.unite(namesIn(*child)); });
    return names;
}

} // namespace

bool canMoveTo(const ParseResult &parsed, const Node &expression, int offset)
{
    const std::vector<Binding> bindings = bindingsIn(parsed.tree);
    for (const QString &name : namesIn(expression)) {
        int times = 0;
        for (const Binding &binding : bindings) {
            if (binding.name != name)
                continue;
            if (++times > 1 || !binding.isPlainStatement || binding.span.end > offset)
                return false;
        }
    }
    return true;
}

bool isFreeOf(const Node &expression, const NodePtr &loop)
{
    const QSet<QString> names = namesIn(expression);
    for (const Binding &binding : bindingsIn(loop))
        if (names.contains(binding.name))
            return false;
    return true;
}

MethodChain methodChainFrom(const Place &accessor)
{
    MethodChain chain;
    chain.start = chain.top = accessor;
    for (;;) {
        const NodePtr outer = chain.top.parent();
        if (!outer || outer->items.empty() || outer->items[0] != chain.top.node)
            return chain;
        if (outer->kind == NodeKind::Subscript)
            chain.isPlain = false;
        if (outer->kind != NodeKind::Attribute)
            return chain;
        const Place attribute = chain.top.outward(1);
        const NodePtr call = attribute.parent();
        if (!call || call->kind != NodeKind::Call || call->items[0] != attribute.node) {
            chain.isPlain = false;
            return chain;
        }
        chain.methods.push_back({outer->name, call});
        chain.top = attribute.outward(1);
    }
}

} // namespace heddle::advice
