#pragma once

#include "orm/execution/routing.h"
#include "orm/execution/transactionstate.h"
#include "orm/models/schema.h"
#include "orm/sql/dialect.h"

#include <QFuture>
#include <memory>
#include <source_location>

namespace heddle {

class CompileCache;
class LockWatch;
class Record;
template <typename T>
class QuerySet;
template <typename T>
class Task;

/// Copies of a database that take reads: their names and URLs, and how far one may be behind
/// before it is left out (where the database can tell; 0: however far).
struct ReplicaOptions {
    std::vector<std::pair<QString, QString>> replicas;
    std::chrono::milliseconds maxLag{0};
};

/// A database that is open: its models, its dialect, its pool. A handle; copies are the same
/// database, the last one closes it.
class Database {
public:
    Database(); // null

    /// Opens a path or URL, reads the schema, names the models. Throws OperationalError with one
    /// sentence for people. Blocks: where sync calls are refused this throws
    /// SynchronousOnlyOperation; use aopen() there.
    static Database open(const QString &url, const ReplicaOptions &replicas = {});
    static QFuture<Database> aopen(const QString &url, const ReplicaOptions &replicas = {});
    /// Models and dialect without a database: everything compiles, nothing runs.
    static Database offline(DatabaseSchema schema, const QString &dialect);

    bool isNull() const { return !d; }
    bool isOffline() const;
    const QString &url() const;
    QString displayName() const;
    const DatabaseSchema &schema() const;
    const ModelRegistryPtr &registry() const;
    const Dialect &dialect() const;
    CompileCache &compileCache() const;
    /// Throws OperationalError on an offline database.
    Runner &runner() const;
    /// What is known of its replicas; none without.
    std::vector<RoutingRunner::ReplicaState> replicas() const;
    /// Not owned; must outlive the runs that it listens to. Null: nobody listens.
    void setTraceSink(TraceSink *sink) const;
    /// Tells the sink of waits for locks while the result lives; see LockWatch. `run`: as in
    /// TraceRecord.
    std::unique_ptr<LockWatch> watchLocks(TraceSink *sink, std::uint32_t run) const;

    /// The queryset of all rows of a model. Throws NameError for a name that is none.
    QuerySet<Record> objects(const QString &model) const;
    QuerySet<Record> objects(const ModelInfo *model) const;
    /// The rows of a struct with describe(); include orm/objects/typed.h.
    template <typename T>
    QuerySet<T> objects() const;
    /// Loads the object of a ForeignKey, or the rows of a set, if it is not there: the explicit
    /// form of an implicit load. `co_await db.aload(book.author)`; the struct must outlive the
    /// Task.
    template <typename Relation>
    void load(const Relation &relation) const;
    template <typename Relation>
    Task<void> aload(const Relation &relation) const;
    /// Looks whether the database has the table and the columns of a struct as they are now; throws
    /// ProgrammingError that names all that are missing.
    template <typename T>
    void check() const;
    template <typename T>
    QFuture<bool> acheck() const;

    /// Runs `body(Transaction &)` on the calling thread as one transaction; inside another one, as
    /// a savepoint. Its normal end commits, an exception rolls back; gives what it returns. Defined
    /// in orm/objects/transaction.h.
    template <typename F>
    auto atomic(F &&body, AtomicOptions options = {},
                std::source_location at = std::source_location::current()) const;
    /// Runs `body(AsyncTransaction &)`, which gives a Task, as one transaction on a connection of
    /// the pool; keeps the closure alive until its end. Gives a Task of the same. Defined in
    /// orm/objects/asynctransaction.h.
    template <typename F>
    auto aatomic(F body, AtomicOptions options = {},
                 std::source_location at = std::source_location::current()) const;
    /// The same database for calls that are not to be part of the transaction that their thread or
    /// coroutine has open: they run on a connection of the pool.
    Database outside() const;
    /// The same database, whose plans go to `runner`, which stands before its own. Null: directly
    /// to its own.
    Database through(std::shared_ptr<Runner> runner) const;
    Database direct() const { return through(nullptr); }
    /// The same database, everything of which goes to the one of that name: "primary" (or, as in
    /// Django, "default") or a replica. Throws ConnectionDoesNotExist that names those there are.
    Database on(const QString &alias) const;
    /// "default", and the replicas that it was opened with.
    QStringList aliases() const;

    friend bool operator==(const Database &a, const Database &b) { return a.d == b.d; }

    struct Private;

private:
    std::shared_ptr<Private> d;
    std::shared_ptr<Runner> m_through; // null: directly
    Runner *m_member = nullptr;        // of d's: where everything goes; null: where it belongs
};

} // namespace heddle
