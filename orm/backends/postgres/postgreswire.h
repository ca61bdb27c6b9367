#pragma once

#include "orm/values/value.h"

#include <QtEndian>
#include <cstring>
#include <string_view>

/// PostgreSQL's binary formats, as its send and receive functions write and read them: big-endian,
/// time counted from 2000-01-01.
namespace heddle::PostgresWireFormat {

constexpr std::int64_t usPerDay = 86'400'000'000LL;
constexpr std::int64_t epochDays = 10957; // 2000-01-01, in days since 1970
constexpr std::int64_t epochUs = epochDays * usPerDay;
// What Date and DateTime hold: the years 1 to 9999, in days since 1970, and in microseconds since
// 2000.
constexpr std::int64_t firstDay = -719162, lastDay = 2932896;
constexpr std::int64_t firstMoment = (firstDay - epochDays) * usPerDay;
constexpr std::int64_t lastMoment = (lastDay - epochDays + 1) * usPerDay - 1;

template <typename T>
T read(const char *bytes)
{
    return qFromBigEndian<T>(bytes);
}

inline double readDouble(const char *bytes)
{
    const auto bits = read<std::uint64_t>(bytes);
    double d = 0;
    std::memcpy(&d, &bits, sizeof d);
    return d;
}

template <typename T>
void append(std::vector<char> &out, T number)
{
    const T big = qToBigEndian(number);
    const auto *bytes = reinterpret_cast<const char *>(&big);
    out.insert(out.end(), bytes, bytes + sizeof big);
}

inline void append(std::vector<char> &out, double number)
{
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    append(out, bits);
}

inline void append(std::vector<char> &out, std::string_view bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// NUMERIC: groups of four decimal digits with a weight, and how many digits are shown behind the
/// point.
Decimal readNumeric(std::string_view bytes);
/// Appends without a length in front. False if the number has more digits than NUMERIC takes.
bool appendNumeric(std::vector<char> &out, const Decimal &number);

} // namespace heddle::PostgresWireFormat
