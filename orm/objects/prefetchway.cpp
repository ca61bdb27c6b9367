#include "orm/objects/prefetchway.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto kSourceName = "_prefetch_related_val"_L1;

constexpr auto kRowName = "_prefetch_related_row"_L1;

/// base.filter(keys), where a slice of `base` counts for each value of `partition` by itself.
Query ofEach(const Query &base, const QString &partition, const QPtr &keys)
{
    if (!base.state().sliced())
        return base.filter(keys);
    const qint64 low = base.state().low;
    const std::optional<qint64> high = base.state().high;
    auto window = std::make_shared<Expression>();
    window->kind = ExprKind::Window;
    window->args = {expr::construct(u"RowNumber"_s, {})};
    window->partitionBy = {expr::ref(partition)};
    window->orderBy = base.ordering();
    std::vector<QChild> within{
        {kRowName + "__gt"_L1, Operand(Value(static_cast<long long>(low))), {}, {}}};
    if (high)
        within.push_back(
            {kRowName + "__lte"_L1, Operand(Value(static_cast<long long>(*high))), {}, {}});
    // The keys first: the window's partition goes over the join that they made.
    return base.withoutSlice()
        .filter(keys)
        .alias({{kRowName, expr::measured(window)}})
        .filter(makeQ(std::move(within)));
}

} // namespace

PrefetchWay wayOf(const ModelInfo *model, const QString &accessor, const QString &path)
{
    PrefetchWay way;
    if (const Field *field = model->field(accessor)) {
        if (!field->isRelation() || field->name != accessor)
            throw ValueError(
                u"'%1' does not resolve to an item that supports prefetching - this is an invalid parameter to prefetch_related()."_s
                    .arg(path));
        way.forward = field;
        way.ownKey = field;
        way.target = field->target;
        return way;
    }
    way.relation = model->relationByAccessor(accessor);
    if (!way.relation)
        throw AttributeError(
            u"Cannot find '%1' on %2 object, '%3' is an invalid parameter to prefetch_related()"_s
                .arg(accessor, model->name, path));
    way.ownKey = way.relation->kind == RelationKind::ManyToMany
                     ? way.relation->sourceField->targetField
                     : way.relation->field->targetField;
    way.target = way.relation->target;
    return way;
}

Query relatedTo(const PrefetchWay &way, Query base, Operand::List keys)
{
    const auto in = [&](const QString &name) {
        return ofEach(base, name, makeQ({{name + "__in"_L1, Operand(std::move(keys)), {}, {}}}));
    };
    if (way.forward)
        return in(way.forward->targetField->attname);
    if (way.relation->kind != RelationKind::ManyToMany)
        return in(way.relation->field->name);
    QString link;
    for (const auto &r : way.target->relations())
        if (r->kind == RelationKind::ReverseForeignKey && r->field == way.relation->farField)
            link = r->queryName;
    const QString source = link + "__"_L1 + way.relation->sourceField->name;
    return in(source).annotate({{kSourceName, expr::ref(source)}});
}

QString prefetchOwnerName()
{
    return kSourceName;
}

void throwSeenAlready(const QString &path)
{
    throw ValueError(
        u"'%1' lookup was already seen with a different queryset. You may need to adjust the ordering of your lookups."_s
            .arg(path));
}

std::vector<PrefetchSpec> prefetchesOf(const Query &query)
{
    std::vector<PrefetchSpec> out;
    for (const Step *step : query.steps()) {
        if (step->kind != StepKind::PrefetchRelated)
            continue;
        if (step->flag)
            out.clear();
        out.insert(out.end(), step->prefetches.begin(), step->prefetches.end());
    }
    return out;
}

} // namespace heddle
