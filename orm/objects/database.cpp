#include "orm/objects/database.h"

#include "orm/execution/adapter.h"
#include "orm/objects/joinedrunner.h"
#include "orm/objects/queryset.h"
#include "orm/sql/compilecache.h"

#include <QPromise>
#include <QThreadPool>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

struct Database::Private {
    ConnectionTarget target;
    DatabaseSchema schema;
    ModelRegistryPtr registry;
    const Dialect *dialect = nullptr;
    CompileCache cache;
    std::unique_ptr<Runner> runner; // last: closes first
};

Database::Database() = default;

static PlanContext introspectionContext()
{
    PlanContext context;
    context.method = "open";
    context.label = "schema";
    return context;
}

Database Database::open(const QString &url)
{
    requireSyncAllowed("open", {});
    auto p = std::make_shared<Private>();
    p->target = ConnectionTarget::parse(url);
    const Adapter &adapter = AdapterRegistry::find(p->target.backend);
    p->dialect = &adapter.dialect();
    p->runner = adapter.open(p->target);
    p->schema = p->runner->run(adapter.introspect(), introspectionContext());
    p->registry = registryFromSchema(p->schema);
    Database out;
    out.d = std::move(p);
    return out;
}

QFuture<Database> Database::aopen(const QString &url)
{
    auto promise = std::make_shared<QPromise<Database>>();
    promise->start();
    QFuture<Database> future = promise->future();
    // Opening a file can wait for a lock or a slow disk: never on the caller's thread.
    QThreadPool::globalInstance()->start([promise, url] {
        try {
            promise->addResult(open(url));
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
    return m_through ? *m_through : *d->runner;
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
