#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/ormarguments.h"
#include "orm/script/ormobjects.h"
#include "orm/script/querymethods.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

const Query &queryOf(const Object &self)
{
    return self.as<QuerySet>()->query();
}

Object refined(const Object &self, Query query)
{
    return self.as<QuerySet>()->refined(std::move(query));
}

void noKeywords(const char *method, const Arguments &a)
{
    if (!a.keywords.empty())
        throw TypeError(u"QuerySet.%1() got an unexpected keyword argument '%2'"_s.arg(
            QLatin1String(method), a.keywords.front().first));
}

bool isOnlyNone(const Arguments &a)
{
    return a.positional.size() == 1 && a.positional[0].isNone();
}

Object all(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("all", a).end();
    return refined(self, queryOf(self));
}

Object filter(Machine &vm, const Object &self, Arguments &a)
{
    const QPtr condition = conditionFrom(vm, a);
    return refined(self, condition ? queryOf(self).filter(condition) : queryOf(self));
}

Object exclude(Machine &vm, const Object &self, Arguments &a)
{
    const QPtr condition = conditionFrom(vm, a);
    return refined(self, condition ? queryOf(self).exclude(condition) : queryOf(self));
}

Object annotate(Machine &vm, const Object &self, Arguments &a)
{
    return refined(self, queryOf(self).annotate(namedExpressions(vm, a)));
}

Object alias(Machine &vm, const Object &self, Arguments &a)
{
    return refined(self, queryOf(self).alias(namedExpressions(vm, a)));
}

Object orderBy(Machine &vm, const Object &self, Arguments &a)
{
    noKeywords("order_by", a);
    std::vector<ExprPtr> order;
    QStringList wrong;
    for (const Object &field : a.positional)
        if (!field.isStr() && !field.isKind(Kind::Expression) && !field.isKind(Kind::Query) &&
            !field.isKind(Kind::QuerySet))
            wrong << reprOf(vm, field);
    if (!wrong.isEmpty())
        throw FieldError(u"Invalid order_by arguments: [%1]"_s.arg(wrong.join(u", "_s)));
    for (const Object &field : a.positional)
        order.push_back(field.isStr() ? orderingFromText(field.text())
                                      : expressionFrom(vm, field, true));
    return refined(self, queryOf(self).orderBy(std::move(order)));
}

Object reverse(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("reverse", a).end();
    return refined(self, queryOf(self).reverse());
}

Object distinct(Machine &, const Object &self, Arguments &a)
{
    noKeywords("distinct", a);
    return refined(self, queryOf(self).distinct(textsFrom(a, "distinct")));
}

Object values(Machine &vm, const Object &self, Arguments &a)
{
    return refined(self, queryOf(self).values(valueExpressions(vm, a)));
}

Object valuesList(Machine &vm, const Object &self, Arguments &a)
{
    const Object flat = a.takeKeyword("flat"), named = a.takeKeyword("named");
    noKeywords("values_list", a);
    const bool isNamed = !named.isEmpty() && truthOf(vm, named);
    Query query = queryOf(self).valuesList(valueExpressions(vm, a),
                                           !flat.isEmpty() && truthOf(vm, flat), isNamed);
    return refined(self, std::move(query));
}

Object only(Machine &, const Object &self, Arguments &a)
{
    noKeywords("only", a);
    if (isOnlyNone(a))
        throw TypeError(u"Cannot pass None as an argument to only()."_s);
    return refined(self, queryOf(self).only(textsFrom(a, "only")));
}

Object defer(Machine &, const Object &self, Arguments &a)
{
    noKeywords("defer", a);
    return refined(self, isOnlyNone(a) ? queryOf(self).deferNone()
                                       : queryOf(self).defer(textsFrom(a, "defer")));
}

Object selectRelated(Machine &, const Object &self, Arguments &a)
{
    noKeywords("select_related", a);
    return refined(self, isOnlyNone(a)
                             ? queryOf(self).selectRelatedNone()
                             : queryOf(self).selectRelated(textsFrom(a, "select_related")));
}

Object prefetchRelated(Machine &, const Object &self, Arguments &a)
{
    noKeywords("prefetch_related", a);
    if (isOnlyNone(a))
        return refined(self, queryOf(self).prefetchRelatedNone());
    std::vector<PrefetchSpec> specs;
    for (const Object &object : a.positional) {
        if (const PrefetchObject *prefetch = object.as<PrefetchObject>()) {
            specs.push_back(prefetch->spec());
        } else if (object.isStr()) {
            PrefetchSpec spec;
            spec.path = object.text();
            specs.push_back(std::move(spec));
        } else {
            throw TypeError(u"prefetch_related() takes names and Prefetch objects, not %1"_s.arg(
                object.typeName()));
        }
    }
    return refined(self, queryOf(self).prefetchRelated(std::move(specs)));
}

Object none(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("none", a).end();
    return refined(self, queryOf(self).none());
}

