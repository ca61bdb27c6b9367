#include "orm/backends/postgres/postgresadapter.h"

#include "orm/backends/postgres/postgresconnection.h"
#include "orm/backends/postgres/postgresintrospection.h"
#include "orm/backends/postgres/postgresnativerunner.h"
#include "orm/execution/adapter.h"
#include "orm/execution/pool.h"
#include "orm/values/errors.h"

#include <libpq-fe.h>

namespace heddle {

namespace {

using namespace Qt::Literals::StringLiterals;

struct OptionsDeleter {
    void operator()(PQconninfoOption *options) const { PQconninfoFree(options); }
};

/// Lets libpq read the address, so that a mistake in it is an error of open() and says where. libpq
/// quotes what it cannot read, and that may be a password: then it is not repeated.
void requireReadable(const ConnectionTarget &target)
{
    char *text = nullptr;
    const std::unique_ptr<PQconninfoOption, OptionsDeleter> options(
        PQconninfoParse(target.connectionInfo.toUtf8().constData(), &text));
    const QString problem = QString::fromUtf8(text).trimmed();
    PQfreemem(text);
    if (options)
        return;
    if (target.hasPassword())
        throw OperationalError(
            u"The address of %1 cannot be read. In a URL, characters such as @ and / in a password "
            "are written %40 and %2F; among keywords a password with spaces stands in single "
            "quotes."_s.arg(target.displayName()));
    throw OperationalError(
        u"The address of a PostgreSQL database cannot be read: %1"_s.arg(problem));
}

class PostgresAdapter final : public Adapter {
public:
    QString name() const override { return u"postgresql"_s; }
    const Dialect &dialect() const override { return *dialectByName(u"postgresql"_s); }

    std::unique_ptr<Runner> open(const ConnectionTarget &target) const override
    {
        requireReadable(target);
        auto location = std::make_shared<PostgresLocation>();
        location->connectionInfo = target.connectionInfo.toUtf8();
        location->displayName = target.displayName();
        location->alias = target.pool.alias;
        location->readOnly = target.pool.readOnly;
        location->prepare = target.prepare;
        if (target.connectsAtOnce) {
            PostgresConnection probe(location);
            probe.open();
            probe.close();
        }
        if (target.waiting == ConnectionTarget::Waiting::Native)
            return std::make_unique<PostgresNativeRunner>(std::move(location), target.pool);
        return std::make_unique<PinnedPool>(
            [location = std::shared_ptr<const PostgresLocation>(location)] {
                return std::make_unique<PostgresConnection>(location);
            },
            target.pool);
    }

    bool answers(const ConnectionTarget &target) const override
    {
        return PQping(target.connectionInfo.toUtf8().constData()) == PQPING_OK;
    }

    ReplicaProbe replicaProbe() const override
    {
        // A standby that was promoted lacks nothing any more.
        return {"SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE "
                "pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') END::bigint",
                "SELECT CASE WHEN pg_is_in_recovery() THEN "
                "pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') ELSE 9223372036854775807 "
                "END::bigint"};
    }
    std::unique_ptr<LockWatch> watchLocks(const ConnectionTarget &target, TraceSink *sink,
                                          std::uint32_t run) const override
    {
        return watchPostgresLocks(target.connectionInfo.toUtf8(), sink, run);
    }
    Plan<DatabaseSchema> introspect() const override { return introspectPostgres(); }
};

} // namespace

void registerPostgresAdapter()
{
    AdapterRegistry::add(std::make_unique<PostgresAdapter>());
}

} // namespace heddle
