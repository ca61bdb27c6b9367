#include "orm/sql/bound.h"

#include "orm/sql/select.h"

#include <cmath>

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

BoundMutable makeBound(BoundKind kind)
{
    auto b = std::make_shared<Bound>();
    b->kind = kind;
    return b;
}

BoundPtr finished(BoundMutable b)
{
    const auto take = [&](const BoundPtr &part) {
        if (!part)
            return;
        b->aggregate = b->aggregate || part->aggregate;
        b->window = b->window || part->window;
    };
    for (const BoundPtr &arg : b->args)
        take(arg);
    for (const auto &[condition, then] : b->whens) {
        take(condition);
        take(then);
    }
    take(b->filter);
    if (b->kind == BoundKind::Aggregate)
        b->aggregate = true;
    if (b->kind == BoundKind::Window) {
        for (const auto &list : {b->partitionBy, b->orderBy})
            for (const BoundPtr &item : list)
                take(item);
        b->window = true;
        // An aggregate that is the window's function is none of the query's.
        b->aggregate = false;
        for (const BoundPtr &arg :
             b->args.empty() ? std::vector<BoundPtr>{} : b->args.front()->args)
            take(arg);
    }
    return b;
}

BoundPtr boundColumn(const Select *select, int alias, const Field *field)
{
    auto b = makeBound(BoundKind::Column);
    b->select = select;
    b->alias = alias;
    b->field = field;
    b->type = field->valueType();
    b->typed = true;
    return b;
}

BoundPtr boundParam(const Value *literal, Prep prep, const FieldType &type,
                    const QString &fieldName)
{
    auto b = makeBound(BoundKind::Param);
    b->bind.literal = literal;
    b->bind.prep = prep;
    b->bind.type = type;
    b->bind.fieldName = fieldName;
    b->type = type;
    b->typed = true;
    return b;
}

BoundPtr boundFixed(Value value, const FieldType &type)
{
    auto b = makeBound(BoundKind::Param);
    b->type = type.kind == FieldKind::Other ? literalType(value) : type;
    b->typed = !value.isNull();
    b->bind.fixed = std::move(value);
    b->bind.type = b->type;
    return b;
}

BoundPtr boundConstant(QByteArray sql, const FieldType &type)
{
    auto b = makeBound(BoundKind::Constant);
    b->text = std::move(sql);
    b->type = type;
    b->typed = true;
    return b;
}

BoundPtr boundLookup(LookupKind lookup, BoundPtr lhs, std::vector<BoundPtr> rhs)
{
    auto b = makeBound(BoundKind::Lookup);
    b->lookup = lookup;
    b->args.push_back(std::move(lhs));
    b->args.insert(b->args.end(), rhs.begin(), rhs.end());
    b->type.kind = FieldKind::Boolean;
    b->typed = true;
    return finished(b);
}

BoundPtr boundWhere(Connector connector, std::vector<BoundPtr> children, bool negated)
{
    auto b = makeBound(BoundKind::Where);
    b->connector = connector;
    b->negated = negated;
    b->args = std::move(children);
    b->type.kind = FieldKind::Boolean;
    b->typed = true;
    return finished(b);
}

bool sameColumn(const Bound &a, const Bound &b)
{
    return a.kind == BoundKind::Column && b.kind == BoundKind::Column && a.select == b.select &&
           a.alias == b.alias && a.field == b.field;
}

