#include "orm/values/bignumber.h"
#include "orm/values/decimal.h"
#include "orm/values/errors.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace heddle {
namespace {

using detail::BigUnsigned;
using detail::DecimalAccess;
using detail::DecimalParts;
using detail::digitCount;
using detail::powerOfTen;
using Kind = DecimalParts::Kind;

constexpr int Precision = DecimalParts::Precision;
// Products of exponents this small cannot leave Python's range.
constexpr int HarmlessExponent = 100'000;
// Widening a number beyond this many digits is refused: 1E+999999 is short, its digits are not.
constexpr std::int64_t MaxDigits = 200'000;

constexpr std::array<std::int64_t, 19> SmallPowers = [] {
    std::array<std::int64_t, 19> powers{};
    std::int64_t power = 1;
    for (std::size_t i = 0; i < powers.size(); ++i) {
        powers[i] = power;
        if (i + 1 < powers.size())
            power *= 10;
    }
    return powers;
}();

[[noreturn]] void invalid(const char *what = "InvalidOperation")
{
    throw std::domain_error(std::string("[<class 'decimal.") + what + "'>]");
}

[[noreturn]] void overflow()
{
    throw OverflowError(QStringLiteral("[<class 'decimal.Overflow'>]"));
}

bool isHarmless(int exponent)
{
    return exponent > -HarmlessExponent && exponent < HarmlessExponent;
}

/// Drops the last `cut` digits, half to even.
void roundOff(DecimalParts &p, std::int64_t cut)
{
    p.exponent += cut;
    if (cut > digitCount(p.coefficient)) {
        p.coefficient = 0;
        return;
    }
    const BigUnsigned unit = powerOfTen(cut);
    BigUnsigned quotient, rest;
    boost::multiprecision::divide_qr(p.coefficient, unit, quotient, rest);
    rest *= 2;
    if (rest > unit || (rest == unit && boost::multiprecision::bit_test(quotient, 0)))
        ++quotient;
    p.coefficient = quotient;
}

/// Brings an exact result into the context: 28 digits, exponent within the limits.
Decimal finished(DecimalParts p)
{
    const std::int64_t excess = digitCount(p.coefficient) - Precision;
    const std::int64_t below = DecimalParts::LeastExponent - p.exponent;
    if (const std::int64_t cut = std::max(excess, below); cut > 0) {
        roundOff(p, cut);
        // 9.99...9 rounds up to one digit more, which is a zero.
        if (digitCount(p.coefficient) > Precision)
            roundOff(p, 1);
    }
    if (p.coefficient.is_zero())
        p.exponent = std::min<std::int64_t>(p.exponent, DecimalParts::MaxExponent);
    else if (p.exponent + digitCount(p.coefficient) - 1 > DecimalParts::MaxExponent)
        overflow();
    return DecimalAccess::make(p);
}

Decimal nan()
{
    DecimalParts p;
    p.kind = Kind::NotANumber;
    return DecimalAccess::make(p);
}

Decimal infinity(bool negative)
{
    DecimalParts p;
    p.kind = Kind::Infinite;
    p.negative = negative;
    return DecimalAccess::make(p);
}

Decimal zero(bool negative, std::int64_t exponent = 0)
{
    DecimalParts p;
    p.negative = negative;
    p.exponent = exponent;
    return DecimalAccess::make(p);
}

/// The power of ten of the first digit.
std::int64_t adjusted(const DecimalParts &p)
{
    return p.exponent + digitCount(p.coefficient) - 1;
}

void widen(DecimalParts &p, std::int64_t exponent)
{
    if (p.exponent <= exponent)
        return;
    p.coefficient *= powerOfTen(p.exponent - exponent);
    p.exponent = exponent;
}

Decimal sum(DecimalParts a, DecimalParts b)
{
    if (a.kind != Kind::Finite || b.kind != Kind::Finite) {
        if (a.kind == Kind::NotANumber || b.kind == Kind::NotANumber)
            return nan();
        if (a.kind == b.kind && a.negative != b.negative)
            invalid();
        return infinity(a.kind == Kind::Infinite ? a.negative : b.negative);
    }
    DecimalParts &high = a.exponent >= b.exponent ? a : b;
    DecimalParts &low = a.exponent >= b.exponent ? b : a;
    if (!high.coefficient.is_zero()) {
        // A number far below the last digit that stays only decides the rounding: any such number
        // does.
        const std::int64_t floor =
            high.exponent +
            std::min<std::int64_t>(-1, digitCount(high.coefficient) - Precision - 2);
        if (adjusted(low) < floor) {
            low.coefficient = low.coefficient.is_zero() ? 0 : 1;
            low.exponent = floor;
        }
    }
    widen(high, low.exponent);
    DecimalParts result;
    result.exponent = low.exponent;
    if (a.negative == b.negative) {
        result.negative = a.negative;
        result.coefficient = a.coefficient + b.coefficient;
    } else {
        const bool aWins = a.coefficient > b.coefficient;
        result.coefficient = aWins ? a.coefficient - b.coefficient : b.coefficient - a.coefficient;
        result.negative = !result.coefficient.is_zero() && (aWins ? a.negative : b.negative);
    }
    return finished(result);
}

/// Two small decimals at one exponent, if that takes no more than 64 bits.
struct Aligned {
    std::int64_t a, b;
    int exponent;
};

std::optional<Aligned> aligned(const Decimal &a, const Decimal &b)
{
    const std::int64_t *x = DecimalAccess::small(a), *y = DecimalAccess::small(b);
    if (!x || !y)
        return std::nullopt;
    Aligned result{*x, *y, std::min(a.exponent(), b.exponent())};
    const std::int64_t shift = std::int64_t(a.exponent()) - b.exponent();
    if (shift >= std::int64_t(SmallPowers.size()) || -shift >= std::int64_t(SmallPowers.size()))
        return std::nullopt;
    std::int64_t &wider = shift > 0 ? result.a : result.b;
    const std::int64_t factor = SmallPowers[std::size_t(shift < 0 ? -shift : shift)];
    if (__builtin_mul_overflow(wider, factor, &wider))
        return std::nullopt;
    return result;
}

/// Integer quotient (truncated) and rest of two finite decimals with a divisor other than zero.
struct QuotientAndRest {
    DecimalParts quotient, rest;
};

QuotientAndRest divideWhole(DecimalParts a, DecimalParts b)
{
    QuotientAndRest result;
    result.quotient.negative = a.negative != b.negative;
    result.rest.negative = a.negative;
    const std::int64_t exponent = std::min(a.exponent, b.exponent);
    const std::int64_t distance = adjusted(a) - adjusted(b);
    if (a.coefficient.is_zero() || distance <= -2) {
        widen(a, exponent);
        result.rest = a;
        return result;
    }
    if (distance > Precision)
        invalid("DivisionImpossible");
    widen(a, exponent);
    widen(b, exponent);
    boost::multiprecision::divide_qr(a.coefficient, b.coefficient, result.quotient.coefficient,
                                     result.rest.coefficient);
    result.rest.exponent = exponent;
    if (digitCount(result.quotient.coefficient) > Precision)
        invalid("DivisionImpossible");
    return result;
}

} // namespace

