#pragma once

#include "orm/execution/routing.h"
#include "orm/models/schema.h"
#include "orm/sql/dialect.h"

#include <QUrl>

namespace heddle {

/// What to connect to: the pieces of a URL as `heddle-cli` and the connection dialog take it (a
/// path, sqlite:///path, postgresql://..., or libpq's keywords: "host=db.example dbname=shop").
struct ConnectionTarget {
    QString url;     // as given
    QString backend; // "sqlite", "postgresql"
    QString path;    // SQLite: the file; ":memory:" a database shared by all its connections
    enum class Mode { ReadOnly, ReadWrite, Create };
    Mode mode = Mode::ReadWrite; // Create: a missing file is made (?mode=rwc); never otherwise
    PoolOptions pool;
    /// PostgreSQL: what libpq is given, the URL without the options that are ours. What else stands
    /// in it (several hosts, services, certificates) only libpq understands. Holds the password.
    QString connectionInfo;
    /// PostgreSQL: who waits for the server in an async call. Native: one thread for all
    /// connections (?adapter=native); Threads: one thread a connection (?adapter=threads).
    enum class Waiting { Native, Threads };
    Waiting waiting = Waiting::Native;
    /// PostgreSQL: whether statements are prepared on the connection (?prepare=off for a pooler
    /// that gives each transaction another one).
    bool prepare = true;
    /// Whether Adapter::open() connects at once, so that a wrong address or password is its error
    /// and not that of the first plan. Off for a replica that cannot be reached now. SQLite always
    /// looks at the file.
    bool connectsAtOnce = true;
    /// Throws OperationalError with one clear sentence for a URL that cannot be understood.
    static ConnectionTarget parse(const QString &url);
    /// For people, without a password: "bookshop.sqlite", "postgresql://me@host/shop".
    QString displayName() const;
    /// Whether a password stands in it.
    bool hasPassword() const;
};

/// Looks at who waits for whose locks, from its making to its end, and tells a trace: one record of
/// TraceKind::LockWait when a wait has ended.
class LockWatch {
public:
    virtual ~LockWatch() = default;
};

/// One kind of database: how to connect, speak and look. Each backend registers one; see heddle.h,
/// registerBackends().
class Adapter {
public:
    virtual ~Adapter() = default;
    virtual QString name() const = 0; // "sqlite"
    virtual const Dialect &dialect() const = 0;
    /// Opens a pool. Throws OperationalError at once if the target cannot be opened at all
    /// (missing, not a database, ...), in one sentence that a window can show.
    virtual std::unique_ptr<Runner> open(const ConnectionTarget &target) const = 0;
    /// Whether a server is there that takes connections now, even if it would refuse this one. Where
    /// open() has failed: false says that it may come back.
    virtual bool answers(const ConnectionTarget &) const { return true; }
    /// How to tell how far a replica is behind; empty where that cannot be told.
    virtual ReplicaProbe replicaProbe() const { return {}; }
    /// Watches the locks of this process's connections for a run, over a connection of its own that
    /// is opened when there is something to see; null where the connections tell by themselves. It
    /// never fails the program: what it cannot see it does not tell. `sink` must outlive it.
    virtual std::unique_ptr<LockWatch> watchLocks(const ConnectionTarget &, TraceSink *,
                                                  std::uint32_t) const
    {
        return nullptr;
    }
    /// A plan that reads the schema.
    virtual Plan<DatabaseSchema> introspect() const = 0;
};

/// Adapters by name. Filled once, at start; read from any thread after that.
class AdapterRegistry {
public:
    static void add(std::unique_ptr<Adapter> adapter);
    /// Throws OperationalError naming what is there if there is none of that name.
    static const Adapter &find(const QString &backend);
    static QStringList names();
};

} // namespace heddle