void groupByColumns(const BoundPtr &e, std::vector<BoundPtr> &out)
{
    switch (e->kind) {
    case BoundKind::Param:
    case BoundKind::Null:
    case BoundKind::Constant:
    case BoundKind::Star:
    case BoundKind::Aggregate:
        return;
    case BoundKind::Column:
        out.push_back(e);
        return;
    case BoundKind::OrderBy:
        groupByColumns(e->args[0], out);
        return;
    case BoundKind::Exists:
    case BoundKind::Subquery:
        out.push_back(e);
        return;
    case BoundKind::Window:
        for (const BoundPtr &arg :
             e->args.empty() ? std::vector<BoundPtr>{} : e->args.front()->args)
            groupByColumns(arg, out);
        for (const auto &list : {e->partitionBy, e->orderBy})
            for (const BoundPtr &item : list)
                groupByColumns(item, out);
        return;
    case BoundKind::Where:
    case BoundKind::Lookup: // by the columns that a condition reads, not by its outcome, as in
                            // Django
        for (const BoundPtr &child : e->args)
            groupByColumns(child, out);
        return;
    case BoundKind::Ref:
        if (!e->aggregate)
            out.push_back(e);
        else
            groupByColumns(e->args[0], out);
        return;
    case BoundKind::Function:
    case BoundKind::Combined:
    case BoundKind::Case:
    case BoundKind::Transform:
    case BoundKind::Cast:
        break;
    }
    if (!e->aggregate && !e->window) {
        std::vector<BoundPtr> inside;
        columnsIn(e, inside);
        if (!inside.empty() || e->kind == BoundKind::Case)
            out.push_back(e);
        return;
    }
    for (const BoundPtr &arg : e->args)
        groupByColumns(arg, out);
    for (const auto &[condition, then] : e->whens) {
        groupByColumns(condition, out);
        groupByColumns(then, out);
    }
}

void columnsIn(const BoundPtr &e, std::vector<BoundPtr> &out)
{
    if (!e)
        return;
    if (e->kind == BoundKind::Column || e->kind == BoundKind::Ref ||
        e->kind == BoundKind::Subquery || e->kind == BoundKind::Exists) {
        out.push_back(e);
        return;
    }
    for (const BoundPtr &arg : e->args)
        columnsIn(arg, out);
    for (const auto &[condition, then] : e->whens) {
        columnsIn(condition, out);
        columnsIn(then, out);
    }
    columnsIn(e->filter, out);
    for (const auto &list : {e->partitionBy, e->orderBy})
        for (const BoundPtr &item : list)
            columnsIn(item, out);
}

BoundPtr replaced(const BoundPtr &e, const std::vector<std::pair<BoundPtr, BoundPtr>> &replacements)
{
    if (!e)
        return e;
    for (const auto &[from, to] : replacements) {
        if (e == from || sameColumn(*e, *from))
            return to;
        if (e->kind == BoundKind::Ref && from->kind == BoundKind::Ref && e->text == from->text)
            return to;
    }
    if (e->args.empty() && e->whens.empty() && !e->filter && e->partitionBy.empty() &&
        e->orderBy.empty())
        return e;
    auto copy = std::make_shared<Bound>(*e);
    copy->aggregate = copy->window = false;
    for (BoundPtr &arg : copy->args)
        arg = replaced(arg, replacements);
    for (auto &[condition, then] : copy->whens) {
        condition = replaced(condition, replacements);
        then = replaced(then, replacements);
    }
    copy->filter = replaced(copy->filter, replacements);
    for (auto *list : {&copy->partitionBy, &copy->orderBy})
        for (BoundPtr &item : *list)
            item = replaced(item, replacements);
    return finished(copy);
}

// --- Types ---

FieldType literalType(const Value &value)
{
    FieldType type;
    switch (value.type()) {
    case Value::Type::Bool:
        type.kind = FieldKind::Boolean;
        break;
    case Value::Type::Int:
    case Value::Type::BigInt:
        type.kind = FieldKind::Integer;
        break;
    case Value::Type::Double:
        type.kind = FieldKind::Float;
        break;
    case Value::Type::Decimal:
        type.kind = FieldKind::Decimal;
        break;
    case Value::Type::Text:
        type.kind = FieldKind::Char;
        break;
    case Value::Type::Bytes:
        type.kind = FieldKind::Binary;
        break;
    case Value::Type::Date:
        type.kind = FieldKind::Date;
        break;
    case Value::Type::Time:
        type.kind = FieldKind::Time;
        break;
    case Value::Type::DateTime:
        type.kind = FieldKind::DateTime;
        break;
    case Value::Type::Duration:
        type.kind = FieldKind::Duration;
        break;
    case Value::Type::Uuid:
        type.kind = FieldKind::Uuid;
        break;
    case Value::Type::Json:
        type.kind = FieldKind::Json;
        break;
    case Value::Type::Array:
        type.kind = FieldKind::Array;
        break;
    case Value::Type::Null:
        break;
    }
    return type;
}

