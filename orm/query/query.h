#pragma once

#include "orm/query/expression.h"

#include <optional>

namespace heddle {

/// An expression with the name that it has in the result; values("name", n=Length("name")): name
/// empty or given.
struct NamedExpression {
    QString name;
    ExprPtr expression;
};

enum class StepKind {
    Filter,
    Exclude,
    Annotate,
    Alias,
    OrderBy,
    Reverse,
    Distinct,
    Slice,
    Values,
    ValuesList,
    Only,
    Defer,
    SelectRelated,
    PrefetchRelated,
    None,
    Combine,
    Using,
    SelectForUpdate,
    Dates,
    Datetimes,
    LoadMode,
    Merge, // qs1 & qs2 and its like: `others` has the one, `connector` says how
};

enum class Combinator { Union, UnionAll, Intersection, Difference };

/// How a relation that was not loaded with its row is loaded when it is touched in sync code
/// (async.md, Implicit loading).
enum class LoadMode { One, Peers, Raise };

/// A prefetch_related() argument: a path of accessors, perhaps with its own queryset and attribute.
struct PrefetchSpec {
    QString path;
    std::shared_ptr<const Query> query;
    QString toAttr;
};

/// One refinement as it was written. Which members count depends on the kind.
struct Step {
    StepKind kind = StepKind::Filter;
    QPtr condition;                           // Filter, Exclude
    std::vector<NamedExpression> expressions; // Annotate, Alias, OrderBy, Values, ValuesList
    QStringList names; // Distinct, Only, Defer, SelectRelated; Dates: field, kind
    bool flag =
        false; // ValuesList: flat; SelectRelated: clear (None); Dates: descending; Defer: clear
    bool named = false;              // ValuesList
    std::optional<qint64> low, high; // Slice, relative to the queryset before it
    Combinator combinator = Combinator::Union;
    Connector connector = Connector::And; // Merge
    std::vector<Query> others;            // Combine, Merge
    std::vector<PrefetchSpec> prefetches;
    QString alias; // Using
    heddle::LoadMode loadMode = heddle::LoadMode::One;
    QStringList lockOf; // SelectForUpdate
    bool nowait = false, skipLocked = false, noKey = false;
};

enum class ResultKind { Rows, Values, ValuesList, FlatValuesList, Dates, Datetimes };

/// What the steps so far add up to, as far as later steps and terminal methods ask. Derived from
/// the steps; never edited by hand.
struct QueryState {
    ResultKind result = ResultKind::Rows;
    bool empty = false; // none()
    bool ordered = false;
    bool distinct = false;
    bool distinctFields = false;
    bool combined = false;
    bool selectRelated = false;
    bool grouped = false; // an aggregate annotation was made
    int depth = 1;        // how deep its conditions and subqueries nest
    qint64 low = 0;
    std::optional<qint64> high;
    heddle::LoadMode loadMode = heddle::LoadMode::One;
    bool sliced() const { return low > 0 || high.has_value(); }
};

struct Annotation {
    QString name;
    ExprPtr expression;
    bool selected = true; // false: alias()
    bool aggregate = false;
};

/// The row that a queryset was reached from, for the timeline: `playlist.track_set` and all that is
/// refined from it. No part of the question.
struct RowOrigin {
    std::uint64_t set = 0; // the evaluation that the row is of
    qint64 row = 0;
    QByteArray relation; // the path from the row
};

/// What is asked, as an ordered list of steps on a model. Immutable and implicitly shared; it can
/// only be asked, never run.
///
/// Every refinement checks its names and values against the models when it is added and throws
/// Django's error there (FieldError, TypeError, ValueError, NotSupportedError); no database is
/// involved.
class Query {
public:
    Query() = default;
    Query(ModelRegistryPtr registry, const ModelInfo *model);

    bool isValid() const { return m_model != nullptr; }
    const ModelInfo *model() const { return m_model; }
    const ModelRegistryPtr &registry() const { return m_registry; }
    const QueryState &state() const;
    /// In the order in which they were added.
    std::vector<const Step *> steps() const;
    int stepCount() const;
    /// The query as it was after so many steps.
    Query prefix(int count) const;
    const Annotation *annotation(const QString &name) const;
    /// annotate(name=FilteredRelation(...)): a relation with a condition, no value.
    const Annotation *filteredRelation(const QString &name) const;
    /// Values and filtered relations, in the order in which they were made.
    const std::vector<Annotation> &annotations() const;
    /// The names of values() and values_list() in their order; empty: all fields.
    const QStringList &valueNames() const;

    Query filter(QPtr condition) const;
    Query exclude(QPtr condition) const;
    Query annotate(std::vector<NamedExpression> expressions) const;
    Query alias(std::vector<NamedExpression> expressions) const;
    /// Names ("-title", "?", "author__name") as text go through expr::ref; see orderingFromText().
    Query orderBy(std::vector<ExprPtr> expressions) const;
    Query orderBy(const QStringList &names) const;
    Query reverse() const;
    Query distinct(const QStringList &fields = {}) const;
    /// Without the slices so far: for whoever takes them over in another form.
    Query withoutSlice() const;
    /// The ordering as it stands, reverse() included.
    std::vector<ExprPtr> ordering() const;
    /// [low:high], relative to the slice that is there; high absent: to the end.
    Query slice(qint64 low, std::optional<qint64> high) const;
    Query values(std::vector<NamedExpression> expressions) const;
    Query valuesList(std::vector<NamedExpression> expressions, bool flat = false,
                     bool named = false) const;
    Query only(const QStringList &fields) const;
    Query defer(const QStringList &fields) const;            // {}: nothing
    Query deferNone() const;                                 // defer(None)
    Query selectRelated(const QStringList &relations) const; // {}: all that are not null, five deep
    Query selectRelatedNone() const;
    Query prefetchRelated(std::vector<PrefetchSpec> prefetches) const;
    Query prefetchRelatedNone() const;
    Query none() const;
    Query combine(Combinator combinator, const std::vector<Query> &others) const;
    Query selectForUpdate(bool nowait, bool skipLocked, const QStringList &of, bool noKey) const;
    Query dates(const QString &field, const QString &kind, bool descending) const;
    Query datetimes(const QString &field, const QString &kind, bool descending) const;
    Query loadMode(heddle::LoadMode mode) const;
    /// qs1 & qs2, qs1 | qs2.
    Query merged(const Query &other, Connector connector) const;

    /// The same question, as asked for one row; refinements keep that. Null: for no row.
    Query askedFor(std::shared_ptr<const RowOrigin> row) const
    {
        Query next = *this;
        next.m_row = std::move(row);
        return next;
    }
    const std::shared_ptr<const RowOrigin> &rowOrigin() const { return m_row; }

    /// The same question without its slice being in the way of first()/last()/get(): the caller
    /// says what it does.
    Query ordered(const QStringList &names) const { return orderBy(names); }

    // For Query's own steps and for sql/: see resolve.h.
    struct Node;
    const std::shared_ptr<const Node> &last() const { return m_last; }

private:
    Query with(Step step, QueryState state) const;
    ModelRegistryPtr m_registry;
    const ModelInfo *m_model = nullptr;
    std::shared_ptr<const Node> m_last;
    std::shared_ptr<const RowOrigin> m_row;
};

/// "-title" -> OrderBy(F("title"), desc); "?" -> OrderBy(Random()).
ExprPtr orderingFromText(const QString &text);

} // namespace heddle