// --- The four operations ---

Decimal operator+(const Decimal &a, const Decimal &b)
{
    if (const auto same = aligned(a, b)) {
        std::int64_t total = 0;
        if (!__builtin_add_overflow(same->a, same->b, &total))
            return Decimal(total, same->exponent);
    }
    return sum(DecimalAccess::parts(a), DecimalAccess::parts(b));
}

Decimal operator-(const Decimal &a, const Decimal &b)
{
    if (const auto same = aligned(a, b)) {
        std::int64_t total = 0;
        if (!__builtin_sub_overflow(same->a, same->b, &total))
            return Decimal(total, same->exponent);
    }
    DecimalParts negated = DecimalAccess::parts(b);
    negated.negative = !negated.negative;
    return sum(DecimalAccess::parts(a), negated);
}

Decimal operator*(const Decimal &a, const Decimal &b)
{
    const std::int64_t *x = DecimalAccess::small(a), *y = DecimalAccess::small(b);
    std::int64_t product = 0;
    // A zero may have to carry a sign, which the short form cannot.
    if (x && y && *x != 0 && *y != 0 && isHarmless(a.exponent()) && isHarmless(b.exponent()) &&
        !__builtin_mul_overflow(*x, *y, &product))
        return Decimal(product, a.exponent() + b.exponent());
    const DecimalParts p = DecimalAccess::parts(a), q = DecimalAccess::parts(b);
    const bool negative = p.negative != q.negative;
    if (p.kind != Kind::Finite || q.kind != Kind::Finite) {
        if (a.isNan() || b.isNan())
            return nan();
        if (a.isZero() || b.isZero())
            invalid();
        return infinity(negative);
    }
    DecimalParts result;
    result.negative = negative;
    result.coefficient = p.coefficient * q.coefficient;
    result.exponent = p.exponent + q.exponent;
    return finished(result);
}

