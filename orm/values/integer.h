#pragma once

#include "orm/values/value.h"

#include <optional>
#include <string>
#include <string_view>

/// Whole numbers as Python has them: of any size, with Python's signs.
///
/// Operands are Bool, Int or BigInt; any other type is a TypeError. Results are Int wherever they
/// fit into 64 bits, otherwise BigInt, so that equal numbers have equal representations. A result
/// beyond 100,000 bits is an OverflowError: no script can eat the memory by arithmetic.
namespace heddle::integer {

bool isInteger(const Value &v);

Value add(const Value &a, const Value &b);
Value subtract(const Value &a, const Value &b);
Value multiply(const Value &a, const Value &b);
/// Rounds toward minus infinity; a zero divisor is a ZeroDivisionError.
Value floorDivide(const Value &a, const Value &b);
/// Has the sign of the divisor.
Value modulo(const Value &a, const Value &b);
/// a / b as a correctly rounded double.
double trueDivide(const Value &a, const Value &b);
/// An Int or BigInt; a Double for a negative exponent, as in Python.
Value power(const Value &base, const Value &exponent);
Value negate(const Value &a);
Value absolute(const Value &a);

// Bits of the infinite two's complement. Negative shift counts are a ValueError.
Value bitAnd(const Value &a, const Value &b);
Value bitOr(const Value &a, const Value &b);
Value bitXor(const Value &a, const Value &b);
Value invert(const Value &a);
Value shiftLeft(const Value &a, const Value &count);
Value shiftRight(const Value &a, const Value &count);

/// -1, 0 or 1.
int compare(const Value &a, const Value &b);

/// Python's int(text, base): surrounding blanks, a sign, single underscores between digits and the
/// base's prefix are allowed. Base 0 takes the base from the prefix, as a literal does. Nothing for
/// anything else.
std::optional<Value> fromText(std::string_view text, int base = 10);
/// Digits in base 2, 8, 10 or 16 without a prefix, with '-' in front if negative.
std::string toText(const Value &v, int base = 10);

/// int(float): truncated. NaN is a ValueError, an infinity an OverflowError, with Python's
/// messages.
Value fromDouble(double value);
/// float(int): nearest double; beyond a double's range an OverflowError.
double toDouble(const Value &v);
/// int(Decimal): truncated, of any size.
Value fromDecimal(const Decimal &value);

} // namespace heddle::integer
