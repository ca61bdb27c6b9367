#include "orm/sql/select.h"

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

BoundPtr Select::transformed(BoundPtr lhs, const std::vector<Transform> &parts)
{
    for (const Transform &part : parts) {
        auto b = makeBound(BoundKind::Transform);
        b->part = part;
        b->partName = part.key;
        b->low = part.low;
        b->high = part.high;
        b->type = typeAfter(lhs->type, {part});
        b->args = {std::move(lhs)};
        b->typed = true;
        lhs = finished(b);
    }
    return lhs;
}

static BoundPtr annotationRef(const SelectAnnotation &a)
{
    auto b = makeBound(BoundKind::Ref);
    b->text = a.name.toUtf8();
    b->args = {a.expression};
    b->type = a.expression->type;
    b->typed = a.expression->typed;
    return finished(b);
}

BoundPtr Select::bindPath(const FieldPath &path, const BindContext &context)
{
    const PathJoins trimmed = trimJoins(path, setupJoins(path.hops, context.reuse));
    if (context.reuse)
        context.reuse->insert(trimmed.joins.begin(), trimmed.joins.end());
    if (path.compositeKey)
        throw FieldError(u"A composite primary key cannot be used inside an expression"_s);
    return boundColumn(this, trimmed.alias, trimmed.target);
}

BoundPtr Select::bindRef(const QString &name, const BindContext &context)
{
    // An aggregate of the same aggregate() call is known here alone.
    if (const SelectAnnotation *a = annotation(name);
        a && context.summarize && !m_query.annotation(name))
        return annotationRef(*a);
    const LookupTarget target = resolveLookupTarget(m_query, m_model, name);
    std::vector<Transform> parts;
    for (const QString &part : target.rest) {
        const FieldType before = target.annotation
                                     ? annotation(target.annotation->name)->expression->type
                                     : pathType(target.path);
        const std::optional<Transform> transform = transformOf(typeAfter(before, parts), part);
        if (!transform) {
            if (target.annotation)
                throw FieldError(
                    u"Unsupported lookup '%1' for %2 or join on the field not permitted."_s.arg(
                        part, before.className()));
            resolvePath(&m_query, m_model, splitPath(name), MissingField::IsError);
        } else {
            parts.push_back(*transform);
        }
    }
    if (target.annotation) {
        const SelectAnnotation *a = annotation(target.annotation->name);
        if (!a)
            throw FieldError(
                u"Cannot resolve keyword '%1' into field."_s.arg(target.annotation->name));
        if (context.summarize && !a->selected)
            throw FieldError(
                u"Cannot aggregate over the '%1' alias. Use annotate() to promote it."_s.arg(
                    a->name));
        return transformed(context.summarize ? annotationRef(*a) : a->expression, parts);
    }
    return transformed(bindPath(target.path, context), parts);
}

BoundPtr Select::bindLiteral(const ExprPtr &e)
{
    if (e->value.isNull()) {
        auto b = makeBound(BoundKind::Null);
        if (e->type) {
            b->type = *e->type;
            b->typed = true;
        }
        return b;
    }
    const FieldType type = e->type ? *e->type : literalType(e->value);
    auto b = std::make_shared<Bound>(
        *boundParam(&e->value, e->type ? Prep::AsField : Prep::AsIs, type, u"value"_s));
    b->keep = e;
    b->name = u"Value"_s; // written with the casts of an expression, not as a bare parameter
    return b;
}

BoundPtr Select::bindCondition(const QNode &q, const BindContext &context)
{
    QContext qContext;
    qContext.reuse = context.reuse;
    qContext.splitSubqueries = false;
    qContext.summarize = context.summarize;
    Clause clause = addQ(q, qContext);
    promoteJoins(clause.needed);
    return clause.where ? clause.where : boundWhere(Connector::And, {});
}

std::shared_ptr<Select> Select::bindSubquery(const Query &query)
{
    auto sub = std::make_shared<Select>(query, this);
    sub->isSubquery = true;
    return sub;
}

std::shared_ptr<Select> Select::bindLookupSubquery(const Query &query, const Field *target)
{
    std::shared_ptr<Select> sub = bindSubquery(query);
    if (sub->combined.empty())
        sub->clearOrdering(false);
    if (!sub->hasSelectFields && sub->combined.empty()) {
        sub->defaultColumns = false;
        sub->selectRelated.clear();
        sub->selectRelatedAll = false;
        for (SelectAnnotation &a : sub->annotations)
            a.selected = false;
        sub->columns.clear();
        sub->selectedNames.clear();
        sub->addField(target ? target->attname : u"pk"_s);
    }
    return sub;
}

