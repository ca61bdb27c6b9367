#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/operators.h"
#include "orm/values/integer.h"

#include <cmath>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

__extension__ typedef __int128 Int128; // what 64 bits of microseconds are multiplied in

// --- Whole numbers ---

/// The common case without a Value: 64 bits and no overflow. Empty: take the long way.
Object smallArithmetic(BinaryOp op, std::int64_t a, std::int64_t b)
{
    std::int64_t r = 0;
    switch (op) {
    case BinaryOp::Add:
        return __builtin_add_overflow(a, b, &r) ? Object() : Object::integer(r);
    case BinaryOp::Sub:
        return __builtin_sub_overflow(a, b, &r) ? Object() : Object::integer(r);
    case BinaryOp::Mul:
        return __builtin_mul_overflow(a, b, &r) ? Object() : Object::integer(r);
    case BinaryOp::FloorDiv:
        if (b == 0 || b == -1)
            return {};
        return Object::integer(a / b - (a % b != 0 && (a % b < 0) != (b < 0)));
    case BinaryOp::Mod:
        if (b == 0 || b == -1)
            return {};
        r = a % b;
        return Object::integer(r != 0 && (r < 0) != (b < 0) ? r + b : r);
    case BinaryOp::And:
        return Object::integer(a & b);
    case BinaryOp::Or:
        return Object::integer(a | b);
    case BinaryOp::Xor:
        return Object::integer(a ^ b);
    case BinaryOp::Div:
    case BinaryOp::Pow:
    case BinaryOp::LeftShift:
    case BinaryOp::RightShift:
    case BinaryOp::MatMul:
        break;
    }
    return {};
}

Object wholeArithmetic(BinaryOp op, const Object &a, const Object &b)
{
    if (a.isBool() && b.isBool()) {
        if (op == BinaryOp::And)
            return Object::boolean(a.asBool() && b.asBool());
        if (op == BinaryOp::Or)
            return Object::boolean(a.asBool() || b.asBool());
        if (op == BinaryOp::Xor)
            return Object::boolean(a.asBool() != b.asBool());
    }
    if (!a.isHeap() && !b.isHeap()) {
        if (Object r = smallArithmetic(op, a.asInt(), b.asInt()))
            return r;
    }
    const Value x = integerValue(a), y = integerValue(b);
    const bool zero = y == Value(0);
    switch (op) {
    case BinaryOp::Add:
        return Object::fromValue(integer::add(x, y));
    case BinaryOp::Sub:
        return Object::fromValue(integer::subtract(x, y));
    case BinaryOp::Mul:
        return Object::fromValue(integer::multiply(x, y));
    case BinaryOp::Div:
        if (zero)
            throw ZeroDivisionError(u"division by zero"_s);
        return Object::real(integer::trueDivide(x, y));
    case BinaryOp::FloorDiv:
        if (zero)
            throw ZeroDivisionError(u"integer division or modulo by zero"_s);
        return Object::fromValue(integer::floorDivide(x, y));
    case BinaryOp::Mod:
        if (zero)
            throw ZeroDivisionError(u"integer modulo by zero"_s);
        return Object::fromValue(integer::modulo(x, y));
    case BinaryOp::Pow:
        if (x == Value(0) && integer::compare(y, Value(0)) < 0)
            throw ZeroDivisionError(u"0.0 cannot be raised to a negative power"_s);
        return Object::fromValue(integer::power(x, y));
    case BinaryOp::And:
        return Object::fromValue(integer::bitAnd(x, y));
    case BinaryOp::Or:
        return Object::fromValue(integer::bitOr(x, y));
    case BinaryOp::Xor:
        return Object::fromValue(integer::bitXor(x, y));
    case BinaryOp::LeftShift:
        return Object::fromValue(integer::shiftLeft(x, y));
    case BinaryOp::RightShift:
        return Object::fromValue(integer::shiftRight(x, y));
    case BinaryOp::MatMul:
        break;
    }
    return {};
}

// --- Floats ---

double floatModulo(double a, double b)
{
    double r = std::fmod(a, b);
    if (r != 0 && (r < 0) != (b < 0))
        r += b;
    return r == 0 ? std::copysign(0.0, b) : r;
}

double floatFloorDivide(double a, double b)
{
    // As CPython: by the remainder, so that a == (a // b) * b + a % b as nearly as it can be.
    double r = std::fmod(a, b);
    double quotient = (a - r) / b;
    if (r != 0 && (r < 0) != (b < 0))
        quotient -= 1;
    if (quotient == 0)
        return std::copysign(0.0, a / b);
    const double floor = std::floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
}

