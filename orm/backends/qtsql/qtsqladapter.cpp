#include "orm/backends/qtsql/qtsqladapter.h"

#include "orm/backends/qtsql/qtsqlconnection.h"
#include "orm/backends/qtsql/qtsqlintrospection.h"
#include "orm/execution/pool.h"

#include <QCoreApplication>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

class MariadbAdapter final : public Adapter {
public:
    QString name() const override { return u"mariadb"_s; }
    const Dialect &dialect() const override { return *dialectByName(u"mariadb"_s); }

    std::unique_ptr<Runner> open(const ConnectionTarget &target) const override
    {
        if (!QCoreApplication::instance())
            throw InterfaceError(u"Qt finds its SQL drivers only in a program that has a "
                                 "QCoreApplication: make one before opening MariaDB."_s);
        auto location = std::make_shared<const QtSqlLocation>(QtSqlLocation::of(target));
        // Opened here and now, so that a wrong address or password is an error of open() and not of
        // the first query.
        QtSqlConnection probe(location);
        probe.open();
        probe.close();
        return std::make_unique<PinnedPool>(
            [location] { return std::make_unique<QtSqlConnection>(location); }, target.pool);
    }

    Plan<DatabaseSchema> introspect() const override { return introspectMariadb(); }
};

} // namespace

void registerMariadbAdapter()
{
    AdapterRegistry::add(std::make_unique<MariadbAdapter>());
}

} // namespace heddle
