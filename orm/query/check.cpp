#include "orm/query/check.h"

#include "orm/query/functions.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

/// The field of a lookup that is no more than the name of one: most are, and no list of names need
/// be made for them. Null for any other, and for relations.
static const Field *plainField(const Query &query, const ModelInfo *model, const QString &lookup)
{
    if (lookup.contains("__"_L1) || (model == query.model() && query.annotation(lookup)))
        return nullptr;
    const Field *field = lookup == "pk"_L1 ? model->primaryKey() : model->field(lookup);
    return field && !field->isRelation() ? field : nullptr;
}

LookupTarget resolveLookupTarget(const Query &query, const ModelInfo *model, const QString &lookup)
{
    LookupTarget target;
    if (const Field *field = plainField(query, model, lookup)) {
        target.path.model = model;
        target.path.target = field;
        target.path.names.emplace_back(lookup, 0);
        return target;
    }
    const QStringList parts = splitPath(lookup);
    if (model == query.model() && !query.annotations().empty()) {
        QString name;
        for (int i = 0; i < parts.size(); ++i) {
            name += i ? "__"_L1 + parts[i] : parts[i];
            if (const Annotation *a = query.annotation(name)) {
                target.annotation = a;
                target.rest = parts.mid(i + 1);
                return target;
            }
        }
    }
    target.path = resolvePath(&query, model, parts);
    target.rest = target.path.rest;
    return target;
}

QString relationClassName(const FieldPath &path)
{
    if (path.relation)
        return path.relation->type.className();
    if (path.reverse && path.reverse->kind == RelationKind::ReverseForeignKey)
        return u"ManyToOneRel"_s;
    if (path.reverse && path.reverse->kind == RelationKind::ReverseOneToOne)
        return u"OneToOneRel"_s;
    return u"ForeignKey"_s;
}

FieldType pathType(const FieldPath &path)
{
    return path.target ? path.target->valueType() : FieldType{};
}

QString pathFieldName(const FieldPath &path)
{
    return path.target ? path.target->name : u"pk"_s;
}

void checkInstance(const FieldPath &path, const Operand &operand)
{
    const InstanceRef *row = operand.instance();
    if (!row || !path.endsInRelation())
        return;
    if (row->model != path.model)
        throw ValueError(
            u"Cannot query \"%1\": Must be \"%2\" instance."_s.arg(row->display, path.model->name));
    if (row->key.empty())
        throw ValueError(u"Model instances passed to related filters must be saved."_s);
}

static void checkSubquery(const FieldPath &path, LookupKind lookup, const Query &sub)
{
    const QueryState &state = sub.state();
    if (state.result == ResultKind::Rows) {
        if (path.endsInRelation() && sub.model() != path.model)
            throw ValueError(u"Cannot use QuerySet for \"%1\": Use a QuerySet for \"%2\"."_s.arg(
                sub.model()->name, path.model->name));
    } else if (sub.valueNames().size() > 1 ||
               (sub.valueNames().isEmpty() && sub.model()->fields().size() > 1)) {
        throw TypeError(u"Cannot use multi-field values as a filter value."_s);
    }
    if (lookup == LookupKind::Exact && state.high.value_or(state.low + 2) - state.low != 1)
        throw ValueError(
            u"The QuerySet value for an exact lookup must be limited to one result using slicing."_s);
}

/// Whether the lookup compares with values of the field's own type (and not with texts to search
/// for).
static bool preparesValue(LookupKind kind)
{
    switch (kind) {
    case LookupKind::Exact:
    case LookupKind::Gt:
    case LookupKind::Gte:
    case LookupKind::Lt:
    case LookupKind::Lte:
    case LookupKind::In:
    case LookupKind::Range:
        return true;
    case LookupKind::IExact:
    case LookupKind::Contains:
    case LookupKind::IContains:
    case LookupKind::StartsWith:
    case LookupKind::IStartsWith:
    case LookupKind::EndsWith:
    case LookupKind::IEndsWith:
    case LookupKind::IsNull:
    case LookupKind::Regex:
    case LookupKind::IRegex:
    case LookupKind::ContainedBy:
    case LookupKind::Overlap:
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        return false;
    }
    return false;
}

void checkOperand(const FieldPath &path, const LookupChain &chain, const Operand &operand)
{
    const LookupKind kind = chain.lookup;
    if (kind == LookupKind::IsNull) {
        if (!operand.isValue() || operand.value().type() != Value::Type::Bool)
            throw ValueError(u"The QuerySet value for an isnull lookup must be True or False."_s);
        return;
    }
    if (operand.isNone()) {
        if (kind != LookupKind::Exact && kind != LookupKind::IExact)
            throw ValueError(u"Cannot use None as a query value"_s);
        return;
    }
    if (operand.fieldType())
        throw TypeError(u"A field class is no query value"_s);
    if (chain.transforms.empty())
        checkInstance(path, operand);
    if (operand.query())
        return checkSubquery(path, kind, *operand.query());
    if (operand.expression() || path.compositeKey)
        return;
    const FieldType type = typeAfter(pathType(path), chain.transforms);
    // What a transform gives is a field of no name.
    const QString name = chain.transforms.empty() ? pathFieldName(path) : u"None"_s;
    if (type.kind == FieldKind::Json || type.kind == FieldKind::Array)
        return; // a list is one value of these
    if (kind == LookupKind::In || kind == LookupKind::Range) {
        const Operand::List *items = operand.list();
        if (!items && kind == LookupKind::In && operand.isValue() &&
            operand.value().type() == Value::Type::Text)
            return; // a text is a list of its characters
        if (!items)
            throw TypeError(u"'%1' object is not iterable"_s.arg(
                operand.isValue() ? QLatin1String(Value::typeName(operand.value().type()))
                                  : "F"_L1));
        if (kind == LookupKind::Range && items->size() != 2)
            throw ValueError(u"A range needs two values, not %1."_s.arg(items->size()));
        for (const Operand &item : *items) {
            if (item.isValue())
                prepareValue(type, name, item.value());
            else
                checkInstance(path, item);
        }
        return;
    }
    if (operand.list()) {
        if (preparesValue(kind))
            throw TypeError(u"Field '%1' expected a %2 but got %3."_s.arg(
                name, type.isInteger() ? u"number"_s : u"value"_s, operand.toRepr()));
        return;
    }
    if (operand.isValue() && preparesValue(kind))
        prepareValue(type, name, operand.value());
}

