#pragma once

#include "orm/execution/runner.h"
#include "orm/models/schema.h"
#include "orm/sql/dialect.h"

#include <QFuture>
#include <memory>

namespace heddle {

class CompileCache;
class Record;
template <typename T>
class QuerySet;

/// A database that is open: its models, its dialect, its pool. A handle; copies are the same
/// database, the last one closes it.
class Database {
public:
    Database(); // null

    /// Opens a path or URL, reads the schema, names the models. Throws OperationalError with one
    /// sentence for people. Blocks: where sync calls are refused this throws
    /// SynchronousOnlyOperation; use aopen() there.
    static Database open(const QString &url);
    static QFuture<Database> aopen(const QString &url);
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
    /// Not owned; must outlive the runs that it listens to. Null: nobody listens.
    void setTraceSink(TraceSink *sink) const;

    /// The queryset of all rows of a model. Throws NameError for a name that is none.
    QuerySet<Record> objects(const QString &model) const;
    QuerySet<Record> objects(const ModelInfo *model) const;

    friend bool operator==(const Database &a, const Database &b) { return a.d == b.d; }

    struct Private;

private:
    std::shared_ptr<Private> d;
};

} // namespace heddle