static FieldType kindOnly(FieldKind kind)
{
    FieldType type;
    type.kind = kind;
    return type;
}

std::optional<FieldType> combinedType(const QString &op, const Bound &lhs, const Bound &rhs)
{
    if (!lhs.typed && !rhs.typed)
        return {};
    if (!lhs.typed)
        return rhs.type;
    if (!rhs.typed)
        return lhs.type;
    const auto number = [](const FieldType &t) {
        return t.isInteger()                  ? 1
               : t.kind == FieldKind::Float   ? 2
               : t.kind == FieldKind::Decimal ? 3
                                              : 0;
    };
    const int l = number(lhs.type), r = number(rhs.type);
    const bool bits =
        op == "&"_L1 || op == "|"_L1 || op == "#"_L1 || op == "<<"_L1 || op == ">>"_L1;
    if (bits)
        return l == 1 && r == 1 ? std::optional(kindOnly(FieldKind::Integer)) : std::nullopt;
    if (l && r) {
        if (l == r)
            return l == 1   ? kindOnly(FieldKind::Integer)
                   : l == 2 ? kindOnly(FieldKind::Float)
                            : kindOnly(FieldKind::Decimal);
        if (l == 1 || r == 1)
            return kindOnly(std::max(l, r) == 2 ? FieldKind::Float : FieldKind::Decimal);
        return {};
    }
    const auto temporal = [&](const FieldType &t) { return t.isTemporal(); };
    const bool plusOrMinus = op == "+"_L1 || op == "-"_L1;
    if (plusOrMinus && temporal(lhs.type) && rhs.type.kind == FieldKind::Duration)
        return lhs.type.kind == FieldKind::Date ? kindOnly(FieldKind::DateTime) : lhs.type;
    if (op == "+"_L1 && lhs.type.kind == FieldKind::Duration && temporal(rhs.type))
        return rhs.type.kind == FieldKind::Date ? kindOnly(FieldKind::DateTime) : rhs.type;
    if (plusOrMinus && lhs.type.kind == FieldKind::Duration && rhs.type.kind == FieldKind::Duration)
        return lhs.type;
    if (op == "-"_L1 && temporal(lhs.type) && lhs.type.kind == rhs.type.kind)
        return kindOnly(FieldKind::Duration);
    return {};
}

/// Whether a field of class `a` is one of class `b` too, as Django's classes inherit.
static bool isKindOf(const FieldType &a, const FieldType &b)
{
    if (a.kind == b.kind)
        return true;
    if (b.kind == FieldKind::Integer)
        return a.isInteger();
    if (b.kind == FieldKind::Date)
        return a.kind == FieldKind::DateTime;
    return false;
}

static FieldType commonType(const Bound &call)
{
    const FieldType *first = nullptr;
    for (const BoundPtr &arg : call.args) {
        if (!arg->typed)
            continue;
        if (!first) {
            first = &arg->type;
        } else if (!isKindOf(*first, arg->type)) {
            throw FieldError(
                u"Expression contains mixed types: %1, %2. You must set output_field."_s.arg(
                    first->className(), arg->type.className()));
        }
    }
    if (!first)
        throw FieldError(u"Cannot resolve expression type, unknown output_field"_s);
    return *first;
}