Object floatPower(double a, double b)
{
    if (a == 0 && b < 0)
        throw ZeroDivisionError(u"0.0 cannot be raised to a negative power"_s);
    if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b))
        throw ValueError(
            u"a negative number to a fractional power is a complex number, which Heddle does not have"_s);
    const double r = std::pow(a, b);
    if (std::isinf(r) && std::isfinite(a) && std::isfinite(b))
        throw OverflowError(u"(34, 'Numerical result out of range')"_s);
    return Object::real(r);
}

Object floatArithmetic(BinaryOp op, double a, double b)
{
    const auto refuseZero = [b](const char *message) {
        if (b == 0)
            throw ZeroDivisionError(QLatin1String(message));
    };
    switch (op) {
    case BinaryOp::Add:
        return Object::real(a + b);
    case BinaryOp::Sub:
        return Object::real(a - b);
    case BinaryOp::Mul:
        return Object::real(a * b);
    case BinaryOp::Div:
        refuseZero("float division by zero");
        return Object::real(a / b);
    case BinaryOp::FloorDiv:
        refuseZero("float floor division by zero");
        return Object::real(floatFloorDivide(a, b));
    case BinaryOp::Mod:
        refuseZero("float modulo");
        return Object::real(floatModulo(a, b));
    case BinaryOp::Pow:
        return floatPower(a, b);
    case BinaryOp::And:
    case BinaryOp::Or:
    case BinaryOp::Xor:
    case BinaryOp::LeftShift:
    case BinaryOp::RightShift:
    case BinaryOp::MatMul:
        break;
    }
    return {};
}

// --- Decimals ---

Decimal decimalOf(const Object &object)
{
    if (const Value *v = valueIn(object, Value::Type::Decimal))
        return v->asDecimal();
    if (!object.isHeap())
        return Decimal(object.asInt(), 0);
    return *Decimal::parse(valueIn(object, Value::Type::BigInt)->asBigInt().digits);
}

Object decimalArithmetic(BinaryOp op, const Decimal &a, const Decimal &b)
{
    try {
        switch (op) {
        case BinaryOp::Add:
            return Object::fromValue(a + b);
        case BinaryOp::Sub:
            return Object::fromValue(a - b);
        case BinaryOp::Mul:
            return Object::fromValue(a * b);
        case BinaryOp::Div:
            return Object::fromValue(a / b);
        case BinaryOp::FloorDiv:
            return Object::fromValue(Decimal::floorDivide(a, b));
        case BinaryOp::Mod:
            return Object::fromValue(Decimal::remainder(a, b));
        case BinaryOp::Pow:
            return Object::fromValue(Decimal::power(a, b));
        case BinaryOp::And:
        case BinaryOp::Or:
        case BinaryOp::Xor:
        case BinaryOp::LeftShift:
        case BinaryOp::RightShift:
        case BinaryOp::MatMul:
            break;
        }
    } catch (const std::domain_error &) {
        throw raised(a.isZero() || op == BinaryOp::Mod ? "InvalidOperation" : "DivisionByZero",
                     a.isZero() || op == BinaryOp::Mod ? u"[<class 'decimal.InvalidOperation'>]"_s
                                                       : u"[<class 'decimal.DivisionByZero'>]"_s);
    }
    return {};
}

// --- Dates and lengths of time ---

constexpr std::int64_t kDay = 86'400'000'000LL;

std::int64_t checkedMoment(Int128 us)
{
    // 0001-01-01 to the end of 9999, in microseconds since 1970.
    constexpr std::int64_t first = -62'135'596'800'000'000LL, last = 253'402'300'799'999'999LL;
    if (us < first || us > last)
        throw OverflowError(u"date value out of range"_s);
    return std::int64_t(us);
}

Object duration(Int128 us)
{
    constexpr Int128 limit = Int128(999'999'999) * kDay + kDay - 1;
    if (us > limit || us < -Int128(999'999'999) * kDay)
        throw OverflowError(u"days=%1; must have magnitude <= 999999999"_s.arg(qint64(us / kDay)));
    // A Duration counts microseconds in 64 bits, 292,000 years: the far end of Python's range is
    // beyond it.
    if (us > std::numeric_limits<std::int64_t>::max() ||
        us < std::numeric_limits<std::int64_t>::min())
        throw OverflowError(u"the length of time is too long for a database"_s);
    return Object::fromValue(Duration{std::int64_t(us)});
}

/// Rounded half even, as timedelta does.
Int128 roundedDivision(Int128 a, Int128 b)
{
    if (b < 0) {
        a = -a;
        b = -b;
    }
    Int128 q = a / b, r = a % b;
    if (r < 0) {
        --q;
        r += b;
    }
    if (2 * r > b || (2 * r == b && q % 2 != 0))
        ++q;
    return q;
}

