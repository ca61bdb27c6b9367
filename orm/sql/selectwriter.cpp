#include "orm/sql/selectwriter.h"

#include <algorithm>

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

Condition Writer::select(Select &select, ResultShape *shape)
{
    return SelectWriter(*this, select, shape).write();
}

void SelectWriter::splitHaving()
{
    if (!m_select.where)
        return;
    if (!m_select.where->aggregate && !m_select.where->window) {
        m_where = m_select.where;
        return;
    }
    // The conditions that can be told apart go where they belong; an OR that holds an aggregate
    // goes to HAVING whole.
    std::vector<BoundPtr> plain, having, qualify;
    const auto split = [&](const auto &self, const BoundPtr &b) -> void {
        if (b->kind == BoundKind::Where && b->connector == Connector::And && !b->negated) {
            for (const BoundPtr &child : b->args)
                self(self, child);
        } else {
            (b->window ? qualify : b->aggregate ? having : plain).push_back(b);
        }
    };
    split(split, m_select.where);
    if (!plain.empty())
        m_where = boundWhere(Connector::And, plain);
    if (!having.empty())
        m_having = boundWhere(Connector::And, having);
    if (!qualify.empty())
        m_qualify = boundWhere(Connector::And, qualify);
}

QByteArray SelectWriter::fromClause()
{
    const Dialect &dialect = m_writer.dialect();
    if (m_select.inner) {
        const Condition inner = m_writer.select(*m_select.inner);
        if (inner.outcome == Outcome::Empty)
            throw EmptyResultSet(QString());
        return "(" + inner.text + ") subquery";
    }
    QByteArray text;
    for (const Join &j : m_select.joins()) {
        if (j.references <= 0)
            continue;
        const QByteArray table =
            (j.model->schema.isEmpty() ? QByteArray() : dialect.quoted(j.model->schema) + '.') +
            dialect.quoted(j.model->table);
        const QString alias = QString::fromUtf8(j.alias);
        const QByteArray named = alias == j.model->table && j.model->schema.isEmpty()
                                     ? table
                                     : table + ' ' + dialect.quoted(alias);
        if (j.type == JoinType::Base) {
            text += text.isEmpty() ? named : ", " + named;
            continue;
        }
        const QByteArray parent =
            dialect.quoted(QString::fromUtf8(m_select.joins()[std::size_t(j.parent)].alias));
        text += (j.type == JoinType::Outer ? " LEFT OUTER JOIN " : " INNER JOIN ") + named +
                " ON (" + parent + '.' + dialect.quoted(j.hop.fromField()->column) + " = " +
                dialect.quoted(alias) + '.' + dialect.quoted(j.hop.toField()->column);
        if (j.condition) {
            const Condition extra = m_writer.condition(j.condition);
            if (extra.outcome == Outcome::Empty)
                text += " AND 1 = 0";
            else if (extra.outcome == Outcome::Text)
                text += " AND (" + extra.text + ')';
        }
        text += ')';
    }
    return text;
}

QByteArray SelectWriter::groupBy()
{
    std::vector<BoundPtr> wanted;
    if (m_select.groupBy == Select::GroupBy::List)
        wanted = m_select.groupColumns;
    for (const OutputColumn &c : m_columns)
        groupByColumns(c.expression, wanted);
    for (const ExprPtr &e : m_select.ordering) {
        const Expression *inner = e->kind == ExprKind::OrderBy ? e->args[0].get() : e.get();
        if (inner->kind == ExprKind::Ref && m_select.annotation(inner->name) &&
            m_select.annotation(inner->name)->selected)
            continue; // a column of SELECT: it is here already
        if (inner->kind == ExprKind::Function && inner->name == "Random"_L1)
            continue;
        groupByColumns(m_select.bind(e), wanted);
    }
    if (m_having)
        groupByColumns(m_having, wanted);
    const Field *key = m_select.model()->primaryKey();
    if (m_writer.dialect().features().groupByPrimaryKey && key && !m_select.model()->isView) {
        bool hasKey = false;
        for (const BoundPtr &b : wanted)
            hasKey = hasKey || (b->kind == BoundKind::Column && b->select == &m_select &&
                                b->alias == 0 && b->field == key);
        if (hasKey)
            std::erase_if(wanted, [&](const BoundPtr &b) {
                return b->kind == BoundKind::Column && b->select == &m_select && b->alias == 0 &&
                       b->field != key;
            });
    }
    QList<QByteArray> terms;
    for (const BoundPtr &b : wanted) {
        QByteArray text;
        // An expression with parameters is named by its place: written again it would be another
        // expression to the server.
        for (std::size_t i = 0; i < m_columns.size() && b->kind != BoundKind::Column; ++i)
            if (m_columns[i].expression == b ||
                (b->kind == BoundKind::Ref && b->text == m_columns[i].alias))
                text = QByteArray::number(i + 1);
        if (text.isEmpty())
            text = m_writer.value(b->kind == BoundKind::Ref ? b->args[0] : b);
        if (!terms.contains(text))
            terms << text;
    }
    return terms.join(", ");
}

