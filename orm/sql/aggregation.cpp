#include "orm/sql/select.h"

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

void Select::prepareExists()
{
    if (!(distinct && (low > 0 || high))) {
        if (groupBy == GroupBy::Model) {
            setValues({});
            setGroupBy(false);
        }
        defaultColumns = false;
        columns.clear();
        selectedNames.clear();
        hasSelectFields = true;
        for (SelectAnnotation &a : annotations)
            a.selected = false;
    }
    selectRelated.clear();
    selectRelatedAll = false;
    clearOrdering(combined.empty() && !(distinct && (low > 0 || high)));
    high = high ? std::min(*high, low + 1) : low + 1;
    isSubquery = true;
}

static void collectRefs(const BoundPtr &e, QStringList &names)
{
    if (!e)
        return;
    if (e->kind == BoundKind::Ref)
        names << QString::fromUtf8(e->text);
    for (const BoundPtr &arg : e->args)
        if (e->kind != BoundKind::Ref)
            collectRefs(arg, names);
    for (const auto &[condition, then] : e->whens) {
        collectRefs(condition, names);
        collectRefs(then, names);
    }
    collectRefs(e->filter, names);
}

static bool containsSubquery(const BoundPtr &e)
{
    if (!e)
        return false;
    if (e->kind == BoundKind::Subquery || e->kind == BoundKind::Exists)
        return true;
    for (const BoundPtr &arg : e->args)
        if (containsSubquery(arg))
            return true;
    for (const auto &[condition, then] : e->whens)
        if (containsSubquery(condition) || containsSubquery(then))
            return true;
    return containsSubquery(e->filter);
}

static BoundPtr makeRef(const QString &name, const BoundPtr &expression)
{
    auto ref = makeBound(BoundKind::Ref);
    ref->text = name.toUtf8();
    ref->args = {expression};
    ref->type = expression->type;
    ref->typed = expression->typed;
    return ref;
}

std::shared_ptr<Select> Select::aggregation(const std::vector<NamedExpression> &wanted)
{
    // The aggregates first: they may refer to annotations by name and to each other.
    std::vector<SelectAnnotation> aggregates;
    bool refsSubquery = false, refsWindow = false;
    const std::vector<SelectAnnotation> existing = annotations;
    std::vector<std::pair<BoundPtr, BoundPtr>> earlier;
    for (const NamedExpression &item : wanted) {
        BoundPtr bound;
        if (!expr::containsAggregate(*item.expression) && aggregates.empty())
            throw TypeError(u"%1 is not an aggregate expression"_s.arg(item.name));
        bound = bind(item.expression, {nullptr, true});
        bound = replaced(bound, earlier);
        if (!bound->aggregate)
            throw TypeError(u"%1 is not an aggregate expression"_s.arg(item.name));
        QStringList refs;
        collectRefs(bound, refs);
        for (const QString &name : refs)
            if (const SelectAnnotation *a = annotation(name)) {
                refsSubquery = refsSubquery || containsSubquery(a->expression);
                refsWindow = refsWindow || a->expression->window;
            }
        aggregates.push_back({item.name, bound, true});
        earlier.emplace_back(makeRef(item.name, bound), bound);
        annotations.push_back({item.name, bound, true});
    }
    annotations = existing;

    bool hasAggregation = where && where->aggregate;
    for (const SelectAnnotation &a : annotations)
        hasAggregation = hasAggregation || a.expression->aggregate;
    const bool window = where && where->window;
    const bool needsSubquery = groupBy == GroupBy::List || low > 0 || high || hasAggregation ||
                               refsSubquery || refsWindow || window || distinct ||
                               !combined.empty();
    lock.reset();
    selectRelated.clear();
    selectRelatedAll = false;
    if (!needsSubquery) {
        std::vector<std::pair<BoundPtr, BoundPtr>> inlineRefs;
        for (const SelectAnnotation &a : annotations)
            inlineRefs.emplace_back(makeRef(a.name, a.expression), a.expression);
        columns.clear();
        selectedNames.clear();
        defaultColumns = false;
        hasSelectFields = true;
        annotations.clear();
        for (SelectAnnotation &a : aggregates)
            annotations.push_back(
                {a.name, inlineRefs.empty() ? a.expression : replaced(a.expression, inlineRefs),
                 true});
        groupBy = GroupBy::None;
        ordering.clear();
        return {};
    }

    auto outerSelect = std::make_shared<Select>(m_model, m_outer);
    outerSelect->m_query = m_query;
    clearOrdering(false);
    if (!combined.empty() && low == 0 && !high)
        ordering.clear();
    if (!distinct) {
        if (defaultColumns && hasAggregation && m_model->primaryKey()) {
            groupBy = GroupBy::List;
            groupColumns = {boundColumn(this, baseAlias(), m_model->primaryKey())};
        }
        if (combined.empty())
            defaultColumns = false;
        if (!window && combined.empty()) {
            QStringList mask;
            if (groupBy == GroupBy::List)
                for (const BoundPtr &column : groupColumns)
                    for (const SelectAnnotation &a : annotations)
                        if (a.expression == column)
                            mask << a.name;
            for (const SelectAnnotation &a : aggregates)
                collectRefs(a.expression, mask);
            setAnnotationMask(mask);
        }
    }
    if (!selectedNames.isEmpty()) {
        QStringList left;
        for (const QString &name : selectedNames) {
            const SelectAnnotation *a = annotation(name);
            if (!a || a->selected)
                left << name;
        }
        selectedNames = left;
    }
    // What the aggregates read becomes columns of the inner query.
    std::vector<std::pair<BoundPtr, BoundPtr>> columnRefs;
    outerSelect->defaultColumns = false;
    outerSelect->hasSelectFields = true;
    for (const SelectAnnotation &a : aggregates) {
        std::vector<BoundPtr> read;
        columnsIn(a.expression, read);
        for (const BoundPtr &column : read) {
            if (column->kind == BoundKind::Ref)
                continue; // an annotation of the inner query: it has that name there
            bool known = false;
            for (const auto &[from, to] : columnRefs)
                known = known || from == column || sameColumn(*from, *column);
            if (known)
                continue;
            const QString alias = u"__col%1"_s.arg(columnRefs.size() + 1);
            columnRefs.emplace_back(column, makeRef(alias, column));
            addAnnotation(alias, column, true);
            if (groupBy == GroupBy::List)
                groupColumns.push_back(column);
        }
    }
    for (const SelectAnnotation &a : aggregates)
        outerSelect->annotations.push_back(
            {a.name, columnRefs.empty() ? a.expression : replaced(a.expression, columnRefs), true});
    bool anything = defaultColumns || !columns.empty();
    for (const SelectAnnotation &a : annotations)
        anything = anything || a.selected;
    if (!anything) {
        hasSelectFields = true;
        const Field *key =
            m_model->primaryKey() ? m_model->primaryKey() : m_model->fields().front().get();
        columns.push_back({u"pk"_s, boundColumn(this, baseAlias(), key)});
    }
    isSubquery = true;
    return outerSelect;
}

} // namespace heddle::sql
