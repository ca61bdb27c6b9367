#pragma once

#include <QString>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace heddle {

/// A day of the proleptic Gregorian calendar, years 1 to 9999, as days since 1970-01-01.
struct Date {
    std::int32_t days = 0;

    static Date fromCivil(int year, int month, int day); // no check; see isValidCivil
    static bool isValidCivil(int year, int month, int day);
    /// "2021-03-04"; nothing for anything else.
    static std::optional<Date> parse(std::string_view iso);

    struct Civil {
        int year, month, day;
    };
    Civil civil() const;
    int isoWeekday() const;   // 1 = Monday ... 7 = Sunday
    QString toString() const; // ISO
    auto operator<=>(const Date &) const = default;
};

/// A time of day in microseconds since midnight. Qt's QTime stops at milliseconds; databases do
/// not.
struct Time {
    std::int64_t us = 0;

    static Time fromHms(int hour, int minute, int second, int microsecond = 0);
    static std::optional<Time> parse(std::string_view iso);

    int hour() const { return int(us / 3'600'000'000LL); }
    int minute() const { return int(us / 60'000'000LL % 60); }
    int second() const { return int(us / 1'000'000LL % 60); }
    int microsecond() const { return int(us % 1'000'000LL); }
    QString toString() const; // "22:53:30", "22:53:30.000123"
    auto operator<=>(const Time &) const = default;
};

/// A length of time in microseconds, as Python's timedelta.
struct Duration {
    std::int64_t us = 0;
    /// Python's str(timedelta): "1 day, 2:03:04.000005".
    QString toString() const;
    static std::optional<Duration> parse(std::string_view text);
    auto operator<=>(const Duration &) const = default;
};

/// A moment. `us` counts microseconds since 1970-01-01T00:00:00 of the wall clock that is shown;
/// with an offset the moment in UTC is `us - offset`. Without one it is a naive datetime, as
/// Django's with USE_TZ off.
struct DateTime {
    std::int64_t us = 0;
    std::optional<std::int32_t> offsetSeconds;

    static DateTime fromParts(Date date, Time time);
    /// ISO with 'T' or a space, fraction and offset optional, "2021-01-01" alone is midnight.
    static std::optional<DateTime> parse(std::string_view iso);
    Date date() const;
    Time time() const;
    QString toString(QChar separator = QLatin1Char('T')) const;
    bool operator==(const DateTime &) const = default;
};

} // namespace heddle
