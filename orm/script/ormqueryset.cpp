#include "orm/objects/resultstorage.h"
#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/ormnames.h"
#include "orm/script/perform.h"
#include "orm/script/querymethods.h"
#include "orm/script/rowstream.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

CallInfo callInfo(Machine &vm, const char *method)
{
    CallInfo call;
    call.site = vm.site();
    call.lane = vm.lane();
    call.run = vm.options.run;
    call.traceParent = vm.span();
    call.method = method;
    return call;
}

Object rowObject(const ResultSet &result, std::int64_t row)
{
    switch (result.shape().kind) {
    case heddle::ResultKind::Rows:
        return RecordObject::of(result.record(row));
    case heddle::ResultKind::Values: {
        Object dict = Object::make<Dict>();
        for (qsizetype i = 0; i < result.shape().names.size(); ++i)
            dict.as<Dict>()->setText(
                result.shape().names[i],
                Object::fromValue(result.value(row, result.shape().columns[std::size_t(i)])));
        return dict;
    }
    case heddle::ResultKind::ValuesList: {
        Objects items;
        for (const int column : result.shape().columns)
            items.push_back(Object::fromValue(result.value(row, column)));
        if (result.shape().named)
            return Tuple::named(std::move(items),
                                std::make_shared<const QStringList>(result.shape().names));
        return Tuple::of(std::move(items));
    }
    case heddle::ResultKind::FlatValuesList:
    case heddle::ResultKind::Dates:
    case heddle::ResultKind::Datetimes:
        break;
    }
    return Object::fromValue(
        result.value(row, result.shape().columns.empty() ? 0 : result.shape().columns[0]));
}

// --- Methods of querysets and managers ---

namespace {

Object methodOf(const Object &rows, const QString &name)
{
    if (const QueryMethod *method = queryMethod(name)) {
        const bool async = method->asyncName && name == QLatin1String(method->asyncName);
        return async ? Object::make<Native>(method->asyncName, method->asyncFunction, rows)
                     : Object::make<Native>(method->name, method->function, rows);
    }
    if (name == u"extra") // raw fragments inside a query could not be bound or quoted
        throw NotSupportedError(u"QuerySet.extra() is not supported: use annotate() or raw()"_s);
    return {};
}

QStringList methodNames()
{
    QStringList names;
    for (const QueryMethod &method : queryMethods()) {
        names.append(QString::fromLatin1(method.name));
        if (method.asyncName)
            names.append(QString::fromLatin1(method.asyncName));
    }
    return names;
}

} // namespace

static RecordSet rowsOf(const RelatedRecords &related, LoadMode loadMode)
{
    Query query = related.query();
    if (loadMode != LoadMode::One)
        query = query.loadMode(loadMode);
    return {related.database(), std::move(query)};
}

Manager::Manager(RelatedRecords related, LoadMode loadMode, ResultSetPtr prefetched)
    : HeapObject(kKind), m_rows(rowsOf(related, loadMode)),
      m_type(related.isManyToMany() ? u"ManyRelatedManager"_s : u"RelatedManager"_s),
      m_prefetched(std::move(prefetched)), m_related(std::move(related))
{
}

Object Manager::querySet() const
{
    return Object::make<QuerySet>(m_rows, m_prefetched);
}

QString Manager::repr(Machine &)
{
    return u"<%1 of %2>"_s.arg(m_type, m_rows.query().model()->name);
}

namespace {

/// manager.all() is get_queryset() itself: what was prefetched stays with it.
Object managerAll(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("all", a).end();
    return self;
}

} // namespace

Object Manager::attribute(Machine &, const QString &name)
{
    if (name == u"all")
        return Object::make<Native>("all", managerAll, querySet());
    if (m_related) {
        const bool removes =
            name == u"remove" || name == u"aremove" || name == u"clear" || name == u"aclear";
        // A key that is never NULL cannot be taken away: there, too, Django has no such method.
        if (removes && !m_related->isManyToMany() && !m_related->relation().field->null)
            return {};
        const bool counts =
            name == u"count" || name == u"acount" || name == u"exists" || name == u"aexists";
        if (!(counts && m_prefetched))
            if (Object method = boundMethod(relatedMethods(), Object::share(this), name))
                return method;
    }
    if (name == u"delete" || name == u"adelete")
        return {}; // as in Django: a whole table is emptied by .all().delete()
    return methodOf(querySet(), name);
}

