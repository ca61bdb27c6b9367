#include "orm/sql/select.h"

#include <algorithm>

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Decides, when the children of a Q are known, which joins may bring NULL rows and which must not
/// (Django's JoinPromoter): a join that every child of an OR needs may be inner, one that only some
/// need must be outer, or rows of the others would be lost.
class JoinVotes {
public:
    JoinVotes(Connector connector, int children, bool negated) : m_children(children)
    {
        m_or = negated ? connector == Connector::And : connector == Connector::Or;
        m_xor = connector == Connector::Xor;
    }
    void add(const std::vector<int> &joins)
    {
        for (int alias : joins)
            ++m_votes[alias];
    }
    std::vector<int> apply(Select &select) const
    {
        std::vector<int> promote, demote;
        for (const auto &[alias, votes] : m_votes) {
            if (m_or || m_xor) {
                (votes < m_children ? promote : demote).push_back(alias);
            } else {
                demote.push_back(alias);
            }
        }
        select.promoteJoins(promote);
        select.demoteJoins(demote);
        return demote;
    }

private:
    std::map<int, int> m_votes;
    int m_children;
    bool m_or = false, m_xor = false;
};

Prep prepFor(LookupKind kind, const FieldType &type)
{
    switch (kind) {
    case LookupKind::Contains:
    case LookupKind::IContains:
        return Prep::ContainsPattern;
    case LookupKind::StartsWith:
    case LookupKind::IStartsWith:
        return Prep::StartsPattern;
    case LookupKind::EndsWith:
    case LookupKind::IEndsWith:
        return Prep::EndsPattern;
    case LookupKind::IExact:
        return Prep::ExactPattern;
    case LookupKind::Regex:
    case LookupKind::IRegex:
        return Prep::Text;
    case LookupKind::ContainedBy:
    case LookupKind::Overlap:
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        return Prep::AsIs; // structuredLookup() sees to these
    case LookupKind::Gte:
    case LookupKind::Lt:
        return type.isInteger() ? Prep::CeilInteger : Prep::AsField;
    case LookupKind::Exact:
    case LookupKind::Gt:
    case LookupKind::Lte:
    case LookupKind::In:
    case LookupKind::Range:
    case LookupKind::IsNull:
        return Prep::AsField;
    }
    return Prep::AsField;
}

BoundPtr isNull(BoundPtr lhs, bool yes)
{
    return boundLookup(LookupKind::IsNull, std::move(lhs), {boundFixed(Value(yes))});
}

bool isNullLookup(const Bound &b)
{
    return b.kind == BoundKind::Lookup && b.lookup == LookupKind::IsNull;
}
bool isNullTrue(const Bound &b)
{
    return isNullLookup(b) && b.args[1]->bind.fixed == Value(true);
}

/// Whether Django would give two joins of two queries the same alias: the table's name the first
/// time, T and its number after that.
bool sameAliasByOrder(const std::vector<Join> &a, int i, const std::vector<Join> &b, int j)
{
    if (a[std::size_t(i)].model != b[std::size_t(j)].model)
        return false;
    const auto isFirst = [](const std::vector<Join> &joins, int of) {
        for (int k = 0; k < of; ++k)
            if (joins[std::size_t(k)].model == joins[std::size_t(of)].model)
                return false;
        return true;
    };
    const bool first = isFirst(a, i);
    return first == isFirst(b, j) && (first || i == j);
}

Value instanceValue(const InstanceRef &row, const Field *target)
{
    if (target && row.fields)
        for (const auto &[name, value] : *row.fields)
            if (name == target->attname)
                return value;
    return row.key.empty() ? Value() : row.key.front();
}

} // namespace

void Select::addFilter(const QNode &q, bool negated)
{
    std::vector<int> inner;
    for (std::size_t i = 0; i < m_joins.size(); ++i)
        if (m_joins[i].type == JoinType::Inner)
            inner.push_back(int(i));
    Reuse reuse;
    QContext context;
    context.reuse = &reuse;
    Clause clause;
    if (negated) {
        context.currentNegated = context.branchNegated = true;
        JoinVotes votes(Connector::And, 1, true);
        clause = addQ(q, context);
        votes.add(clause.needed);
        votes.apply(*this);
        if (clause.where)
            clause.where = boundWhere(Connector::And, {clause.where}, true);
    } else {
        clause = addQ(q, context);
    }
    if (clause.where)
        conjoin(std::move(clause.where));
    demoteJoins(inner);
}