void SelectWriter::orderTerm(const ExprPtr &e, std::vector<OrderTerm> &out)
{
    bool descending = e->kind == ExprKind::OrderBy && e->descending;
    if (!m_select.standardOrdering)
        descending = !descending;
    NullsOrder nulls = e->kind == ExprKind::OrderBy ? e->nulls : NullsOrder::Default;
    if (!m_select.standardOrdering && nulls != NullsOrder::Default)
        nulls = nulls == NullsOrder::First ? NullsOrder::Last : NullsOrder::First;
    const ExprPtr inner = e->kind == ExprKind::OrderBy ? e->args[0] : e;
    const auto add = [&](const BoundPtr &bound, QByteArray text, bool reference) {
        OrderTerm term;
        term.expression = bound;
        term.without = text;
        term.reference = reference;
        const bool modifier = m_writer.dialect().features().nullsOrdering;
        term.text = (modifier ? QByteArray() : nullsBefore(text, nulls, descending)) + text +
                    (descending ? " DESC" : " ASC");
        if (modifier && nulls == NullsOrder::First)
            term.text += " NULLS FIRST";
        else if (modifier && nulls == NullsOrder::Last)
            term.text += " NULLS LAST";
        for (const OrderTerm &known : out)
            if (known.without == term.without)
                return;
        out.push_back(std::move(term));
    };
    if (inner->kind == ExprKind::Function && inner->name == "Random"_L1)
        return add(nullptr, m_writer.dialect().random(), true);
    if (inner->kind == ExprKind::Ref) {
        if (const SelectAnnotation *a = m_select.annotation(inner->name); a && a->selected)
            for (std::size_t i = 0; i < m_columns.size(); ++i)
                if (m_columns[i].alias == a->name.toUtf8())
                    return add(a->expression, QByteArray::number(i + 1), true);
        const LookupTarget target =
            resolveLookupTarget(m_select.query(), m_select.model(), inner->name);
        if (!target.annotation && target.path.compositeKey) {
            const int alias = m_select.setupJoins(target.path.hops, nullptr).back();
            for (const Field *key : target.path.model->primaryKeys()) {
                const BoundPtr column = boundColumn(&m_select, alias, key);
                add(column, m_writer.value(column), false);
            }
            return;
        }
    }
    const BoundPtr bound = m_select.bind(inner);
    if (bound->kind != BoundKind::Column)
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            if (m_columns[i].expression == bound)
                return add(bound, QByteArray::number(i + 1), true);
    if (bound->kind == BoundKind::Param || bound->kind == BoundKind::Null)
        return; // a constant orders nothing
    add(bound, m_writer.value(bound), false);
}

std::vector<SelectWriter::OrderTerm> SelectWriter::orderTerms()
{
    std::vector<OrderTerm> out;
    for (const ExprPtr &e : m_select.ordering)
        orderTerm(e, out);
    return out;
}

/// Which tables select_for_update(of=...) may name: the model's own and those that select_related
/// joined. Throws Django's FieldError for any other.
static void checkLockNames(const QStringList &names, const RowLayout &layout)
{
    QStringList choices{u"self"_s};
    std::vector<std::pair<QString, const RowLayout *>> queue{{QString(), &layout}};
    for (std::size_t i = 0; i < queue.size(); ++i) {
        const auto [path, current] = queue[i];
        for (const RowLayout::Related &related : current->related) {
            const QString here = path.isEmpty() ? related.name() : path + "__"_L1 + related.name();
            choices << here;
            queue.emplace_back(here, related.layout.get());
        }
    }
    QStringList invalid;
    for (const QString &name : names)
        if (!choices.contains(name))
            invalid << name;
    if (!invalid.isEmpty())
        throw FieldError(
            u"Invalid field name(s) given in select_for_update(of=(...)): %1. Only relational fields followed in the query are allowed. Choices are: %2."_s
                .arg(invalid.join(", "_L1), choices.join(", "_L1)));
}

