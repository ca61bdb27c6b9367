#include "orm/sql/select.h"

#include <algorithm>

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

Select::Select(const Query &query, Select *outer)
    : m_query(query), m_model(query.model()), m_outer(outer)
{
    baseAlias();
    replay(query);
}

Select::Select(const ModelInfo *model, Select *outer) : m_model(model), m_outer(outer)
{
    baseAlias();
}

void Select::replay(const Query &query)
{
    // union() and its siblings make all that came before into the first of the combined queries;
    // what follows is about the whole.
    const std::vector<const Step *> steps = query.steps();
    std::size_t begin = 0;
    for (std::size_t i = steps.size(); i-- > 0;) {
        if (steps[i]->kind != StepKind::Combine)
            continue;
        combinator = steps[i]->combinator;
        const Query first = query.prefix(int(i));
        if (!(first.state().empty && first.state().combined == false &&
              combinator == Combinator::Union))
            combined.push_back(std::make_shared<Select>(first, m_outer));
        for (const Query &other : steps[i]->others)
            combined.push_back(std::make_shared<Select>(other, m_outer));
        adoptColumns(first.state().empty && !steps[i]->others.empty() ? steps[i]->others.front()
                                                                      : first);
        begin = i + 1;
        break;
    }
    for (std::size_t i = begin; i < steps.size(); ++i)
        replayStep(*steps[i]);
    // The state knows the sum of all slices.
    low = query.state().low;
    high = query.state().high;
    empty = empty || (query.state().empty && combined.empty());
}

void Select::adoptColumns(const Query &first)
{
    if (first.state().result == ResultKind::Rows)
        return;
    const QStringList names = first.valueNames();
    for (const Annotation &a : first.annotations())
        if (a.expression->kind != ExprKind::FilteredRelation)
            addAnnotation(a.name, bind(a.expression), a.selected);
    setValues(names);
}

void Select::replayStep(const Step &step)
{
    switch (step.kind) {
    case StepKind::Filter:
        addFilter(*step.condition, false);
        return;
    case StepKind::Exclude:
        addFilter(*step.condition, true);
        return;
    case StepKind::Annotate:
    case StepKind::Alias:
        for (const NamedExpression &item : step.expressions) {
            if (item.expression->kind == ExprKind::FilteredRelation)
                continue; // joined where a path goes over it
            const BoundPtr bound = bind(item.expression);
            addAnnotation(item.name, bound, step.kind == StepKind::Annotate);
            if (bound->aggregate && groupBy == GroupBy::None) {
                if (hasSelectFields)
                    setGroupBy(true);
                else
                    groupBy = GroupBy::Model;
            } else if (bound->aggregate && groupBy == GroupBy::List && hasSelectFields) {
                setGroupBy(true);
            }
        }
        return;
    case StepKind::OrderBy:
        ordering.clear();
        for (const NamedExpression &item : step.expressions)
            ordering.push_back(item.expression);
        return;
    case StepKind::Reverse:
        standardOrdering = !standardOrdering;
        return;
    case StepKind::Distinct:
        distinct = true;
        distinctFields = step.names;
        return;
    case StepKind::Values:
    case StepKind::ValuesList: {
        QStringList names;
        for (const NamedExpression &item : step.expressions)
            names << (item.name.isEmpty() ? item.expression->name : item.name);
        setValues(names);
        named = step.named;
        return;
    }
    case StepKind::Only: {
        QSet<QString> names;
        for (const QString &name : step.names)
            names.insert(name == "pk"_L1 && m_model->primaryKey() ? m_model->primaryKey()->name
                                                                  : name);
        // defer() before only() keeps its say, as in Django.
        if (deferred.defer)
            deferred = {names - deferred.names, false};
        else
            deferred = {names, false};
        return;
    }
    case StepKind::Defer:
        if (step.flag) {
            deferred = {};
        } else {
            const QSet<QString> names(step.names.begin(), step.names.end());
            if (deferred.defer) {
                deferred.names += names;
            } else if (QSet<QString> left = deferred.names - names; !left.isEmpty()) {
                deferred.names = left;
            } else {
                deferred = {names - deferred.names, true};
            }
        }
        return;
    case StepKind::SelectRelated:
        if (step.flag) {
            selectRelated.clear();
            selectRelatedAll = false;
        } else if (step.names.isEmpty()) {
            selectRelatedAll = true;
        } else {
            selectRelatedAll = false;
            selectRelated += step.names;
        }
        return;
    case StepKind::None:
        empty = true;
        return;
    case StepKind::Combine:
        return; // replay() has seen to it
    case StepKind::Merge:
        absorb(step.others.front(), step.connector);
        return;
    case StepKind::SelectForUpdate:
        lock = Lock{step.nowait, step.skipLocked, step.noKey, step.lockOf};
        return;
    case StepKind::Dates:
    case StepKind::Datetimes:
        replayDates(step);
        return;
    case StepKind::Slice:
    case StepKind::PrefetchRelated:
    case StepKind::Using:
    case StepKind::LoadMode:
        return;
    }
}

