#include "orm/sql/selectwriter.h"

// filter() on a window function: SQL allows it nowhere in the same SELECT, so that the query
// becomes the inner one of another that filters.

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

/// The column of the inner query that holds an expression; a new one where there is none.
BoundPtr SelectWriter::named(const BoundPtr &e)
{
    const auto refTo = [&](const QByteArray &alias) {
        auto ref = makeBound(BoundKind::Ref);
        ref->text = alias;
        ref->args = {e};
        ref->type = e->type;
        ref->typed = e->typed;
        return BoundPtr(ref);
    };
    for (const OutputColumn &c : m_columns)
        if (c.expression == e || sameColumn(*c.expression, *e) ||
            (e->kind == BoundKind::Ref && e->text == c.alias))
            return refTo(c.alias);
    const QByteArray alias = "qual" + QByteArray::number(m_qualNumber++);
    m_columnTexts.push_back(m_writer.value(e));
    m_columns.push_back({e, alias});
    return refTo(alias);
}

BoundPtr SelectWriter::qualified(const BoundPtr &b)
{
    const auto isLiteral = [](const BoundPtr &x) {
        return x->kind == BoundKind::Param || x->kind == BoundKind::Null ||
               x->kind == BoundKind::Constant || (x->kind == BoundKind::Subquery && !x->window);
    };
    if (b->kind != BoundKind::Where && b->kind != BoundKind::Lookup)
        return named(b);
    auto copy = std::make_shared<Bound>(*b);
    for (BoundPtr &arg : copy->args) {
        if (b->kind == BoundKind::Where)
            arg = qualified(arg);
        else if (!isLiteral(arg))
            arg = named(arg);
    }
    return copy;
}

Condition SelectWriter::writeQualified(const QByteArray &fromAndConditions)
{
    const Dialect &dialect = m_writer.dialect();
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        if (m_columns[i].alias.isEmpty())
            m_columns[i].alias = "col" + QByteArray::number(i + 1);
    const std::size_t selected = m_columns.size();
    const BoundPtr condition = qualified(m_qualify);
    QList<QByteArray> order;
    for (const OrderTerm &term : orderTerms()) {
        const QByteArray direction = term.text.mid(term.without.size());
        order << (term.expression ? m_writer.value(named(term.expression)) : term.without) +
                     direction;
    }
    const Condition where = m_writer.condition(condition);
    if (where.outcome == Outcome::Empty)
        return {Outcome::Empty, {}};
    QList<QByteArray> inner, outer;
    bool asTheyAre = m_columns.size() == selected;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const QByteArray alias = dialect.quoted(QString::fromUtf8(m_columns[i].alias));
        inner << m_columnTexts[i] + " AS " + alias;
        if (i < selected)
            outer << readable(i, alias);
        asTheyAre = asTheyAre && (i >= selected || outer.last() == alias);
    }
    QByteArray text = QByteArray("SELECT * FROM (SELECT ") +
                      (m_select.distinct ? "DISTINCT " : "") + inner.join(", ") + " FROM " +
                      fromAndConditions + ") " + dialect.quoted(u"qualify"_s);
    if (where.outcome == Outcome::Text)
        text += " WHERE " + where.text;
    if (!asTheyAre)
        text = "SELECT " + outer.join(", ") + " FROM (" + text + ") " +
               dialect.quoted(u"qualify_mask"_s);
    // Written on the outside: an order inside need not reach there.
    if (!order.isEmpty())
        text += " ORDER BY " + order.join(", ");
    return {Outcome::Text, text + dialect.limit(m_select.low, m_select.high)};
}

} // namespace heddle::sql
