#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/ormarguments.h"
#include "orm/script/perform.h"
#include "orm/script/querymethods.h"
#include "orm/script/rowstream.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

const Database &databaseOf(const Object &self)
{
    return self.as<QuerySet>()->rows().database();
}

const Query &queryOf(const Object &self)
{
    return self.as<QuerySet>()->query();
}

/// An answer that is known already: at once, or from a coroutine.
Object known(Machine &vm, Way way, const char *method, const Object &value)
{
    if (way == Way::Sync) {
        requireSyncAllowed(method, vm.site());
        return value;
    }
    return Object::make<Coroutine>(vm, u'a' + QString::fromLatin1(method), [value](Machine &m) {
        const Object done = m.loop().newFuture();
        done.as<Future>()->finish(value);
        return done;
    });
}

Object oneRow(Machine &, ResultSetPtr &result)
{
    return result && result->rowCount() > 0 ? rowObject(*result, 0) : Object::none();
}

template <Way way>
Object get(Machine &vm, const Object &self, Arguments &a)
{
    const QPtr condition = conditionFrom(vm, a);
    const Database database = databaseOf(self);
    return perform<ResultSetPtr>(
        vm, way, database, "get",
        [database, query = queryOf(self), condition](const CallInfo &call) {
            return operations::get(database, query, condition, call);
        },
        oneRow);
}

template <Way way, bool last>
Object firstOrLast(Machine &vm, const Object &self, Arguments &a)
{
    const char *method = last ? "last" : "first";
    ArgumentReader(method, a).end();
    QuerySet &rows = *self.as<QuerySet>();
    if (!last && rows.isEvaluated() && rows.query().state().ordered)
        return known(vm, way, method, rows.rowCount() > 0 ? rows.row(0) : Object::none());
    const Database database = databaseOf(self);
    return perform<ResultSetPtr>(
        vm, way, database, method,
        [database, query = rows.query()](const CallInfo &call) {
            return operations::firstOrLast(database, query, last, call);
        },
        oneRow);
}

template <Way way, bool latest>
Object earliestOrLatest(Machine &vm, const Object &self, Arguments &a)
{
    const char *method = latest ? "latest" : "earliest";
    const QStringList fields = textsFrom(a, method);
    const Database database = databaseOf(self);
    return perform<ResultSetPtr>(
        vm, way, database, method,
        [database, query = queryOf(self), fields](const CallInfo &call) {
            return operations::earliestOrLatest(database, query, fields, latest, call);
        },
        oneRow);
}

template <Way way>
Object count(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("count", a).end();
    const QuerySet &rows = *self.as<QuerySet>();
    if (rows.isEvaluated())
        return known(vm, way, "count", Object::integer(rows.rowCount()));
    const Database database = databaseOf(self);
    return perform<qint64>(
        vm, way, database, "count",
        [database, query = rows.query()](const CallInfo &call) {
            return operations::count(database, query, call);
        },
        [](Machine &, qint64 &n) { return Object::integer(n); });
}

template <Way way>
Object exists(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("exists", a).end();
    const QuerySet &rows = *self.as<QuerySet>();
    if (rows.isEvaluated())
        return known(vm, way, "exists", Object::boolean(rows.rowCount() > 0));
    const Database database = databaseOf(self);
    return perform<bool>(
        vm, way, database, "exists",
        [database, query = rows.query()](const CallInfo &call) {
            return operations::exists(database, query, call);
        },
        [](Machine &, bool &is) { return Object::boolean(is); });
}

template <Way way>
Object contains(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("contains", a);
    const Object object = in.required("obj");
    in.end();
    QuerySet &rows = *self.as<QuerySet>();
    if (rows.query().state().result != heddle::ResultKind::Rows)
        throw TypeError(u"Cannot call QuerySet.contains() after .values() or .values_list()."_s);
    const RecordObject *record = object.as<RecordObject>();
    if (!record)
        throw TypeError(u"'obj' must be a model instance."_s);
    if (rows.isEvaluated())
        return known(vm, way, "contains", Object::boolean(*rows.contains(vm, object)));
    const Database database = databaseOf(self);
    return perform<bool>(
        vm, way, database, "contains",
        [database, query = rows.query(), wanted = record->record()](const CallInfo &call) {
            return operations::contains(database, query, wanted, call);
        },
        [](Machine &, bool &is) { return Object::boolean(is); });
}

template <Way way>
Object aggregate(Machine &vm, const Object &self, Arguments &a)
{
    const std::vector<NamedExpression> named = namedExpressions(vm, a, "aggregates");
    const Database database = databaseOf(self);
    return perform<AggregateResult>(
        vm, way, database, "aggregate",
        [database, query = queryOf(self), named](const CallInfo &call) {
            return operations::aggregate(database, query, named, call);
        },
        [](Machine &, AggregateResult &result) {
            Object dict = Object::make<Dict>();
            for (const auto &[name, value] : result)
                dict.as<Dict>()->setText(name, Object::fromValue(value));
            return dict;
        });
}

