#include "orm/query/node.h"
#include "orm/sql/compilecache.h"

namespace heddle {

namespace {

/// Writes a query down as bytes, literal by literal out of it. Every member that the SQL depends on
/// is written with its length, so that two different queries never give the same bytes.
class ShapeWriter {
public:
    explicit ShapeWriter(ShapeKey &out) : m_out(out) {}

    void query(const Query &q)
    {
        pointer(q.model());
        // From the newest to the oldest: as good an order as any for a key.
        number(q.stepCount());
        for (const Query::Node *n = q.last().get(); n; n = n->previous.get())
            step(n->step);
    }
    void named(const std::vector<NamedExpression> &items)
    {
        number(qint64(items.size()));
        for (const NamedExpression &item : items) {
            text(item.name);
            expression(item.expression);
        }
    }
    void byte(int b) { m_out.bytes.append(char(b)); }
    void pointer(const void *p) { m_out.bytes.append(&p, sizeof p); }

private:
    void number(qint64 n) { m_out.bytes.append(&n, sizeof n); }
    void text(const QString &t)
    {
        number(t.size());
        m_out.bytes.append(t.constData(), std::size_t(t.size()) * sizeof(QChar));
    }
    void names(const QStringList &list)
    {
        number(list.size());
        for (const QString &name : list)
            text(name);
    }

    /// A literal's type, and of a number its reach: columns hold 16, 32 or 64 bits and what lies
    /// beyond is answered without asking.
    void literal(const Value &v)
    {
        byte(int(v.type()));
        if (v.type() == Value::Type::Bool) {
            byte(v.asBool());
        } else if (v.type() == Value::Type::Int) {
            const qint64 n = v.asInt();
            const int reach = n >= -32768 && n <= 32767                 ? 1
                              : n >= -2147483648LL && n <= 2147483647LL ? 2
                                                                        : 3;
            byte(n < 0 ? -reach : reach);
        } else if (v.type() == Value::Type::BigInt) {
            byte(v.asBigInt().digits.starts_with('-'));
        }
        m_out.literals.push_back(&v);
    }
    /// A value that becomes part of the text, or that no literal stands for: the whole of it.
    void constant(const Value &v)
    {
        byte(int(v.type()));
        text(v.toRepr());
    }

    void operand(const Operand &o)
    {
        if (o.isValue()) {
            byte('v');
            literal(o.value());
        } else if (const Operand::List *items = o.list()) {
            byte('l');
            number(qint64(items->size()));
            for (const Operand &item : *items)
                operand(item);
        } else if (const ExprPtr *e = o.expression()) {
            byte('e');
            expression(*e);
        } else if (o.query()) {
            byte('q');
            query(*o.query());
        } else {
            m_out.cacheable = false; // a row's key is taken from the row when the text is made
        }
    }

    void condition(const QPtr &q)
    {
        if (!q)
            return byte('-');
        byte('Q');
        byte(int(q->connector) * 2 + q->negated);
        number(qint64(q->children.size()));
        for (const QChild &child : q->children) {
            if (child.node) {
                condition(child.node);
            } else if (child.expression) {
                byte('x');
                expression(child.expression);
            } else {
                byte('=');
                text(child.path);
                operand(child.operand);
            }
        }
    }

    void type(const std::optional<FieldType> &t)
    {
        byte(t ? 1 : 0);
        if (!t)
            return;
        byte(int(t->kind));
        number(t->maxLength);
        number(t->maxDigits);
        number(t->decimalPlaces);
        byte(t->withZone);
        byte(int(t->element));
    }

    void expressions(const std::vector<ExprPtr> &list)
    {
        number(qint64(list.size()));
        for (const ExprPtr &e : list)
            expression(e);
    }

    void expression(const ExprPtr &e)
    {
        if (!e)
            return byte('0');
        byte('E');
        byte(int(e->kind));
        text(e->name);
        if (e->kind == ExprKind::Literal)
            literal(e->value);
        type(e->type);
        expressions(e->args);
        number(qint64(e->options.size()));
        for (const auto &[name, option] : e->options) {
            text(name);
            if (option.isValue())
                constant(option.value());
            else
                operand(option);
        }
        condition(e->condition);
        number(qint64(e->whens.size()));
        for (const CaseWhen &when : e->whens) {
            condition(when.condition);
            expression(when.then);
        }
        byte(e->query ? 1 : 0);
        if (e->query)
            query(*e->query);
        byte(e->distinct | e->negated << 1 | e->descending << 2 | int(e->nulls) << 3);
        expressions(e->partitionBy);
        expressions(e->orderBy);
        byte(int(e->frame.kind));
        for (const auto &bound : {e->frame.start, e->frame.end}) {
            byte(bound ? 1 : 0);
            number(bound.value_or(0));
        }
        byte(int(e->frame.exclusion));
        expression(e->defaultValue);
    }

    void step(const Step &s)
    {
        byte(int(s.kind));
        switch (s.kind) {
        case StepKind::Filter:
        case StepKind::Exclude:
            return condition(s.condition);
        case StepKind::Annotate:
        case StepKind::Alias:
        case StepKind::OrderBy:
            return named(s.expressions);
        case StepKind::Values:
        case StepKind::ValuesList:
            byte(s.flag | s.named << 1);
            return named(s.expressions);
        case StepKind::Distinct:
        case StepKind::Only:
        case StepKind::Defer:
        case StepKind::SelectRelated:
        case StepKind::Dates:
        case StepKind::Datetimes:
            byte(s.flag);
            return names(s.names);
        case StepKind::Slice:
            byte(s.flag);
            byte(s.low ? 1 : 0);
            number(s.low.value_or(0));
            byte(s.high ? 1 : 0);
            return number(s.high.value_or(0));
        case StepKind::Combine:
        case StepKind::Merge:
            byte(int(s.combinator));
            byte(int(s.connector));
            number(qint64(s.others.size()));
            for (const Query &other : s.others)
                query(other);
            return;
        case StepKind::SelectForUpdate:
            byte(s.nowait | s.skipLocked << 1 | s.noKey << 2);
            return names(s.lockOf);
        case StepKind::Reverse:
        case StepKind::None:
        case StepKind::PrefetchRelated:
        case StepKind::Using:
        case StepKind::LoadMode:
            return;
        }
    }

    ShapeKey &m_out;
};

} // namespace

void shapeOf(const Query &query, Ask ask, const std::vector<NamedExpression> &aggregates,
             ShapeKey &out)
{
    ShapeWriter writer(out);
    writer.byte(int(ask));
    writer.query(query);
    writer.named(aggregates);
}

} // namespace heddle
