#include "orm/values/integer.h"

#include "orm/values/bignumber.h"
#include "orm/values/errors.h"

#include <cmath>
#include <limits>

namespace heddle::integer {
namespace {

using detail::BigSigned;

constexpr unsigned MaxBits = 100'000;
constexpr std::int64_t MinInt64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t MaxInt64 = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void tooLarge()
{
    throw OverflowError(QStringLiteral("integer result is longer than %1 bits").arg(MaxBits));
}

[[noreturn]] void wrongType(const Value &v)
{
    throw TypeError(QStringLiteral("'%1' object cannot be interpreted as an integer")
                        .arg(QLatin1String(Value::typeName(v.type()))));
}

/// The value if it has 64 bits.
std::optional<std::int64_t> small(const Value &v)
{
    if (v.type() == Value::Type::Int)
        return v.asInt();
    if (v.type() == Value::Type::Bool)
        return std::int64_t(v.asBool());
    return std::nullopt;
}

BigSigned big(const Value &v)
{
    if (const auto n = small(v))
        return BigSigned(*n);
    if (v.type() != Value::Type::BigInt)
        wrongType(v);
    const std::string_view text = v.asBigInt().digits;
    const bool negative = text.starts_with('-');
    const BigSigned size = detail::unsignedFromDigits(text.substr(negative ? 1 : 0));
    return negative ? BigSigned(-size) : size;
}

unsigned bitsOf(const BigSigned &n)
{
    return n.is_zero() ? 0 : unsigned(boost::multiprecision::msb(BigSigned(abs(n)))) + 1;
}

Value normalised(const BigSigned &n)
{
    if (n >= MinInt64 && n <= MaxInt64)
        return Value(static_cast<long long>(n.convert_to<std::int64_t>()));
    if (bitsOf(n) > MaxBits)
        tooLarge();
    return Value(BigInt{n.str()});
}

Value plain(std::int64_t n)
{
    return Value(static_cast<long long>(n));
}

void refuseZero(const BigSigned &divisor, const QString &message)
{
    if (divisor.is_zero())
        throw ZeroDivisionError(message);
}

/// Quotient toward minus infinity and the rest that belongs to it.
std::pair<BigSigned, BigSigned> floorDivided(const BigSigned &a, const BigSigned &b)
{
    BigSigned quotient, rest;
    boost::multiprecision::divide_qr(a, b, quotient, rest);
    if (!rest.is_zero() && (rest.sign() < 0) != (b.sign() < 0)) {
        --quotient;
        rest += b;
    }
    return {quotient, rest};
}

unsigned shiftCount(const Value &count, unsigned limit)
{
    const BigSigned n = big(count);
    if (n.sign() < 0)
        throw ValueError(QStringLiteral("negative shift count"));
    return n > limit ? limit : n.convert_to<unsigned>();
}

/// The nearest double to a / b, ties to even: 64 bits of the quotient and a last bit for whatever
/// is left.
double quotientAsDouble(BigSigned a, BigSigned b)
{
    const bool negative = (a.sign() < 0) != (b.sign() < 0);
    a = abs(a);
    b = abs(b);
    if (a.is_zero())
        return negative ? -0.0 : 0.0;
    const int shift = 66 - (int(bitsOf(a)) - int(bitsOf(b)));
    if (shift > 0)
        a <<= unsigned(shift);
    else
        b <<= unsigned(-shift);
    BigSigned quotient, rest;
    boost::multiprecision::divide_qr(a, b, quotient, rest);
    // 53 bits stay; below the smallest normal double fewer do, so the cut follows the exponent.
    const int bits = int(bitsOf(quotient));
    const int top = bits - shift; // the result lies in [2^(top-1), 2^top)
    const int keep = top < -1021 ? 53 - (-1021 - top) : 53;
    if (keep < 0)
        return negative ? -0.0 : 0.0;
    const auto cut = unsigned(bits - keep);
    const BigSigned half = BigSigned(1) << (cut - 1);
    BigSigned kept = quotient >> cut;
    const BigSigned lost = quotient - (kept << cut);
    if (lost > half ||
        (lost == half && (!rest.is_zero() || boost::multiprecision::bit_test(kept, 0))))
        ++kept;
    const double result = std::ldexp(double(kept.convert_to<std::uint64_t>()), int(cut) - shift);
    if (std::isinf(result))
        throw OverflowError(QStringLiteral("integer division result too large for a float"));
    return negative ? -result : result;
}

int digitValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return 99;
}

int baseOfPrefix(std::string_view text)
{
    if (text.size() < 2 || text[0] != '0')
        return 0;
    switch (text[1]) {
    case 'x':
    case 'X':
        return 16;
    case 'o':
    case 'O':
        return 8;
    case 'b':
    case 'B':
        return 2;
    default:
        return 0;
    }
}

/// The digits without underscores, or nothing if one stands where Python allows none.
std::optional<std::string> bareDigits(std::string_view text, int base)
{
    std::string digits;
    bool lastWasDigit = false;
    for (const char c : text) {
        if (c == '_') {
            if (!lastWasDigit)
                return std::nullopt;
            lastWasDigit = false;
            continue;
        }
        if (digitValue(c) >= base)
            return std::nullopt;
        digits += c;
        lastWasDigit = true;
    }
    return lastWasDigit ? std::optional(digits) : std::nullopt;
}

BigSigned readDigits(const std::string &digits, int base)
{
    if (base == 10)
        return detail::unsignedFromDigits(digits);
    BigSigned n = 0;
    for (const char c : digits)
        n = n * base + digitValue(c);
    return n;
}

} // namespace

