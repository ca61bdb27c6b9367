#include "orm/notation/queryprinter.h"

#include "orm/notation/queryprinterparts.h"

namespace heddle::notation {

using namespace Qt::Literals::StringLiterals;
using namespace detail;

namespace {

QString quotedList(const QStringList &names)
{
    QStringList parts;
    for (const QString &name : names)
        parts << quoted(name);
    return parts.join(", "_L1);
}

/// "'-name'" where that says all, an expression otherwise.
QString printOrdering(const Expression &e)
{
    if (e.kind == ExprKind::OrderBy && e.args[0]->kind == ExprKind::Ref &&
        e.nulls == NullsOrder::Default) {
        const QString &name = e.args[0]->name;
        const bool readsAsSign =
            !e.descending && (name.startsWith(u'-') || name.startsWith(u'+') || name == u"?");
        if (!readsAsSign)
            return quoted(e.descending ? u'-' + name : name);
    }
    if (e.kind == ExprKind::Function && e.name == "Random"_L1)
        return u"'?'"_s;
    return printExpression(e);
}

/// The name that values_list() gives an expression by its class and a running number.
QString automaticName(const Expression &e, int number)
{
    QString prefix = expr::className(e).toLower();
    if (e.kind == ExprKind::Aggregate)
        prefix = expr::defaultAlias(e);
    return prefix + QString::number(number);
}

QString printValues(const Step &step)
{
    const bool list = step.kind == StepKind::ValuesList;
    QStringList positional;
    NamedTexts named;
    int number = 1;
    bool keywords = false;
    for (std::size_t i = 0; i < step.expressions.size(); ++i) {
        const NamedExpression &item = step.expressions[i];
        if (item.name.isEmpty()) {
            positional << quoted(item.expression->name);
            continue;
        }
        // Where a name follows, the expression cannot have been a keyword.
        bool last = true;
        for (std::size_t j = i + 1; j < step.expressions.size(); ++j)
            last = last && !step.expressions[j].name.isEmpty();
        if (!keywords && item.expression->kind != ExprKind::Ref &&
            (!last || isAutomatic(item.name)) &&
            item.name == automaticName(*item.expression, number)) {
            positional << printExpression(*item.expression);
            ++number;
            continue;
        }
        keywords = true;
        named.emplace_back(item.name, printExpression(*item.expression));
    }
    if (list && step.flag)
        named.emplace_back(u"flat"_s, u"True"_s);
    if (list && step.named)
        named.emplace_back(u"named"_s, u"True"_s);
    return (list ? u".values_list("_s : u".values("_s) + arguments(positional, named) + u')';
}

QString printPrefetch(const PrefetchSpec &spec)
{
    if (!spec.query && spec.toAttr.isEmpty())
        return quoted(spec.path);
    NamedTexts named;
    if (spec.query)
        named.emplace_back(u"queryset"_s, printQuery(*spec.query));
    if (!spec.toAttr.isEmpty())
        named.emplace_back(u"to_attr"_s, quoted(spec.toAttr));
    return u"Prefetch("_s + arguments({quoted(spec.path)}, named) + u')';
}

QString printNamed(const std::vector<NamedExpression> &items)
{
    NamedTexts named;
    for (const NamedExpression &item : items)
        named.emplace_back(item.name, printExpression(*item.expression));
    return arguments({}, named);
}

/// The arguments of filter() and exclude().
QString printFilter(const QNode &q)
{
    // Keyword lookups are And-ed, whatever stands beside them.
    if (!q.negated && q.connector == Connector::And && readsAsKeywords(q))
        return conditionArguments(q);
    return printCondition(q);
}

QString printCombine(const Step &step)
{
    QStringList others;
    for (const Query &other : step.others)
        others << printQuery(other);
    switch (step.combinator) {
    case Combinator::Union:
        return u".union("_s + others.join(", "_L1) + u')';
    case Combinator::UnionAll:
        others << u"all=True"_s;
        return u".union("_s + others.join(", "_L1) + u')';
    case Combinator::Intersection:
        return u".intersection("_s + others.join(", "_L1) + u')';
    case Combinator::Difference:
        return u".difference("_s + others.join(", "_L1) + u')';
    }
    return {};
}

QString printLock(const Step &step)
{
    NamedTexts named;
    if (step.nowait)
        named.emplace_back(u"nowait"_s, u"True"_s);
    if (step.skipLocked)
        named.emplace_back(u"skip_locked"_s, u"True"_s);
    if (!step.lockOf.isEmpty())
        named.emplace_back(u"of"_s, u'[' + quotedList(step.lockOf) + u']');
    if (step.noKey)
        named.emplace_back(u"no_key"_s, u"True"_s);
    return u".select_for_update("_s + arguments({}, named) + u')';
}

QString printStep(const Step &step)
{
    switch (step.kind) {
    case StepKind::Filter:
        return u".filter("_s + printFilter(*step.condition) + u')';
    case StepKind::Exclude:
        return u".exclude("_s + printFilter(*step.condition) + u')';
    case StepKind::Annotate:
        return u".annotate("_s + printNamed(step.expressions) + u')';
    case StepKind::Alias:
        return u".alias("_s + printNamed(step.expressions) + u')';
    case StepKind::OrderBy: {
        QStringList parts;
        for (const NamedExpression &item : step.expressions)
            parts << printOrdering(*item.expression);
        return u".order_by("_s + parts.join(", "_L1) + u')';
    }
    case StepKind::Reverse:
        return u".reverse()"_s;
    case StepKind::Distinct:
        return u".distinct("_s + quotedList(step.names) + u')';
    case StepKind::Slice:
        if (step.flag)
            break;
        return u"[%1:%2]"_s.arg(QString::number(step.low.value_or(0)),
                                step.high ? QString::number(*step.high) : QString());
    case StepKind::Values:
    case StepKind::ValuesList:
        return printValues(step);
    case StepKind::Only:
        return u".only("_s + quotedList(step.names) + u')';
    case StepKind::Defer:
        return step.flag ? u".defer(None)"_s : u".defer("_s + quotedList(step.names) + u')';
    case StepKind::SelectRelated:
        return step.flag ? u".select_related(None)"_s
                         : u".select_related("_s + quotedList(step.names) + u')';
    case StepKind::PrefetchRelated: {
        if (step.flag)
            return u".prefetch_related(None)"_s;
        QStringList parts;
        for (const PrefetchSpec &spec : step.prefetches)
            parts << printPrefetch(spec);
        return u".prefetch_related("_s + parts.join(", "_L1) + u')';
    }
    case StepKind::None:
        return u".none()"_s;
    case StepKind::Combine:
        return printCombine(step);
    case StepKind::Using:
        return u".using("_s + quoted(step.alias) + u')';
    case StepKind::SelectForUpdate:
        return printLock(step);
    case StepKind::Dates:
    case StepKind::Datetimes: {
        QString text = step.kind == StepKind::Dates ? u".dates("_s : u".datetimes("_s;
        text += quotedList(step.names);
        return text + (step.flag ? u", order='DESC')"_s : u")"_s);
    }
    case StepKind::Merge:
    case StepKind::LoadMode:
        break;
    }
    throw NotSupportedError(u"A step of this queryset cannot be written as text"_s);
}

/// Whether values() itself made the annotation, so that its own text says it.
bool madeByValues(const std::vector<const Step *> &steps, std::size_t i)
{
    if (steps[i]->kind != StepKind::Annotate || steps[i]->expressions.size() != 1)
        return false;
    const NamedExpression &made = steps[i]->expressions.front();
    std::size_t next = i + 1;
    while (next < steps.size() && steps[next]->kind == StepKind::Annotate)
        ++next;
    if (next == steps.size() ||
        (steps[next]->kind != StepKind::Values && steps[next]->kind != StepKind::ValuesList))
        return false;
    for (const NamedExpression &item : steps[next]->expressions)
        if (item.name == made.name && item.expression == made.expression)
            return true;
    return false;
}

} // namespace

QString printQuery(const Query &query)
{
    const std::vector<const Step *> steps = query.steps();
    QString text = query.model()->name + u".objects"_s;
    if (steps.empty())
        return text + u".all()"_s;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (madeByValues(steps, i))
            continue;
        if (steps[i]->kind == StepKind::Merge) {
            static const char *const signs[] = {" & ", " | ", " ^ "};
            if (i == 0)
                text += u".all()"_s;
            text = u'(' + text + QLatin1String(signs[int(steps[i]->connector)]) +
                   printQuery(steps[i]->others.front()) + u')';
            continue;
        }
        if (i == 0 && steps[i]->kind == StepKind::Slice)
            text += u".all()"_s; // a manager has no slices
        text += printStep(*steps[i]);
    }
    return text;
}

} // namespace heddle::notation
