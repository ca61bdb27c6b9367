#pragma once

#include "orm/query/query.h"

#include <initializer_list>

namespace heddle::test {

// A short way to write querysets in tests, close to how the notation writes them:
//
//     books.filter(q("author__name", "Le Guin") | ~q("pages__gt", 300))
//     books.annotate({named("n", call("Count", {"review"}))})

/// Whatever may stand on the right of a lookup or in a call; made from plain C++ values.
struct Arg {
    Operand operand;
    Arg(int v) : operand(Value(v)) {}
    Arg(long long v) : operand(Value(v)) {}
    Arg(bool v) : operand(Value(v)) {}
    Arg(double v) : operand(Value(v)) {}
    Arg(const char *v) : operand(Value::text(v)) {}
    Arg(std::nullptr_t) : operand(Value()) {}
    Arg(Value v) : operand(std::move(v)) {}
    Arg(QPtr v) : operand(std::move(v)) {}
    Arg(ExprPtr v) : operand(std::move(v)) {}
    Arg(const Query &v) : operand(v) {}
    Arg(InstanceRef v) : operand(std::move(v)) {}
    Arg(FieldType v) : operand(v) {}
    Arg(Operand v) : operand(std::move(v)) {}
};

inline Value none()
{
    return {};
}
inline Value decimal(const char *text)
{
    return Value(*Decimal::parse(text));
}
inline Value date(const char *text)
{
    return Value(*Date::parse(text));
}
inline Value dateTime(const char *text)
{
    return Value(*DateTime::parse(text));
}
inline Value bigInt(const char *digits)
{
    return Value(BigInt{digits});
}

inline Operand listOf(std::initializer_list<Arg> items)
{
    Operand::List out;
    for (const Arg &item : items)
        out.push_back(item.operand);
    return Operand(std::move(out));
}

/// One lookup.
inline QPtr q(const char *path, const Arg &value)
{
    return makeQ({{QString::fromUtf8(path), value.operand, {}, {}}});
}
/// Several lookups of one call: filter(a=1, b=2).
inline QPtr q(std::initializer_list<std::pair<const char *, Arg>> lookups)
{
    std::vector<QChild> children;
    for (const auto &[path, value] : lookups)
        children.push_back({QString::fromUtf8(path), value.operand, {}, {}});
    return makeQ(std::move(children));
}
/// A boolean expression as a condition.
inline QPtr q(ExprPtr expression)
{
    return makeQ({{{}, {}, {}, std::move(expression)}});
}
inline QPtr operator&(const QPtr &a, const QPtr &b)
{
    return combineQ(a, b, Connector::And);
}
inline QPtr operator|(const QPtr &a, const QPtr &b)
{
    return combineQ(a, b, Connector::Or);
}
inline QPtr operator^(const QPtr &a, const QPtr &b)
{
    return combineQ(a, b, Connector::Xor);
}
inline QPtr operator~(const QPtr &a)
{
    return negateQ(a);
}

inline ExprPtr f(const char *path)
{
    return expr::ref(QString::fromUtf8(path));
}
inline ExprPtr outer(const char *path)
{
    return expr::outerRef(QString::fromUtf8(path));
}
inline ExprPtr value(const Arg &v)
{
    return expr::literal(v.operand.value());
}
inline ExprPtr plus(ExprPtr a, ExprPtr b)
{
    return expr::combined(std::move(a), QStringLiteral("+"), std::move(b));
}
inline ExprPtr minus(ExprPtr a, ExprPtr b)
{
    return expr::combined(std::move(a), QStringLiteral("-"), std::move(b));
}
inline ExprPtr times(ExprPtr a, ExprPtr b)
{
    return expr::combined(std::move(a), QStringLiteral("*"), std::move(b));
}
inline ExprPtr asc(const char *path, NullsOrder nulls = NullsOrder::Default)
{
    return expr::orderBy(f(path), false, nulls);
}
inline ExprPtr desc(const char *path, NullsOrder nulls = NullsOrder::Default)
{
    return expr::orderBy(f(path), true, nulls);
}

/// One of Django's expression classes by name, its texts being paths as there: call("Count",
/// {"review"}, {{"distinct", true}}).
inline ExprPtr call(const char *name, std::initializer_list<Arg> positional,
                    std::initializer_list<std::pair<const char *, Arg>> keywords = {})
{
    std::vector<Operand> args;
    for (const Arg &arg : positional)
        args.push_back(arg.operand);
    NamedOperands named;
    for (const auto &[key, arg] : keywords)
        named.emplace_back(QString::fromUtf8(key), arg.operand);
    return expr::construct(QString::fromUtf8(name), args, named);
}
inline FieldType fieldType(FieldKind kind)
{
    FieldType type;
    type.kind = kind;
    return type;
}

inline NamedExpression named(const char *name, ExprPtr expression)
{
    return {QString::fromUtf8(name), std::move(expression)};
}
/// The arguments of values() that are plain names.
inline std::vector<NamedExpression> names(std::initializer_list<const char *> list)
{
    std::vector<NamedExpression> out;
    for (const char *name : list)
        out.push_back({{}, f(name)});
    return out;
}
inline QStringList texts(std::initializer_list<const char *> list)
{
    QStringList out;
    for (const char *text : list)
        out << QString::fromUtf8(text);
    return out;
}

} // namespace heddle::test
