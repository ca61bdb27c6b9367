#include "orm/backends/sqlite/sqliteadapter.h"

#include "orm/backends/sqlite/sqliteconnection.h"
#include "orm/backends/sqlite/sqliteintrospection.h"
#include "orm/execution/adapter.h"
#include "orm/execution/pool.h"

#include <QDir>
#include <QFileInfo>
#include <QUrl>
#include <sqlite3.h>

namespace heddle {

namespace {

using namespace Qt::Literals::StringLiterals;

QString uriOf(const QString &path, const char *options)
{
    // Only what would end the path of a URI needs escaping; SQLite takes everything else as it is.
    const QByteArray escaped = QUrl::toPercentEncoding(QFileInfo(path).absoluteFilePath(), "/:");
    return u"file:"_s + QString::fromLatin1(escaped) + QString::fromLatin1(options);
}

/// A memory database that all connections of its pool share, with the locks of a file. It is named
/// by number, and lives as long as a connection to it does.
std::shared_ptr<SqliteLocation> memoryLocation(const ConnectionTarget &target)
{
    static std::atomic<int> next{1};
    auto location = std::make_shared<SqliteLocation>();
    const QString name = u"/heddle-memory-%1"_s.arg(next.fetch_add(1));
    location->path = target.path;
    location->uri = u"file:"_s + name + u"?vfs=memdb"_s;
    location->mode = ConnectionTarget::Mode::Create;
    location->gate = SqliteGate::of(name);
    return location;
}

std::shared_ptr<SqliteLocation> fileLocation(const ConnectionTarget &target)
{
    auto location = std::make_shared<SqliteLocation>();
    const QFileInfo file(target.path);
    location->path = target.path;
    location->uri = uriOf(target.path, "");
    location->mode = target.mode;
    const QString canonical = file.canonicalFilePath();
    location->gate = SqliteGate::of(canonical.isEmpty() ? file.absoluteFilePath() : canonical);
    return location;
}

/// Whether the file can be read although SQLite cannot make its lock files beside it: on read-only
/// media nobody writes either, but a write-ahead log that has something in it would be missed.
bool mayBeImmutable(const QString &path)
{
    const QFileInfo file(path), folder(file.absolutePath()), wal(path + u"-wal"_s);
    return file.isReadable() && !folder.isWritable() && (!wal.exists() || wal.size() == 0);
}

std::unique_ptr<SqliteConnection> openedProbe(std::shared_ptr<SqliteLocation> &location)
{
    const auto attempt = [](const std::shared_ptr<SqliteLocation> &where) {
        auto connection = std::make_unique<SqliteConnection>(where);
        connection->open();
        return connection;
    };
    try {
        return attempt(location);
    } catch (const OperationalError &) {
        if (location->immutable || location->uri.contains(u'?') || !mayBeImmutable(location->path))
            throw;
    }
    auto readOnly = std::make_shared<SqliteLocation>(*location);
    readOnly->immutable = true;
    readOnly->mode = ConnectionTarget::Mode::ReadOnly;
    readOnly->uri = uriOf(location->path, "?immutable=1");
    location = readOnly;
    return attempt(location);
}

class SqliteAdapter final : public Adapter {
public:
    QString name() const override { return u"sqlite"_s; }
    const Dialect &dialect() const override { return *dialectByName(u"sqlite"_s); }

    std::unique_ptr<Runner> open(const ConnectionTarget &target) const override
    {
        const bool memory = target.path == ":memory:"_L1;
        std::shared_ptr<SqliteLocation> location =
            memory ? memoryLocation(target) : fileLocation(target);
        location->alias = target.pool.alias;
        location->turnTimeout = target.pool.acquireTimeout;
        // Opened here and now, so that a wrong file is an error of open() and not of the first
        // query. It also keeps a memory database alive between the pool's connections.
        std::shared_ptr<SqliteConnection> probe = openedProbe(location);
        if (!memory) {
            probe->close();
            probe.reset();
            // Made once: if it vanishes later, an empty one in its place would look as if all of
            // its rows had been deleted.
            if (location->mode == ConnectionTarget::Mode::Create && QFileInfo::exists(target.path))
                location->mode = ConnectionTarget::Mode::ReadWrite;
        }
        return std::make_unique<PinnedPool>(
            [location = std::shared_ptr<const SqliteLocation>(location), probe] {
                return std::make_unique<SqliteConnection>(location);
            },
            target.pool);
    }

    Plan<DatabaseSchema> introspect() const override { return introspectSqlite(); }
};

} // namespace

void registerSqliteAdapter()
{
    // SQLite's count of its memory takes one lock of the whole process at every allocation, which
    // connections on several threads would queue for. Refused, harmlessly, if somebody has used
    // SQLite before.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    AdapterRegistry::add(std::make_unique<SqliteAdapter>());
}

} // namespace heddle