void Select::absorb(const Query &other, Connector connector)
{
    Absorbed rhs;
    rhs.select = std::make_shared<Select>(other, m_outer);
    Select &theirs = *rhs.select;
    if (theirs.empty) {
        empty = empty || connector == Connector::And;
        return;
    }
    // An AND must join many-valued relations anew for the other's conditions; an OR may share them,
    // each join once.
    Reuse reuse;
    JoinVotes votes(connector, 2, false);
    std::vector<int> inner, theirInner;
    for (std::size_t i = 0; i < m_joins.size(); ++i) {
        if (connector != Connector::And)
            reuse.insert(int(i));
        if (m_joins[i].type == JoinType::Inner)
            inner.push_back(int(i));
    }
    rhs.aliases = {baseAlias()};
    for (std::size_t i = 1; i < theirs.m_joins.size(); ++i) {
        const Join &join = theirs.m_joins[i];
        Hop hop = join.hop;
        hop.filtered = nullptr;
        const int alias = addJoin(hop, rhs.aliases[std::size_t(join.parent)], &reuse);
        if (join.hop.filtered && !m_joins[std::size_t(alias)].condition) {
            m_joins[std::size_t(alias)].hop.filtered = join.hop.filtered;
            m_joins[std::size_t(alias)].condition = join.condition;
        }
        if (join.type == JoinType::Inner)
            theirInner.push_back(alias);
        reuse.erase(alias);
        if (join.references <= 0)
            unref(alias);
        rhs.aliases.push_back(alias);
    }
    votes.add(inner);
    votes.add(theirInner);
    votes.apply(*this);
    const auto orAll = [](const BoundPtr &b) { return b ? b : boundWhere(Connector::And, {}); };
    if (connector != Connector::And)
        where = boundWhere(connector, {orAll(where), orAll(theirs.where)});
    else if (theirs.where)
        conjoin(theirs.where);
    if (!theirs.ordering.empty())
        ordering = theirs.ordering;
    m_absorbed.push_back(std::move(rhs));
}

void Select::conjoin(BoundPtr condition)
{
    // Filters lie side by side and not each inside the next: a chain of any length is one level
    // deep.
    const auto flat = [](const BoundPtr &b) {
        return b->kind == BoundKind::Where && b->connector == Connector::And && !b->negated;
    };
    if (!where) {
        where = std::move(condition);
        return;
    }
    if (!m_conjunction || where != m_conjunction) {
        m_conjunction = makeBound(BoundKind::Where);
        m_conjunction->type.kind = FieldKind::Boolean;
        m_conjunction->typed = true;
        m_conjunction->args = flat(where) ? where->args : std::vector{where};
        m_conjunction->aggregate = where->aggregate;
        m_conjunction->window = where->window;
        where = m_conjunction;
    }
    if (flat(condition))
        m_conjunction->args.insert(m_conjunction->args.end(), condition->args.begin(),
                                   condition->args.end());
    else
        m_conjunction->args.push_back(condition);
    m_conjunction->aggregate = m_conjunction->aggregate || condition->aggregate;
    m_conjunction->window = m_conjunction->window || condition->window;
}

Select::Clause Select::addQ(const QNode &q, QContext context)
{
    context.currentNegated = context.currentNegated != q.negated;
    context.branchNegated = context.branchNegated || q.negated;
    JoinVotes votes(q.connector, int(q.children.size()), context.currentNegated);
    std::vector<BoundPtr> children;
    for (const QChild &child : q.children) {
        Clause clause = child.node ? addQ(*child.node, context) : buildFilter(child, context);
        votes.add(clause.needed);
        if (clause.where)
            children.push_back(std::move(clause.where));
    }
    Clause out;
    if (!context.filtered)
        out.needed = votes.apply(*this);
    if (!children.empty())
        out.where = boundWhere(q.connector, std::move(children), q.negated);
    return out;
}

/// A path over a filtered relation's own relation goes by its name.
static QString pathWithin(const QString &path, const Annotation *filtered)
{
    if (!filtered)
        return path;
    const QString &relation = filtered->expression->name;
    const bool over = path == relation || path.startsWith(relation + "__"_L1);
    return over ? filtered->name + path.mid(relation.size()) : path;
}