Object combined(const Object &self, const Arguments &a, Combinator combinator, const char *method)
{
    noKeywords(method, a);
    std::vector<Query> others;
    for (const Object &object : a.positional) {
        const QuerySet *other = object.as<QuerySet>();
        if (!other)
            throw TypeError(
                u"%1() takes querysets, not %2"_s.arg(QLatin1String(method), object.typeName()));
        others.push_back(other->query());
    }
    return refined(self, queryOf(self).combine(combinator, others));
}

Object unite(Machine &vm, const Object &self, Arguments &a)
{
    const Object keepAll = a.takeKeyword("all");
    const bool everything = !keepAll.isEmpty() && truthOf(vm, keepAll);
    return combined(self, a, everything ? Combinator::UnionAll : Combinator::Union, "union");
}

Object intersection(Machine &, const Object &self, Arguments &a)
{
    return combined(self, a, Combinator::Intersection, "intersection");
}

Object difference(Machine &, const Object &self, Arguments &a)
{
    return combined(self, a, Combinator::Difference, "difference");
}

Object selectForUpdate(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("select_for_update", a);
    const bool nowait = in.flag(vm, "nowait", false),
               skipLocked = in.flag(vm, "skip_locked", false);
    const Object of = in.optional("of");
    const bool noKey = in.flag(vm, "no_key", false);
    in.end();
    QStringList names;
    if (!of.isEmpty()) {
        for (const Object &name : listOf(vm, of))
            names.append(strOf(vm, name));
    }
    return refined(self, queryOf(self).selectForUpdate(nowait, skipLocked, names, noKey));
}

template <bool withTime>
Object dates(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in(withTime ? "datetimes" : "dates", a);
    const QString field = in.text("field_name"), kind = in.text("kind"),
                  order = in.text("order", u"ASC"_s);
    in.end();
    if (order != u"ASC" && order != u"DESC")
        throw ValueError(u"'order' must be either 'ASC' or 'DESC'."_s);
    const bool descending = order == u"DESC";
    return refined(self, withTime ? queryOf(self).datetimes(field, kind, descending)
                                  : queryOf(self).dates(field, kind, descending));
}

constexpr auto R = QueryMethod::Refine;
constexpr QueryMethod kRefinements[] = {
    {R, "alias", nullptr, "(**expressions)",
     "Names expressions for later steps without selecting them.", alias, nullptr},
    {R, "all", nullptr, "()", "The same queryset, to be evaluated anew.", all, nullptr},
    {R, "annotate", nullptr, "(*aggregates, **expressions)", "Adds a computed value to each row.",
     annotate, nullptr},
    {R, "dates", nullptr, "(field, kind, order='ASC')", "The different dates of a field.",
     dates<false>, nullptr},
    {R, "datetimes", nullptr, "(field, kind, order='ASC')", "The different datetimes of a field.",
     dates<true>, nullptr},
    {R, "defer", nullptr, "(*fields)", "Leaves fields out until they are touched.", defer, nullptr},
    {R, "difference", nullptr, "(*querysets)", "Rows that none of the others has.", difference,
     nullptr},
    {R, "distinct", nullptr, "(*fields)", "Each different row once.", distinct, nullptr},
    {R, "exclude", nullptr, "(*conditions, **lookups)", "Leaves out the rows that match.", exclude,
     nullptr},
    {R, "filter", nullptr, "(*conditions, **lookups)", "Keeps the rows that match.", filter,
     nullptr},
    {R, "intersection", nullptr, "(*querysets)", "Rows that all have.", intersection, nullptr},
    {R, "none", nullptr, "()", "No rows, and no query for them.", none, nullptr},
    {R, "only", nullptr, "(*fields)", "Loads only these fields.", only, nullptr},
    {R, "order_by", nullptr, "(*fields)", "Puts rows in order; '-name' descending.", orderBy,
     nullptr},
    {R, "prefetch_related", nullptr, "(*lookups)", "Loads related sets with one more query each.",
     prefetchRelated, nullptr},
    {R, "reverse", nullptr, "()", "Turns the order round.", reverse, nullptr},
    {R, "select_for_update", nullptr, "(nowait=False, skip_locked=False, of=(), no_key=False)",
     "Locks the rows.", selectForUpdate, nullptr},
    {R, "select_related", nullptr, "(*fields)", "Loads related objects in the same query.",
     selectRelated, nullptr},
    {R, "union", nullptr, "(*querysets, all=False)", "Rows of all of them.", unite, nullptr},
    {R, "values", nullptr, "(*fields, **expressions)", "Dicts instead of objects.", values,
     nullptr},
    {R, "values_list", nullptr, "(*fields, flat=False, named=False)", "Tuples instead of objects.",
     valuesList, nullptr},
};

} // namespace

std::span<const QueryMethod> refinements()
{
    return kRefinements;
}

} // namespace heddle::script
