#pragma once

#include "orm/objects/database.h"
#include "orm/objects/fieldinput.h"
#include "orm/objects/record.h"

#include <QFuture>
#include <QList>
#include <variant>

namespace heddle {

/// Values for the places of a raw text: `%s` in order, or `%(name)s` by name. `%%` is a percent
/// sign.
using RawParameters = std::variant<ValueList, std::vector<std::pair<QString, Value>>>;

/// Keys of in_bulk() with their objects, in the order of the rows.
using RecordMap = std::vector<std::pair<Value, Record>>;
/// aggregate()'s names with their values.
using AggregateResult = std::vector<std::pair<QString, Value>>;

/// A question not yet asked, on rows of an introspected model.
///
/// Each refinement is Query's and returns a new QuerySet; no database is involved before a terminal
/// method (list, get, count, ...) or its `a` twin is called. Sync methods run on the calling
/// thread; `a` methods start at once on the pool and never block.
template <>
class QuerySet<Record> {
public:
    QuerySet(Database database, Query query)
        : m_database(std::move(database)), m_query(std::move(query))
    {
    }
    const Query &query() const { return m_query; }
    const Database &database() const { return m_database; }
    QuerySet withQuery(Query query) const { return {m_database, std::move(query)}; }
    QuerySet withDatabase(Database database) const { return {std::move(database), m_query}; }
    /// Django's using(), which is a word of C++: the rows of that database; see Database::on().
    QuerySet on(const QString &alias) const { return withDatabase(m_database.on(alias)); }

    QuerySet filter(QPtr q) const { return withQuery(m_query.filter(std::move(q))); }
    QuerySet exclude(QPtr q) const { return withQuery(m_query.exclude(std::move(q))); }
    QuerySet orderBy(const QStringList &names) const { return withQuery(m_query.orderBy(names)); }
    QuerySet slice(qint64 low, std::optional<qint64> high) const
    {
        return withQuery(m_query.slice(low, high));
    }
    QuerySet selectRelated(const QStringList &names) const
    {
        return withQuery(m_query.selectRelated(names));
    }

    /// All rows, whatever the result kind (objects, values, tuples).
    ResultSetPtr fetch(const CallInfo &call = {}) const;
    QFuture<ResultSetPtr> afetch(const CallInfo &call = {}) const;
    /// Batches as they arrive, on the connection's thread; false from the sink ends it early. Gives
    /// the number of rows. prefetch_related is not carried out. `shape()` tells what the columns
    /// mean.
    qint64 stream(BatchSink sink, const CallInfo &call = {}) const;
    QFuture<qint64> astream(BatchSink sink, const CallInfo &call = {}) const;
    std::shared_ptr<const ResultShape> shape() const;

    /// The one row of the queryset (narrowed by `q`, which may be null). Throws DoesNotExist,
    /// MultipleObjectsReturned. The ResultSet has exactly one row.
    ResultSetPtr get(QPtr q = {}, const CallInfo &call = {}) const;
    QFuture<ResultSetPtr> aget(QPtr q = {}, const CallInfo &call = {}) const;
    /// One row or none; ordered by the primary key if the queryset is not ordered.
    ResultSetPtr first(const CallInfo &call = {}) const;
    QFuture<ResultSetPtr> afirst(const CallInfo &call = {}) const;
    ResultSetPtr last(const CallInfo &call = {}) const;
    QFuture<ResultSetPtr> alast(const CallInfo &call = {}) const;
    /// By the given fields; throws ValueError without any. `latest` takes the last of that order.
    ResultSetPtr earliest(const QStringList &fields, const CallInfo &call = {}) const;
    QFuture<ResultSetPtr> aearliest(const QStringList &fields, const CallInfo &call = {}) const;
    ResultSetPtr latest(const QStringList &fields, const CallInfo &call = {}) const;
    QFuture<ResultSetPtr> alatest(const QStringList &fields, const CallInfo &call = {}) const;
    qint64 count(const CallInfo &call = {}) const;
    QFuture<qint64> acount(const CallInfo &call = {}) const;
    bool exists(const CallInfo &call = {}) const;
    QFuture<bool> aexists(const CallInfo &call = {}) const;
    bool contains(const Record &record, const CallInfo &call = {}) const;
    QFuture<bool> acontains(const Record &record, const CallInfo &call = {}) const;
    AggregateResult aggregate(const std::vector<NamedExpression> &aggregates,
                              const CallInfo &call = {}) const;
    QFuture<AggregateResult> aaggregate(const std::vector<NamedExpression> &aggregates,
                                        const CallInfo &call = {}) const;
    /// `ids` absent: all rows. Throws ValueError for a field that is not unique.
    RecordMap inBulk(const std::optional<ValueList> &ids = {},
                     const QString &field = QStringLiteral("pk"), const CallInfo &call = {}) const;
    QFuture<RecordMap> ainBulk(const std::optional<ValueList> &ids = {},
                               const QString &field = QStringLiteral("pk"),
                               const CallInfo &call = {}) const;

