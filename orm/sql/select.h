#pragma once

#include "orm/sql/bound.h"

#include <QSet>
#include <map>
#include <set>

namespace heddle::sql {

enum class JoinType { Base, Inner, Outer };

/// One table of FROM. The first is the query's own.
struct Join {
    const ModelInfo *model = nullptr;
    int parent = -1;
    Hop hop; // how it hangs on its parent; not for the base
    JoinType type = JoinType::Base;
    bool nullable = false;
    int references = 0; // how many paths use it; 0: left out of FROM
    QByteArray alias;
    BoundPtr condition; // of a FilteredRelation: joins the ON clause
};

struct SelectAnnotation {
    QString name;
    BoundPtr expression;
    bool selected = true;
};

using Reuse = std::set<int>;

struct BindContext {
    Reuse *reuse = nullptr;
    bool summarize = false; // inside aggregate(): annotations are referred to by name
};

/// A queryset in the middle of becoming SQL: joins, conditions, columns. Built step by step from a
/// Query, in Django's way of choosing and reusing joins, so that the rows are Django's rows.
class Select {
public:
    /// `outer`: the query whose row OuterRef() means; null at the top.
    explicit Select(const Query &query, Select *outer = nullptr);
    Select(const ModelInfo *model, Select *outer);
    Select(const Select &) = delete;

    const Query &query() const { return m_query; }
    const ModelInfo *model() const { return m_model; }
    Select *outer() const { return m_outer; }

    // --- joins.cpp ---
    int baseAlias();
    struct PathJoins {
        std::vector<int> joins; // aliases along the path, the base first
        const Field *target = nullptr;
        int alias = -1; // of the target's table
    };
    /// Joins the tables of a path. `reuse`: many-valued joins may only be shared within it; null:
    /// with any.
    std::vector<int> setupJoins(const std::vector<Hop> &hops, const Reuse *reuse);
    /// Leaves out trailing joins whose only use is the key that the table before holds as well.
    PathJoins trimJoins(const FieldPath &path, std::vector<int> joins);
    void promoteJoins(std::vector<int> aliases);
    void demoteJoins(std::vector<int> aliases);
    void unref(int alias) { --m_joins[std::size_t(alias)].references; }
    const std::vector<Join> &joins() const { return m_joins; }
    Join &join(int alias) { return m_joins[std::size_t(alias)]; }
    std::vector<int> usedAliases() const;
    /// Gives the tables their names for a statement that is no SELECT: UPDATE and DELETE.
    void nameTables() { nameAliases(0); }

    // --- conditions.cpp ---
    /// filter(): the joins that it makes are its own; those that were inner stay so.
    void addFilter(const QNode &q, bool negated);
    /// qs1 | qs2: takes the other query's joins and condition in.
    void absorb(const Query &other, Connector connector);
    /// `where` AND one more condition.
    void conjoin(BoundPtr condition);
    struct Clause {
        BoundPtr where;          // null: says nothing
        std::vector<int> needed; // joins that the clause needs as inner ones
    };
    struct QContext {
        Reuse *reuse = nullptr;
        bool branchNegated = false, currentNegated = false;
        bool splitSubqueries = true;
        Select *rhsScope = nullptr; // whose names F() on the right-hand side means; null: this
        bool summarize = false;
        /// Of a join's own condition: its paths go over that join, and it promotes nothing.
        const Annotation *filtered = nullptr;
    };
    Clause addQ(const QNode &q, QContext context);
    Clause buildFilter(const QChild &child, QContext context);
    Clause splitExclude(const QChild &child, const FieldPath &path, int level,
                        const QContext &context);
    BoundPtr buildLookup(const BoundPtr &lhs, const LookupChain &chain, const FieldPath *path,
                         const Operand &operand, const QContext &context);

    // --- expressions.cpp ---
    BoundPtr bind(const ExprPtr &expression, const BindContext &context = {});
    BoundPtr bindRef(const QString &path, const BindContext &context);
    BoundPtr bindPath(const FieldPath &path, const BindContext &context);
    BoundPtr transformed(BoundPtr lhs, const std::vector<Transform> &parts);
    std::shared_ptr<Select> bindSubquery(const Query &query);
    /// The subquery of a lookup: ordered only if it must be, one column.
    std::shared_ptr<Select> bindLookupSubquery(const Query &query, const Field *target);