Decimal operator/(const Decimal &a, const Decimal &b)
{
    const DecimalParts p = DecimalAccess::parts(a), q = DecimalAccess::parts(b);
    const bool negative = p.negative != q.negative;
    if (a.isNan() || b.isNan())
        return nan();
    if (p.kind == Kind::Infinite) {
        if (q.kind == Kind::Infinite)
            invalid();
        return infinity(negative);
    }
    if (q.kind == Kind::Infinite)
        return zero(negative, DecimalParts::LeastExponent);
    if (q.coefficient.is_zero())
        invalid(p.coefficient.is_zero() ? "DivisionUndefined" : "DivisionByZero");
    const std::int64_t ideal = p.exponent - q.exponent;
    DecimalParts result;
    result.negative = negative;
    result.exponent = ideal;
    if (p.coefficient.is_zero())
        return finished(result);
    // Enough digits for the precision and one more, in which a rest leaves its trace.
    const std::int64_t shift =
        digitCount(q.coefficient) - digitCount(p.coefficient) + Precision + 1;
    result.exponent = ideal - shift;
    BigUnsigned dividend = p.coefficient, divisor = q.coefficient, rest;
    if (shift >= 0)
        dividend *= powerOfTen(shift);
    else
        divisor *= powerOfTen(-shift);
    boost::multiprecision::divide_qr(dividend, divisor, result.coefficient, rest);
    if (!rest.is_zero()) {
        if (boost::multiprecision::integer_modulus(result.coefficient, 5u) == 0)
            ++result.coefficient;
    } else {
        // An exact quotient is as short as its operands allow: 6.0 / 2 is 3.0, not 3.
        while (result.exponent < ideal &&
               boost::multiprecision::integer_modulus(result.coefficient, 10u) == 0) {
            result.coefficient /= 10u;
            ++result.exponent;
        }
    }
    return finished(result);
}

Decimal Decimal::floorDivide(const Decimal &a, const Decimal &b)
{
    const DecimalParts p = DecimalAccess::parts(a), q = DecimalAccess::parts(b);
    const bool negative = p.negative != q.negative;
    if (a.isNan() || b.isNan())
        return nan();
    if (p.kind == Kind::Infinite) {
        if (q.kind == Kind::Infinite)
            invalid();
        return infinity(negative);
    }
    if (q.kind == Kind::Infinite)
        return zero(negative);
    if (q.coefficient.is_zero())
        invalid(p.coefficient.is_zero() ? "DivisionUndefined" : "DivisionByZero");
    return DecimalAccess::make(divideWhole(p, q).quotient);
}

Decimal Decimal::remainder(const Decimal &a, const Decimal &b)
{
    const DecimalParts p = DecimalAccess::parts(a), q = DecimalAccess::parts(b);
    if (a.isNan() || b.isNan())
        return nan();
    if (p.kind == Kind::Infinite)
        invalid();
    if (q.kind == Kind::Infinite)
        return finished(p);
    if (q.coefficient.is_zero())
        invalid(p.coefficient.is_zero() ? "DivisionUndefined" : "InvalidOperation");
    return finished(divideWhole(p, q).rest);
}

