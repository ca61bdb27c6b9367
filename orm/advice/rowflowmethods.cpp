#include "orm/advice/rowflow.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

const QSet<QString> &refinements()
{
    static const QSet<QString> names = {u"alias"_s,
                                        u"all"_s,
                                        u"annotate"_s,
                                        u"dates"_s,
                                        u"datetimes"_s,
                                        u"defer"_s,
                                        u"difference"_s,
                                        u"distinct"_s,
                                        u"exclude"_s,
                                        u"filter"_s,
                                        u"intersection"_s,
                                        u"none"_s,
                                        u"only"_s,
                                        u"order_by"_s,
                                        u"prefetch_related"_s,
                                        u"raw"_s,
                                        u"reverse"_s,
                                        u"select_for_update"_s,
                                        u"select_related"_s,
                                        u"union"_s,
                                        u"using"_s,
                                        u"values"_s,
                                        u"values_list"_s};
    return names;
}

const QSet<QString> &terminals()
{
    static const QSet<QString> names = {
        u"aggregate"_s, u"bulk_create"_s, u"bulk_update"_s,   u"contains"_s,        u"count"_s,
        u"create"_s,    u"delete"_s,      u"earliest"_s,      u"exists"_s,          u"explain"_s,
        u"first"_s,     u"get"_s,         u"get_or_create"_s, u"in_bulk"_s,         u"iterator"_s,
        u"last"_s,      u"latest"_s,      u"update"_s,        u"update_or_create"_s};
    return names;
}

const QSet<QString> &relatedTerminals()
{
    static const QSet<QString> names = {u"add"_s, u"clear"_s, u"remove"_s, u"set"_s};
    return names;
}

const QSet<QString> &recordMethods()
{
    static const QSet<QString> names = {u"delete"_s, u"refresh_from_db"_s, u"save"_s};
    return names;
}

QStringList literalTexts(const Node &call)
{
    QStringList out;
    for (const Argument &argument : call.arguments)
        if (argument.kind == Argument::Positional)
            if (const auto text = literalText(argument))
                out << *text;
    return out;
}

bool isNone(const Node &call)
{
    return call.arguments.size() == 1 && call.arguments[0].value->kind == NodeKind::Constant &&
           call.arguments[0].value->constant == ConstantKind::None;
}

/// One of the rows of a queryset or manager.
RowType one(RowType rows)
{
    rows.kind = RowType::Rows;
    return rows.each();
}

bool givesPlainRows(const QString &method)
{
    return method == "values"_L1 || method == "values_list"_L1 || method == "dates"_L1 ||
           method == "datetimes"_L1;
}

} // namespace

QString syncMethod(const QString &name)
{
    const QString bare = name.mid(1);
    const bool twin = name.startsWith(u'a') && !isRefinement(name) && !isTerminal(name) &&
                      (isTerminal(bare) || isRelatedTerminal(bare) || isRecordMethod(bare));
    return twin && name != "add"_L1 ? bare : name;
}

bool isRefinement(const QString &name)
{
    return refinements().contains(name);
}

bool isTerminal(const QString &name)
{
    return terminals().contains(name);
}

bool isRelatedTerminal(const QString &name)
{
    return relatedTerminals().contains(name);
}

bool isRecordMethod(const QString &name)
{
    return recordMethods().contains(name);
}

bool isWriting(const QString &name)
{
    return name == "save"_L1 || name == "delete"_L1 || name == "update"_L1 ||
           name.endsWith("create"_L1) || name == "bulk_update"_L1 || isRelatedTerminal(name);
}

std::optional<QString> literalText(const Argument &argument)
{
    if (argument.value->kind != NodeKind::Constant || argument.value->constant != ConstantKind::Str)
        return std::nullopt;
    return argument.value->value.asString();
}

const Argument *keyword(const Node &call, const QString &name)
{
    for (const Argument &argument : call.arguments)
        if (argument.kind == Argument::Keyword && argument.name == name)
            return &argument;
    return nullptr;
}

void RowFlow::write(const Node &call, const ModelInfo *model)
{
    const Write write{call.span.begin, model, m_function};
    if (std::find(m_writes.begin(), m_writes.end(), write) == m_writes.end())
        m_writes.push_back(write);
}