std::optional<FieldType> functionType(const FunctionInfo &info, const Bound &call)
{
    const auto first = [&]() -> std::optional<FieldType> {
        for (const BoundPtr &arg : call.args)
            if (arg->typed)
                return arg->type;
        return {};
    };
    switch (info.result) {
    case ResultType::SameAsFirst:
        return first();
    case ResultType::Text:
        return kindOnly(FieldKind::Char);
    case ResultType::Integer:
        return kindOnly(FieldKind::Integer);
    case ResultType::Float:
        return kindOnly(FieldKind::Float);
    case ResultType::Decimal:
        return kindOnly(FieldKind::Decimal);
    case ResultType::Boolean:
        return kindOnly(FieldKind::Boolean);
    case ResultType::Date:
        return kindOnly(FieldKind::Date);
    case ResultType::Time:
        return kindOnly(FieldKind::Time);
    case ResultType::DateTime:
        return kindOnly(FieldKind::DateTime);
    case ResultType::SumOf: {
        const std::optional<FieldType> t = first();
        if (t && t->kind == FieldKind::Decimal)
            return kindOnly(FieldKind::Decimal);
        return t && t->isInteger() ? kindOnly(FieldKind::BigInteger) : t;
    }
    case ResultType::AverageOf: {
        const std::optional<FieldType> t = first();
        if (t && (t->isInteger() || t->kind == FieldKind::Boolean))
            return kindOnly(FieldKind::Float);
        return t && t->kind == FieldKind::Decimal ? kindOnly(FieldKind::Decimal) : t;
    }
    case ResultType::Numeric:
    case ResultType::FloatOf: {
        for (const BoundPtr &arg : call.args)
            if (arg->typed && arg->type.kind == FieldKind::Decimal)
                return kindOnly(FieldKind::Decimal);
        return kindOnly(FieldKind::Float);
    }
    case ResultType::Common:
        return commonType(call);
    case ResultType::Json:
        return kindOnly(FieldKind::Json);
    case ResultType::ArrayOf: {
        FieldType type = kindOnly(FieldKind::Array);
        if (const std::optional<FieldType> t = first())
            type.element = t->kind;
        return type;
    }
    case ResultType::Given:
        return {};
    }
    return {};
}

// --- Parameters ---

static QByteArray likeEscaped(const Value &value)
{
    QByteArray text =
        value.type() == Value::Type::Text ? value.asUtf8() : value.toDisplay().toUtf8();
    if (text.contains('\\') || text.contains('%') || text.contains('_'))
        text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    return text;
}

static Value yearBound(const Value &year, const FieldType &type, const QString &field, bool end)
{
    FieldType integer;
    integer.kind = FieldKind::Integer;
    const Value prepared = prepareValue(integer, field, year);
    if (prepared.type() != Value::Type::Int || prepared.asInt() < 1 || prepared.asInt() > 9999)
        throw ValueError(u"year %1 is out of range"_s.arg(prepared.toDisplay()));
    const int y = int(prepared.asInt());
    const Date date = end ? Date::fromCivil(y, 12, 31) : Date::fromCivil(y, 1, 1);
    if (type.kind == FieldKind::Date)
        return Value(date);
    return Value(DateTime::fromParts(date, end ? Time::fromHms(23, 59, 59, 999'999) : Time{}));
}

Value bindValue(const Bind &bind, const Value &literal)
{
    switch (bind.prep) {
    case Prep::AsIs:
        return literal;
    case Prep::AsField:
        return prepareValue(bind.type, bind.fieldName, literal);
    case Prep::Text:
        return literal.type() == Value::Type::Text ? literal : Value(literal.toDisplay());
    case Prep::ContainsPattern:
        return Value::text("%" + likeEscaped(literal) + "%");
    case Prep::StartsPattern:
        return Value::text(likeEscaped(literal) + "%");
    case Prep::EndsPattern:
        return Value::text("%" + likeEscaped(literal));
    case Prep::ExactPattern:
        return Value::text(likeEscaped(literal));
    case Prep::CeilInteger:
        if (literal.type() == Value::Type::Double && std::isfinite(literal.asDouble()))
            return prepareValue(bind.type, bind.fieldName, Value(std::ceil(literal.asDouble())));
        return prepareValue(bind.type, bind.fieldName, literal);
    case Prep::YearStart:
        return yearBound(literal, bind.type, bind.fieldName, false);
    case Prep::YearEnd:
        return yearBound(literal, bind.type, bind.fieldName, true);
    case Prep::JsonText:
        return Value::text(toJson(literal));
    }
    return literal;
}

} // namespace heddle::sql
