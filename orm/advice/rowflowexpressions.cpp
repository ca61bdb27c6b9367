#include "orm/advice/rowflow.h"
#include "orm/notation/dependencies.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

RowType RowFlow::lookup(const QString &name) const
{
    const auto here = m_env.constFind(name);
    if (here != m_env.constEnd())
        return *here;
    for (const Node *function = m_function; function; function = m_functions.at(function).outer) {
        const auto all = m_bindings.find(function);
        if (all != m_bindings.end() && all->second.contains(name))
            return all->second.value(name);
    }
    const auto globals = m_bindings.find(nullptr);
    if (m_function && globals != m_bindings.end() && globals->second.contains(name))
        return globals->second.value(name);
    if (const ModelInfo *model = m_registry.model(name)) {
        RowType type = typeOf(RowType::Class);
        type.model = model;
        return type;
    }
    static const QSet<QString> known = builtinFunctions();
    static const QSet<QString> modules = {u"transaction"_s, u"asyncio"_s, u"models"_s};
    return typeOf(known.contains(name) || modules.contains(name) ? RowType::Plain
                                                                 : RowType::Unknown);
}

RowType RowFlow::evaluate(const NodePtr &node)
{
    if (!node)
        return {};
    const RowType type = evaluated(*node);
    RowType &all = m_types[node.get()];
    all = joined(all, type);
    return type;
}

RowType RowFlow::evaluated(const Node &node)
{
    switch (node.kind) {
    case NodeKind::Constant:
        return node.constant == ConstantKind::None ? noneType() : typeOf(RowType::Plain);
    case NodeKind::Name:
        return lookup(node.name);
    case NodeKind::Attribute:
        return attribute(node);
    case NodeKind::Call:
        return call(node);
    case NodeKind::Subscript:
        return subscript(node);
    case NodeKind::Await:
    case NodeKind::Starred: {
        const RowType inner = evaluate(node.items[0]);
        if (node.kind == NodeKind::Starred)
            fetched(node.items[0]);
        return inner;
    }
    case NodeKind::BinOp:
        return binary(node);
    case NodeKind::BoolOp:
    case NodeKind::IfExp:
        return conditional(node);
    case NodeKind::List:
    case NodeKind::Tuple:
    case NodeKind::Set:
        return display(node.items, node.kind == NodeKind::Tuple);
    case NodeKind::Dict: {
        RowType values;
        for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
            evaluate(node.items[i]);
            const RowType value = evaluate(node.items[i + 1]);
            values = joined(values, node.items[i] || !value.element ? value : *value.element);
        }
        return mappingOf(values);
    }
    case NodeKind::ListComp:
    case NodeKind::SetComp:
    case NodeKind::DictComp:
    case NodeKind::GeneratorExp:
        return comprehension(node);
    case NodeKind::FormattedValue:
    case NodeKind::JoinedStr:
    case NodeKind::Compare:
    case NodeKind::UnaryOp:
    case NodeKind::Slice:
        for (const NodePtr &item : node.items)
            evaluate(item);
        return typeOf(RowType::Plain);
    default: // refused by the parser
        for (const NodePtr &item : node.items)
            evaluate(item);
        return typeOf(RowType::Unknown);
    }
}

RowType RowFlow::display(const Nodes &items, bool ordered)
{
    RowType each;
    std::vector<RowType> types;
    for (const NodePtr &item : items) {
        const RowType type = evaluate(item);
        const bool starred = item->kind == NodeKind::Starred;
        ordered = ordered && !starred;
        types.push_back(held(type));
        each = joined(each, starred ? type.each() : type);
    }
    RowType out = sequenceOf(each);
    if (ordered)
        out.items = std::move(types);
    return out;
}

RowType RowFlow::conditional(const Node &node)
{
    const bool isChoice = node.kind == NodeKind::IfExp;
    std::vector<RowType> types;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        types.push_back(evaluate(node.items[i]));
        const bool tested = isChoice ? i == 0 : i + 1 < node.items.size();
        if (tested && types.back().is(RowType::Rows))
            fetched(node.items[i]);
    }
    const bool lists = !isChoice && givesList(node);
    RowType out;
    for (std::size_t i = isChoice ? 1 : 0; i < types.size(); ++i)
        out = joined(out,
                     lists && types[i].is(RowType::Rows) ? sequenceOf(types[i].each()) : types[i]);
    return out;
}

bool RowFlow::isHeldOrOther(const Node &node) const
{
    return node.kind == NodeKind::BoolOp && node.op == "or"_L1 && node.items.size() == 2 &&
           node.items[0]->kind == NodeKind::Name && type(*node.items[0]).is(RowType::Rows);
}

bool RowFlow::givesList(const Node &node) const
{
    if (node.kind != NodeKind::BoolOp || isHeldOrOther(node))
        return false;
    return std::any_of(node.items.begin(), node.items.end() - 1, [this](const NodePtr &item) {
        const RowType tested = type(*item);
        return tested.is(RowType::Rows) && tested.evaluated != RowType::Yes;
    });
}

RowType RowFlow::binary(const Node &node)
{
    const RowType left = evaluate(node.items[0]), right = evaluate(node.items[1]);
    const auto isQuery = [](const RowType &t) {
        return t.is(RowType::Rows) || t.is(RowType::Manager);
    };
    if (isQuery(left) && isQuery(right)) {
        RowType out = joined(left, right);
        out.evaluated = RowType::No;
        return out;
    }
    if (left.is(RowType::Sequence) && right.is(RowType::Sequence))
        return joined(left, right);
    if (left.is(RowType::Sequence) || right.is(RowType::Sequence)) // [row] * 3
        return left.is(RowType::Sequence) ? left : right;
    return typeOf(RowType::Plain);
}

