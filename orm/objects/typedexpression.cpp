#include "orm/objects/typedexpression.h"

#include "orm/objects/typedrows.h"
#include "orm/sql/compilecache.h"
#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

static QString nameOf(const PathStep &step)
{
    TypedModel &model = step.model();
    return step.back ? model.reverseName(step.tag, step.name) : model.pathName(step.tag, step.name);
}

QString pathText(std::initializer_list<PathStep> steps)
{
    if (steps.size() == 1)
        return nameOf(*steps.begin());
    QStringList names;
    for (const PathStep &step : steps)
        names << nameOf(step);
    return names.join("__"_L1);
}

/// A name for an expression that stands where only names may: the same for equal expressions, so
/// that the statements are the same too.
static QString aliasFor(const ExprPtr &expression)
{
    ShapeKey shape;
    shapeOf(Query(), Ask::Aggregate, {{QString(), expression}}, shape);
    std::size_t hash = qHash(shape.key());
    for (const Value *literal : shape.literals)
        hash = qHashMulti(hash, literal->hash());
    return u"computed_"_s + QString::number(hash, 36);
}

ConditionData lookup(const TermData &term, const char *name, Operand operand)
{
    ConditionData out;
    QString path = term.path;
    if (path.isEmpty()) {
        path = aliasFor(term.expression);
        out.aliases.push_back({path, term.expression});
    }
    if (qstrcmp(name, "exact") != 0)
        path += "__"_L1 + QLatin1String(name);
    out.q = makeQ(std::move(path), std::move(operand));
    return out;
}

ConditionData compared(const TermData &left, const char *name, bool negate, Operand right)
{
    ConditionData out = lookup(left, name, std::move(right));
    if (negate)
        out.q = negateQ(out.q);
    return out;
}

ConditionData joined(const ConditionData &a, const ConditionData &b, Connector connector)
{
    ConditionData out;
    if (!a.q || !b.q) {
        out = a.q ? a : b;
        return out;
    }
    out.q = combineQ(a.q, b.q, connector);
    out.aliases = a.aliases;
    out.aliases.insert(out.aliases.end(), b.aliases.begin(), b.aliases.end());
    return out;
}

ConditionData negated(const ConditionData &a)
{
    ConditionData out = a;
    if (a.q)
        out.q = negateQ(a.q);
    return out;
}

ConditionData holds(ExprPtr booleanExpression)
{
    ConditionData out;
    out.q = makeQ({{QString(), {}, {}, std::move(booleanExpression)}});
    return out;
}

TermData transformed(const TermData &term, const char *transform)
{
    if (!term.path.isEmpty())
        return {term.path + "__"_L1 + QLatin1String(transform), {}};
    // The transforms' names and those of the functions: "iso_week_day" -> ExtractIsoWeekDay.
    const QString name = QLatin1String(transform);
    if (name == "date"_L1 || name == "time"_L1)
        return called(name == "date"_L1 ? "TruncDate" : "TruncTime", {term});
    QString function = u"Extract"_s;
    for (const QString &word : name.split(u'_'))
        function += word == "iso"_L1 ? u"Iso"_s : word.left(1).toUpper() + word.mid(1);
    return called(function.toLatin1().constData(), {term});
}

TermData combined(const TermData &a, const char *op, const TermData &b)
{
    return {{}, expr::combined(a.toExpression(), QLatin1String(op), b.toExpression())};
}

TermData called(const char *function, std::vector<TermData> arguments)
{
    std::vector<Operand> operands;
    for (const TermData &argument : arguments)
        operands.emplace_back(argument.toExpression());
    return {{}, expr::construct(QLatin1String(function), operands)};
}

TermData literal(Value value)
{
    return {{}, expr::literal(std::move(value))};
}

ExprPtr ordering(const TermData &term, bool descending, NullsOrder nulls)
{
    return expr::orderBy(term.toExpression(), descending, nulls);
}

Value keyOf(TypedModel &model, const void *object)
{
    const Field *key = model.info()->primaryKey();
    const TypedMember *member = key ? model.memberOf(key) : nullptr;
    if (!member)
        throw ValueError(u"%1 has no primary key of one field."_s.arg(model.info()->name));
    const Value value = memberValue(*member, object);
    if (value.isNull() || (key->automatic && value == Value(0)))
        throw ValueError(u"Model instances passed to related filters must be saved."_s);
    return value;
}

} // namespace heddle::detail