void Select::replayDates(const Step &step)
{
    const bool withTime = step.kind == StepKind::Datetimes;
    std::vector<Operand> args{Operand(expr::ref(step.names[0])), Operand(Value(step.names[1]))};
    FieldType type;
    type.kind = withTime ? FieldKind::DateTime : FieldKind::Date;
    const ExprPtr trunc = expr::construct(u"Trunc"_s, args, {{u"output_field"_s, Operand(type)}});
    const QString key = withTime ? u"datetimefield"_s : u"datefield"_s;
    addAnnotation(u"plain_field"_s, bindRef(step.names[0], {}), false);
    addAnnotation(key, bind(trunc), true);
    hasSelectFields = true;
    defaultColumns = false;
    selectedNames = {key};
    for (SelectAnnotation &a : annotations)
        a.selected = a.name == key;
    distinct = true;
    conjoin(boundLookup(LookupKind::IsNull, annotation(u"plain_field"_s)->expression,
                        {boundFixed(Value(false))}));
    ordering = {expr::orderBy(trunc, step.flag)};
}

const SelectAnnotation *Select::annotation(const QString &name) const
{
    for (const SelectAnnotation &a : annotations)
        if (a.name == name)
            return &a;
    return nullptr;
}

void Select::addAnnotation(const QString &name, BoundPtr expression, bool selected)
{
    for (SelectAnnotation &a : annotations) {
        if (a.name == name) {
            a.expression = std::move(expression);
            a.selected = selected;
            return;
        }
    }
    annotations.push_back({name, std::move(expression), selected});
    if (selected && hasSelectFields && !selectedNames.isEmpty() && !selectedNames.contains(name))
        selectedNames << name;
}

void Select::setAnnotationMask(const QStringList &names)
{
    for (SelectAnnotation &a : annotations)
        a.selected = names.contains(a.name);
}

void Select::addField(const QString &name)
{
    const LookupTarget target = resolveLookupTarget(m_query, m_model, name);
    if (target.path.compositeKey) {
        for (const Field *key : target.path.model->primaryKeys())
            columns.push_back(
                {name, boundColumn(this, setupJoins(target.path.hops, nullptr).back(), key)});
        return;
    }
    columns.push_back({name, bindRef(name, {})});
}

void Select::setValues(const QStringList &names)
{
    selectRelatedAll = false;
    selectRelated.clear();
    deferred = {};
    hasSelectFields = true;
    defaultColumns = false;
    QStringList fields;
    columns.clear();
    if (names.isEmpty()) {
        for (const auto &field : m_model->fields())
            fields << field->attname;
        selectedNames.clear();
    } else {
        selectedNames = names;
        QStringList annotationNames;
        for (const QString &name : names) {
            const SelectAnnotation *a = annotation(name);
            (a ? annotationNames : fields) << name;
        }
        setAnnotationMask(annotationNames);
    }
    if (groupBy == GroupBy::Model) {
        // Grouping stays by the model's own columns, whatever is selected from now on.
        groupBy = GroupBy::List;
        groupColumns.clear();
        for (const auto &field : m_model->fields())
            groupColumns.push_back(boundColumn(this, baseAlias(), field.get()));
        for (const SelectAnnotation &a : annotations)
            if (a.selected && !a.expression->aggregate)
                groupByColumns(a.expression, groupColumns);
    }
    for (const QString &name : fields)
        addField(name);
}

void Select::setGroupBy(bool allowAliases)
{
    Q_UNUSED(allowAliases);
    groupBy = GroupBy::List;
    groupColumns.clear();
    for (const SelectedColumn &column : columns)
        groupByColumns(column.expression, groupColumns);
    for (const SelectAnnotation &a : annotations)
        if (a.selected)
            groupByColumns(a.expression, groupColumns);
}

void Select::clearOrdering(bool force)
{
    if (!force && (low > 0 || high || !distinctFields.isEmpty() || lock))
        return;
    ordering.clear();
}

} // namespace heddle::sql
