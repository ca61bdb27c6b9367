#include "orm/query/check.h"
#include "orm/query/node.h"
#include "orm/query/query.h"
#include "orm/query/refusals.h"

#include <algorithm>
#include <functional>

// What a query gives for each row: annotations, values, dates.

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace detail;

static void checkAlias(const QString &name)
{
    for (QChar c : name)
        if (c.isSpace() || c == u'"' || c == u'\'' || c == u'`' || c == u';')
            throw ValueError(
                u"Column aliases cannot contain whitespace characters, quotation marks, semicolons, or SQL comments."_s);
    if (name.contains("--"_L1) || name.contains("/*"_L1) || name.contains("*/"_L1))
        throw ValueError(
            u"Column aliases cannot contain whitespace characters, quotation marks, semicolons, or SQL comments."_s);
}

static bool namesField(const Query &query, const QString &name)
{
    if (query.state().result == ResultKind::Rows)
        return query.model()->field(name) || query.model()->relationByQueryName(name);
    return query.valueNames().contains(name) && !query.annotation(name);
}

static Query annotated(const Query &query, std::vector<NamedExpression> expressions, bool selected,
                       std::vector<Annotation> &annotations)
{
    Q_UNUSED(selected);
    annotations = query.annotations();
    for (NamedExpression &item : expressions) {
        if (item.name.isEmpty())
            item.name = expr::defaultAlias(*item.expression);
        checkAlias(item.name);
        if (namesField(query, item.name))
            throw ValueError(
                u"The annotation '%1' conflicts with a field on the model."_s.arg(item.name));
        if (item.expression->kind == ExprKind::FilteredRelation)
            checkFilteredRelation(query, *item.expression);
        else
            checkExpression(query, *item.expression);
        Annotation a{item.name, item.expression, selected,
                     expr::containsAggregate(*item.expression)};
        const auto same = std::find_if(annotations.begin(), annotations.end(),
                                       [&](const Annotation &b) { return b.name == a.name; });
        if (same != annotations.end())
            *same = std::move(a);
        else
            annotations.push_back(std::move(a));
    }
    return query;
}

static Query addAnnotations(const Query &query, std::vector<NamedExpression> expressions,
                            bool selected, const std::function<Query(Step, QueryState)> &with)
{
    Query current = query;
    QueryState state = query.state();
    Step step;
    step.kind = selected ? StepKind::Annotate : StepKind::Alias;
    // One step an expression: each may refer to the one before it.
    std::vector<Annotation> annotations;
    annotated(current, expressions, selected, annotations);
    for (NamedExpression &item : expressions) {
        if (item.name.isEmpty())
            item.name = expr::defaultAlias(*item.expression);
        state.grouped = state.grouped || expr::containsAggregate(*item.expression);
    }
    step.expressions = std::move(expressions);
    Query next = with(std::move(step), state);
    // The node was made just now and is not shared yet.
    auto *node = const_cast<Query::Node *>(next.last().get());
    node->annotations = std::make_shared<const std::vector<Annotation>>(std::move(annotations));
    return next;
}

Query Query::annotate(std::vector<NamedExpression> expressions) const
{
    refuseCombined(*this, "annotate");
    Query current = *this;
    for (NamedExpression &item : expressions)
        current =
            addAnnotations(current, {std::move(item)}, true, [&](Step step, QueryState state) {
                return current.with(std::move(step), state);
            });
    if (isValues(state().result) && !valueNames().isEmpty()) {
        // After values() an annotation is one more key.
        auto *node = const_cast<Node *>(current.m_last.get());
        QStringList names = valueNames();
        for (const Annotation &a : current.annotations())
            if (a.selected && a.expression->kind != ExprKind::FilteredRelation &&
                !names.contains(a.name) && !annotation(a.name))
                names << a.name;
        node->valueNames = std::make_shared<const QStringList>(names);
    }
    return current;
}

Query Query::alias(std::vector<NamedExpression> expressions) const
{
    refuseCombined(*this, "alias");
    Query current = *this;
    for (NamedExpression &item : expressions)
        current =
            addAnnotations(current, {std::move(item)}, false, [&](Step step, QueryState state) {
                return current.with(std::move(step), state);
            });
    return current;
}

/// The keys that values() arguments stand for; expressions without a name get Django's ("upper1").
/// Adds them as annotations first.
static Query withValueExpressions(const Query &query, std::vector<NamedExpression> &items,
                                  QStringList &names)
{
    QStringList taken;
    for (const NamedExpression &item : items)
        if (item.name.isEmpty() && item.expression->kind == ExprKind::Ref)
            taken << item.expression->name;
    Query current = query;
    int counter = 1;
    for (NamedExpression &item : items) {
        if (item.name.isEmpty() && item.expression->kind == ExprKind::Ref) {
            names << item.expression->name;
            continue;
        }
        if (item.name.isEmpty()) {
            QString prefix = expr::className(*item.expression).toLower();
            if (item.expression->kind == ExprKind::Aggregate)
                prefix = expr::defaultAlias(*item.expression);
            do
                item.name = prefix + QString::number(counter++);
            while (taken.contains(item.name));
        }
        current = current.annotate({{item.name, item.expression}});
        names << item.name;
    }
    return current;
}