BoundPtr Select::bindFunction(const ExprPtr &e, const BindContext &context)
{
    const FunctionInfo *info = functionInfo(e->name);
    auto b = makeBound(BoundKind::Function);
    b->name = e->name;
    b->source = e.get();
    b->keep = e;
    b->partName = QString::fromLatin1(info->extra);
    for (const auto &[key, operand] : e->options)
        if (key == "part"_L1)
            b->partName = operand.value().asString();
    for (const ExprPtr &arg : e->args)
        b->args.push_back(bind(arg, context));
    if (e->name.startsWith("Extract"_L1)) {
        const FieldType &type = b->args[0]->type;
        if (!b->args[0]->typed || (!type.isTemporal() && type.kind != FieldKind::Duration))
            throw ValueError(
                u"Extract input expression must be DateField, DateTimeField, TimeField, or DurationField."_s);
        if (!lookupNames(type, false).contains(b->partName) || b->partName == "date"_L1)
            throw ValueError(u"Cannot extract component '%1' from %2 '%3'."_s.arg(
                b->partName, type.className(),
                b->args[0]->field ? b->args[0]->field->name : QString()));
    }
    if (e->name.startsWith("Trunc"_L1)) {
        const FieldType &type = b->args[0]->type;
        if (!b->args[0]->typed || !type.isTemporal())
            throw TypeError(u"'%1' isn't a DateField, TimeField, or DateTimeField."_s.arg(
                b->args[0]->field ? b->args[0]->field->name : e->name));
        static const QStringList kinds{u"year"_s, u"quarter"_s, u"month"_s,  u"week"_s, u"day"_s,
                                       u"hour"_s, u"minute"_s,  u"second"_s, u"date"_s, u"time"_s};
        if (!kinds.contains(b->partName))
            throw ValueError(u"Cannot truncate to '%1'."_s.arg(b->partName));
        const FieldKind to = e->type ? e->type->kind : type.kind;
        const bool timePart =
            b->partName == "hour"_L1 || b->partName == "minute"_L1 || b->partName == "second"_L1;
        if (type.kind == FieldKind::Date && (to == FieldKind::DateTime || timePart))
            throw ValueError(u"Cannot truncate DateField '%1' to %2."_s.arg(
                b->args[0]->field ? b->args[0]->field->name : QString(),
                timePart ? b->partName : u"DateTimeField"_s));
    }
    if (e->type) {
        b->type = *e->type;
        b->typed = true;
    } else if (const std::optional<FieldType> type = functionType(*info, *b)) {
        b->type = *type;
        b->typed = true;
    }
    return finished(b);
}

/// The name of an aggregate of the same aggregate() call that an expression refers to.
static QString summarizedRef(const Query &query, const BoundPtr &b)
{
    if (b->kind == BoundKind::Ref) {
        const QString name = QString::fromUtf8(b->text);
        return query.annotation(name) ? QString() : name;
    }
    for (const BoundPtr &arg : b->args)
        if (const QString name = summarizedRef(query, arg); !name.isEmpty())
            return name;
    return {};
}

BoundPtr Select::bindAggregate(const ExprPtr &e, const BindContext &context)
{
    const FunctionInfo *info = functionInfo(e->name);
    auto b = makeBound(BoundKind::Aggregate);
    b->name = e->name;
    b->source = e.get();
    b->keep = e;
    b->distinct = e->distinct;
    for (const ExprPtr &arg : e->args) {
        BoundPtr inner = bind(arg, context);
        // An aggregate of an aggregate is possible only over the inner query of another.
        if (inner->aggregate && !context.summarize) {
            const QString name = arg->kind == ExprKind::Ref ? arg->name : expr::toRepr(*arg);
            throw FieldError(u"Cannot compute %1('%2'): '%2' is an aggregate"_s.arg(e->name, name));
        }
        if (context.summarize)
            if (const QString name = summarizedRef(m_query, inner); !name.isEmpty())
                throw FieldError(
                    u"Cannot compute %1('%2'): '%2' is an aggregate"_s.arg(e->name, name));
        b->args.push_back(std::move(inner));
    }
    if (e->condition)
        b->filter = bindCondition(*e->condition, context);
    for (const ExprPtr &item : e->orderBy)
        b->orderBy.push_back(bind(item, context));
    if (e->defaultValue)
        b->defaultValue = bind(e->defaultValue, context);
    if (e->type) {
        b->type = *e->type;
        b->typed = true;
    } else if (const std::optional<FieldType> type = functionType(*info, *b)) {
        b->type = *type;
        b->typed = true;
    }
    return finished(b);
}

BoundPtr Select::bindWindow(const ExprPtr &e, const BindContext &context)
{
    auto b = makeBound(BoundKind::Window);
    b->keep = e;
    b->args = {bind(e->args[0], context)};
    for (const ExprPtr &item : e->partitionBy)
        b->partitionBy.push_back(bind(item, context));
    for (const ExprPtr &item : e->orderBy)
        b->orderBy.push_back(bind(item, context));
    b->frame = e->frame;
    b->type = e->type ? *e->type : b->args[0]->type;
    b->typed = true;
    return finished(b);
}

