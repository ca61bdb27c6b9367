#include "orm/advice/rowflow.h"

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

/// What a list that Prefetch(to_attr=...) made holds.
RowType listed(RowType rows)
{
    if (!rows.is(RowType::Rows) && !rows.is(RowType::Manager))
        return typeOf(RowType::Unknown);
    rows.kind = RowType::Rows;
    return rows.each();
}

} // namespace

RowType RowFlow::attribute(const Node &node)
{
    const RowType base = evaluate(node.items[0]);
    switch (base.kind) {
    case RowType::Class:
        if (node.name == "objects"_L1) {
            RowType manager = typeOf(RowType::Manager);
            manager.model = base.model;
            auto shape = std::make_shared<QueryShape>();
            shape->managers = {&node};
            manager.shape = std::move(shape);
            return manager;
        }
        return typeOf(RowType::Plain);
    case RowType::Row:
        return rowAttribute(node, base);
    case RowType::Nothing:
        return {};
    case RowType::Plain:
    case RowType::Manager:
    case RowType::Rows:
    case RowType::Stream:
    case RowType::Sequence:
    case RowType::Mapping:
    case RowType::Function:
        return typeOf(RowType::Plain);
    case RowType::Unknown:
        break;
    }
    // An accessor tells what it belongs to where only one model has it.
    const Relation *only = nullptr;
    if (node.name.endsWith("_set"_L1))
        for (const auto &model : m_registry.models())
            if (const Relation *relation = model->relationByAccessor(node.name)) {
                if (only)
                    return typeOf(RowType::Unknown);
                only = relation;
            }
    return only ? relatedManager(node, base, *only) : typeOf(RowType::Unknown);
}

RowType RowFlow::rowAttribute(const Node &node, const RowType &row)
{
    if (!row.model || node.name == "pk"_L1)
        return typeOf(RowType::Plain);
    const QString path = pathTo(row.path, node.name);
    const Field *field = row.model->field(node.name);
    const Relation *relation = row.model->relationByAccessor(node.name);
    const bool isOne = field ? field->isRelation() && node.name == field->name
                             : relation && relation->kind == RelationKind::ReverseOneToOne;
    if (isOne) {
        RowType other = typeOf(RowType::Row);
        other.model = field ? field->target : relation->target;
        other.shape = row.fresh || row.given.contains(node.name) ? nullptr : row.shape;
        other.path = other.shape ? path : QString();
        return other;
    }
    if (row.shape && !row.fresh) {
        const auto list = row.shape->lists.find(path);
        if (list != row.shape->lists.end() && !relation)
            return sequenceOf(listed(*list->second));
    }
    return !field && relation ? relatedManager(node, row, *relation) : typeOf(RowType::Plain);
}

RowType RowFlow::relatedManager(const Node &node, const RowType &row, const Relation &relation)
{
    RowType manager = typeOf(RowType::Manager);
    manager.model = relation.target;
    auto shape = std::make_shared<QueryShape>();
    const QString path = pathTo(row.path, relation.accessor);
    const bool prefetched =
        row.is(RowType::Row) && row.shape && !row.fresh && row.shape->together.contains(path);
    if (prefetched) {
        manager.evaluated = RowType::Yes;
        const auto own = row.shape->lists.find(path);
        if (own != row.shape->lists.end() && own->second->shape) {
            *shape = *own->second->shape;
        } else {
            // What was prefetched along with it came, too.
            for (const QString &more : row.shape->together)
                if (more.startsWith(path + u"__"_s))
                    shape->together.insert(more.mid(path.size() + 2));
            shape->parents = row.shape;
            shape->way = path;
        }
    }
    if (!prefetched || shape->parents)
        shape->managers = {&node};
    if (prefetched && relation.kind == RelationKind::ReverseForeignKey)
        shape->together.insert(relation.field->name); // the row itself
    if (relation.kind == RelationKind::ReverseForeignKey)
        manager.given.insert(relation.field->name);
    manager.shape = std::move(shape);
    return manager;
}

RowType RowFlow::call(const Node &node)
{
    const NodePtr &callee = node.items[0];
    const RowType type = evaluate(callee);
    const bool isLanguage = callee->kind == NodeKind::Name && type.is(RowType::Plain);
    std::vector<RowType> arguments;
    for (const Argument &argument : node.arguments) {
        arguments.push_back(evaluate(argument.value));
        if (const Node *function = arguments.back().function) {
            m_functions[function].passed = true;
            const bool isKey =
                argument.name == "key"_L1 && (isLanguage || callee->name == "sort"_L1);
            if (!isKey) // sorted() and its like are seen through
                m_functions[function].open = true;
        }
        if (argument.kind == Argument::Star)
            fetched(argument.value);
    }
    if (type.is(RowType::Function))
        return userCall(*type.function, node, arguments);
    if (type.is(RowType::Class))
        return created(node, type.model, arguments);
    if (callee->kind == NodeKind::Attribute)
        return method(node, m_types.value(callee->items[0].get()), arguments);
    if (isLanguage)
        return callOf(callee->name, node, arguments);
    return typeOf(type.is(RowType::Nothing) ? RowType::Nothing : RowType::Unknown);
}

