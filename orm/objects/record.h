#pragma once

#include "orm/objects/writeoptions.h"
#include "orm/sql/compiledquery.h"
#include "orm/trace/trace.h"

#include <QFuture>
#include <memory>
#include <mutex>
#include <optional>

namespace heddle {

class Database;
class FieldInput;
class Record;
class ResultSet;
using ResultSetPtr = std::shared_ptr<const ResultSet>;

/// Who calls and from where; passed to everything that may touch the database.
struct CallInfo {
    CallSite site;
    std::uint16_t lane = 0; // the script's coroutine, for the timeline
    std::uint32_t run = 0;
    std::uint64_t traceParent = 0;
    const char *method = nullptr; // overrides the method's own name in messages
};

/// One object of an introspected model. A handle: copies are the same object.
///
/// Reading what is loaded costs nothing. Reading a deferred field or a relation that was not loaded
/// is an implicit load (async.md): it runs a query in sync code, by the queryset's load mode, and
/// raises SynchronousOnlyOperation in async code.
class Record {
public:
    Record();
    /// An object that has no row yet; its fields hold what Django gives a field that was not named:
    /// None, an empty text where NULL is not allowed, or whatever default the database has.
    static Record unsaved(const Database &database, const ModelInfo *model);
    bool isNull() const { return !d; }
    /// True until the row is there: save() begins with an INSERT if it has a key, too.
    bool isAdding() const;
    const ModelInfo *model() const;
    const Database &database() const;

    bool isLoaded(const Field *field) const;
    /// A loaded or deferred field's value by field; loads it if it must.
    Value value(const Field *field, const CallInfo &call = {}) const;
    /// By name ("title"), attname ("album_id") or "pk"; composite pk: an array. Throws
    /// AttributeError for other names.
    Value value(const QString &name, const CallInfo &call = {}) const;
    void setValue(const Field *field, Value value);
    /// An assignment as in Python: by name ("album" takes an object or None), attname or "pk".
    /// Throws ValueError or TypeError for what does not fit there, AttributeError for other names.
    void assign(const QString &name, const FieldInput &input);
    /// F("stock") + 1: what the field was set to until refreshFromDb() brings its value; null: a
    /// value. Reading such a field throws ValueError.
    ExprPtr expression(const Field *field) const;
    ValueList primaryKey() const;
    InstanceRef instanceRef() const;

    /// The object that a forward key or a one-to-one points to; a null Record where the key is
    /// NULL. Loads it if it must. A reverse one-to-one without an object throws
    /// RelatedObjectDoesNotExist (a DoesNotExist).
    Record related(const QString &name, const CallInfo &call = {}) const;
    bool isRelatedLoaded(const QString &name) const;
    void setRelated(const QString &name, Record record);

    /// The queryset of a reverse or many-to-many accessor ("track_set"): lazy; null if there is no
    /// such accessor.
    Query relatedQuery(const QString &accessor) const;
    /// What prefetch_related brought for that accessor or to_attr; null if nothing did.
    ResultSetPtr prefetched(const QString &name) const;

    // --- Writing; see writes.h ---
    /// INSERT or UPDATE as Django decides; the object is changed in place.
    void save(const SaveOptions &options = {}, const CallInfo &call = {}) const;
    QFuture<bool> asave(const SaveOptions &options = {}, const CallInfo &call = {}) const;
    /// Django's delete(), cascades included; the key is None afterwards.
    DeleteResult deleteRow(const CallInfo &call = {}) const;
    QFuture<DeleteResult> adeleteRow(const CallInfo &call = {}) const;
    /// Reads the row again; `fields` absent: all that are loaded.
    void refreshFromDb(const std::optional<QStringList> &fields = {},
                       const CallInfo &call = {}) const;
    QFuture<bool> arefreshFromDb(const std::optional<QStringList> &fields = {},
                                 const CallInfo &call = {}) const;

    /// Annotations in the order in which they were made.
    std::vector<std::pair<QString, Value>> annotations() const;
    std::optional<Value> annotation(const QString &name) const;

    QString display() const; // "Artist object (900)"
    std::uint64_t resultSetId() const;
    qint64 row() const;
    /// The path to something of this object from the row that it came with: "artist" of an album
    /// that select_related('album') brought is "album__artist".
    QString pathTo(const QString &name) const;
    /// Same model and primary key, as Django compares objects.
    friend bool operator==(const Record &a, const Record &b);

    struct Data;
    explicit Record(std::shared_ptr<Data> data) : d(std::move(data)) {}
    const std::shared_ptr<Data> &data() const { return d; }

private:
    std::shared_ptr<Data> d;
};

/// One evaluation of a queryset: its columns, batch by batch, and what they mean. Immutable,
/// shared.
class ResultSet {
public:
    /// The cell of a result row; columns as in shape().
    Value value(qint64 row, int column) const;
    /// A Rows result's row as an object. Asking twice gives two handles on one object.
    Record record(qint64 row) const;
    /// A values() row in key order.
    ValueList valuesRow(qint64 row) const;
    const ResultShape &shape() const;
    const Query &query() const;
    qint64 rowCount() const;
    const std::vector<RowBatchPtr> &batches() const;
    std::uint64_t id() const; // the evaluation, as traces name it
    const CallSite &origin() const;

    // For the engine's own plans: see resultstorage.h.
    explicit ResultSet(std::shared_ptr<struct ResultStorage> storage);
    /// Some rows of another result: what prefetch_related found for one object. Its records are the
    /// other's; batches() are the whole other's.
    ResultSet(ResultSetPtr whole, std::vector<qint64> rows);
    ~ResultSet();
    const std::shared_ptr<ResultStorage> &storage() const { return m_storage; }

private:
    std::shared_ptr<ResultStorage> m_storage;
    ResultSetPtr m_whole; // null: this is one
    std::vector<qint64> m_rows;
    mutable std::mutex m_mutex;
    mutable std::vector<Record> m_records; // made so far; empty until the first is asked for
};

} // namespace heddle