bool isInteger(const Value &v)
{
    return v.type() == Value::Type::Int || v.type() == Value::Type::Bool ||
           v.type() == Value::Type::BigInt;
}

Value add(const Value &a, const Value &b)
{
    const auto x = small(a), y = small(b);
    std::int64_t result = 0;
    if (x && y && !__builtin_add_overflow(*x, *y, &result))
        return plain(result);
    return normalised(big(a) + big(b));
}

Value subtract(const Value &a, const Value &b)
{
    const auto x = small(a), y = small(b);
    std::int64_t result = 0;
    if (x && y && !__builtin_sub_overflow(*x, *y, &result))
        return plain(result);
    return normalised(big(a) - big(b));
}

Value multiply(const Value &a, const Value &b)
{
    const auto x = small(a), y = small(b);
    std::int64_t result = 0;
    if (x && y && !__builtin_mul_overflow(*x, *y, &result))
        return plain(result);
    return normalised(big(a) * big(b));
}

Value floorDivide(const Value &a, const Value &b)
{
    const auto x = small(a), y = small(b);
    if (x && y && *y != 0 && !(*x == MinInt64 && *y == -1)) {
        const std::int64_t quotient = *x / *y;
        return plain(*x % *y != 0 && (*x < 0) != (*y < 0) ? quotient - 1 : quotient);
    }
    const BigSigned divisor = big(b);
    refuseZero(divisor, QStringLiteral("integer division or modulo by zero"));
    return normalised(floorDivided(big(a), divisor).first);
}

Value modulo(const Value &a, const Value &b)
{
    const auto x = small(a), y = small(b);
    if (x && y && *y != 0 && *y != -1) {
        const std::int64_t rest = *x % *y;
        return plain(rest != 0 && (rest < 0) != (*y < 0) ? rest + *y : rest);
    }
    const BigSigned divisor = big(b);
    refuseZero(divisor, QStringLiteral("integer modulo by zero"));
    return normalised(floorDivided(big(a), divisor).second);
}

double trueDivide(const Value &a, const Value &b)
{
    const auto x = small(a), y = small(b);
    constexpr std::int64_t Exact = std::int64_t(1) << 53;
    if (x && y && *y != 0 && *x <= Exact && *x >= -Exact && *y <= Exact && *y >= -Exact)
        return double(*x) / double(*y);
    const BigSigned divisor = big(b);
    refuseZero(divisor, QStringLiteral("division by zero"));
    return quotientAsDouble(big(a), divisor);
}

Value power(const Value &base, const Value &exponent)
{
    const BigSigned a = big(base), n = big(exponent);
    if (n.sign() < 0) {
        if (a.is_zero())
            throw ZeroDivisionError(QStringLiteral("0.0 cannot be raised to a negative power"));
        return Value(std::pow(toDouble(base), toDouble(exponent)));
    }
    if (n.is_zero() || a == 1)
        return Value(1);
    if (a.is_zero() || (a == -1 && n % 2 != 0))
        return normalised(a);
    if (a == -1)
        return Value(1);
    // |a| >= 2, so the result has at least n bits; (bits - 1) * n is a lower bound of its length.
    if (n > MaxBits || std::uint64_t(bitsOf(a) - 1) * n.convert_to<std::uint64_t>() > MaxBits)
        tooLarge();
    return normalised(boost::multiprecision::pow(a, n.convert_to<unsigned>()));
}

Value negate(const Value &a)
{
    return subtract(Value(0), a);
}

Value absolute(const Value &a)
{
    return compare(a, Value(0)) < 0 ? negate(a) : normalised(big(a));
}

Value bitAnd(const Value &a, const Value &b)
{
    if (const auto x = small(a), y = small(b); x && y)
        return plain(*x & *y);
    return normalised(big(a) & big(b));
}

Value bitOr(const Value &a, const Value &b)
{
    if (const auto x = small(a), y = small(b); x && y)
        return plain(*x | *y);
    return normalised(big(a) | big(b));
}

Value bitXor(const Value &a, const Value &b)
{
    if (const auto x = small(a), y = small(b); x && y)
        return plain(*x ^ *y);
    return normalised(big(a) ^ big(b));
}