Select::Clause Select::buildFilter(const QChild &child, QContext context)
{
    Clause out;
    if (child.expression) {
        BoundPtr condition = bind(child.expression, {context.reuse, context.summarize});
        if (condition->type.kind != FieldKind::Boolean)
            throw TypeError(u"Cannot filter against a non-conditional expression."_s);
        out.where = condition;
        return out;
    }
    const LookupTarget target =
        resolveLookupTarget(m_query, m_model, pathWithin(child.path, context.filtered));
    Select &rhs = context.rhsScope ? *context.rhsScope : *this;
    if (target.annotation) {
        const SelectAnnotation *a = annotation(target.annotation->name);
        BoundPtr lhs = a->expression;
        if (context.summarize) {
            auto ref = makeBound(BoundKind::Ref);
            ref->text = a->name.toUtf8();
            ref->args = {a->expression};
            ref->type = a->expression->type;
            ref->typed = true;
            lhs = ref;
        }
        const LookupChain chain = resolveLookups(lhs->type, false, {}, target.rest);
        FieldPath none;
        out.where = buildLookup(lhs, chain, nullptr, child.operand, context);
        return out;
    }
    const FieldPath &path = target.path;
    const LookupChain chain =
        resolveLookups(pathType(path), path.endsInRelation(), relationClassName(path), target.rest);
    checkOperand(path, chain, child.operand);

    if (context.branchNegated && context.splitSubqueries) {
        int hops = 0;
        for (std::size_t level = 0; level < path.names.size(); ++level) {
            const int end = hops + path.names[level].second;
            for (; hops < end; ++hops)
                if (path.hops[std::size_t(hops)].many)
                    return splitExclude(child, path, hops, context);
        }
    }

    // The joins of the right-hand side first: what it uses counts as needed.
    std::vector<int> before;
    for (const Join &j : rhs.m_joins)
        before.push_back(j.references);
    BoundPtr boundRhs;
    if (const ExprPtr *e = child.operand.expression())
        boundRhs = rhs.bind(*e, {&rhs == this ? context.reuse : nullptr, false});
    std::vector<int> used;
    if (&rhs == this)
        for (std::size_t i = 0; i < m_joins.size(); ++i)
            if (m_joins[i].references > (i < before.size() ? before[i] : 0))
                used.push_back(int(i));

    const std::vector<int> joins = setupJoins(path.hops, context.reuse);
    for (int alias : joins)
        if (std::find(used.begin(), used.end(), alias) == used.end())
            used.push_back(alias);
    const PathJoins trimmed = trimJoins(path, joins);
    if (context.reuse)
        context.reuse->insert(trimmed.joins.begin(), trimmed.joins.end());

    if (path.compositeKey) {
        out.where = compositeLookup(path, trimmed.alias, chain, child.operand, context);
        out.needed = used;
        return out;
    }
    const BoundPtr column = boundColumn(this, trimmed.alias, trimmed.target);
    const BoundPtr lhs = transformed(column, chain.transforms);
    BoundPtr condition;
    if (boundRhs) {
        condition = boundLookup(chain.lookup, lhs, {boundRhs});
    } else {
        condition = buildLookup(lhs, chain, &path, child.operand, context);
    }
    std::vector<BoundPtr> clause{condition};
    bool requireOuter = isNullTrue(*condition) && !context.currentNegated;
    if (context.currentNegated && !isNullTrue(*condition)) {
        requireOuter = true;
        if (!isNullLookup(*condition)) {
            // NOT (x = 1) must keep the rows where x is NULL.
            if (trimmed.target->null || m_joins[std::size_t(trimmed.alias)].type == JoinType::Outer)
                clause.push_back(isNull(column, false));
            if (boundRhs && boundRhs->kind == BoundKind::Column && boundRhs->field->null)
                clause.push_back(isNull(boundRhs, false));
        }
    }
    out.where = clause.size() == 1 ? clause.front() : boundWhere(Connector::And, std::move(clause));
    if (!requireOuter)
        out.needed = used;
    return out;
}

BoundPtr Select::bindOperand(const Operand &operand, Prep prep, const FieldType &type,
                             const QString &fieldName, const QContext &context)
{
    if (operand.isValue())
        return boundParam(&operand.value(), prep, type, fieldName);
    if (const ExprPtr *e = operand.expression()) {
        Select &scope = context.rhsScope ? *context.rhsScope : *this;
        return scope.bind(*e, {&scope == this ? context.reuse : nullptr, context.summarize});
    }
    if (const InstanceRef *row = operand.instance())
        return boundFixed(instanceValue(*row, nullptr));
    throw TypeError(u"%1 is no query value"_s.arg(operand.toRepr()));
}

