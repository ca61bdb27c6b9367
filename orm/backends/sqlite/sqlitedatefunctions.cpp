// Parts, truncation and arithmetic of dates and times, with the meaning of Django's functions of
// the same kind.

#include "orm/backends/sqlite/sqlitefunctionbase.h"
#include "orm/backends/sqlite/sqlitefunctions.h"
#include "orm/values/temporal.h"

#include <cmath>

namespace heddle::detail {

namespace {

constexpr std::int64_t dayUs = 86'400'000'000LL;

std::optional<DateTime> momentOf(std::string_view text)
{
    return DateTime::parse(text);
}

std::optional<Time> timeOf(std::string_view text)
{
    if (const auto time = Time::parse(text))
        return time;
    if (const auto moment = momentOf(text))
        return moment->time();
    return {};
}

/// The Monday of the week that holds `day`.
Date mondayOf(Date day)
{
    return Date{day.days - (day.isoWeekday() - 1)};
}

struct IsoWeek {
    int year, week;
};

/// ISO 8601: a week belongs to the year that its Thursday is in.
IsoWeek isoWeekOf(Date day)
{
    const Date thursday{mondayOf(day).days + 3};
    const int year = thursday.civil().year;
    return {year, (thursday.days - Date::fromCivil(year, 1, 1).days) / 7 + 1};
}

std::optional<std::int64_t> datePart(std::string_view part, Date day)
{
    const Date::Civil civil = day.civil();
    if (part == "year")
        return civil.year;
    if (part == "month")
        return civil.month;
    if (part == "day")
        return civil.day;
    if (part == "iso_year")
        return isoWeekOf(day).year;
    if (part == "week")
        return isoWeekOf(day).week;
    if (part == "week_day")
        return day.isoWeekday() % 7 + 1; // 1 = Sunday
    if (part == "iso_week_day")
        return day.isoWeekday();
    if (part == "quarter")
        return (civil.month + 2) / 3;
    return {};
}

std::optional<std::int64_t> timePart(std::string_view part, Time time)
{
    if (part == "hour")
        return time.hour();
    if (part == "minute")
        return time.minute();
    if (part == "second")
        return time.second();
    if (part == "microsecond")
        return time.microsecond();
    return {};
}

void failForPart(SqlCall &call)
{
    call.fail(QStringLiteral("unknown part of a date or time: %1").arg(call.string(0)));
}

// heddle_date_extract(part, value), heddle_datetime_extract(part, value): the same, since a date is
// a datetime at midnight.
void extract(SqlCall &call)
{
    const auto moment = momentOf(call.text(1));
    if (!moment)
        return;
    auto part = datePart(call.text(0), moment->date());
    if (!part)
        part = timePart(call.text(0), moment->time());
    part ? call.give(*part) : failForPart(call);
}

void extractTime(SqlCall &call)
{
    const auto time = timeOf(call.text(1));
    if (!time)
        return;
    const auto part = timePart(call.text(0), *time);
    part ? call.give(*part) : failForPart(call);
}

std::optional<Date> truncatedDate(std::string_view kind, Date day)
{
    const Date::Civil civil = day.civil();
    if (kind == "year")
        return Date::fromCivil(civil.year, 1, 1);
    if (kind == "quarter")
        return Date::fromCivil(civil.year, (civil.month - 1) / 3 * 3 + 1, 1);
    if (kind == "month")
        return Date::fromCivil(civil.year, civil.month, 1);
    if (kind == "week")
        return mondayOf(day);
    if (kind == "day")
        return day;
    return {};
}

std::optional<Time> truncatedTime(std::string_view kind, Time time)
{
    if (kind == "hour")
        return Time::fromHms(time.hour(), 0, 0);
    if (kind == "minute")
        return Time::fromHms(time.hour(), time.minute(), 0);
    if (kind == "second")
        return Time::fromHms(time.hour(), time.minute(), time.second());
    return {};
}

void truncateDate(SqlCall &call)
{
    const auto moment = momentOf(call.text(1));
    if (!moment)
        return;
    const auto day = truncatedDate(call.text(0), moment->date());
    day ? call.give(day->toString()) : failForPart(call);
}

void truncateDateTime(SqlCall &call)
{
    const auto moment = momentOf(call.text(1));
    if (!moment)
        return;
    if (const auto day = truncatedDate(call.text(0), moment->date()))
        return call.give(DateTime::fromParts(*day, Time{}).toString(u' '));
    const auto time = truncatedTime(call.text(0), moment->time());
    time ? call.give(DateTime::fromParts(moment->date(), *time).toString(u' ')) : failForPart(call);
}

void truncateTime(SqlCall &call)
{
    const auto time = timeOf(call.text(1));
    if (!time)
        return;
    const auto cut = truncatedTime(call.text(0), *time);
    cut ? call.give(cut->toString()) : failForPart(call);
}

void castDate(SqlCall &call)
{
    if (const auto moment = momentOf(call.text(0)))
        call.give(moment->date().toString());
}

void castTime(SqlCall &call)
{
    if (const auto time = timeOf(call.text(0)))
        call.give(time->toString());
}

/// Microseconds on one scale, whether the text is a moment or a time of day.
std::optional<std::int64_t> microsecondsOf(std::string_view text)
{
    if (const auto moment = momentOf(text))
        return moment->us - moment->offsetSeconds.value_or(0) * 1'000'000LL;
    if (const auto time = Time::parse(text))
        return time->us;
    return {};
}

void giveDifference(SqlCall &call, int left, int right)
{
    const auto a = microsecondsOf(call.text(left)), b = microsecondsOf(call.text(right));
    if (a && b)
        call.give(*a - *b);
}

void timestampDifference(SqlCall &call)
{
    giveDifference(call, 0, 1);
}

std::int64_t floorDays(std::int64_t us)
{
    return us >= 0 ? us / dayUs : -((-us + dayUs - 1) / dayUs);
}

/// A date moves by whole days, as Python's date does; a moment by microseconds.
void moved(SqlCall &call, std::string_view text, std::int64_t us)
{
    const auto moment = momentOf(text);
    if (!moment)
        return;
    if (text.size() == 10)
        return call.give(Date{moment->date().days + std::int32_t(floorDays(us))}.toString());
    DateTime result = *moment;
    result.us += us;
    call.give(result.toString(u' '));
}

// heddle_format_dtdelta(connector, lhs, rhs): each side is a moment's text, a duration in
// microseconds, or a plain number.
void formatDelta(SqlCall &call)
{
    const std::string_view connector = call.text(0);
    const bool leftIsText = call.type(1) == SQLITE_TEXT, rightIsText = call.type(2) == SQLITE_TEXT;
    if (connector == "+" || connector == "-") {
        const std::int64_t sign = connector == "+" ? 1 : -1;
        if (leftIsText && rightIsText)
            return connector == "-" ? giveDifference(call, 1, 2) : void();
        if (leftIsText)
            return moved(call, call.text(1), sign * call.integer(2));
        if (rightIsText)
            return connector == "+" ? moved(call, call.text(2), call.integer(1)) : void();
        return call.give(call.integer(1) + sign * call.integer(2));
    }
    if (leftIsText || rightIsText)
        return; // a moment cannot be multiplied
    if (connector == "*")
        return call.give(std::int64_t(std::llround(call.number(1) * call.number(2))));
    if (connector == "/" && call.number(2) != 0)
        return call.give(std::int64_t(std::llround(call.number(1) / call.number(2))));
}

} // namespace

void registerSqliteDateFunctions(sqlite3 *db)
{
    addFunction<extract>(db, "heddle_date_extract", 2);
    addFunction<extract>(db, "heddle_datetime_extract", 2);
    addFunction<extractTime>(db, "heddle_time_extract", 2);
    addFunction<truncateDate>(db, "heddle_date_trunc", 2);
    addFunction<truncateDateTime>(db, "heddle_datetime_trunc", 2);
    addFunction<truncateTime>(db, "heddle_time_trunc", 2);
    addFunction<castDate>(db, "heddle_datetime_cast_date", 1);
    addFunction<castTime>(db, "heddle_datetime_cast_time", 1);
    addFunction<timestampDifference>(db, "heddle_timestamp_diff", 2);
    addFunction<formatDelta>(db, "heddle_format_dtdelta", 3);
}

} // namespace heddle::detail