QByteArray SelectWriter::lockClause() const
{
    if (!m_select.lock || !m_writer.dialect().features().forUpdate || m_select.isSubquery)
        return {};
    QByteArray text = m_select.lock->noKey ? " FOR NO KEY UPDATE" : " FOR UPDATE";
    if (!m_select.lock->of.isEmpty() && !m_select.hasSelectFields) {
        if (m_shape)
            checkLockNames(m_select.lock->of, m_shape->layout);
        QList<QByteArray> tables;
        for (const QString &name : m_select.lock->of) {
            if (name == "self"_L1) {
                tables << m_writer.dialect().quoted(
                    QString::fromUtf8(m_select.joins().front().alias));
                continue;
            }
            const FieldPath path =
                resolvePath(nullptr, m_select.model(), splitPath(name), MissingField::IsError);
            const int alias = m_select.setupJoins(path.hops, nullptr).back();
            tables << m_writer.dialect().quoted(
                QString::fromUtf8(m_select.joins()[std::size_t(alias)].alias));
        }
        text += " OF " + tables.join(", ");
    }
    if (m_select.lock->nowait)
        text += " NOWAIT";
    if (m_select.lock->skipLocked)
        text += " SKIP LOCKED";
    return text;
}

QByteArray SelectWriter::readable(std::size_t column, const QByteArray &sql) const
{
    const Bound &expression = *m_columns[column].expression;
    return m_outermost && expression.typed ? m_writer.dialect().readable(expression.type, sql)
                                           : sql;
}

Condition SelectWriter::write()
{
    int depth = 0;
    for (const Select *s = m_select.outer(); s; s = s->outer())
        ++depth;
    if (m_select.empty) {
        if (m_shape && m_select.combined.empty())
            chooseColumns(); // no rows, but still columns of a known meaning
        return {Outcome::Empty, {}};
    }
    if (!m_select.combined.empty())
        return writeCombined();
    const Dialect &dialect = m_writer.dialect();
    chooseColumns();
    // The ordering may join tables: it is bound before the aliases are given.
    for (const ExprPtr &e : m_select.ordering) {
        const Expression *inner = e->kind == ExprKind::OrderBy ? e->args[0].get() : e.get();
        if (inner->kind == ExprKind::Ref) {
            const LookupTarget target =
                resolveLookupTarget(m_select.query(), m_select.model(), inner->name);
            if (target.annotation || target.path.compositeKey)
                continue;
        }
        if (!(inner->kind == ExprKind::Function && inner->name == "Random"_L1))
            m_select.bind(e);
    }
    QByteArray distinctOn;
    std::vector<BoundPtr> distinctColumns;
    if (!m_select.distinctFields.isEmpty()) {
        if (!dialect.features().distinctOn)
            throw NotSupportedError(
                u"DISTINCT ON fields is not supported by this database backend"_s);
        for (const QString &name : m_select.distinctFields)
            distinctColumns.push_back(m_select.bindRef(name, {}));
    }
    m_select.nameAliases(depth);
    splitHaving();

    for (OutputColumn &c : m_columns) {
        QByteArray text = m_writer.value(c.expression);
        m_columnTexts.push_back(text);
    }
    const QByteArray from = fromClause();
    QByteArray text;
    if (m_where) {
        const Condition where = m_writer.condition(m_where);
        if (where.outcome == Outcome::Empty)
            return {Outcome::Empty, {}};
        if (where.outcome == Outcome::Text) {
            text += " WHERE " + where.text;
        }
    }
    if (m_select.groupBy != Select::GroupBy::None) {
        const QByteArray group = groupBy();
        if (!group.isEmpty())
            text += " GROUP BY " + group;
    }
    if (m_having) {
        const Condition having = m_writer.condition(m_having);
        if (having.outcome == Outcome::Empty)
            return {Outcome::Empty, {}};
        if (having.outcome == Outcome::Text)
            text += " HAVING " + having.text;
    }
    if (m_qualify)
        return writeQualified(from + text);
    const std::vector<OrderTerm> order = orderTerms();
    QByteArray orderText;
    for (const OrderTerm &term : order) {
        orderText += (orderText.isEmpty() ? " ORDER BY " : ", ") + term.text;
        // SELECT DISTINCT can only be ordered by what it selects.
        if (m_select.distinct && m_select.distinctFields.isEmpty() && !term.reference &&
            term.expression &&
            std::find(m_columnTexts.begin(), m_columnTexts.end(), term.without) ==
                m_columnTexts.end()) {
            m_columns.push_back({term.expression, {}});
            m_columnTexts.push_back(term.without);
            if (m_shape)
                m_shape->types.push_back(term.expression->type);
        }
    }
    QByteArray head = "SELECT ";
    if (m_select.distinct) {
        head += "DISTINCT ";
        if (!distinctColumns.empty()) {
            QList<QByteArray> terms;
            for (const BoundPtr &b : distinctColumns)
                terms << m_writer.value(b);
            head += "ON (" + terms.join(", ") + ") ";
        }
    }
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        head += (i ? ", " : "") + readable(i, m_columnTexts[i]);
        if (!m_columns[i].alias.isEmpty())
            head += " AS " + dialect.quoted(QString::fromUtf8(m_columns[i].alias));
        else if (m_select.isSubquery && m_select.outer() == nullptr)
            head += " AS " + dialect.quoted(u"col%1"_s.arg(
                                 i + 1)); // an inner query may select two columns of one name
    }
    return {Outcome::Text, head + " FROM " + from + text + orderText +
                               dialect.limit(m_select.low, m_select.high) + lockClause()};
}