BoundPtr Select::buildLookup(const BoundPtr &lhsIn, const LookupChain &chain, const FieldPath *path,
                             const Operand &operand, const QContext &context)
{
    const BoundPtr lhs = path ? lhsIn : transformed(lhsIn, chain.transforms);
    if (lhs->typed &&
        (lhs->type.kind == FieldKind::Json || lhs->type.kind == FieldKind::Array ||
         (lhs->kind == BoundKind::Transform && lhs->part == TransformPart::Key)) &&
        chain.lookup != LookupKind::IsNull && !operand.query())
        return structuredLookup(lhs, chain.lookup, operand, context);
    if (operand.isNone() ||
        (operand.expression() && (*operand.expression())->kind == ExprKind::Literal &&
         (*operand.expression())->value.isNull() && chain.lookup == LookupKind::Exact))
        return isNull(lhs, true);
    if (chain.lookup == LookupKind::IsNull) {
        if (!operand.isValue() || operand.value().type() != Value::Type::Bool)
            throw ValueError(u"The QuerySet value for an isnull lookup must be True or False."_s);
        return isNull(lhs, operand.value().asBool());
    }
    const FieldType type = lhs->type;
    const QString fieldName = path && chain.transforms.empty() ? pathFieldName(*path)
                              : lhs->kind == BoundKind::Column ? lhs->field->name
                                                               : u"None"_s;
    const Field *target = path ? path->target : nullptr;
    if (operand.query()) {
        auto sub = makeBound(BoundKind::Subquery);
        sub->sub =
            bindLookupSubquery(*operand.query(), path && path->endsInRelation() ? target : nullptr);
        sub->type = type;
        sub->typed = true;
        return boundLookup(chain.lookup, lhs, {finished(sub)});
    }
    if (const InstanceRef *row = operand.instance())
        return boundLookup(chain.lookup, lhs, {boundFixed(instanceValue(*row, target), type)});
    // A year compared with a number is a range of dates: an index can serve it.
    const bool year =
        lhs->kind == BoundKind::Transform && lhs->part == TransformPart::Year && operand.isValue();
    if (year) {
        const BoundPtr &column = lhs->args[0];
        const auto bound = [&](Prep prep) {
            return boundParam(&operand.value(), prep, column->type, fieldName);
        };
        switch (chain.lookup) {
        case LookupKind::Exact:
            return boundLookup(LookupKind::Range, column,
                               {bound(Prep::YearStart), bound(Prep::YearEnd)});
        case LookupKind::Gt:
            return boundLookup(LookupKind::Gt, column, {bound(Prep::YearEnd)});
        case LookupKind::Gte:
            return boundLookup(LookupKind::Gte, column, {bound(Prep::YearStart)});
        case LookupKind::Lt:
            return boundLookup(LookupKind::Lt, column, {bound(Prep::YearStart)});
        case LookupKind::Lte:
            return boundLookup(LookupKind::Lte, column, {bound(Prep::YearEnd)});
        case LookupKind::IExact:
        case LookupKind::Contains:
        case LookupKind::IContains:
        case LookupKind::StartsWith:
        case LookupKind::IStartsWith:
        case LookupKind::EndsWith:
        case LookupKind::IEndsWith:
        case LookupKind::In:
        case LookupKind::Range:
        case LookupKind::IsNull:
        case LookupKind::Regex:
        case LookupKind::IRegex:
        case LookupKind::ContainedBy:
        case LookupKind::Overlap:
        case LookupKind::HasKey:
        case LookupKind::HasKeys:
        case LookupKind::HasAnyKeys:
            break;
        }
    }
    const Prep prep = prepFor(chain.lookup, type);
    if (chain.lookup == LookupKind::In || chain.lookup == LookupKind::Range) {
        const Operand::List *items = operand.list();
        if (!items && operand.isValue() && operand.value().type() == Value::Type::Text) {
            // As Python sees it: a list of its characters.
            std::vector<BoundPtr> characters;
            for (const uint c : operand.value().asString().toUcs4()) {
                Bind one;
                one.fixed = Value(QString::fromUcs4(reinterpret_cast<const char32_t *>(&c), 1));
                one.prep = prep;
                one.type = type;
                one.fieldName = fieldName;
                one.once = true;
                auto b = makeBound(BoundKind::Param);
                b->bind = std::move(one);
                b->type = type;
                b->typed = true;
                characters.push_back(std::move(b));
            }
            return boundLookup(chain.lookup, lhs, std::move(characters));
        }
        if (!items)
            throw TypeError(u"'%1' object is not iterable"_s.arg(operand.toRepr()));
        std::vector<BoundPtr> rhs;
        for (const Operand &item : *items) {
            if (item.isNone() && chain.lookup == LookupKind::In)
                continue; // NULL is in no list
            if (const InstanceRef *row = item.instance())
                rhs.push_back(boundFixed(instanceValue(*row, target), type));
            else
                rhs.push_back(bindOperand(item, prep, type, fieldName, context));
        }
        return boundLookup(chain.lookup, lhs, std::move(rhs));
    }
    if (operand.list())
        throw TypeError(
            u"Field '%1' expected a single value but got %2."_s.arg(fieldName, operand.toRepr()));
    return boundLookup(chain.lookup, lhs, {bindOperand(operand, prep, type, fieldName, context)});
}