/// A function that is handed on and called with one value.
void RowFlow::callWith(const Node &node, const RowType &value)
{
    Function &function = m_functions[&node];
    function.called = true;
    if (node.parameters.empty())
        return;
    RowType &all = function.parameters[node.parameters.front().name];
    const RowType more = joined(all, value);
    m_changed = m_changed || !(more == all);
    all = more;
}

RowType RowFlow::userCall(const Node &node, const Node &call, const std::vector<RowType> &arguments)
{
    Function &function = m_functions[&node];
    function.called = true;
    const auto pass = [&](const QString &name, const RowType &type) {
        RowType &all = function.parameters[name];
        const RowType more = joined(all, type);
        m_changed = m_changed || !(more == all);
        all = more;
    };
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Argument &argument = call.arguments[i];
        shared(argument.value);
        RowType type = arguments[i];
        if (type.is(RowType::Rows) && type.evaluated == RowType::No &&
            argument.value->kind == NodeKind::Name)
            type.evaluated = RowType::Perhaps;
        if (argument.kind == Argument::Keyword) {
            pass(argument.name, type);
        } else if (argument.kind == Argument::Positional && i < node.parameters.size() &&
                   node.parameters[i].kind == Parameter::PositionalOrKeyword) {
            pass(node.parameters[i].name, type);
        } else {
            for (const Parameter &parameter : node.parameters)
                if (parameter.kind == Parameter::VarArgs)
                    pass(parameter.name, sequenceOf(type));
                else if (argument.kind != Argument::Positional)
                    pass(parameter.name, typeOf(RowType::Unknown)); // f(*rows)
        }
    }
    called();
    return function.result;
}

/// A function may have changed what names outside of it hold.
void RowFlow::called()
{
    for (const QString &name : std::as_const(m_fromInside)) {
        const auto held = m_env.find(name);
        const auto all = m_bindings.find(scopeOf(name));
        if (held != m_env.end() && all != m_bindings.end())
            *held = joined(*held, all->second.value(name));
    }
}

RowType RowFlow::parameterType(const Node &function, const Node &call, std::size_t argument) const
{
    const Argument &given = call.arguments[argument];
    const auto &parameters = function.parameters;
    QString name = given.name;
    if (given.kind == Argument::Positional && argument < parameters.size() &&
        parameters[argument].kind == Parameter::PositionalOrKeyword)
        name = parameters[argument].name;
    return m_functions.at(&function).parameters.value(name);
}

/// A function of the language.
RowType RowFlow::callOf(const QString &name, const Node &node,
                        const std::vector<RowType> &arguments)
{
    static const QSet<QString> keep = {u"list"_s,     u"tuple"_s,     u"set"_s, u"sorted"_s,
                                       u"reversed"_s, u"frozenset"_s, u"iter"_s};
    static const QSet<QString> looks = {u"len"_s, u"bool"_s, u"sum"_s, u"any"_s, u"all"_s};
    const RowType first = arguments.empty() ? RowType() : arguments.front();
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (const Node *key = arguments[i].function; key && node.arguments[i].name == "key"_L1)
            callWith(*key, first.each());
    if (!arguments.empty() &&
        (keep.contains(name) || looks.contains(name) || name == "enumerate"_L1 ||
         name == "zip"_L1 || name == "min"_L1 || name == "max"_L1))
        for (const Argument &argument : node.arguments)
            fetched(argument.value);
    if (keep.contains(name))
        return sequenceOf(first.each());
    if (name == "enumerate"_L1 || name == "zip"_L1) {
        RowType pair = sequenceOf(typeOf(RowType::Unknown));
        if (name == "enumerate"_L1)
            pair.items = {typeOf(RowType::Plain), first.each()};
        else
            for (const RowType &argument : arguments)
                pair.items.push_back(argument.each());
        return sequenceOf(pair);
    }
    if (name == "min"_L1 || name == "max"_L1 || name == "next"_L1) {
        if (arguments.size() == 1 || node.arguments[1].kind == Argument::Keyword)
            return first.each();
        return joined(first, arguments[1]);
    }
    if (name == "dict"_L1) {
        RowType values = first.is(RowType::Mapping) && first.element ? *first.element : RowType();
        if (first.is(RowType::Sequence) && first.each().items.size() == 2)
            values = first.each().items[1];
        for (std::size_t i = 0; i < arguments.size(); ++i)
            if (node.arguments[i].kind == Argument::Keyword)
                values = joined(values, arguments[i]);
        return mappingOf(values);
    }
    if (name == "gather"_L1) {
        RowType out = sequenceOf({});
        out.items = arguments;
        return out;
    }
    if (name == "map"_L1 || name == "filter"_L1 || name == "sync_to_async"_L1 ||
        name == "async_to_sync"_L1)
        return typeOf(RowType::Unknown);
    return typeOf(RowType::Plain);
}

} // namespace heddle::advice