Object durationWithNumber(BinaryOp op, std::int64_t us, const Object &number)
{
    const bool whole = number.isInt() || number.isBool();
    if (!whole && !number.isFloat())
        return {};
    if (op == BinaryOp::Mul)
        return whole ? duration(Int128(us) * number.asInt())
                     : duration(Int128(std::nearbyint(double(us) * number.asFloat())));
    if (op != BinaryOp::Div && !(op == BinaryOp::FloorDiv && whole))
        return {};
    if (doubleOf(number) == 0)
        throw ZeroDivisionError(whole ? u"integer division or modulo by zero"_s
                                      : u"float division by zero"_s);
    if (op == BinaryOp::Div)
        return whole ? duration(roundedDivision(us, number.asInt()))
                     : duration(Int128(std::nearbyint(double(us) / number.asFloat())));
    const std::int64_t n = number.asInt();
    return duration(us / n - (us % n != 0 && (us % n < 0) != (n < 0)));
}

Object durationWithDuration(BinaryOp op, std::int64_t a, std::int64_t b)
{
    if (op == BinaryOp::Add)
        return duration(Int128(a) + b);
    if (op == BinaryOp::Sub)
        return duration(Int128(a) - b);
    if (op != BinaryOp::Div && op != BinaryOp::FloorDiv && op != BinaryOp::Mod)
        return {};
    if (b == 0)
        throw ZeroDivisionError(op == BinaryOp::Div ? u"division by zero"_s
                                                    : u"integer division or modulo by zero"_s);
    if (op == BinaryOp::Div)
        return Object::real(double(a) / double(b));
    const std::int64_t quotient = a / b - (a % b != 0 && (a % b < 0) != (b < 0));
    return op == BinaryOp::FloorDiv ? Object::integer(quotient)
                                    : duration(Int128(a) - Int128(quotient) * b);
}

Object momentDifference(const DateTime &a, const DateTime &b)
{
    if (a.offsetSeconds.has_value() != b.offsetSeconds.has_value())
        throw TypeError(u"can't subtract offset-naive and offset-aware datetimes"_s);
    const std::int64_t shift =
        (std::int64_t(a.offsetSeconds.value_or(0)) - b.offsetSeconds.value_or(0)) * 1'000'000;
    return duration(Int128(a.us) - b.us - shift);
}

} // namespace

Object numberArithmetic(BinaryOp op, const Object &a, const Object &b)
{
    if (isInteger(a) && isInteger(b))
        return wholeArithmetic(op, a, b);
    const bool aDecimal = valueIn(a, Value::Type::Decimal),
               bDecimal = valueIn(b, Value::Type::Decimal);
    if (aDecimal || bDecimal) {
        if ((aDecimal || isInteger(a)) && (bDecimal || isInteger(b)))
            return decimalArithmetic(op, decimalOf(a), decimalOf(b));
        return {};
    }
    if (isNumber(a) && isNumber(b))
        return floatArithmetic(op, doubleOf(a), doubleOf(b));
    return {};
}

Object temporalArithmetic(BinaryOp op, const Object &a, const Object &b)
{
    const Val *x = a.as<Val>(), *y = b.as<Val>();
    const auto isDuration = [](const Val *v) {
        return v && v->value().type() == Value::Type::Duration;
    };
    if (isDuration(x) && isDuration(y))
        return durationWithDuration(op, x->value().asDuration().us, y->value().asDuration().us);
    if (isDuration(x) && !y)
        return durationWithNumber(op, x->value().asDuration().us, b);
    if (isDuration(y) && !x)
        return op == BinaryOp::Mul ? durationWithNumber(op, y->value().asDuration().us, a)
                                   : Object();
    if (!x || !y || (op != BinaryOp::Add && op != BinaryOp::Sub))
        return {};
    if (isDuration(x))
        return op == BinaryOp::Add && !isDuration(y) ? temporalArithmetic(op, b, a) : Object();

    const Value &moment = x->value();
    if (isDuration(y)) {
        const std::int64_t by =
            op == BinaryOp::Add ? y->value().asDuration().us : -y->value().asDuration().us;
        if (moment.type() == Value::Type::DateTime) {
            DateTime r = moment.asDateTime();
            r.us = checkedMoment(Int128(r.us) + by);
            return Object::fromValue(r);
        }
        if (moment.type() == Value::Type::Date) {
            const std::int64_t days = by / kDay - (by % kDay < 0);
            const std::int64_t us = checkedMoment((Int128(moment.asDate().days) + days) * kDay);
            return Object::fromValue(Date{std::int32_t(us / kDay - (us % kDay < 0))});
        }
        return {};
    }
    if (op != BinaryOp::Sub || moment.type() != y->value().type())
        return {};
    if (moment.type() == Value::Type::DateTime)
        return momentDifference(moment.asDateTime(), y->value().asDateTime());
    if (moment.type() == Value::Type::Date)
        return duration(Int128(moment.asDate().days - y->value().asDate().days) * kDay);
    return {};
}

} // namespace heddle::script
