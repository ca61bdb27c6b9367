#include "orm/values/decimal.h"

#include "orm/values/bignumber.h"
#include "orm/values/numberhash.h"
#include "orm/values/pythontext.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace heddle {

using detail::BigUnsigned;
using detail::DecimalParts;

/// What does not fit into 64 bits: a longer coefficient, a negative zero, an infinity or NaN.
struct BigDecimal {
    DecimalParts::Kind kind = DecimalParts::Kind::Finite;
    bool negative = false;
    BigUnsigned coefficient;
};

namespace {

using Kind = DecimalParts::Kind;

constexpr std::int64_t MinInt64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t MaxInt64 = std::numeric_limits<std::int64_t>::max();
// More than any database holds; a longer literal would only eat time.
constexpr std::size_t MaxTextDigits = 150'000;

std::uint64_t magnitude(std::int64_t value)
{
    return value < 0 ? std::uint64_t(0) - std::uint64_t(value) : std::uint64_t(value);
}

bool equalsIgnoringCase(std::string_view text, std::string_view lower)
{
    if (text.size() != lower.size())
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? char(text[i] - 'A' + 'a') : text[i];
        if (c != lower[i])
            return false;
    }
    return true;
}

/// "1.10" taken apart: its digits without leading zeros, and the power of ten that they stand at.
struct Literal {
    bool negative = false;
    std::string digits;
    std::int64_t exponent = 0;
};

std::optional<Literal> readLiteral(std::string_view text)
{
    Literal result;
    if (text.starts_with('-') || text.starts_with('+')) {
        result.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    bool any = false, point = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            any = true;
            if (point)
                --result.exponent;
            if (c != '0' || !result.digits.empty())
                result.digits += c;
        } else {
            break;
        }
    }
    if (!any || result.digits.size() > MaxTextDigits)
        return std::nullopt;
    if (i == text.size())
        return result;
    if (text[i] != 'e' && text[i] != 'E')
        return std::nullopt;
    const char *first = text.data() + i + 1, *last = text.data() + text.size();
    if (first != last && *first == '+' && first + 1 != last && first[1] != '-')
        ++first;
    std::int64_t shift = 0;
    const auto [end, error] = std::from_chars(first, last, shift);
    if (error != std::errc() || end != last)
        return std::nullopt;
    result.exponent += shift;
    return result;
}

/// Python's exponent limits: a result beyond them is an overflow there too.
bool exponentFits(std::int64_t exponent, std::size_t digits)
{
    const std::int64_t adjusted = exponent + std::int64_t(digits) - 1;
    return adjusted <= DecimalParts::MaxExponent && exponent >= DecimalParts::LeastExponent;
}

} // namespace

// --- Between Decimal and its parts ---

DecimalParts detail::DecimalAccess::parts(const Decimal &d)
{
    DecimalParts p;
    p.exponent = d.m_exponent;
    if (d.m_big) {
        p.kind = d.m_big->kind;
        p.negative = d.m_big->negative;
        p.coefficient = d.m_big->coefficient;
    } else {
        p.negative = d.m_small < 0;
        p.coefficient = magnitude(d.m_small);
    }
    return p;
}

Decimal detail::DecimalAccess::make(const DecimalParts &p)
{
    Decimal d;
    d.m_exponent = p.kind == Kind::Finite ? int(p.exponent) : 0;
    const bool negativeZero = p.negative && p.coefficient.is_zero();
    if (p.kind == Kind::Finite && !negativeZero && p.coefficient <= std::uint64_t(MaxInt64)) {
        d.m_small = p.coefficient.convert_to<std::int64_t>();
        if (p.negative)
            d.m_small = -d.m_small;
        return d;
    }
    d.m_big = std::make_shared<const BigDecimal>(BigDecimal{p.kind, p.negative, p.coefficient});
    return d;
}

const std::int64_t *detail::DecimalAccess::small(const Decimal &d)
{
    return d.m_big ? nullptr : &d.m_small;
}

Decimal::Decimal(std::int64_t coefficient, int exponent)
    : m_small(coefficient), m_exponent(exponent)
{
    // The one int64 whose absolute value is none.
    if (coefficient == MinInt64) {
        m_small = 0;
        m_big = std::make_shared<const BigDecimal>(
            BigDecimal{Kind::Finite, true, BigUnsigned(magnitude(coefficient))});
    }
}

std::optional<Decimal> Decimal::parse(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t'))
        text.remove_suffix(1);
    if (const auto literal = readLiteral(text)) {
        if (!exponentFits(literal->exponent, literal->digits.empty() ? 1 : literal->digits.size()))
            return std::nullopt;
        // 18 digits always fit.
        if (literal->digits.size() <= 18 && !(literal->negative && literal->digits.empty())) {
            std::int64_t coefficient = 0;
            for (const char c : literal->digits)
                coefficient = coefficient * 10 + (c - '0');
            return Decimal(literal->negative ? -coefficient : coefficient, int(literal->exponent));
        }
        DecimalParts p;
        p.negative = literal->negative;
        p.exponent = literal->exponent;
        if (!literal->digits.empty())
            p.coefficient = detail::unsignedFromDigits(literal->digits);
        return detail::DecimalAccess::make(p);
    }
    DecimalParts special;
    special.negative = text.starts_with('-');
    if (text.starts_with('-') || text.starts_with('+'))
        text.remove_prefix(1);
    if (equalsIgnoringCase(text, "nan") || equalsIgnoringCase(text, "snan"))
        special.kind = Kind::NotANumber;
    else if (equalsIgnoringCase(text, "inf") || equalsIgnoringCase(text, "infinity"))
        special.kind = Kind::Infinite;
    else
        return std::nullopt;
    return detail::DecimalAccess::make(special);
}

