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
        if (target.connectsAtOnce) {
            QtSqlConnection probe(location);
            probe.open();
            probe.close();
        }
        return std::make_unique<PinnedPool>(
            [location] { return std::make_unique<QtSqlConnection>(location); }, target.pool);
    }

    bool answers(const ConnectionTarget &target) const override
    {
        QtSqlConnection probe(std::make_shared<const QtSqlLocation>(QtSqlLocation::of(target)));
        try {
            probe.open();
        } catch (const OrmError &error) {
            // Errors of the client library, such as 2002 and 2003, have numbers of their own.
            const int code = error.database ? error.database->serverCode.toInt() : 0;
            return code < 2000 || code > 2999;
        }
        return true;
    }

    Plan<DatabaseSchema> introspect() const override { return introspectMariadb(); }
};

} // namespace

void registerMariadbAdapter()
{
    AdapterRegistry::add(std::make_unique<MariadbAdapter>());
}

} // namespace heddle
