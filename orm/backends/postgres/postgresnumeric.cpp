#include "orm/backends/postgres/postgreswire.h"
#include "orm/values/errors.h"

#include <algorithm>

namespace heddle::PostgresWireFormat {

namespace {

// The sign's words: the special values stand where the sign would be.
constexpr std::uint16_t positive = 0x0000, negative = 0x4000, notANumber = 0xC000,
                        plusInfinity = 0xD000, minusInfinity = 0xF000;
constexpr int groupDigits = 4;

struct Header {
    int groups, weight, scale;
    std::uint16_t sign;
};

constexpr std::size_t headerBytes = 8;

[[noreturn]] void damaged()
{
    throw DataError(QStringLiteral("The server sent a numeric that cannot be read."));
}

/// Short numbers without any text: coefficient * 10^-scale in 64 bits. Nothing if it does not fit.
std::optional<Decimal> shortNumeric(const Header &h, const char *groups)
{
    if (h.groups > 4)
        return {};
    std::int64_t coefficient = 0;
    for (int i = 0; i < h.groups; ++i)
        coefficient = coefficient * 10'000 + read<std::uint16_t>(groups + 2 * i);
    // How many digits the groups have behind the point; the scale asks for more or fewer, and those
    // that are too many are zeros.
    int places = groupDigits * (h.groups - 1 - h.weight);
    if (h.groups == 0)
        places = h.scale;
    for (; places > h.scale; --places)
        coefficient /= 10;
    for (; places < h.scale; ++places) {
        if (coefficient > 900'000'000'000'000'000LL / 10)
            return {};
        coefficient *= 10;
    }
    return Decimal(h.sign == negative ? -coefficient : coefficient, -h.scale);
}

Decimal longNumeric(const Header &h, const char *groups)
{
    std::string text = h.sign == negative ? "-" : "";
    const auto group = [&](int i) {
        const int value = i >= 0 && i < h.groups ? read<std::uint16_t>(groups + 2 * i) : 0;
        char digits[groupDigits + 1];
        std::snprintf(digits, sizeof digits, "%04d", value % 10'000);
        return std::string(digits);
    };
    for (int i = 0; i <= h.weight; ++i)
        text += group(i);
    if (h.weight < 0)
        text += '0';
    if (h.scale > 0) {
        std::string fraction;
        for (int i = h.weight + 1; int(fraction.size()) < h.scale; ++i)
            fraction += group(i);
        fraction.resize(std::size_t(h.scale));
        text += '.' + fraction;
    }
    return *Decimal::parse(text);
}

} // namespace

Decimal readNumeric(std::string_view bytes)
{
    if (bytes.size() < headerBytes)
        damaged();
    const char *p = bytes.data();
    const Header h{read<std::int16_t>(p), read<std::int16_t>(p + 2), read<std::uint16_t>(p + 6),
                   read<std::uint16_t>(p + 4)};
    switch (h.sign) {
    case notANumber:
        return *Decimal::parse("NaN");
    case plusInfinity:
        return *Decimal::parse("Infinity");
    case minusInfinity:
        return *Decimal::parse("-Infinity");
    default: // the server's words, not ours
        break;
    }
    if (h.groups < 0 || bytes.size() < headerBytes + 2 * std::size_t(h.groups))
        damaged();
    if (const auto number = shortNumeric(h, p + headerBytes))
        return *number;
    return longNumeric(h, p + headerBytes);
}

bool appendNumeric(std::vector<char> &out, const Decimal &number)
{
    const auto header = [&out](int groups, int weight, std::uint16_t sign, int scale) {
        append(out, std::int16_t(groups));
        append(out, std::int16_t(weight));
        append(out, sign);
        append(out, std::uint16_t(scale));
    };
    if (!number.isFinite()) {
        header(0, 0,
               number.isNan()        ? notANumber
               : number.isNegative() ? minusInfinity
                                     : plusInfinity,
               0);
        return true;
    }
    // Digits are cut into groups from the point outwards, so both sides are filled up with zeros.
    std::string digits = number.digits();
    int places = std::max(-number.exponent(), 0);
    if (number.exponent() > 0) {
        if (number.exponent() > 131'072)
            return false;
        digits.append(std::size_t(number.exponent()), '0');
    }
    if (places > 16'383)
        return false;
    if (int(digits.size()) < places)
        digits.insert(0, std::size_t(places) - digits.size(), '0');
    const int scale = places;
    const int whole = int(digits.size()) - places;
    if (whole % groupDigits != 0)
        digits.insert(0, std::size_t(groupDigits - whole % groupDigits), '0');
    if (places % groupDigits != 0)
        digits.append(std::size_t(groupDigits - places % groupDigits), '0');
    const int groupsBefore = (whole + groupDigits - 1) / groupDigits;
    std::vector<std::int16_t> groups;
    for (std::size_t i = 0; i < digits.size(); i += groupDigits)
        groups.push_back(std::int16_t(std::stoi(digits.substr(i, groupDigits))));
    // Neither the first nor the last group may be zero.
    int weight = groupsBefore - 1;
    while (!groups.empty() && groups.back() == 0)
        groups.pop_back();
    std::size_t first = 0;
    while (first < groups.size() && groups[first] == 0) {
        ++first;
        --weight;
    }
    if (weight > 32'767)
        return false;
    const bool zero = first == groups.size();
    header(int(groups.size() - first), zero ? 0 : weight,
           number.isNegative() && !zero ? negative : positive, scale);
    for (; first < groups.size(); ++first)
        append(out, groups[first]);
    return true;
}

} // namespace heddle::PostgresWireFormat