    // --- build.cpp ---
    void setValues(const QStringList &names);
    void addField(const QString &name);
    void setGroupBy(bool allowAliases);
    void clearOrdering(bool force);
    void addAnnotation(const QString &name, BoundPtr expression, bool selected);
    const SelectAnnotation *annotation(const QString &name) const;
    void setAnnotationMask(const QStringList &names);

    // --- aggregation.cpp ---
    void prepareExists();
    /// Turns this into the query of aggregate(): either in place or as the inner query of another.
    std::shared_ptr<Select> aggregation(const std::vector<NamedExpression> &aggregates);

    // The clauses.
    struct SelectedColumn {
        QString name; // values() key
        BoundPtr expression;
    };
    BoundPtr where; // null: everything
    std::vector<SelectAnnotation> annotations;
    std::vector<SelectedColumn> columns; // values()
    QStringList
        selectedNames; // values() keys in their order, annotations among them; empty: as they come
    bool defaultColumns = true;
    bool hasSelectFields = false;
    enum class GroupBy { None, Model, List } groupBy = GroupBy::None;
    std::vector<BoundPtr> groupColumns;
    std::vector<ExprPtr> ordering;
    bool standardOrdering = true;
    bool distinct = false;
    QStringList distinctFields;
    qint64 low = 0;
    std::optional<qint64> high;
    bool empty = false;
    bool selectRelatedAll = false;
    QStringList selectRelated;
    struct Deferred {
        QSet<QString> names;
        bool defer = true; // false: only these
    } deferred;
    std::vector<std::shared_ptr<Select>> combined;
    Combinator combinator = Combinator::Union;
    std::shared_ptr<Select> inner; // FROM (inner) subquery
    struct Lock {
        bool nowait = false, skipLocked = false, noKey = false;
        QStringList of;
    };
    std::optional<Lock> lock;
    bool isSubquery = false;
    bool named = false; // values_list(named=True)

private:
    friend class SelectWriter;
    void replay(const Query &query);
    void replayStep(const Step &step);
    void replayDates(const Step &step);
    void adoptColumns(const Query &first);
    void nameAliases(int depth);
    void takeAliases(const Select &from, const std::vector<int> &places);
    int addJoin(const Hop &hop, int parent, const Reuse *reuse);
    void bindJoinCondition(int alias, const Reuse *reuse);
    BoundPtr bindOperand(const Operand &operand, Prep prep, const FieldType &type,
                         const QString &fieldName, const QContext &context);
    BoundPtr bindFunction(const ExprPtr &e, const BindContext &context);
    BoundPtr bindAggregate(const ExprPtr &e, const BindContext &context);
    BoundPtr bindWindow(const ExprPtr &e, const BindContext &context);
    BoundPtr bindCase(const ExprPtr &e, const BindContext &context);
    BoundPtr bindCondition(const QNode &q, const BindContext &context);
    BoundPtr bindLiteral(const ExprPtr &e);
    BoundPtr structuredLookup(const BoundPtr &lhs, LookupKind lookup, const Operand &operand,
                              const QContext &context);
    BoundPtr compositeLookup(const FieldPath &path, int alias, const LookupChain &chain,
                             const Operand &operand, const QContext &context);
    void mask(const QString &name, bool selected);

    Query m_query;
    const ModelInfo *m_model = nullptr;
    Select *m_outer = nullptr;
    Reuse *m_outerReuse = nullptr;
    std::vector<Join> m_joins;
    BoundMutable
        m_conjunction; // `where`, once several filters have met in it: they are added in place
    int m_depth = 0;
    struct Absorbed {
        std::shared_ptr<Select> select; // its columns are ours, under our tables' names
        std::vector<int> aliases;       // which of our joins stands for each of its
    };
    std::vector<Absorbed> m_absorbed;
};

} // namespace heddle::sql