QStringList Manager::attributeNames(Machine &)
{
    return methodNames();
}

// --- QuerySet ---

QuerySet::QuerySet(RecordSet rows, ResultSetPtr result) : HeapObject(kKind), m_rows(std::move(rows))
{
    if (result)
        setResult(std::move(result));
}

void QuerySet::setResult(ResultSetPtr result)
{
    std::size_t bytes = std::size_t(result->rowCount()) * sizeof(Object);
    for (const RowBatchPtr &batch : result->storage()->batches)
        bytes += batch->byteSize();
    setBytes(bytes);
    m_items.resize(std::size_t(result->rowCount()));
    m_result = std::move(result);
}

void QuerySet::evaluate(Machine &vm, const char *cure)
{
    if (m_result)
        return;
    constexpr const char *method = "list";
    if (syncRefusedHere()) {
        SynchronousOnlyOperation error(
            u"You cannot call this from an async context - use a thread or sync_to_async. "
            "This would evaluate the queryset of %1 here and block."_s.arg(query().model()->name),
            u"write "_s + QLatin1String(cure));
        error.line = vm.site().line;
        error.column = vm.site().column;
        throw error;
    }
    const Database database = m_rows.database();
    ResultSetPtr fetched;
    performHere<ResultSetPtr>(
        vm, database, method,
        [&](const CallInfo &call) {
            return operations::fetch(database, m_rows.query(), call, method);
        },
        [&](Machine &, ResultSetPtr &result) {
            fetched = result;
            return Object::none();
        });
    setResult(std::move(fetched));
}

Object QuerySet::row(std::int64_t i)
{
    Object &item = m_items[std::size_t(i)];
    if (item.isEmpty()) {
        if (RowUse *use = m_result->storage()->use.get())
            use->listed(1);
        item = rowObject(*m_result, i);
    }
    return item;
}

QString QuerySet::repr(Machine &vm)
{
    constexpr std::int64_t kShown = 20; // as in Django
    Object shown = Object::share(this);
    if (!m_result && !m_rows.query().state().high) {
        shown = refined(m_rows.query().slice(0, kShown + 1));
    }
    QuerySet &rows = *shown.as<QuerySet>();
    rows.evaluate(vm, "[row async for row in ...]");
    QStringList parts;
    for (std::int64_t i = 0; i < std::min(rows.rowCount(), kShown); ++i)
        parts.append(reprOf(vm, rows.row(i)));
    if (rows.rowCount() > kShown)
        parts.append(u"'...(remaining elements truncated)...'"_s);
    return u"<QuerySet ["_s + parts.join(u", "_s) + u"]>"_s;
}

bool QuerySet::truth(Machine &vm)
{
    evaluate(vm, "await ... .aexists()");
    if (RowUse *use = m_result->storage()->use.get())
        use->tested();
    return rowCount() > 0;
}

Object QuerySet::attribute(Machine &vm, const QString &name)
{
    if (name == u"ordered")
        return Object::boolean(query().state().empty || query().state().ordered);
    if (name == u"db")
        return Object::str("default");
    if (name == u"model")
        return ormName(vm, query().model()->name);
    return methodOf(Object::share(this), name);
}

QStringList QuerySet::attributeNames(Machine &)
{
    return methodNames();
}

std::optional<std::int64_t> QuerySet::length(Machine &vm)
{
    evaluate(vm, "await ... .acount()");
    if (RowUse *use = m_result->storage()->use.get())
        use->counted();
    return rowCount();
}