Decimal Decimal::fromDouble(double value)
{
    DecimalParts p;
    p.negative = std::signbit(value);
    if (!std::isfinite(value)) {
        p.kind = std::isnan(value) ? Kind::NotANumber : Kind::Infinite;
        p.negative = p.negative && !std::isnan(value);
        return detail::DecimalAccess::make(p);
    }
    int binary = 0;
    auto mantissa = std::uint64_t(std::ldexp(std::frexp(std::fabs(value), &binary), 53));
    binary -= 53;
    while (mantissa != 0 && (mantissa & 1) == 0) {
        mantissa >>= 1;
        ++binary;
    }
    p.coefficient = mantissa;
    if (mantissa != 0 && binary >= 0) {
        p.coefficient <<= unsigned(binary);
    } else if (mantissa != 0) {
        // m / 2^k is m * 5^k / 10^k.
        p.coefficient *= boost::multiprecision::pow(BigUnsigned(5), unsigned(-binary));
        p.exponent = binary;
    }
    return detail::DecimalAccess::make(p);
}

Decimal Decimal::fromRepr(double value)
{
    return parse(pythonFloat(value)).value_or(Decimal());
}

// --- Asking ---

bool Decimal::isNegative() const
{
    return m_big ? m_big->negative : m_small < 0;
}

bool Decimal::isZero() const
{
    return m_big ? m_big->kind == Kind::Finite && m_big->coefficient.is_zero() : m_small == 0;
}

bool Decimal::isFinite() const
{
    return !m_big || m_big->kind == Kind::Finite;
}

bool Decimal::isNan() const
{
    return m_big && m_big->kind == Kind::NotANumber;
}

int Decimal::exponent() const
{
    return m_exponent;
}

std::string Decimal::digits() const
{
    return m_big ? m_big->coefficient.str() : std::to_string(magnitude(m_small));
}

std::size_t Decimal::hash() const
{
    if (isNan())
        return detail::hashOfNan();
    if (!isFinite())
        return detail::hashOfInfinity(isNegative());
    if (!m_big && m_exponent == 0)
        return detail::hashOfInt(m_small);
    return detail::hashOfDigits(digits(), isNegative(), m_exponent);
}

// --- Text and other numbers ---

std::string Decimal::toStdString() const
{
    std::string out = isNegative() ? "-" : "";
    if (!isFinite())
        return out + (isNan() ? "NaN" : "Infinity");
    const std::string text = digits();
    const int count = int(text.size());
    const int left = m_exponent + count; // digits before the point
    // Python's rule: plain as long as there is a fraction with at most six leading zeros.
    const bool plain = m_exponent <= 0 && left > -6;
    const int point = plain ? left : 1;
    if (point <= 0)
        out.append("0.").append(std::size_t(-point), '0').append(text);
    else if (point >= count)
        out.append(text).append(std::size_t(point - count), '0');
    else
        out.append(text, 0, std::size_t(point)).append(".").append(text, std::size_t(point));
    if (!plain && left != point) {
        const int shift = left - point;
        out.append(shift < 0 ? "E-" : "E+").append(std::to_string(std::abs(shift)));
    }
    return out;
}

QString Decimal::toString() const
{
    return QString::fromStdString(toStdString());
}

std::string Decimal::toPlain() const
{
    if (!isFinite())
        return toStdString();
    std::string out = isNegative() ? "-" : "";
    const std::string text = digits();
    const int left = m_exponent + int(text.size());
    if (m_exponent >= 0)
        return out.append(text).append(isZero() ? 0 : std::size_t(m_exponent), '0');
    if (left <= 0)
        return out.append("0.").append(std::size_t(-left), '0').append(text);
    return out.append(text, 0, std::size_t(left)).append(".").append(text, std::size_t(left));
}

double Decimal::toDouble() const
{
    if (!isFinite()) {
        const double size = isNan() ? std::numeric_limits<double>::quiet_NaN()
                                    : std::numeric_limits<double>::infinity();
        return isNegative() ? -size : size;
    }
    if (!m_big && m_exponent == 0)
        return double(m_small);
    const std::string text = digits() + 'e' + std::to_string(m_exponent);
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range)
        value = m_exponent + int(text.size()) > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return isNegative() ? -value : value;
}

std::optional<std::int64_t> Decimal::toInt64() const
{
    if (!isFinite())
        return std::nullopt;
    if (isZero())
        return 0;
    const DecimalParts p = detail::DecimalAccess::parts(*this);
    const std::int64_t left = p.exponent + detail::digitCount(p.coefficient);
    if (left <= 0)
        return 0;
    if (left > 19)
        return std::nullopt;
    BigUnsigned whole = p.coefficient;
    if (p.exponent < 0)
        whole /= detail::powerOfTen(-p.exponent);
    else
        whole *= detail::powerOfTen(p.exponent);
    if (whole > magnitude(p.negative ? MinInt64 : MaxInt64))
        return std::nullopt;
    const std::uint64_t size = whole.convert_to<std::uint64_t>();
    return std::int64_t(p.negative ? std::uint64_t(0) - size : size);
}

} // namespace heddle