/// An object that was not there before: it has the related objects that it was given.
RowType RowFlow::created(const Node &call, const ModelInfo *model,
                         const std::vector<RowType> &arguments) const
{
    RowType row = typeOf(RowType::Row);
    row.model = model;
    for (std::size_t i = 0; model && i < call.arguments.size(); ++i)
        if (call.arguments[i].kind == Argument::Keyword && arguments[i].is(RowType::Row))
            row.given.insert(call.arguments[i].name);
    return row;
}

RowType RowFlow::method(const Node &call, const RowType &receiver,
                        const std::vector<RowType> &arguments)
{
    const QString name = syncMethod(call.items[0]->name);
    switch (receiver.kind) {
    case RowType::Nothing:
        return {};
    case RowType::Manager:
    case RowType::Rows:
        return queryMethod(call, receiver, name, arguments);
    case RowType::Row:
        return recordMethod(call, receiver, name);
    case RowType::Sequence:
    case RowType::Mapping:
        return containerMethod(call, receiver, name, arguments);
    case RowType::Plain: {
        const QString &callee = call.items[0]->name;
        if (callee == "gather"_L1) { // asyncio's: what it gives, one by one
            RowType out = sequenceOf({});
            out.items = arguments;
            return out;
        }
        if ((callee == "run"_L1 || callee == "create_task"_L1 || callee == "wait_for"_L1) &&
            !arguments.empty())
            return arguments.front();
        return receiver;
    }
    case RowType::Class:
    case RowType::Stream:
    case RowType::Function:
    case RowType::Unknown:
        break;
    }
    if (isWriting(name) && name != "add"_L1 && name != "set"_L1 && name != "clear"_L1 &&
        name != "remove"_L1 && name != "update"_L1)
        write(call, nullptr);
    return typeOf(RowType::Unknown);
}

RowType RowFlow::queryMethod(const Node &call, const RowType &rows, const QString &name,
                             const std::vector<RowType> &arguments)
{
    if (isWriting(name))
        write(call, name == "delete"_L1 || isRelatedTerminal(name) ? nullptr : rows.model);
    if (isRefinement(name)) {
        RowType out = rows;
        out.kind = RowType::Rows;
        if (rows.is(RowType::Rows) || name != "all"_L1)
            out.evaluated = RowType::No;
        out.shape = refined(call, rows, name);
        return out;
    }
    if (name == "get"_L1 || name == "first"_L1 || name == "last"_L1 || name == "earliest"_L1 ||
        name == "latest"_L1)
        return one(rows);
    if (name == "create"_L1) {
        RowType row = created(call, rows.model, arguments);
        row.given += rows.given;
        return row;
    }
    if (name == "get_or_create"_L1 || name == "update_or_create"_L1) {
        RowType pair = typeOf(RowType::Sequence);
        RowType row = typeOf(RowType::Row);
        row.model = rows.model;
        pair.items = {row, typeOf(RowType::Plain)};
        pair.element = std::make_shared<RowType>(typeOf(RowType::Unknown));
        return pair;
    }
    if (name == "in_bulk"_L1) {
        return mappingOf(one(rows));
    }
    if (name == "iterator"_L1) {
        RowType stream = rows;
        stream.kind = RowType::Stream;
        return stream;
    }
    if (name == "bulk_create"_L1 && !arguments.empty())
        return sequenceOf(arguments.front().each());
    return typeOf(RowType::Plain);
}

ShapePtr RowFlow::refined(const Node &call, const RowType &rows, const QString &name)
{
    if (!rows.shape)
        return nullptr;
    const QStringList texts = literalTexts(call);
    if (name == "all"_L1)
        return rows.shape;
    auto shape = std::make_shared<QueryShape>(*rows.shape);
    shape->parents = nullptr; // asked anew
    shape->way.clear();
    if (name == "select_related"_L1) {
        for (const QString &path : texts)
            shape->together += withPrefixes(path);
        if (call.arguments.empty() && rows.model)
            for (const auto &field : rows.model->fields())
                if (field->isRelation() && !field->null)
                    shape->together.insert(field->name);
        if (isNone(call))
            shape->together.clear();
    } else if (name == "prefetch_related"_L1) {
        prefetch(call, shape.get());
    } else if (name == "only"_L1) {
        shape->onlyCalls = {&call};
        shape->only = QSet<QString>(texts.begin(), texts.end());
    } else if (name == "defer"_L1) {
        shape->deferCalls.insert(&call);
        shape->deferred += QSet<QString>(texts.begin(), texts.end());
        if (isNone(call))
            shape->deferred.clear();
    } else if (givesPlainRows(name)) {
        shape->plainRows = true;
    } else if (name == "union"_L1 || name == "intersection"_L1 || name == "difference"_L1 ||
               name == "raw"_L1) {
        shape->closed = true;
    } else if (name == "select_for_update"_L1) {
        shape->locked = true;
    }
    return shape;
}