Decimal Decimal::operator-() const
{
    if (m_big == nullptr)
        return Decimal(-m_small, m_exponent);
    DecimalParts p = DecimalAccess::parts(*this);
    if (p.kind != Kind::Finite) {
        p.negative = !p.negative && p.kind == Kind::Infinite;
        return DecimalAccess::make(p);
    }
    p.negative = !p.negative && !p.coefficient.is_zero();
    return finished(p);
}

Decimal Decimal::abs() const
{
    DecimalParts p = DecimalAccess::parts(*this);
    p.negative = false;
    return p.kind == Kind::Finite ? finished(p) : DecimalAccess::make(p);
}

// --- Order ---

int Decimal::compare(const Decimal &a, const Decimal &b)
{
    if (const auto same = aligned(a, b))
        return same->a < same->b ? -1 : int(same->a > same->b);
    if (a.isNan() || b.isNan())
        return int(a.isNan()) - int(b.isNan());
    const auto sign = [](const Decimal &d) { return d.isZero() ? 0 : d.isNegative() ? -1 : 1; };
    const int signA = sign(a), signB = sign(b);
    if (signA != signB || signA == 0)
        return signA < signB ? -1 : int(signA > signB);
    if (!a.isFinite() || !b.isFinite())
        return signA * (int(!a.isFinite()) - int(!b.isFinite()));
    DecimalParts p = DecimalAccess::parts(a), q = DecimalAccess::parts(b);
    if (const auto x = adjusted(p), y = adjusted(q); x != y)
        return x < y ? -signA : signA;
    const std::int64_t exponent = std::min(p.exponent, q.exponent);
    widen(p, exponent);
    widen(q, exponent);
    return signA * p.coefficient.compare(q.coefficient);
}

std::weak_ordering operator<=>(const Decimal &a, const Decimal &b)
{
    return Decimal::compare(a, b) <=> 0;
}

// --- Other exponents ---

Decimal Decimal::quantized(int places) const
{
    if (!isFinite() || m_exponent == -places)
        return *this;
    const std::int64_t shift =
        std::int64_t(m_exponent) + places; // digits to add, or to drop if negative
    if (m_big == nullptr && shift > 0 && shift < std::int64_t(SmallPowers.size())) {
        std::int64_t wider = 0;
        if (!__builtin_mul_overflow(m_small, SmallPowers[std::size_t(shift)], &wider))
            return Decimal(wider, -places);
    }
    if (m_big == nullptr && shift < 0 && -shift < std::int64_t(SmallPowers.size())) {
        const std::int64_t unit = SmallPowers[std::size_t(-shift)];
        std::int64_t quotient = m_small / unit;
        const std::int64_t rest = m_small % unit, size = rest < 0 ? -rest : rest;
        // size * 2 > unit, without the overflow.
        if (size > unit - size || (size == unit - size && quotient % 2 != 0))
            quotient += m_small < 0 ? -1 : 1;
        if (quotient != 0 || m_small >= 0)
            return Decimal(quotient, -places);
    }
    DecimalParts p = DecimalAccess::parts(*this);
    if (shift + digitCount(p.coefficient) > MaxDigits)
        overflow();
    if (shift < 0)
        roundOff(p, -shift);
    else
        widen(p, -std::int64_t(places));
    return DecimalAccess::make(p);
}

Decimal Decimal::normalized() const
{
    if (!isFinite())
        return *this;
    DecimalParts p = DecimalAccess::parts(finished(DecimalAccess::parts(*this)));
    if (p.coefficient.is_zero()) {
        p.exponent = 0;
        return DecimalAccess::make(p);
    }
    while (boost::multiprecision::integer_modulus(p.coefficient, 10u) == 0) {
        p.coefficient /= 10u;
        ++p.exponent;
    }
    return DecimalAccess::make(p);
}

} // namespace heddle