    /// The rows of a text of one's own as objects of this model; see operations::raw(). What the
    /// queryset has been refined to plays no part.
    ResultSetPtr raw(const QString &sql, const RawParameters &parameters = {},
                     const CallInfo &call = {}) const;
    QFuture<ResultSetPtr> araw(const QString &sql, const RawParameters &parameters = {},
                               const CallInfo &call = {}) const;
    /// How the database would carry it out; `format` and `options` are the database's own.
    QString explain(const QString &format = {},
                    const std::vector<std::pair<QString, bool>> &options = {},
                    const CallInfo &call = {}) const;
    QFuture<QString> aexplain(const QString &format = {},
                              const std::vector<std::pair<QString, bool>> &options = {},
                              const CallInfo &call = {}) const;

    // --- Writing; the values are Django's arguments, in the order written. See writes.h. ---
    Record create(const FieldInputs &values, const CallInfo &call = {}) const;
    QFuture<Record> acreate(const FieldInputs &values, const CallInfo &call = {}) const;
    /// `lookups` find it ("name__iexact"), and those without "__" are values of a new one as well.
    RecordAndCreated getOrCreate(const FieldInputs &lookups, const FieldInputs &defaults = {},
                                 const CallInfo &call = {}) const;
    QFuture<RecordAndCreated> agetOrCreate(const FieldInputs &lookups,
                                           const FieldInputs &defaults = {},
                                           const CallInfo &call = {}) const;
    RecordAndCreated updateOrCreate(const FieldInputs &lookups, const FieldInputs &defaults = {},
                                    const std::optional<FieldInputs> &createDefaults = {},
                                    const CallInfo &call = {}) const;
    QFuture<RecordAndCreated> aupdateOrCreate(const FieldInputs &lookups,
                                              const FieldInputs &defaults = {},
                                              const std::optional<FieldInputs> &createDefaults = {},
                                              const CallInfo &call = {}) const;
    std::vector<Record> bulkCreate(std::vector<Record> objects,
                                   const BulkCreateOptions &options = {},
                                   const CallInfo &call = {}) const;
    QFuture<std::vector<Record>> abulkCreate(std::vector<Record> objects,
                                             const BulkCreateOptions &options = {},
                                             const CallInfo &call = {}) const;
    /// The number of rows that were updated.
    qint64 bulkUpdate(std::vector<Record> objects, const QStringList &fields,
                      std::optional<qint64> batchSize = {}, const CallInfo &call = {}) const;
    QFuture<qint64> abulkUpdate(std::vector<Record> objects, const QStringList &fields,
                                std::optional<qint64> batchSize = {},
                                const CallInfo &call = {}) const;
    qint64 update(const FieldInputs &values, const CallInfo &call = {}) const;
    QFuture<qint64> aupdate(const FieldInputs &values, const CallInfo &call = {}) const;
    /// Django's delete(); that is no name in C++.
    DeleteResult deleteRows(const CallInfo &call = {}) const;
    QFuture<DeleteResult> adeleteRows(const CallInfo &call = {}) const;

private:
    Database m_database;
    Query m_query;
};

} // namespace heddle
