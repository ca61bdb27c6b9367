#include "orm/sql/select.h"

#include <algorithm>

namespace heddle::sql {

int Select::baseAlias()
{
    if (m_joins.empty()) {
        Join base;
        base.model = m_model;
        m_joins.push_back(base);
    }
    if (m_joins.front().references == 0)
        m_joins.front().references = 1;
    return 0;
}

std::vector<int> Select::usedAliases() const
{
    std::vector<int> out;
    for (std::size_t i = 0; i < m_joins.size(); ++i)
        if (m_joins[i].references > 0)
            out.push_back(int(i));
    return out;
}

int Select::addJoin(const Hop &hop, int parent, const Reuse *reuse)
{
    // Of several joins that would do, the newest is taken, as in Django.
    for (int i = int(m_joins.size()); i-- > 0;) {
        const Join &j = m_joins[std::size_t(i)];
        if (j.type == JoinType::Base || j.parent != parent || !(j.hop == hop))
            continue;
        if (reuse && !reuse->contains(i))
            continue;
        ++m_joins[std::size_t(i)].references;
        return i;
    }
    Join join;
    join.model = hop.to;
    join.parent = parent;
    join.hop = hop;
    join.nullable = hop.forward ? hop.foreignKey->null : true;
    join.type = join.nullable || m_joins[std::size_t(parent)].type == JoinType::Outer
                    ? JoinType::Outer
                    : JoinType::Inner;
    join.references = 1;
    m_joins.push_back(join);
    const int alias = int(m_joins.size()) - 1;
    if (hop.filtered)
        bindJoinCondition(alias, reuse);
    return alias;
}

void Select::bindJoinCondition(int alias, const Reuse *reuse)
{
    const Annotation *filtered = m_joins[std::size_t(alias)].hop.filtered;
    if (filtered->expression->condition->isEmpty())
        return;
    // This very join and the way to it: with any other the condition would join it again.
    Reuse own = reuse ? *reuse : Reuse();
    for (int i = alias; i >= 0; i = m_joins[std::size_t(i)].parent)
        own.insert(i);
    QContext context;
    context.reuse = &own;
    context.splitSubqueries = false;
    context.filtered = filtered;
    const BoundPtr bound = addQ(*filtered->expression->condition, context).where;
    m_joins[std::size_t(alias)].condition = bound;
}

std::vector<int> Select::setupJoins(const std::vector<Hop> &hops, const Reuse *reuse)
{
    std::vector<int> joins{baseAlias()};
    for (const Hop &hop : hops)
        joins.push_back(addJoin(hop, joins.back(), hop.many ? reuse : nullptr));
    return joins;
}

Select::PathJoins Select::trimJoins(const FieldPath &path, std::vector<int> joins)
{
    const Field *target = path.target;
    for (std::size_t i = path.hops.size(); i-- > 0;) {
        const Hop &hop = path.hops[i];
        if (joins.size() == 1 || !hop.forward || hop.filtered ||
            hop.foreignKey->targetField != target)
            break;
        target = hop.foreignKey;
        unref(joins.back());
        joins.pop_back();
    }
    PathJoins out;
    out.target = target;
    out.alias = joins.back();
    out.joins = std::move(joins);
    return out;
}

void Select::promoteJoins(std::vector<int> aliases)
{
    while (!aliases.empty()) {
        const int alias = aliases.front();
        aliases.erase(aliases.begin());
        Join &j = m_joins[std::size_t(alias)];
        if (j.type == JoinType::Base)
            continue;
        const bool parentOuter = m_joins[std::size_t(j.parent)].type == JoinType::Outer;
        if ((j.nullable || parentOuter) && j.type != JoinType::Outer) {
            j.type = JoinType::Outer;
            // Whatever hangs on a join that may bring NULL may bring NULL itself.
            for (std::size_t i = 0; i < m_joins.size(); ++i)
                if (m_joins[i].parent == alias &&
                    std::find(aliases.begin(), aliases.end(), int(i)) == aliases.end())
                    aliases.push_back(int(i));
        }
    }
}

void Select::demoteJoins(std::vector<int> aliases)
{
    while (!aliases.empty()) {
        const int alias = aliases.front();
        aliases.erase(aliases.begin());
        Join &j = m_joins[std::size_t(alias)];
        if (j.type != JoinType::Outer)
            continue;
        j.type = JoinType::Inner;
        if (j.parent >= 0 && m_joins[std::size_t(j.parent)].type == JoinType::Outer)
            aliases.push_back(j.parent);
    }
}

void Select::nameAliases(int depth)
{
    // At the top a table has its own name until it is joined again; inside a subquery U0, U1, ...,
    // one level deeper V0, V1, ...
    m_depth = depth;
    int number = 0;
    std::set<QByteArray> used;
    for (Join &j : m_joins) {
        ++number;
        if (depth > 0) {
            j.alias = QByteArray(1, char('T' + std::min(depth, 6))) +
                      (depth > 6 ? QByteArray::number(depth) + "_" : "") +
                      QByteArray::number(number - 1);
            continue;
        }
        const QByteArray own = j.hop.filtered ? j.hop.filtered->name.toUtf8()
                               : j.model      ? j.model->table.toUtf8()
                                              : QByteArray();
        const QByteArray folded = own.toLower();
        j.alias = used.contains(folded) ? "T" + QByteArray::number(number) : own;
        while (j.alias != own && used.contains(j.alias.toLower()))
            j.alias += "_";
        used.insert(j.alias.toLower());
    }
    for (Absorbed &other : m_absorbed)
        other.select->takeAliases(*this, other.aliases);
}

void Select::takeAliases(const Select &from, const std::vector<int> &places)
{
    for (std::size_t i = 0; i < m_joins.size(); ++i)
        m_joins[i].alias = from.m_joins[std::size_t(places[i])].alias;
    for (Absorbed &other : m_absorbed)
        other.select->takeAliases(*this, other.aliases);
}

} // namespace heddle::sql