template <Way way>
Object inBulk(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("in_bulk", a);
    const Object given = in.optional("id_list", Object::none());
    const QString field = in.text("field_name", u"pk"_s);
    in.end();
    std::optional<ValueList> ids;
    if (!given.isNone()) {
        ids.emplace();
        for (const Object &id : listOf(vm, given)) {
            auto value = id.toValue();
            if (!value)
                throw TypeError(u"in_bulk() takes keys, not %1"_s.arg(id.typeName()));
            ids->push_back(std::move(*value));
        }
    }
    const Database database = databaseOf(self);
    return perform<RecordMap>(
        vm, way, database, "in_bulk",
        [database, query = queryOf(self), ids, field](const CallInfo &call) {
            return operations::inBulk(database, query, ids, field, call);
        },
        [](Machine &m, RecordMap &rows) {
            Object dict = Object::make<Dict>();
            for (const auto &[key, record] : rows) {
                const Object keyObject =
                    key.type() == Value::Type::Array
                        ? Tuple::of(Object(Object::fromValue(key)).template as<List>()->items())
                        : Object::fromValue(key);
                dict.as<Dict>()->set(m, keyObject, RecordObject::of(record));
            }
            return dict;
        });
}

void checkChunkSize(const Object &self, Arguments &a, const char *method)
{
    ArgumentReader in(method, a);
    const Object size = in.optional("chunk_size", Object::none());
    in.end();
    if (!size.isNone() && integerFrom(size) <= 0)
        throw ValueError(u"Chunk size must be strictly positive."_s);
    if (!size.isNone())
        return;
    bool prefetches = false;
    for (const Step *step : queryOf(self).steps())
        if (step->kind == StepKind::PrefetchRelated)
            prefetches = !step->flag;
    if (prefetches)
        throw ValueError(
            u"chunk_size must be provided when using QuerySet.iterator() after prefetch_related()."_s);
}

/// Rows without keeping them in the queryset.
Object iterator(Machine &vm, const Object &self, Arguments &a)
{
    checkChunkSize(self, a, "iterator");
    return syncRowStream(vm, self.as<QuerySet>()->rows());
}

/// `async for row in rows.aiterator()`.
Object asyncIterator(Machine &, const Object &self, Arguments &a)
{
    checkChunkSize(self, a, "aiterator");
    return asyncRowIterable(self.as<QuerySet>()->rows());
}

constexpr auto T = QueryMethod::Terminal;
constexpr QueryMethod kTerminals[] = {
    {T, "aggregate", "aaggregate", "(*aggregates, **named)", "Values over all rows, as a dict.",
     aggregate<Way::Sync>, aggregate<Way::Async>},
    {T, "contains", "acontains", "(obj)", "Whether the object is among the rows.",
     contains<Way::Sync>, contains<Way::Async>},
    {T, "count", "acount", "()", "The number of rows.", count<Way::Sync>, count<Way::Async>},
    {T, "earliest", "aearliest", "(*fields)", "The first row by these fields.",
     earliestOrLatest<Way::Sync, false>, earliestOrLatest<Way::Async, false>},
    {T, "exists", "aexists", "()", "Whether there are rows.", exists<Way::Sync>,
     exists<Way::Async>},
    {T, "first", "afirst", "()", "The first row or None.", firstOrLast<Way::Sync, false>,
     firstOrLast<Way::Async, false>},
    {T, "get", "aget", "(*conditions, **lookups)", "The one row that matches.", get<Way::Sync>,
     get<Way::Async>},
    {T, "in_bulk", "ain_bulk", "(id_list=None, field_name='pk')", "Rows by their keys, as a dict.",
     inBulk<Way::Sync>, inBulk<Way::Async>},
    {T, "iterator", "aiterator", "(chunk_size=None)", "Rows one after another, not kept.", iterator,
     asyncIterator},
    {T, "last", "alast", "()", "The last row or None.", firstOrLast<Way::Sync, true>,
     firstOrLast<Way::Async, true>},
    {T, "latest", "alatest", "(*fields)", "The last row by these fields.",
     earliestOrLatest<Way::Sync, true>, earliestOrLatest<Way::Async, true>},
};

} // namespace

std::span<const QueryMethod> terminals()
{
    return kTerminals;
}

std::span<const QueryMethod> queryMethods()
{
    static const std::vector<QueryMethod> all = [] {
        std::vector<QueryMethod> methods(refinements().begin(), refinements().end());
        methods.insert(methods.end(), terminals().begin(), terminals().end());
        methods.insert(methods.end(), writingTerminals().begin(), writingTerminals().end());
        methods.insert(methods.end(), rawMethods().begin(), rawMethods().end());
        return methods;
    }();
    return all;
}

Object boundMethod(std::span<const QueryMethod> table, const Object &self, const QString &name)
{
    for (const QueryMethod &method : table) {
        if (name == QLatin1String(method.name))
            return Object::make<Native>(method.name, method.function, self);
        if (method.asyncName && name == QLatin1String(method.asyncName))
            return Object::make<Native>(method.asyncName, method.asyncFunction, self);
    }
    return {};
}

const QueryMethod *queryMethod(const QString &name)
{
    for (const QueryMethod &method : queryMethods()) {
        if (name == QLatin1String(method.name) ||
            (method.asyncName && name == QLatin1String(method.asyncName)))
            return &method;
    }
    return nullptr;
}

} // namespace heddle::script