/// Its names stay inside.
RowType RowFlow::comprehension(const Node &node)
{
    std::vector<std::pair<QString, std::optional<RowType>>> outer;
    const auto keep = [&](auto &self, const NodePtr &target) -> void {
        if (target->kind == NodeKind::Name) {
            const auto held = m_env.constFind(target->name);
            outer.emplace_back(target->name, held != m_env.constEnd()
                                                 ? std::optional<RowType>(*held)
                                                 : std::nullopt);
        }
        for (const NodePtr &item : target->items)
            self(self, item);
    };
    for (const Comprehension &part : node.generators) {
        const RowType rows = evaluate(part.iterable);
        fetched(part.iterable);
        keep(keep, part.target);
        ++m_comprehensions;
        bind(part.target, rows.each());
        --m_comprehensions;
        for (const NodePtr &condition : part.conditions) {
            evaluate(condition);
            if (type(*condition).is(RowType::Rows))
                fetched(condition);
        }
    }
    RowType element = evaluate(node.items[0]);
    if (node.kind == NodeKind::DictComp)
        element = evaluate(node.items[1]);
    for (auto it = outer.rbegin(); it != outer.rend(); ++it) {
        if (it->second)
            m_env[it->first] = *it->second;
        else
            m_env.remove(it->first);
    }
    return node.kind == NodeKind::DictComp ? mappingOf(element) : sequenceOf(element);
}

RowType RowFlow::subscript(const Node &node)
{
    const RowType base = evaluate(node.items[0]);
    evaluate(node.items[1]);
    const Node &index = *node.items[1];
    const bool isSlice = index.kind == NodeKind::Slice;
    switch (base.kind) {
    case RowType::Nothing:
    case RowType::Plain:
        return base;
    case RowType::Manager:
    case RowType::Rows: {
        if (!isSlice)
            return base.each();
        if (base.evaluated == RowType::Yes || index.items[2])
            return sequenceOf(base.each());
        RowType narrowed = base;
        narrowed.kind = RowType::Rows;
        narrowed.evaluated = RowType::No;
        return narrowed;
    }
    case RowType::Sequence: {
        if (isSlice)
            return sequenceOf(base.each());
        const auto i = index.kind == NodeKind::Constant && index.constant == ConstantKind::Int &&
                               index.value.type() == Value::Type::Int
                           ? index.value.asInt()
                           : -1;
        if (i >= 0 && std::size_t(i) < base.items.size())
            return base.items[std::size_t(i)];
        return base.each();
    }
    case RowType::Mapping:
        return base.element ? *base.element : RowType();
    case RowType::Class:
    case RowType::Stream:
    case RowType::Row:
    case RowType::Function:
    case RowType::Unknown:
        break;
    }
    return typeOf(RowType::Unknown);
}

void RowFlow::fetched(const NodePtr &node)
{
    if (node->kind != NodeKind::Name)
        return;
    const auto held = m_env.find(node->name);
    if (held != m_env.end() && held->is(RowType::Rows))
        held->evaluated = RowType::Yes;
}

void RowFlow::shared(const NodePtr &node)
{
    if (node->kind != NodeKind::Name)
        return;
    const auto held = m_env.find(node->name);
    if (held != m_env.end() && held->is(RowType::Rows) && held->evaluated == RowType::No)
        held->evaluated = RowType::Perhaps;
}

/// The value that a name holds; what a container's name holds, for its elements.
RowType *RowFlow::place(const NodePtr &node)
{
    const Node *root = node.get();
    while (root->kind == NodeKind::Subscript ||
           (root->kind == NodeKind::Call && root->items[0]->kind == NodeKind::Attribute &&
            root->items[0]->name == "setdefault"_L1))
        root = root->kind == NodeKind::Subscript ? root->items[0].get()
                                                 : root->items[0]->items[0].get();
    if (root->kind != NodeKind::Name)
        return nullptr;
    if (!m_env.contains(root->name))
        m_env.insert(root->name, lookup(root->name));
    return &m_env[root->name];
}

/// Adds a value to what a container may hold, however deep it stands in others.
void RowFlow::pour(const NodePtr &container, const RowType &value)
{
    RowType *held = place(container);
    if (!held)
        return;
    int depth = 1;
    for (const Node *node = container.get(); node->kind != NodeKind::Name; ++depth)
        node = node->kind == NodeKind::Subscript ? node->items[0].get()
                                                 : node->items[0]->items[0].get();
    const std::function<RowType(const RowType &, int)> grown = [&](const RowType &type, int level) {
        if (level == 0)
            return joined(type, heddle::advice::held(value));
        RowType out = type;
        if (!out.is(RowType::Sequence) && !out.is(RowType::Mapping))
            return out;
        out.items.clear();
        out.element =
            std::make_shared<RowType>(grown(out.element ? *out.element : RowType(), level - 1));
        return out;
    };
    *held = grown(*held, depth);
    const Node *root = container.get();
    while (root->kind != NodeKind::Name)
        root = root->kind == NodeKind::Subscript ? root->items[0].get()
                                                 : root->items[0]->items[0].get();
    remember(root->name, *held);
}

} // namespace heddle::advice