Select::Clause Select::splitExclude(const QChild &child, const FieldPath &path, int manyHop,
                                    const QContext &context)
{
    // NOT EXISTS over the far side of the many-valued relation: the tables up to it stay in this
    // query, the subquery begins behind them.
    auto inner = std::make_shared<Select>(m_model, this);
    inner->m_query = m_query; // for its filtered relations
    QContext innerContext;
    Reuse innerReuse;
    innerContext.reuse = &innerReuse;
    innerContext.rhsScope = context.rhsScope ? context.rhsScope : this;
    const Clause clause = inner->buildFilter(child, innerContext);
    inner->demoteJoins(clause.needed);
    inner->where = clause.where;

    bool containsOuter = false;
    for (int i = 0; i <= manyHop; ++i)
        containsOuter = containsOuter || inner->m_joins[std::size_t(i) + 1].type == JoinType::Outer;
    const Hop &hop = path.hops[std::size_t(manyHop)];
    const int first = manyHop + 1;
    for (int i = 0; i <= manyHop; ++i)
        inner->m_joins[std::size_t(i)].references = 0;
    int selectAlias = first;
    const Field *selectField = hop.toField();
    // A join with a condition of its own stays a join.
    if (inner->m_joins[std::size_t(first)].type == JoinType::Outer || hop.filtered) {
        selectAlias = first - 1;
        selectField = hop.fromField();
        inner->m_joins[std::size_t(first) - 1].references = 1;
    }
    for (Join &j : inner->m_joins) {
        if (j.references > 0) {
            j.type = JoinType::Base;
            j.parent = -1;
            break;
        }
    }

    // The outer end of the correlation: the key that the hop starts from.
    FieldPath prefix;
    prefix.model = hop.from;
    prefix.hops.assign(path.hops.begin(), path.hops.begin() + manyHop);
    prefix.target = hop.fromField();
    const PathJoins outerSide = trimJoins(prefix, setupJoins(prefix.hops, context.reuse));
    const BoundPtr outerColumn = boundColumn(this, outerSide.alias, outerSide.target);
    std::vector<BoundPtr> conditions{inner->where,
                                     boundLookup(LookupKind::Exact,
                                                 boundColumn(inner.get(), selectAlias, selectField),
                                                 {outerColumn})};
    // Filters of the same call that went over the same relation narrow the subquery too.
    if (context.reuse && hop.to->primaryKey()) {
        for (std::size_t i = 1; i < m_joins.size(); ++i) {
            if (!context.reuse->contains(int(i)) ||
                !sameAliasByOrder(m_joins, int(i), inner->m_joins, selectAlias))
                continue;
            const Field *key = m_joins[i].model->primaryKey();
            conditions.push_back(boundLookup(LookupKind::Exact,
                                             boundColumn(inner.get(), selectAlias, key),
                                             {boundColumn(this, int(i), key)}));
            break;
        }
    }
    inner->where = boundWhere(Connector::And, std::move(conditions));
    inner->isSubquery = true;

    auto exists = makeBound(BoundKind::Exists);
    exists->sub = inner;
    exists->type.kind = FieldKind::Boolean;
    exists->typed = true;
    inner->prepareExists();
    Clause out;
    out.where = finished(exists);
    if (containsOuter)
        out.where = boundWhere(Connector::Or, {out.where, isNull(outerColumn, true)});
    return out;
}

} // namespace heddle::sql
