#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/natives.h"
#include "orm/script/valuetypes.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::int64_t kEpochOrdinal = 719'163; // of 1970-01-01, where 0001-01-01 is day 1

const Value &valueOf(const Object &self)
{
    return self.as<Val>()->value();
}

Date dateOf(const Object &self)
{
    const Value &value = valueOf(self);
    return value.type() == Value::Type::Date ? value.asDate() : value.asDateTime().date();
}

Object toordinal(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("toordinal", a).end();
    return Object::integer(dateOf(self).days + kEpochOrdinal);
}

/// The week that its Thursday lies in.
Object isocalendar(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("isocalendar", a).end();
    const Date date = dateOf(self);
    const int weekday = date.isoWeekday();
    const Date thursday{date.days + 4 - weekday};
    const int year = thursday.civil().year;
    const int week = (thursday.days - Date::fromCivil(year, 1, 1).days) / 7 + 1;
    static const auto names =
        std::make_shared<const QStringList>(QStringList{u"year"_s, u"week"_s, u"weekday"_s});
    return Tuple::named({Object::integer(year), Object::integer(week), Object::integer(weekday)},
                        names, u"datetime.IsoCalendarDate"_s);
}

Object ctime(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("ctime", a).end();
    const Value &value = valueOf(self);
    const QString day = QString::number(dateOf(self).civil().day).rightJustified(2);
    const DateTime moment = value.type() == Value::Type::Date
                                ? DateTime::fromParts(value.asDate(), Time{})
                                : value.asDateTime();
    return Object::str(formatTemporal(Value(moment), u"%a %b %1 %H:%M:%S %Y"_s.arg(day)));
}

QString clockText(const Time &time, const QString &timespec)
{
    const auto two = [](int n) { return QString::number(n).rightJustified(2, u'0'); };
    QString text = two(time.hour());
    if (timespec == u"hours")
        return text;
    text += u':' + two(time.minute());
    if (timespec == u"minutes")
        return text;
    text += u':' + two(time.second());
    if (timespec == u"seconds" || (timespec == u"auto" && time.microsecond() == 0))
        return text;
    const QString fraction = QString::number(time.microsecond()).rightJustified(6, u'0');
    if (timespec == u"milliseconds")
        return text + u'.' + fraction.left(3);
    if (timespec == u"microseconds" || timespec == u"auto")
        return text + u'.' + fraction;
    throw ValueError(u"Unknown timespec value"_s);
}

Object isoformat(Machine &, const Object &self, Arguments &a)
{
    const Value &value = valueOf(self);
    ArgumentReader in("isoformat", a);
    if (value.type() == Value::Type::Date) {
        in.end();
        return Object::str(value.toDisplay());
    }
    if (value.type() == Value::Type::Time) {
        const QString timespec = in.text("timespec", u"auto"_s);
        in.end();
        return Object::str(clockText(value.asTime(), timespec));
    }
    const QString separator = in.text("sep", u"T"_s), timespec = in.text("timespec", u"auto"_s);
    in.end();
    if (separator.size() != 1)
        throw TypeError(u"isoformat() argument 1 must be a unicode character, not str"_s);
    const DateTime moment = value.asDateTime();
    QString text = moment.date().toString() + separator + clockText(moment.time(), timespec);
    if (moment.offsetSeconds) {
        const QString whole = moment.toString();
        const qsizetype zone = std::max(whole.lastIndexOf(u'+'), whole.lastIndexOf(u'-'));
        text += whole.mid(zone);
    }
    return Object::str(text);
}

constexpr NativeEntry kDateMethods[] = {{"ctime", ctime},
                                        {"isocalendar", isocalendar},
                                        {"isoformat", isoformat},
                                        {"toordinal", toordinal}};
constexpr NativeEntry kTimeMethods[] = {{"isoformat", isoformat}};

Object fromordinal(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("fromordinal", a);
    const std::int64_t ordinal = in.integer("ordinal");
    in.end();
    if (ordinal < 1)
        throw ValueError(u"ordinal must be >= 1"_s);
    if (ordinal > Date::fromCivil(9999, 12, 31).days + kEpochOrdinal)
        throw ValueError(u"year is out of range"_s);
    return Object::fromValue(Date{std::int32_t(ordinal - kEpochOrdinal)});
}

Object fromIsoCalendar(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("fromisocalendar", a);
    const std::int64_t year = in.integer("year"), week = in.integer("week"),
                       day = in.integer("day");
    in.end();
    if (year < 1 || year > 9999)
        throw ValueError(u"Year is out of range: %1"_s.arg(year));
    const Date fourth = Date::fromCivil(int(year), 1, 4); // always in week 1
    const Date last = Date::fromCivil(int(year), 12, 28); // always in the last one
    const std::int32_t monday = fourth.days - (fourth.isoWeekday() - 1);
    const std::int64_t weeks = (last.days - monday) / 7 + 1;
    if (week < 1 || week > weeks)
        throw ValueError(u"Invalid week: %1"_s.arg(week));
    if (day < 1 || day > 7)
        throw ValueError(u"Invalid weekday: %1 (range is [1, 7])"_s.arg(day));
    return Object::fromValue(Date{monday + std::int32_t((week - 1) * 7 + day - 1)});
}

constexpr NativeEntry kDateClass[] = {{"fromisocalendar", fromIsoCalendar},
                                      {"fromordinal", fromordinal}};

} // namespace

std::span<const NativeEntry> calendarMethods(Value::Type type)
{
    if (type == Value::Type::Date || type == Value::Type::DateTime)
        return kDateMethods;
    if (type == Value::Type::Time)
        return kTimeMethods;
    return {};
}

std::span<const NativeEntry> calendarClassMethods()
{
    return kDateClass;
}

} // namespace heddle::script
