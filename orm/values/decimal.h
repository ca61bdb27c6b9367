#pragma once

#include <QString>
#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace heddle {

namespace detail {
struct DecimalAccess;
}

/// An exact decimal number: (-1)^sign * coefficient * 10^exponent, coefficient of any length, or
/// NaN/Infinity.
///
/// Trailing zeros are kept, so 1.10 prints as 1.10. Arithmetic follows Python's decimal module in
/// its default context (28 significant digits, half even); comparing ignores trailing zeros. Small
/// ones (|coefficient| < 2^63) allocate nothing.
class Decimal {
public:
    Decimal() = default;
    Decimal(std::int64_t coefficient, int exponent);
    static std::optional<Decimal> parse(std::string_view text); // "1.10", "-3E+2", "NaN"
    static Decimal fromDouble(double value);                    // exactly, as Decimal(0.1) does
    static Decimal fromRepr(double value);                      // by shortest text: Decimal("0.1")

    bool isNegative() const;
    bool isZero() const;
    bool isFinite() const;
    bool isNan() const;
    int exponent() const;
    std::string digits() const; // of the coefficient, without sign

    std::string toStdString() const; // str(Decimal): "1.10", "1E+3"
    QString toString() const;
    /// Plain digits without an exponent: "1000", "0.00001".
    std::string toPlain() const;
    double toDouble() const;
    std::optional<std::int64_t>
    toInt64() const; // truncated toward zero; nothing if it does not fit

    /// Rounded half even to so many decimal places: quantize(Decimal(1, -places)).
    Decimal quantized(int places) const;
    Decimal normalized() const;

    friend Decimal operator+(const Decimal &a, const Decimal &b);
    friend Decimal operator-(const Decimal &a, const Decimal &b);
    friend Decimal operator*(const Decimal &a, const Decimal &b);
    /// Throws std::domain_error on a zero divisor, as does every operation that Python calls
    /// invalid (Infinity - Infinity, 0 ** 0, a root of a negative number). A result beyond
    /// 10^999999 is an OverflowError.
    friend Decimal operator/(const Decimal &a, const Decimal &b);
    static Decimal floorDivide(const Decimal &a,
                               const Decimal &b); // Python's //: truncates for decimals
    static Decimal remainder(const Decimal &a,
                             const Decimal &b);               // Python's %: sign of the dividend
    static Decimal power(const Decimal &a, const Decimal &b); // rounded to 28 digits
    Decimal operator-() const;
    Decimal abs() const;
    /// As in Python NaN equals nothing, not even itself.
    friend bool operator==(const Decimal &a, const Decimal &b)
    {
        return !a.isNan() && !b.isNan() && compare(a, b) == 0;
    }
    friend std::weak_ordering operator<=>(const Decimal &a, const Decimal &b);
    /// -1, 0 or 1. A total order, fit for sorting: NaN comes after everything else.
    static int compare(const Decimal &a, const Decimal &b);
    std::size_t hash() const; // equal numbers hash alike

private:
    friend struct detail::DecimalAccess; // the arithmetic's way in
    std::int64_t m_small = 0;            // coefficient with sign, used while m_big is null
    int m_exponent = 0;
    std::shared_ptr<const struct BigDecimal> m_big; // long coefficients, NaN, infinities
};

/// An integer beyond 64 bits, as Python has them. Kept as decimal digits with an optional '-'.
/// Values that fit into 64 bits are always plain integers, never BigInt.
struct BigInt {
    std::string digits;
    bool operator==(const BigInt &) const = default;
};

} // namespace heddle