// --- union() and its siblings ---

Condition SelectWriter::writeCombined()
{
    const Dialect &dialect = m_writer.dialect();
    QByteArray joiner;
    switch (m_select.combinator) {
    case Combinator::Union:
        joiner = " UNION ";
        break;
    case Combinator::UnionAll:
        joiner = " UNION ALL ";
        break;
    case Combinator::Intersection:
        joiner = " INTERSECT ";
        break;
    case Combinator::Difference:
        joiner = " EXCEPT ";
        break;
    }
    QList<QByteArray> parts;
    bool first = true;
    for (const std::shared_ptr<Select> &part : m_select.combined) {
        if (!dialect.features().slicesInCompound) {
            if (part->low > 0 || part->high)
                throw DatabaseError(
                    u"LIMIT/OFFSET not allowed in subqueries of compound statements."_s);
            if (!part->ordering.empty())
                throw DatabaseError(
                    u"ORDER BY not allowed in subqueries of compound statements."_s);
        }
        if (m_select.hasSelectFields && !part->hasSelectFields)
            part->setValues(m_select.selectedNames);
        const std::size_t mark = m_writer.binds.size();
        ResultShape shape;
        ResultShape *wanted = m_shape && first ? m_shape : &shape;
        SelectWriter writer(m_writer, *part, wanted);
        writer.m_outermost = m_outermost;
        const Condition c = writer.write();
        if (c.outcome == Outcome::Empty) {
            m_writer.binds.resize(mark);
            const bool union_ = m_select.combinator == Combinator::Union ||
                                m_select.combinator == Combinator::UnionAll;
            if (union_ || (m_select.combinator == Combinator::Difference && !parts.isEmpty()))
                continue;
            return {Outcome::Empty, {}};
        }
        first = false;
        const bool nested = !part->combined.empty();
        if (dialect.features().parenthesesInCompound)
            parts << '(' + c.text + ')';
        else
            parts << (nested ? "SELECT * FROM (" + c.text + ')' : c.text);
    }
    if (parts.isEmpty())
        return {Outcome::Empty, {}};
    QByteArray text = parts.join(joiner);
    if (m_shape)
        m_shape->kind = m_select.query().state().result;
    return {Outcome::Text, text + combinedOrder() + dialect.limit(m_select.low, m_select.high)};
}

QByteArray SelectWriter::combinedOrder()
{
    QByteArray text;
    // The whole can only be ordered by its columns: by their place.
    const Select &firstPart = *m_select.combined.front();
    for (const ExprPtr &e : m_select.ordering) {
        const Expression *inner = e->kind == ExprKind::OrderBy ? e->args[0].get() : e.get();
        int place = 0;
        if (inner->kind == ExprKind::Ref) {
            QString name = inner->name;
            if (name == "pk"_L1 && m_select.model()->primaryKey())
                name = m_select.model()->primaryKey()->name;
            if (firstPart.hasSelectFields) {
                QStringList names = firstPart.selectedNames;
                if (names.isEmpty())
                    for (const auto &f : firstPart.model()->fields())
                        names << f->attname;
                place = int(names.indexOf(name)) + 1;
                if (place == 0)
                    place = int(names.indexOf(inner->name)) + 1;
            } else {
                int i = 0;
                for (const auto &f : firstPart.model()->fields()) {
                    ++i;
                    if (f->name == name || f->attname == name)
                        place = i;
                }
                for (const SelectAnnotation &a : firstPart.annotations)
                    if (a.selected && (++i, a.name == name))
                        place = i;
            }
        }
        if (place <= 0)
            throw DatabaseError(u"ORDER BY term does not match any column in the result set."_s);
        bool descending = e->kind == ExprKind::OrderBy && e->descending;
        if (!m_select.standardOrdering)
            descending = !descending;
        text += (text.isEmpty() ? " ORDER BY " : ", ") + QByteArray::number(place) +
                (descending ? " DESC" : " ASC");
        if (e->nulls != NullsOrder::Default)
            text += (e->nulls == NullsOrder::First) == m_select.standardOrdering ? " NULLS FIRST"
                                                                                 : " NULLS LAST";
    }
    return text;
}

} // namespace heddle::sql
