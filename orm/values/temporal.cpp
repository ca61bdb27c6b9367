#include "orm/values/temporal.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace heddle {
namespace {

constexpr std::int64_t UsPerSecond = 1'000'000;
constexpr std::int64_t UsPerDay = 86'400 * UsPerSecond;

std::int64_t floorDiv(std::int64_t a, std::int64_t b)
{
    const std::int64_t q = a / b;
    return a % b < 0 ? q - 1 : q;
}

/// Reads a text from left to right; every method leaves it unmoved when it does not find what it
/// looks for.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    bool atEnd() const { return m_at == m_text.size(); }
    char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    bool accept(char c)
    {
        if (peek() != c || atEnd())
            return false;
        ++m_at;
        return true;
    }
    bool accept(std::string_view word)
    {
        if (m_text.substr(m_at, word.size()) != word)
            return false;
        m_at += word.size();
        return true;
    }
    bool isDigit() const { return peek() >= '0' && peek() <= '9'; }
    /// A number of `least` to `most` digits.
    std::optional<std::int64_t> number(int least, int most)
    {
        const std::size_t start = m_at;
        std::int64_t value = 0;
        int count = 0;
        while (count < most && isDigit()) {
            value = value * 10 + (m_text[m_at++] - '0');
            ++count;
        }
        if (count >= least)
            return value;
        m_at = start;
        return std::nullopt;
    }
    /// Digits after a point as microseconds; digits beyond the sixth are dropped.
    std::optional<int> fraction()
    {
        if (!isDigit())
            return std::nullopt;
        int value = 0, count = 0;
        for (; isDigit(); ++m_at) {
            if (count < 6) {
                value = value * 10 + (m_text[m_at] - '0');
                ++count;
            }
        }
        for (; count < 6; ++count)
            value *= 10;
        return value;
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

std::optional<Date> scanDate(Scanner &in)
{
    const auto year = in.number(4, 4);
    if (!year || !in.accept('-'))
        return std::nullopt;
    const auto month = in.number(1, 2);
    if (!month || !in.accept('-'))
        return std::nullopt;
    const auto day = in.number(1, 2);
    if (!day || !Date::isValidCivil(int(*year), int(*month), int(*day)))
        return std::nullopt;
    return Date::fromCivil(int(*year), int(*month), int(*day));
}

std::optional<Time> scanTime(Scanner &in)
{
    const auto hour = in.number(1, 2);
    if (!hour || *hour > 23 || !in.accept(':'))
        return std::nullopt;
    const auto minute = in.number(2, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    std::int64_t second = 0;
    int us = 0;
    if (in.accept(':')) {
        const auto seconds = in.number(2, 2);
        if (!seconds || *seconds > 59)
            return std::nullopt;
        second = *seconds;
        if (in.accept('.') || in.accept(',')) {
            const auto rest = in.fraction();
            if (!rest)
                return std::nullopt;
            us = *rest;
        }
    }
    return Time::fromHms(int(*hour), int(*minute), int(second), us);
}

/// "Z", "+02", "+0200", "+02:00", "-05:30:15" into seconds; nothing for a malformed offset.
std::optional<std::int32_t> scanOffset(Scanner &in)
{
    if (in.accept('Z') || in.accept('z'))
        return 0;
    const bool negative = in.peek() == '-';
    if (!in.accept('-') && !in.accept('+'))
        return std::nullopt;
    const auto hours = in.number(2, 2);
    if (!hours)
        return std::nullopt;
    std::int64_t seconds = *hours * 3600;
    for (const int unit : {60, 1}) {
        const bool colon = in.accept(':');
        const auto part = in.number(2, 2);
        if (!part && colon)
            return std::nullopt;
        if (!part)
            break;
        seconds += *part * unit;
    }
    if (seconds >= 86'400)
        return std::nullopt;
    return std::int32_t(negative ? -seconds : seconds);
}

QString clockText(std::int64_t usOfDay, bool padHour)
{
    const Time time{usOfDay};
    std::array<char, 32> text;
    int length =
        std::snprintf(text.data(), text.size(), padHour ? "%02d:%02d:%02d" : "%d:%02d:%02d",
                      time.hour(), time.minute(), time.second());
    if (time.microsecond() != 0)
        length += std::snprintf(text.data() + length, text.size() - std::size_t(length), ".%06d",
                                time.microsecond());
    return QString::fromLatin1(text.data(), length);
}

/// "[-]H:MM:SS[.ffffff]" or "MM:SS" or seconds alone, of any size.
std::optional<std::int64_t> scanClockLength(Scanner &in)
{
    const bool negative = in.accept('-');
    if (!negative)
        in.accept('+');
    const auto first = in.number(1, 12);
    if (!first)
        return std::nullopt;
    std::int64_t seconds = *first;
    for (int part = 0; part < 2 && in.accept(':'); ++part) {
        const auto next = in.number(1, 2);
        if (!next)
            return std::nullopt;
        seconds = seconds * 60 + *next;
    }
    std::int64_t us = 0;
    if (in.accept('.') || in.accept(',')) {
        const auto rest = in.fraction();
        if (!rest)
            return std::nullopt;
        us = *rest;
    }
    us += seconds * UsPerSecond;
    return negative ? -us : us;
}

/// ISO 8601's "P3DT4H5M6.5S" without years and months, whose length depends on the calendar.
std::optional<std::int64_t> scanIsoLength(Scanner &in)
{
    std::int64_t us = 0;
    bool clock = false, any = false;
    while (!in.atEnd()) {
        if (!clock && in.accept('T')) {
            clock = true;
            continue;
        }
        const auto count = in.number(1, 10);
        if (!count)
            return std::nullopt;
        std::int64_t rest = 0;
        if (in.accept('.') || in.accept(',')) {
            const auto fraction = in.fraction();
            if (!fraction)
                return std::nullopt;
            rest = *fraction;
        }
        std::int64_t unit = 0;
        if (!clock && in.accept('W'))
            unit = 7 * 86'400;
        else if (!clock && in.accept('D'))
            unit = 86'400;
        else if (clock && in.accept('H'))
            unit = 3'600;
        else if (clock && in.accept('M'))
            unit = 60;
        else if (clock && in.accept('S'))
            unit = 1;
        else
            return std::nullopt;
        std::int64_t part = 0;
        if (__builtin_mul_overflow(*count * UsPerSecond + rest, unit, &part) ||
            __builtin_add_overflow(us, part, &us))
            return std::nullopt;
        any = true;
    }
    return any ? std::optional(us) : std::nullopt;
}

} // namespace

// --- Date ---

Date Date::fromCivil(int year, int month, int day)
{
    using namespace std::chrono;
    const auto ymd = std::chrono::year(year) / std::chrono::month(unsigned(month)) /
                     std::chrono::day(unsigned(day));
    return Date{std::int32_t(sys_days(ymd).time_since_epoch().count())};
}

bool Date::isValidCivil(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    constexpr std::array<int, 12> lengths = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = std::chrono::year(year).is_leap();
    return day <= (month == 2 && !leap ? 28 : lengths[std::size_t(month - 1)]);
}

std::optional<Date> Date::parse(std::string_view iso)
{
    Scanner in(iso);
    const auto date = scanDate(in);
    return in.atEnd() ? date : std::nullopt;
}

Date::Civil Date::civil() const
{
    using namespace std::chrono;
    const year_month_day ymd{sys_days{std::chrono::days{days}}};
    return {int(ymd.year()), int(unsigned(ymd.month())), int(unsigned(ymd.day()))};
}

int Date::isoWeekday() const
{
    // Day 0, 1970-01-01, was a Thursday.
    const int sinceMonday = int((std::int64_t(days) + 3) % 7);
    return (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1;
}

QString Date::toString() const
{
    const Civil c = civil();
    std::array<char, 32> text;
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", c.year, c.month, c.day);
    return QString::fromLatin1(text.data(), length);
}

// --- Time ---

Time Time::fromHms(int hour, int minute, int second, int microsecond)
{
    return Time{((std::int64_t(hour) * 60 + minute) * 60 + second) * UsPerSecond + microsecond};
}

std::optional<Time> Time::parse(std::string_view iso)
{
    Scanner in(iso);
    const auto time = scanTime(in);
    return in.atEnd() ? time : std::nullopt;
}

QString Time::toString() const
{
    return clockText(us, true);
}

// --- Duration ---

QString Duration::toString() const
{
    const std::int64_t days = floorDiv(us, UsPerDay);
    const QString clock = clockText(us - days * UsPerDay, false);
    if (days == 0)
        return clock;
    const bool single = days == 1 || days == -1;
    return QString::number(days) + (single ? QLatin1String(" day, ") : QLatin1String(" days, ")) +
           clock;
}

std::optional<Duration> Duration::parse(std::string_view text)
{
    if (const bool negative = text.substr(0, 2) == "-P"; negative || text.substr(0, 1) == "P") {
        Scanner iso(text.substr(negative ? 2 : 1));
        const auto us = scanIsoLength(iso);
        return us ? std::optional(Duration{negative ? -*us : *us}) : std::nullopt;
    }
    // "-1 day, 2:03:04" (Python), "3 02:03:04" (Django), "1 day 02:03:04", "-2 days" (PostgreSQL).
    Scanner in(text);
    std::int64_t days = 0;
    if (text.find(' ') != std::string_view::npos) {
        const bool negative = in.accept('-');
        const auto count = in.number(1, 9);
        if (!count || !in.accept(' '))
            return std::nullopt;
        days = negative ? -*count : *count;
        if (in.accept("days") || in.accept("day")) {
            if (in.atEnd())
                return Duration{days * UsPerDay};
            in.accept(',');
            if (!in.accept(' '))
                return std::nullopt;
        }
    }
    const auto clock = scanClockLength(in);
    if (!clock || !in.atEnd())
        return std::nullopt;
    std::int64_t us = 0;
    if (__builtin_mul_overflow(days, UsPerDay, &us) || __builtin_add_overflow(us, *clock, &us))
        return std::nullopt;
    return Duration{us};
}

// --- DateTime ---

DateTime DateTime::fromParts(Date date, Time time)
{
    return DateTime{std::int64_t(date.days) * UsPerDay + time.us, std::nullopt};
}

std::optional<DateTime> DateTime::parse(std::string_view iso)
{
    Scanner in(iso);
    const auto date = scanDate(in);
    if (!date)
        return std::nullopt;
    if (in.atEnd())
        return fromParts(*date, Time{});
    if (!in.accept('T') && !in.accept(' ') && !in.accept('t'))
        return std::nullopt;
    const auto time = scanTime(in);
    if (!time)
        return std::nullopt;
    DateTime result = fromParts(*date, *time);
    if (in.atEnd())
        return result;
    in.accept(' ');
    result.offsetSeconds = scanOffset(in);
    if (!result.offsetSeconds || !in.atEnd())
        return std::nullopt;
    return result;
}

Date DateTime::date() const
{
    return Date{std::int32_t(floorDiv(us, UsPerDay))};
}

Time DateTime::time() const
{
    return Time{us - floorDiv(us, UsPerDay) * UsPerDay};
}

QString DateTime::toString(QChar separator) const
{
    QString text = date().toString() + separator + time().toString();
    if (!offsetSeconds)
        return text;
    const int offset = *offsetSeconds;
    const int size = offset < 0 ? -offset : offset;
    std::array<char, 32> tail;
    int length = std::snprintf(tail.data(), tail.size(), "%c%02d:%02d", offset < 0 ? '-' : '+',
                               size / 3600, size / 60 % 60);
    if (size % 60 != 0)
        length += std::snprintf(tail.data() + length, tail.size() - std::size_t(length), ":%02d",
                                size % 60);
    return text + QString::fromLatin1(tail.data(), length);
}

} // namespace heddle