BoundPtr Select::bindCase(const ExprPtr &e, const BindContext &context)
{
    auto b = makeBound(BoundKind::Case);
    b->keep = e;
    for (const CaseWhen &when : e->whens)
        b->whens.emplace_back(bindCondition(*when.condition, context), bind(when.then, context));
    b->args = {e->args[0] ? bind(e->args[0], context) : makeBound(BoundKind::Null)};
    if (e->type) {
        b->type = *e->type;
        b->typed = true;
        return finished(b);
    }
    const FieldType *first = nullptr;
    const auto consider = [&](const BoundPtr &value) {
        if (!value->typed)
            return;
        if (!first)
            first = &value->type;
        else if (first->kind != value->type.kind &&
                 !(first->isInteger() && value->type.isInteger()))
            throw FieldError(
                u"Expression contains mixed types: %1, %2. You must set output_field."_s.arg(
                    first->className(), value->type.className()));
    };
    for (const auto &[condition, then] : b->whens)
        consider(then);
    consider(b->args[0]);
    if (first) {
        b->type = *first;
        b->typed = true;
    }
    return finished(b);
}

BoundPtr Select::bind(const ExprPtr &e, const BindContext &context)
{
    switch (e->kind) {
    case ExprKind::Literal:
        return bindLiteral(e);
    case ExprKind::Ref:
        return bindRef(e->name, context);
    case ExprKind::OuterRef:
        if (!m_outer)
            throw ValueError(
                u"This queryset contains a reference to an outer query and may only be used in a subquery."_s);
        return e->args.empty() ? m_outer->bindRef(e->name, {nullptr, false})
                               : m_outer->bind(e->args[0]);
    case ExprKind::Star:
        return makeBound(BoundKind::Star);
    case ExprKind::Combined: {
        auto b = makeBound(BoundKind::Combined);
        b->name = e->name;
        b->args = {bind(e->args[0], context), bind(e->args[1], context)};
        const std::optional<FieldType> type = combinedType(e->name, *b->args[0], *b->args[1]);
        if (!type)
            throw FieldError(
                u"Cannot infer type of '%1' expression involving these types: %2, %3. You must set output_field."_s
                    .arg(e->name, b->args[0]->type.className(), b->args[1]->type.className()));
        b->type = *type;
        b->typed = true;
        return finished(b);
    }
    case ExprKind::Negated: {
        const BoundPtr inner = bind(e->args[0], context);
        return boundWhere(Connector::And, {inner}, true);
    }
    case ExprKind::Function:
        return bindFunction(e, context);
    case ExprKind::Aggregate:
        return bindAggregate(e, context);
    case ExprKind::Window:
        return bindWindow(e, context);
    case ExprKind::Case:
        return bindCase(e, context);
    case ExprKind::Condition:
        return bindCondition(*e->condition, context);
    case ExprKind::Subquery: {
        auto b = makeBound(BoundKind::Subquery);
        b->sub = bindSubquery(*e->query);
        if (b->sub->columns.size() == 1 && b->sub->combined.empty())
            b->type = b->sub->columns.front().expression->type;
        else
            for (const SelectAnnotation &a : b->sub->annotations)
                if (a.selected)
                    b->type = a.expression->type;
        if (e->type)
            b->type = *e->type;
        b->typed = true;
        return finished(b);
    }
    case ExprKind::Exists: {
        auto b = makeBound(BoundKind::Exists);
        b->sub = bindSubquery(*e->query);
        b->sub->prepareExists();
        b->negated = e->negated;
        b->type.kind = FieldKind::Boolean;
        b->typed = true;
        return finished(b);
    }
    case ExprKind::Wrapper: {
        // The type is what the wrapper says; the rest is the expression's own.
        BoundPtr inner;
        try {
            inner = bind(e->args[0], context);
        } catch (const FieldError &) {
            if (e->args[0]->kind != ExprKind::Combined)
                throw;
            auto b = makeBound(BoundKind::Combined);
            b->name = e->args[0]->name;
            b->args = {bind(e->args[0]->args[0], context), bind(e->args[0]->args[1], context)};
            inner = finished(b);
        }
        auto b = std::make_shared<Bound>(*inner);
        b->type = *e->type;
        b->typed = true;
        return b;
    }
    case ExprKind::OrderBy: {
        auto b = makeBound(BoundKind::OrderBy);
        b->args = {bind(e->args[0], context)};
        b->descending = e->descending;
        b->nulls = e->nulls;
        b->type = b->args[0]->type;
        b->typed = b->args[0]->typed;
        return finished(b);
    }
    case ExprKind::When:
    case ExprKind::Frame:
    case ExprKind::FilteredRelation:
        break;
    }
    throw TypeError(u"%1 cannot stand alone"_s.arg(expr::className(*e)));
}

} // namespace heddle::sql