Value invert(const Value &a)
{
    return subtract(Value(-1), a);
}

Value shiftLeft(const Value &a, const Value &count)
{
    const BigSigned n = big(a);
    const unsigned bits = shiftCount(count, MaxBits + 1);
    if (n.is_zero())
        return Value(0);
    if (bits > MaxBits || bits + bitsOf(n) > MaxBits)
        tooLarge();
    return normalised(n.sign() < 0 ? BigSigned(-(BigSigned(-n) << bits)) : BigSigned(n << bits));
}

Value shiftRight(const Value &a, const Value &count)
{
    const BigSigned n = big(a);
    const unsigned bits = shiftCount(count, MaxBits + 1);
    if (n.sign() >= 0)
        return normalised(n >> bits);
    // Rounds toward minus infinity: ~(~n >> bits).
    return normalised(BigSigned(-1) - (BigSigned(BigSigned(-1) - n) >> bits));
}

int compare(const Value &a, const Value &b)
{
    if (const auto x = small(a), y = small(b); x && y)
        return *x < *y ? -1 : int(*x > *y);
    const int order = big(a).compare(big(b));
    return order < 0 ? -1 : int(order > 0);
}

std::optional<Value> fromText(std::string_view text, int base)
{
    constexpr std::string_view Blanks = " \t\n\r\f\v";
    const std::size_t first = text.find_first_not_of(Blanks);
    if (first == std::string_view::npos)
        return std::nullopt;
    text = text.substr(first, text.find_last_not_of(Blanks) - first + 1);
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+')
        text.remove_prefix(1);
    const int prefixed = baseOfPrefix(text);
    if (prefixed != 0 && (base == 0 || base == prefixed)) {
        base = prefixed;
        text.remove_prefix(2);
        if (text.starts_with('_')) // "0x_ff" is allowed
            text.remove_prefix(1);
    } else if (base == 0) {
        // A literal may be 0 or 00, but not 010: Python wants 0o10.
        if (text.starts_with('0') && text.find_first_not_of("0_") != std::string_view::npos)
            return std::nullopt;
        base = 10;
    }
    const auto digits = bareDigits(text, base);
    if (!digits)
        return std::nullopt;
    if (digits->size() > MaxBits)
        tooLarge();
    const BigSigned n = readDigits(*digits, base);
    return normalised(negative ? BigSigned(-n) : n);
}

std::string toText(const Value &v, int base)
{
    if (base == 10 && v.type() == Value::Type::BigInt)
        return v.asBigInt().digits;
    const BigSigned n = big(v);
    if (base == 10)
        return n.str();
    if (n.is_zero())
        return "0";
    static constexpr char Digits[] = "0123456789abcdef";
    const unsigned width = base == 2 ? 1 : base == 8 ? 3 : 4;
    const BigSigned size = abs(n);
    std::string reversed;
    for (unsigned bit = 0; bit < bitsOf(size); bit += width) {
        unsigned digit = 0;
        for (unsigned i = 0; i < width; ++i)
            digit |= unsigned(boost::multiprecision::bit_test(size, bit + i)) << i;
        reversed += Digits[digit];
    }
    return (n.sign() < 0 ? "-" : "") + std::string(reversed.rbegin(), reversed.rend());
}

Value fromDouble(double value)
{
    if (std::isnan(value))
        throw ValueError(QStringLiteral("cannot convert float NaN to integer"));
    if (std::isinf(value))
        throw OverflowError(QStringLiteral("cannot convert float infinity to integer"));
    const double whole = std::trunc(value);
    if (whole >= -0x1p62 && whole <= 0x1p62)
        return plain(std::int64_t(whole));
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(whole), &exponent);
    BigSigned n(std::uint64_t(std::ldexp(fraction, 53)));
    n <<= unsigned(exponent - 53);
    return normalised(whole < 0 ? BigSigned(-n) : n);
}

double toDouble(const Value &v)
{
    if (const auto n = small(v))
        return double(*n);
    const BigSigned n = big(v);
    if (bitsOf(n) > 1024)
        throw OverflowError(QStringLiteral("int too large to convert to float"));
    return quotientAsDouble(n, BigSigned(1));
}

Value fromDecimal(const Decimal &value)
{
    if (value.isNan())
        throw ValueError(QStringLiteral("cannot convert NaN to integer"));
    if (!value.isFinite())
        throw OverflowError(QStringLiteral("cannot convert Infinity to integer"));
    const std::string digits = value.digits();
    const std::int64_t length = std::int64_t(digits.size()) + value.exponent();
    if (value.isZero() || length <= 0)
        return Value(0);
    if (length > std::int64_t(MaxBits))
        tooLarge();
    std::string text = digits.substr(0, std::size_t(length));
    text.append(std::size_t(length) - text.size(), '0');
    const BigSigned n = detail::unsignedFromDigits(text);
    return normalised(value.isNegative() ? BigSigned(-n) : n);
}

} // namespace heddle::integer