static void checkValueName(const Query &query, const QString &name)
{
    if (const Annotation *a = query.annotation(name)) {
        if (!a->selected)
            throw FieldError(
                u"Cannot select the '%1' alias. Use annotate() to promote it."_s.arg(name));
        return;
    }
    const LookupTarget target = resolveLookupTarget(query, query.model(), name);
    if (target.annotation)
        return;
    const FieldPath &path = target.path;
    if (path.compositeKey)
        throw NotSupportedError(
            u"values() cannot give the composite primary key of %1 as one value: name its fields."_s
                .arg(path.model->name));
    QStringList rest = path.rest;
    std::vector<Transform> transforms;
    for (const QString &part : rest) {
        const FieldType type = typeAfter(pathType(path), transforms);
        const std::optional<Transform> transform = transformOf(type, part);
        if (!transform || path.endsInRelation())
            resolvePath(&query, query.model(), splitPath(name), MissingField::IsError);
        transforms.push_back(*transform);
    }
}

static Query valuesStep(const Query &query, std::vector<NamedExpression> expressions,
                        ResultKind kind, bool named,
                        const std::function<Query(const Query &, Step, QueryState)> &with)
{
    Step step;
    step.kind = kind == ResultKind::Values ? StepKind::Values : StepKind::ValuesList;
    step.flag = kind == ResultKind::FlatValuesList;
    step.named = named;
    step.expressions = expressions;
    QStringList names;
    Query current = withValueExpressions(query, expressions, names);
    for (const QString &name : names)
        checkValueName(current, name);
    QueryState state = current.state();
    state.result = kind;
    state.selectRelated = false;
    for (std::size_t i = 0; i < expressions.size(); ++i)
        step.expressions[i].name = expressions[i].name;
    Query next = with(current, std::move(step), state);
    const_cast<Query::Node *>(next.last().get())->valueNames =
        std::make_shared<const QStringList>(names);
    return next;
}

Query Query::values(std::vector<NamedExpression> expressions) const
{
    return valuesStep(
        *this, std::move(expressions), ResultKind::Values, false,
        [](const Query &q, Step step, QueryState state) { return q.with(std::move(step), state); });
}

Query Query::valuesList(std::vector<NamedExpression> expressions, bool flat, bool named) const
{
    if (flat && named)
        throw TypeError(u"'flat' and 'named' can't be used together."_s);
    if (flat && expressions.size() > 1)
        throw TypeError(
            u"'flat' is not valid when values_list is called with more than one field."_s);
    return valuesStep(
        *this, std::move(expressions), flat ? ResultKind::FlatValuesList : ResultKind::ValuesList,
        named,
        [](const Query &q, Step step, QueryState state) { return q.with(std::move(step), state); });
}

static Query dateQuery(const Query &query, const QString &field, const QString &kind,
                       bool descending, bool withTime, const QStringList &kinds,
                       const std::function<Query(const Query &, Step, QueryState)> &with)
{
    if (!kinds.contains(kind))
        throw ValueError(
            withTime
                ? u"'kind' must be one of 'year', 'month', 'week', 'day', 'hour', 'minute', or 'second'."_s
                : u"'kind' must be one of 'year', 'month', 'week', or 'day'."_s);
    const FieldPath path =
        resolvePath(&query, query.model(), splitPath(field), MissingField::IsError);
    const FieldType type = pathType(path);
    if (!type.isTemporal() || path.endsInRelation())
        throw TypeError(u"'%1' isn't a DateField, TimeField, or DateTimeField."_s.arg(
            path.target ? path.target->name : field));
    if (withTime && type.kind == FieldKind::Date)
        throw ValueError(
            u"Cannot truncate DateField '%1' to DateTimeField."_s.arg(path.target->name));
    Step step;
    step.kind = withTime ? StepKind::Datetimes : StepKind::Dates;
    step.names = {field, kind};
    step.flag = descending;
    QueryState state = query.state();
    state.result = withTime ? ResultKind::Datetimes : ResultKind::Dates;
    state.distinct = true;
    state.ordered = true;
    return with(query, std::move(step), state);
}

Query Query::dates(const QString &field, const QString &kind, bool descending) const
{
    refuseCombined(*this, "dates");
    return dateQuery(
        *this, field, kind, descending, false, {u"year"_s, u"month"_s, u"week"_s, u"day"_s},
        [](const Query &q, Step s, QueryState state) { return q.with(std::move(s), state); });
}

Query Query::datetimes(const QString &field, const QString &kind, bool descending) const
{
    refuseCombined(*this, "datetimes");
    return dateQuery(
        *this, field, kind, descending, true,
        {u"year"_s, u"month"_s, u"week"_s, u"day"_s, u"hour"_s, u"minute"_s, u"second"_s},
        [](const Query &q, Step s, QueryState state) { return q.with(std::move(s), state); });
}

} // namespace heddle