static void checkChild(const Query &query, const QChild &child)
{
    if (child.node)
        return checkCondition(query, *child.node);
    if (child.expression) {
        checkExpression(query, *child.expression);
        if (!expr::isConditional(*child.expression))
            throw TypeError(u"Cannot filter against a non-conditional expression."_s);
        return;
    }
    // title="...": the commonest of all.
    if (child.operand.isValue() && !child.operand.isNone())
        if (const Field *field = plainField(query, query.model(), child.path);
            field && field->type.kind != FieldKind::Json && field->type.kind != FieldKind::Array) {
            prepareValue(field->type, field->name, child.operand.value());
            return;
        }
    if (const ExprPtr *e = child.operand.expression())
        checkExpression(query, **e);
    if (const Operand::List *items = child.operand.list())
        for (const Operand &item : *items)
            if (const ExprPtr *e = item.expression())
                checkExpression(query, **e);
    if (const Query *inner = child.operand.query())
        checkOuterRefs(query, *inner);
    const LookupTarget target = resolveLookupTarget(query, query.model(), child.path);
    if (target.annotation)
        return; // its type is known when all is put together
    const LookupChain chain = resolveLookups(pathType(target.path), target.path.endsInRelation(),
                                             relationClassName(target.path), target.rest);
    checkOperand(target.path, chain, child.operand);
}

void checkCondition(const Query &query, const QNode &q)
{
    for (const QChild &child : q.children)
        checkChild(query, child);
}

static void checkFilteredPaths(const Query &query, const QString &relation,
                               const QStringList &relationParts, const QNode &q)
{
    for (const QChild &child : q.children) {
        if (child.node)
            checkFilteredPaths(query, relation, relationParts, *child.node);
        if (child.path.isEmpty())
            continue;
        const FieldPath path = resolvePath(&query, query.model(), splitPath(child.path));
        QStringList fields = splitPath(child.path);
        // The field itself is no part of the way to it.
        fields.resize(std::max<qsizetype>(0, fields.size() - path.rest.size() - 1));
        for (qsizetype i = 0; i < fields.size(); ++i) {
            if (i >= relationParts.size())
                throw ValueError(
                    u"FilteredRelation's condition doesn't support nested relations deeper than the relation_name (got '%1' for '%2')."_s
                        .arg(child.path, relation));
            if (relationParts[i] != fields[i])
                throw ValueError(
                    u"FilteredRelation's condition doesn't support relations outside the '%1' (got '%2')."_s
                        .arg(relation, child.path));
        }
    }
}

void checkFilteredRelation(const Query &query, const Expression &relation)
{
    const QStringList parts = splitPath(relation.name);
    const FieldPath path = resolvePath(&query, query.model(), parts);
    if (!path.rest.isEmpty())
        throw ValueError(
            u"FilteredRelation's relation_name cannot contain lookups (got '%1')."_s.arg(
                relation.name));
    if (!path.endsInRelation())
        throw ValueError(
            u"FilteredRelation's relation_name must end in a relation (got '%1')."_s.arg(
                relation.name));
    checkFilteredPaths(query, relation.name, parts, *relation.condition);
    checkCondition(query, *relation.condition);
}

void checkExpression(const Query &query, const Expression &e)
{
    switch (e.kind) {
    case ExprKind::Ref: {
        const LookupTarget target = resolveLookupTarget(query, query.model(), e.name);
        if (!target.annotation)
            resolvePath(&query, query.model(), splitPath(e.name),
                        target.rest.isEmpty() ||
                                !transformOf(pathType(target.path), target.rest.first())
                            ? MissingField::IsError
                            : MissingField::EndsPath);
        return;
    }
    case ExprKind::Subquery:
    case ExprKind::Exists:
        return checkOuterRefs(query, *e.query);
    case ExprKind::Literal:
    case ExprKind::OuterRef:
    case ExprKind::Star:
    case ExprKind::Frame:
    case ExprKind::FilteredRelation:
        return;
    case ExprKind::Combined:
    case ExprKind::Negated:
    case ExprKind::Function:
    case ExprKind::Aggregate:
    case ExprKind::Window:
    case ExprKind::When:
    case ExprKind::Case:
    case ExprKind::Condition:
    case ExprKind::Wrapper:
    case ExprKind::OrderBy:
        break;
    }
    for (const ExprPtr &arg : e.args)
        if (arg)
            checkExpression(query, *arg);
    for (const CaseWhen &when : e.whens) {
        checkCondition(query, *when.condition);
        checkExpression(query, *when.then);
    }
    if (e.condition)
        checkCondition(query, *e.condition);
    for (const auto &list : {e.partitionBy, e.orderBy})
        for (const ExprPtr &item : list)
            checkExpression(query, *item);
}

} // namespace heddle
