#include "orm/objects/database.h"

#include "orm/execution/adapter.h"
#include "orm/objects/joinedrunner.h"
#include "orm/objects/queryset.h"
#include "orm/sql/compilecache.h"

#include <QPromise>
#include <QThreadPool>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

struct Database::Private {
    ConnectionTarget target;
    DatabaseSchema schema;
    ModelRegistryPtr registry;
    const Dialect *dialect = nullptr;
    CompileCache cache;
    RoutingRunner *routing = nullptr; // the runner, if there are replicas
    std::unique_ptr<Runner> runner;   // last: closes first
};

Database::Database() = default;

static PlanContext introspectionContext()
{
    PlanContext context;
    context.method = "open";
    context.label = "schema";
    return context;
}

/// Opens a replica, or says in *problem why it cannot be reached now.
static std::unique_ptr<Runner> openReplica(const Adapter &adapter, ConnectionTarget target,
                                           QString *problem)
{
    try {
        return adapter.open(target);
    } catch (const OperationalError &error) {
        if (adapter.answers(target))
            throw; // a wrong password, a wrong name
        *problem = error.message();
    }
    target.connectsAtOnce = false;
    return adapter.open(target);
}

/// The runner of a database and its replicas. A replica that does not answer now is left out until
/// it does, but one that cannot be meant is an error.
static std::unique_ptr<RoutingRunner> routed(const Adapter &adapter,
                                             std::unique_ptr<Runner> primary,
                                             const ReplicaOptions &options, const QString &backend)
{
    std::vector<RoutingRunner::Member> members;
    for (const auto &[name, url] : options.replicas) {
        const bool taken = name == "primary"_L1 || name == "default"_L1 ||
                           std::any_of(members.begin(), members.end(),
                                       [&name](const auto &known) { return known.alias == name; });
        if (name.isEmpty() || taken)
            throw OperationalError(
                u"A replica needs a name of its own, other than primary and default: '%1' is none."_s
                    .arg(name));
        ConnectionTarget target = ConnectionTarget::parse(url);
        if (target.backend != backend)
            throw OperationalError(
                u"The replica '%1' is of another kind (%2) than its primary (%3)."_s.arg(
                    name, target.backend, backend));
        target.pool.alias = name;
        QString problem;
        std::unique_ptr<Runner> runner = openReplica(adapter, std::move(target), &problem);
        members.push_back({name, std::move(runner), problem});
    }
    RoutingRunner::Options routing;
    routing.maxLag = options.maxLag;
    routing.probe = adapter.replicaProbe();
    return std::make_unique<RoutingRunner>(
        RoutingRunner::Member{u"default"_s, std::move(primary), {}}, std::move(members),
        std::move(routing));
}

Database Database::open(const QString &url, const ReplicaOptions &replicas)
{
    requireSyncAllowed("open", {});
    auto p = std::make_shared<Private>();
    p->target = ConnectionTarget::parse(url);
    const Adapter &adapter = AdapterRegistry::find(p->target.backend);
    p->dialect = &adapter.dialect();
    p->runner = adapter.open(p->target);
    if (!replicas.replicas.empty()) {
        auto routing = routed(adapter, std::move(p->runner), replicas, p->target.backend);
        p->routing = routing.get();
        p->runner = std::move(routing);
    }
    p->schema = p->runner->run(adapter.introspect(), introspectionContext());
    p->registry = registryFromSchema(p->schema);
    Database out;
    out.d = std::move(p);
    return out;
}

QFuture<Database> Database::aopen(const QString &url, const ReplicaOptions &replicas)
{
    auto promise = std::make_shared<QPromise<Database>>();
    promise->start();
    QFuture<Database> future = promise->future();
    // Opening a file can wait for a lock or a slow disk: never on the caller's thread.
    QThreadPool::globalInstance()->start([promise, url, replicas] {
        try {
            promise->addResult(open(url, replicas));
        } catch (...) {
            promise->setException(std::current_exception());
        }
        promise->finish();
    });
    return future;
}

Database Database::offline(DatabaseSchema schema, const QString &dialect)
{
    auto p = std::make_shared<Private>();
    p->dialect = dialectByName(dialect);
    if (!p->dialect)
        throw OperationalError(
            u"There is no dialect '%1'. Known: sqlite, postgresql."_s.arg(dialect));
    p->target.backend = p->dialect->name();
    p->schema = std::move(schema);
    p->registry = registryFromSchema(p->schema);
    Database out;
    out.d = std::move(p);
    return out;
}

bool Database::isOffline() const
{
    return !d->runner;
}
const QString &Database::url() const
{
    return d->target.url;
}
QString Database::displayName() const
{
    return isOffline() ? d->target.backend : d->target.displayName();
}
const DatabaseSchema &Database::schema() const
{
    return d->schema;
}
const ModelRegistryPtr &Database::registry() const
{
    return d->registry;
}
const Dialect &Database::dialect() const
{
    return *d->dialect;
}

CompileCache &Database::compileCache() const
{
    return d->cache;
}

Runner &Database::runner() const
{
    if (isOffline())
        throw OperationalError(u"There is no database behind this schema: nothing can be run."_s);
    if (m_through)
        return *m_through;
    return m_member ? *m_member : *d->runner;
}

Database Database::on(const QString &alias) const
{
    Runner *const member = d->routing ? d->routing->member(alias) : nullptr;
    if (!member && (d->routing || (alias != "default"_L1 && alias != "primary"_L1)))
        throw ConnectionDoesNotExist(u"The connection '%1' doesn't exist."_s.arg(alias),
                                     u"there are "_s + aliases().join(", "_L1));
    Database out = direct();
    out.m_member = member;
    return out;
}

QStringList Database::aliases() const
{
    return d->routing ? d->routing->aliases() : QStringList{u"default"_s};
}

std::vector<RoutingRunner::ReplicaState> Database::replicas() const
{
    return d->routing ? d->routing->replicas() : std::vector<RoutingRunner::ReplicaState>();
}

Database Database::through(std::shared_ptr<Runner> runner) const
{
    Database out = *this;
    out.m_through = std::move(runner);
    return out;
}

Database Database::outside() const
{
    return through(std::make_shared<detail::OutsideRunner>(direct()));
}

void Database::setTraceSink(TraceSink *sink) const
{
    if (!isOffline())
        d->runner->setTraceSink(sink);
}

std::unique_ptr<LockWatch> Database::watchLocks(TraceSink *sink, std::uint32_t run) const
{
    if (isOffline() || !sink)
        return nullptr;
    return AdapterRegistry::find(d->target.backend).watchLocks(d->target, sink, run);
}

QuerySet<Record> Database::objects(const QString &model) const
{
    const ModelInfo *info = registry()->model(model);
    if (!info)
        throw NameError(u"name '%1' is not defined"_s.arg(model));
    return objects(info);
}

QuerySet<Record> Database::objects(const ModelInfo *model) const
{
    return {*this, Query(registry(), model)};
}

} // namespace heddle