/// prefetch_related()'s arguments: paths, and Prefetch(path, queryset=..., to_attr=...).
void RowFlow::prefetch(const Node &call, QueryShape *shape)
{
    for (const Argument &argument : call.arguments) {
        if (const auto path = literalText(argument)) {
            shape->together += withPrefixes(*path);
            continue;
        }
        const Node &object = *argument.value;
        if (object.kind != NodeKind::Call || object.arguments.empty())
            continue;
        const auto path = literalText(object.arguments.front());
        if (!path)
            continue;
        const Argument *rows = keyword(object, u"queryset"_s);
        if (!rows && object.arguments.size() > 1 &&
            object.arguments[1].kind == Argument::Positional)
            rows = &object.arguments[1];
        const Argument *as = keyword(object, u"to_attr"_s);
        const auto attribute = as ? literalText(*as) : std::nullopt;
        const qsizetype last = path->lastIndexOf(u"__"_s);
        const QString before = last < 0 ? QString() : path->left(last);
        const RowType set = rows ? type(*rows->value) : RowType();
        if (!before.isEmpty())
            shape->together += withPrefixes(before);
        if (rows)
            shape->lists[attribute ? pathTo(before, *attribute) : *path] =
                std::make_shared<RowType>(set);
        else if (attribute)
            shape->lists[pathTo(before, *attribute)] =
                std::make_shared<RowType>(typeOf(RowType::Unknown));
        if (!attribute)
            shape->together += withPrefixes(*path);
    }
}

RowType RowFlow::recordMethod(const Node &call, const RowType &row, const QString &name)
{
    if (isWriting(name))
        write(call, name == "delete"_L1 ? nullptr : row.model);
    if (name == "refresh_from_db"_L1)
        if (RowType *held = place(call.items[0]->items[0]); held && held->is(RowType::Row)) {
            held->fresh = true;
            held->given.clear();
        }
    return typeOf(RowType::Plain);
}

RowType RowFlow::containerMethod(const Node &call, const RowType &container, const QString &name,
                                 const std::vector<RowType> &arguments)
{
    const NodePtr &receiver = call.items[0]->items[0];
    const RowType element = container.element ? *container.element : RowType();
    const RowType last = arguments.empty() ? RowType() : arguments.back();
    if (name == "sort"_L1 && last.is(RowType::Function))
        callWith(*last.function, container.each());
    if (name == "append"_L1 || name == "add"_L1 || name == "insert"_L1) {
        pour(receiver, last);
        return typeOf(RowType::Plain);
    }
    if (name == "extend"_L1 || (name == "update"_L1 && container.is(RowType::Sequence))) {
        pour(receiver, last.each());
        return typeOf(RowType::Plain);
    }
    if (name == "update"_L1) {
        if (last.is(RowType::Mapping) && last.element)
            pour(receiver, *last.element);
        return typeOf(RowType::Plain);
    }
    if (name == "setdefault"_L1) {
        if (arguments.size() > 1)
            pour(receiver, last);
        return joined(element, arguments.size() > 1 ? last : RowType());
    }
    if (name == "get"_L1 || (name == "pop"_L1 && container.is(RowType::Mapping)))
        return joined(element, arguments.size() > 1 ? last : RowType());
    if (name == "pop"_L1)
        return element;
    if (name == "copy"_L1)
        return container;
    if (name == "values"_L1)
        return sequenceOf(element);
    if (name == "items"_L1) {
        RowType pair = sequenceOf(joined(typeOf(RowType::Plain), element));
        pair.items = {typeOf(RowType::Plain), element};
        return sequenceOf(pair);
    }
    return typeOf(RowType::Plain);
}

} // namespace heddle::advice