Object QuerySet::slice(Machine &vm, const Object &key)
{
    const Slice &part = *key.as<Slice>();
    const auto bound = [](const Object &o) -> std::optional<std::int64_t> {
        if (o.isNone())
            return std::nullopt;
        if (!o.isInt() && !o.isBool())
            throw TypeError(
                u"QuerySet indices must be integers or slices, not %1."_s.arg(o.typeName()));
        if (o.asInt() < 0)
            throw ValueError(u"Negative indexing is not supported."_s);
        return o.asInt();
    };
    const auto low = bound(part.lower), high = bound(part.upper);
    if (m_result) {
        const auto r = part.indexes(rowCount());
        Objects items;
        for (std::int64_t i = 0; i < r.count; ++i)
            items.push_back(row(r.start + i * r.step));
        return List::of(std::move(items));
    }
    const Object narrowed = refined(m_rows.query().slice(low.value_or(0), high));
    if (part.step.isNone())
        return narrowed;
    const Object all = List::of(listOf(vm, narrowed));
    return itemOf(vm, all, Object::make<Slice>(Object::none(), Object::none(), part.step));
}

Object QuerySet::item(Machine &vm, const Object &key)
{
    if (key.isKind(Kind::Slice))
        return slice(vm, key);
    if (!key.isInt() && !key.isBool())
        throw TypeError(
            u"QuerySet indices must be integers or slices, not %1."_s.arg(key.typeName()));
    const std::int64_t index = key.asInt();
    if (index < 0)
        throw ValueError(u"Negative indexing is not supported."_s);
    if (m_result)
        return row(std::int64_t(checkedIndex(index, rowCount(), "list")));
    const Object one = refined(m_rows.query().slice(index, index + 1));
    one.as<QuerySet>()->evaluate(vm, "await ... .afirst(), or [row async for row in ...]");
    if (one.as<QuerySet>()->rowCount() == 0)
        throw IndexError(u"list index out of range"_s);
    return one.as<QuerySet>()->row(0);
}

Object QuerySet::iterate(Machine &vm)
{
    evaluate(vm, "async for");
    return Iterator::of(
        "queryset_iterator",
        [self = Object::share(this), this, i = std::int64_t(0)](Machine &, Object &value) mutable {
            if (i >= rowCount())
                return false;
            value = row(i++);
            return true;
        });
}

Object QuerySet::asyncIterate(Machine &vm)
{
    const bool isKept = isShared();
    const Object self = Object::share(this);
    const auto walk = [self](Machine &m) { return self.heap()->iterate(m); };
    if (m_result) {
        const Object done = vm.loop().newFuture();
        done.as<Future>()->finish(walk(vm));
        return done;
    }
    const Database database = m_rows.database();
    // A queryset that somebody holds keeps its rows, for the next look at them. Inside a
    // transaction the one connection is needed by the loop itself.
    const Future *task = vm.loop().currentTask();
    if (!isKept && !vm.isDry() && canStream(query()) && !(task && task->context.transaction)) {
        const Object done = vm.loop().newFuture();
        done.as<Future>()->finish(asyncRowStream(vm, m_rows));
        return done;
    }
    return startOperation<ResultSetPtr>(
        vm, database, callInfo(vm, "list"),
        [database, query = m_rows.query()](const CallInfo &call) {
            return operations::fetch(database, query, call, "list");
        },
        [self, walk](Machine &m, ResultSetPtr &result) {
            self.as<QuerySet>()->setResult(result);
            return walk(m);
        });
}

Object QuerySet::binary(Machine &, BinaryOp op, const Object &other, bool reflected)
{
    const QuerySet *theirs = other.as<QuerySet>();
    if (!theirs || reflected)
        return {};
    if (op == BinaryOp::And)
        return refined(query().merged(theirs->query(), Connector::And));
    if (op == BinaryOp::Or)
        return refined(query().merged(theirs->query(), Connector::Or));
    if (op == BinaryOp::Xor)
        return refined(query().merged(theirs->query(), Connector::Xor));
    return {};
}

std::optional<bool> QuerySet::contains(Machine &vm, const Object &value)
{
    evaluate(vm, "await ... .acontains(obj)");
    for (std::int64_t i = 0; i < rowCount(); ++i) {
        vm.tick();
        if (equalObjects(vm, row(i), value))
            return true;
    }
    return false;
}

void QuerySet::traverse(const Visitor &visit)
{
    for (Object &item : m_items)
        visit(item);
}

Object QuerySet::copyFor(Copier &) const
{
    return Object::make<QuerySet>(m_rows, m_result);
}

} // namespace heddle::script
