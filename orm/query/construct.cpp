#include "orm/query/constructarguments.h"
#include "orm/query/expression.h"
#include "orm/query/functions.h"
#include "orm/query/query.h"

#include <algorithm>

namespace heddle::expr {

using namespace Qt::Literals::StringLiterals;
using namespace detail;

namespace detail {

std::shared_ptr<Expression> node(ExprKind kind, const QString &name)
{
    auto e = std::make_shared<Expression>();
    e->kind = kind;
    e->name = name;
    return e;
}

QString textOf(const std::optional<Operand> &o, const QString &what)
{
    if (!o || !o->isValue() || o->value().type() != Value::Type::Text)
        throw TypeError(u"%1 must be a text"_s.arg(what));
    return o->value().asString();
}

QPtr conditionOf(const Operand &o, const QString &what)
{
    if (const ExprPtr *e = o.expression()) {
        if ((*e)->kind == ExprKind::Condition)
            return (*e)->condition;
        if (isConditional(**e))
            return makeQ({{{}, {}, {}, *e}});
    }
    throw TypeError(what);
}

std::vector<ExprPtr> expressionList(const std::optional<Operand> &o, bool ordering)
{
    std::vector<ExprPtr> out;
    if (!o || o->isNone())
        return out;
    const auto add = [&](const Operand &item) {
        if (ordering && item.isValue() && item.value().type() == Value::Type::Text)
            out.push_back(orderingFromText(item.value().asString()));
        else
            out.push_back(fromOperand(item, true));
    };
    if (const Operand::List *items = o->list())
        for (const Operand &item : *items)
            add(item);
    else
        add(*o);
    return out;
}

QString pythonType(const Value &value)
{
    if (value.type() == Value::Type::Text)
        return u"str"_s;
    return value.isNull() ? u"NoneType"_s : QString::fromLatin1(Value::typeName(value.type()));
}

} // namespace detail

namespace {

ExprPtr constructCase(Arguments &args)
{
    auto e = node(ExprKind::Case);
    for (const Operand &o : args.all()) {
        const ExprPtr *w = o.expression();
        if (!w || (*w)->kind != ExprKind::When)
            throw TypeError(u"Positional arguments must all be When objects."_s);
        e->whens.push_back({(*w)->condition, (*w)->args[0]});
    }
    const auto fallback = args.keyword("default");
    e->args = {fallback && !fallback->isNone() ? fromOperand(*fallback, true) : literal(Value())};
    e->type = args.outputField();
    args.end();
    return e;
}

ExprPtr constructWhen(Arguments &args)
{
    auto e = node(ExprKind::When);
    const auto then = args.keyword("then");
    std::vector<QChild> children;
    args.requireOne("condition", true);
    if (args.positionalCount() == 1) {
        const Operand &o = args.positional(0);
        const QPtr q = conditionOf(
            o, u"When() supports a Q object, a boolean expression, or lookups as a condition."_s);
        if (q->isEmpty())
            throw ValueError(u"An empty Q() can't be used as a When() condition."_s);
        children.push_back({{}, {}, q, {}});
    }
    for (auto &[name, operand] : args.takeKeywords())
        children.push_back({name, operand, {}, {}});
    if (children.empty())
        throw TypeError(
            u"When() supports a Q object, a boolean expression, or lookups as a condition."_s);
    e->condition =
        children.size() == 1 && children[0].node ? children[0].node : makeQ(std::move(children));
    e->args = {then ? fromOperand(*then, true) : literal(Value())};
    return e;
}

ExprPtr constructWindow(Arguments &args)
{
    auto e = node(ExprKind::Window);
    const auto of = args.argument(0, "expression");
    if (!of || !of->expression())
        throw TypeError(
            u"Window.__init__() missing 1 required positional argument: 'expression'"_s);
    const Expression &inner = **of->expression();
    const FunctionInfo *info = functionInfo(inner.name);
    if (inner.kind != ExprKind::Aggregate &&
        !(inner.kind == ExprKind::Function && info && info->window))
        throw ValueError(
            u"Expression '%1' isn't compatible with OVER clauses."_s.arg(className(inner)));
    e->args = {*of->expression()};
    e->partitionBy = expressionList(args.argument(1, "partition_by"), false);
    e->orderBy = expressionList(args.argument(2, "order_by"), true);
    if (const auto frame = args.argument(3, "frame"); frame && !frame->isNone()) {
        if (!frame->expression() || (*frame->expression())->kind != ExprKind::Frame)
            throw TypeError(u"Window's frame must be a RowRange or a ValueRange"_s);
        e->frame = (*frame->expression())->frame;
    }
    e->type = args.outputField();
    args.end();
    return e;
}

ExprPtr constructFrame(const QString &name, Arguments &args)
{
    auto e = node(ExprKind::Frame, name);
    e->frame.kind = name == "RowRange"_L1 ? WindowFrame::Rows : WindowFrame::Range;
    const auto bound = [](const std::optional<Operand> &o,
                          const QString &what) -> std::optional<qint64> {
        if (!o || o->isNone())
            return {};
        if (!o->isValue() || o->value().type() != Value::Type::Int)
            throw ValueError(u"%1 argument must be an integer, zero, or None, but got '%2'."_s.arg(
                what, o->toRepr()));
        return o->value().asInt();
    };
    e->frame.start = bound(args.argument(0, "start"), u"start"_s);
    e->frame.end = bound(args.argument(1, "end"), u"end"_s);
    if (e->frame.start && e->frame.end && *e->frame.start > *e->frame.end)
        throw ValueError(u"start cannot be greater than end."_s);
    if (const auto exclusion = args.argument(2, "exclusion"); exclusion && !exclusion->isNone()) {
        static const QStringList names{u"CURRENT ROW"_s, u"GROUP"_s, u"TIES"_s, u"NO OTHERS"_s};
        const qsizetype i =
            exclusion->isValue() ? names.indexOf(exclusion->value().toDisplay()) : -1;
        if (i < 0)
            throw TypeError(u"%1.exclusion must be a WindowFrameExclusion instance."_s.arg(name));
        e->frame.exclusion = WindowFrame::Exclusion(int(WindowFrame::CurrentRow) + int(i));
    }
    args.end();
    return e;
}

ExprPtr constructQ(Arguments &args)
{
    Connector connector = Connector::And;
    if (const auto c = args.keyword("_connector")) {
        const QString text = textOf(c, u"_connector"_s);
        connector = text == "OR"_L1    ? Connector::Or
                    : text == "XOR"_L1 ? Connector::Xor
                                       : Connector::And;
    }
    const bool isNegated = args.flag("_negated");
    std::vector<QChild> children;
    for (const Operand &o : args.all()) {
        const ExprPtr *e = o.expression();
        if (e && (*e)->kind == ExprKind::Condition)
            children.push_back({{}, {}, (*e)->condition, {}});
        else if (e)
            children.push_back({{}, {}, {}, *e});
        else
            throw TypeError(u"Q() takes conditions, not %1"_s.arg(o.toRepr()));
    }
    // Django sorts keyword lookups by name.
    NamedOperands lookups = args.takeKeywords();
    std::sort(lookups.begin(), lookups.end(),
              [](const auto &a, const auto &b) { return a.first < b.first; });
    for (auto &[name, operand] : lookups)
        children.push_back({name, operand, {}, {}});
    return condition(makeQ(std::move(children), connector, isNegated));
}

ExprPtr constructFilteredRelation(Arguments &args)
{
    auto e = node(ExprKind::FilteredRelation);
    e->name = textOf(args.argument(0, "relation_name"), u"FilteredRelation's relation_name"_s);
    if (e->name.isEmpty())
        throw ValueError(u"relation_name cannot be empty."_s);
    const auto condition = args.keyword("condition");
    const ExprPtr *q = condition ? condition->expression() : nullptr;
    if (condition && (!q || (*q)->kind != ExprKind::Condition))
        throw ValueError(u"condition argument must be a Q() instance."_s);
    e->condition = q ? (*q)->condition : makeQ({});
    args.end();
    return e;
}

ExprPtr constructOrderBy(Arguments &args)
{
    const auto of = args.argument(0, "expression");
    if (!of || !of->expression())
        throw ValueError(u"expression must be an expression type"_s);
    const bool descending = args.flag("descending");
    const bool first = args.flag("nulls_first"), last = args.flag("nulls_last");
    if (first && last)
        throw ValueError(u"nulls_first and nulls_last are mutually exclusive"_s);
    args.end();
    return orderBy(*of->expression(), descending,
                   first  ? NullsOrder::First
                   : last ? NullsOrder::Last
                          : NullsOrder::Default);
}

} // namespace

static ExprPtr constructed(const QString &name, const std::vector<Operand> &positional,
                           const NamedOperands &keywords)
{
    Arguments args(name, positional, keywords);
    if (const FunctionInfo *info = functionInfo(name))
        return info->aggregate ? constructAggregate(*info, args) : constructFunction(*info, args);
    if (name == "Q"_L1)
        return constructQ(args);
    if (name == "F"_L1 || name == "OuterRef"_L1) {
        args.requireOne("name");
        args.end();
        if (const ExprPtr *inner = args.positional(0).expression();
            inner && name == "OuterRef"_L1 && (*inner)->kind == ExprKind::OuterRef) {
            auto e = node(ExprKind::OuterRef, (*inner)->name); // of the query around that
            e->args = {*inner};
            return e;
        }
        const QString path = textOf(args.positional(0), name + "()'s name"_L1);
        return name == "F"_L1 ? ref(path) : outerRef(path);
    }
    if (name == "Value"_L1) {
        args.requireOne("value");
        std::optional<FieldType> type = args.outputField();
        args.end();
        if (!args.positional(0).isValue())
            throw TypeError(
                u"Value() takes a plain value, not %1"_s.arg(args.positional(0).toRepr()));
        return literal(args.positional(0).value(), type);
    }
    if (name == "Case"_L1)
        return constructCase(args);
    if (name == "When"_L1)
        return constructWhen(args);
    if (name == "Window"_L1)
        return constructWindow(args);
    if (name == "RowRange"_L1 || name == "ValueRange"_L1)
        return constructFrame(name, args);
    if (name == "Subquery"_L1 || name == "Exists"_L1) {
        args.requireOne("queryset");
        if (const Operand &of = args.positional(0); !of.query())
            throw AttributeError(u"'%1' object has no attribute 'clone'"_s.arg(
                                     of.isValue() ? pythonType(of.value()) : u"F"_s),
                                 u"%1() takes a queryset"_s.arg(name));
        std::optional<FieldType> type = args.outputField();
        args.end();
        const Query &query = *args.positional(0).query();
        auto e =
            std::make_shared<Expression>(name == "Exists"_L1 ? *exists(query) : *subquery(query));
        e->type = type;
        return e;
    }
    if (name == "FilteredRelation"_L1)
        return constructFilteredRelation(args);
    if (name == "OrderBy"_L1)
        return constructOrderBy(args);
    if (name == "ExpressionWrapper"_L1) {
        auto e = node(ExprKind::Wrapper);
        const auto of = args.argument(0, "expression");
        if (!of)
            throw TypeError(
                u"ExpressionWrapper.__init__() missing 1 required positional argument: 'expression'"_s);
        e->args = {fromOperand(*of, true)};
        if (args.positionalCount() > 1 && args.positional(1).fieldType())
            e->type = *args.positional(1).fieldType();
        else
            e->type = args.outputField();
        args.end();
        if (!e->type)
            throw TypeError(
                u"ExpressionWrapper.__init__() missing 1 required positional argument: 'output_field'"_s);
        return e;
    }
    throw NotSupportedError(u"%1 is not available"_s.arg(name));
}

ExprPtr construct(const QString &name, const std::vector<Operand> &positional,
                  const NamedOperands &keywords)
{
    const ExprPtr made = constructed(name, positional, keywords);
    return made->depth > 1 ? made
                           : measured(std::const_pointer_cast<Expression>(
                                 made)); // made just now: nobody else has it
}

QStringList expressionNames()
{
    QStringList names{u"Q"_s,          u"F"_s,
                      u"OuterRef"_s,   u"Value"_s,
                      u"Case"_s,       u"When"_s,
                      u"Window"_s,     u"RowRange"_s,
                      u"ValueRange"_s, u"Subquery"_s,
                      u"Exists"_s,     u"ExpressionWrapper"_s,
                      u"OrderBy"_s,    u"FilteredRelation"_s};
    for (const FunctionInfo &info : allFunctions())
        names << QString::fromLatin1(info.name);
    return names;
}

static const std::vector<std::pair<const char *, FieldKind>> &fieldClasses()
{
    static const std::vector<std::pair<const char *, FieldKind>> table = {
        {"AutoField", FieldKind::Auto},
        {"BigAutoField", FieldKind::BigAuto},
        {"SmallIntegerField", FieldKind::SmallInteger},
        {"IntegerField", FieldKind::Integer},
        {"BigIntegerField", FieldKind::BigInteger},
        {"PositiveIntegerField", FieldKind::PositiveInteger},
        {"BooleanField", FieldKind::Boolean},
        {"CharField", FieldKind::Char},
        {"TextField", FieldKind::Text},
        {"BinaryField", FieldKind::Binary},
        {"FloatField", FieldKind::Float},
        {"DecimalField", FieldKind::Decimal},
        {"DateField", FieldKind::Date},
        {"TimeField", FieldKind::Time},
        {"DateTimeField", FieldKind::DateTime},
        {"DurationField", FieldKind::Duration},
        {"UUIDField", FieldKind::Uuid},
        {"JSONField", FieldKind::Json},
    };
    return table;
}

FieldType fieldClass(const QString &name, const NamedOperands &keywords)
{
    for (const auto &[className, kind] : fieldClasses()) {
        if (name != QLatin1String(className))
            continue;
        FieldType type;
        type.kind = kind;
        for (const auto &[key, operand] : keywords) {
            const bool isInt = operand.isValue() && operand.value().type() == Value::Type::Int;
            if (key == "max_length"_L1 && isInt)
                type.maxLength = int(operand.value().asInt());
            else if (key == "max_digits"_L1 && isInt)
                type.maxDigits = int(operand.value().asInt());
            else if (key == "decimal_places"_L1 && isInt)
                type.decimalPlaces = int(operand.value().asInt());
        }
        return type;
    }
    throw NameError(u"name '%1' is not defined"_s.arg(name));
}

QStringList fieldClassNames()
{
    QStringList names;
    for (const auto &entry : fieldClasses())
        names << QString::fromLatin1(entry.first);
    return names;
}

} // namespace heddle::expr
