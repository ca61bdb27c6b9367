#include "orm/script/valuetypes.h"

#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/natives.h"
#include "orm/script/operators.h"
#include "orm/script/vm.h"
#include "orm/values/integer.h"

#include <QDateTime>
#include <QStringDecoder>
#include <chrono>
#include <cmath>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;

Object integerObject(std::int64_t v)
{
    return Object::integer(v);
}

// --- Making dates ---

std::int64_t partIn(ArgumentReader &in, const char *name, std::int64_t low, std::int64_t high,
                    std::optional<std::int64_t> fallback)
{
    const std::int64_t v = in.integer(name, fallback);
    if (v < low || v > high)
        throw ValueError(u"%1 must be in %2..%3"_s.arg(QLatin1String(name)).arg(low).arg(high));
    return v;
}

Date dateFrom(ArgumentReader &in, const std::optional<Date> &fallback)
{
    const auto part = [&](int Date::Civil::*member) -> std::optional<std::int64_t> {
        if (!fallback)
            return std::nullopt;
        const Date::Civil civil = fallback->civil();
        return civil.*member;
    };
    const std::int64_t year = in.integer("year", part(&Date::Civil::year));
    if (year < 1 || year > 9999)
        throw ValueError(u"year %1 is out of range"_s.arg(year));
    const std::int64_t month = partIn(in, "month", 1, 12, part(&Date::Civil::month));
    const std::int64_t day = in.integer("day", part(&Date::Civil::day));
    if (day < 1 || day > 31 || !Date::isValidCivil(int(year), int(month), int(day)))
        throw ValueError(u"day is out of range for month"_s);
    return Date::fromCivil(int(year), int(month), int(day));
}

Time timeFrom(ArgumentReader &in, const Time &fallback)
{
    const std::int64_t hour = partIn(in, "hour", 0, 23, fallback.hour());
    const std::int64_t minute = partIn(in, "minute", 0, 59, fallback.minute());
    const std::int64_t second = partIn(in, "second", 0, 59, fallback.second());
    const std::int64_t us = partIn(in, "microsecond", 0, 999'999, fallback.microsecond());
    return Time::fromHms(int(hour), int(minute), int(second), int(us));
}

std::optional<std::int32_t> zoneFrom(const Object &zone)
{
    if (zone.isEmpty() || zone.isNone())
        return std::nullopt;
    if (const Value *offset = valueIn(zone, Value::Type::Duration))
        return std::int32_t(offset->asDuration().us / kSecond);
    throw TypeError(
        u"tzinfo argument must be None or timezone.utc, not type '%1'"_s.arg(zone.typeName()));
}

Object makeDate(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("date", a);
    const Date made = dateFrom(in, std::nullopt);
    in.end();
    return Object::fromValue(made);
}

Object makeTime(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("time", a);
    const Time made = timeFrom(in, {});
    in.end();
    return Object::fromValue(made);
}

Object makeDateTime(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("datetime", a);
    const Date date = dateFrom(in, std::nullopt);
    const Time time = timeFrom(in, {});
    DateTime made = DateTime::fromParts(date, time);
    made.offsetSeconds = zoneFrom(in.optional("tzinfo"));
    in.end();
    return Object::fromValue(made);
}

Object makeDuration(Machine &vm, const Object &, Arguments &a)
{
    static constexpr struct {
        const char *name;
        std::int64_t us;
    } units[] = {{"days", kDay},         {"seconds", kSecond},      {"microseconds", 1},
                 {"milliseconds", 1000}, {"minutes", 60 * kSecond}, {"hours", 3600 * kSecond},
                 {"weeks", 7 * kDay}};
    ArgumentReader in("timedelta", a);
    Object total = Object::fromValue(Duration{0});
    for (const auto &unit : units) {
        const Object given = in.optional(unit.name);
        if (given.isEmpty())
            continue;
        if (!given.isInt() && !given.isFloat() && !given.isBool())
            throw TypeError(u"unsupported type for timedelta %1 component: %2"_s.arg(
                QLatin1String(unit.name), given.typeName()));
        total = binaryObjects(
            vm, BinaryOp::Add, total,
            binaryObjects(vm, BinaryOp::Mul, Object::fromValue(Duration{unit.us}), given));
    }
    in.end();
    return total;
}

Object makeDecimal(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("Decimal", a);
    const Object x = in.optional("value", Object::integer(0));
    in.end();
    if (valueIn(x, Value::Type::Decimal))
        return x;
    if (isInteger(x))
        return Object::fromValue(
            *Decimal::parse(integer::toText(x.isBool() ? Value(int(x.asInt())) : integerValue(x))));
    if (x.isFloat())
        return Object::fromValue(Decimal::fromDouble(x.asFloat()));
    if (!x.isStr())
        throw TypeError(u"conversion from %1 to Decimal is not supported"_s.arg(x.typeName()));
    const QByteArray text = x.text().trimmed().remove(u'_').toUtf8();
    if (const auto value =
            Decimal::parse(std::string_view(text.constData(), std::size_t(text.size()))))
        return Object::fromValue(*value);
    Q_UNUSED(vm)
    throw raised("InvalidOperation", u"[<class 'decimal.ConversionSyntax'>]"_s);
}

Object makeUuid(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("UUID", a);
    const QString text = in.text("hex");
    in.end();
    QString hex =
        QString(text).remove(u"urn:"_s).remove(u"uuid:"_s).remove(u'{').remove(u'}').remove(u'-');
    const QUuid made =
        hex.size() == 32
            ? QUuid::fromString(u"%1-%2-%3-%4-%5"_s.arg(
                  hex.mid(0, 8), hex.mid(8, 4), hex.mid(12, 4), hex.mid(16, 4), hex.mid(20)))
            : QUuid();
    if (made.isNull() && hex != QString(32, u'0'))
        throw ValueError(u"badly formed hexadecimal UUID string"_s);
    return Object::fromValue(made);
}

// --- Class methods ---

DateTime now()
{
    const QDateTime local = QDateTime::currentDateTime();
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return DateTime{us.count() + local.offsetFromUtc() * kSecond, std::nullopt};
}

Object datetimeNow(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("now", a);
    const auto zone = zoneFrom(in.optional("tz"));
    in.end();
    DateTime moment = now();
    if (zone) {
        moment.us += (*zone - QDateTime::currentDateTime().offsetFromUtc()) * kSecond;
        moment.offsetSeconds = zone;
    }
    return Object::fromValue(moment);
}

Object datetimeToday(Machine &, const Object &, Arguments &a)
{
    ArgumentReader("today", a).end();
    return Object::fromValue(now());
}

Object dateToday(Machine &, const Object &, Arguments &a)
{
    ArgumentReader("today", a).end();
    return Object::fromValue(now().date());
}

Object datetimeCombine(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("combine", a);
    const Object date = in.required("date"), time = in.required("time");
    in.end();
    const Value *d = valueIn(date, Value::Type::Date), *t = valueIn(time, Value::Type::Time);
    if (!d || !t)
        throw TypeError(u"combine() needs a date and a time"_s);
    return Object::fromValue(DateTime::fromParts(d->asDate(), t->asTime()));
}

template <typename T>
Object fromIso(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("fromisoformat", a);
    const QString text = in.text("date_string");
    in.end();
    const QByteArray utf8 = text.toUtf8();
    if (const auto value = T::parse(std::string_view(utf8.constData(), std::size_t(utf8.size()))))
        return Object::fromValue(*value);
    throw ValueError(u"Invalid isoformat string: "_s + reprOf(vm, Object::str(text)));
}

Object strptime(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("strptime", a);
    const QString text = in.text("date_string"), format = in.text("format");
    in.end();
    return Object::fromValue(parseTemporal(text, format));
}

constexpr NativeEntry kDateClass[] = {{"fromisoformat", fromIso<Date>}, {"today", dateToday}};
constexpr NativeEntry kTimeClass[] = {{"fromisoformat", fromIso<Time>}};
constexpr NativeEntry kDateTimeClass[] = {{"combine", datetimeCombine},
                                          {"fromisoformat", fromIso<DateTime>},
                                          {"now", datetimeNow},
                                          {"strptime", strptime},
                                          {"today", datetimeToday}};

template <Value::Type type>
bool isValue(const Object &object)
{
    return valueIn(object, type) != nullptr;
}

bool isDateOrDateTime(const Object &object)
{
    return isValue<Value::Type::Date>(object) || isValue<Value::Type::DateTime>(object);
}

Object dateConstant(Machine &, const QString &name)
{
    if (name == u"min")
        return Object::fromValue(Date::fromCivil(1, 1, 1));
    if (name == u"max")
        return Object::fromValue(Date::fromCivil(9999, 12, 31));
    return methodFrom(calendarClassMethods(), {}, name);
}

Object timeConstant(Machine &, const QString &name)
{
    if (name == u"min")
        return Object::fromValue(Time{});
    return name == u"max" ? Object::fromValue(Time{kDay - 1}) : Object();
}

Object dateTimeConstant(Machine &, const QString &name)
{
    if (name == u"min")
        return Object::fromValue(DateTime::fromParts(Date::fromCivil(1, 1, 1), Time{}));
    if (name == u"max")
        return Object::fromValue(
            DateTime::fromParts(Date::fromCivil(9999, 12, 31), Time{kDay - 1}));
    return {};
}

/// timezone.utc: zones are their offsets here.
Object zoneConstant(Machine &, const QString &name)
{
    return name == u"utc" ? Object::fromValue(Duration{0}) : Object();
}

struct TypeLine {
    const char *name, *shown;
    NativeFunction make;
    bool (*isInstance)(const Object &);
    std::span<const NativeEntry> classMethods = {};
    NativeType::Attribute attribute = nullptr;
};

const TypeLine kTypes[] = {
    {"date", "datetime.date", makeDate, isDateOrDateTime, kDateClass, dateConstant},
    {"time", "datetime.time", makeTime, isValue<Value::Type::Time>, kTimeClass, timeConstant},
    {"datetime", "datetime.datetime", makeDateTime, isValue<Value::Type::DateTime>, kDateTimeClass,
     dateTimeConstant},
    {"timedelta", "datetime.timedelta", makeDuration, isValue<Value::Type::Duration>},
    {"timezone", "datetime.timezone", nullptr, nullptr, {}, zoneConstant},
    {"Decimal", "decimal.Decimal", makeDecimal, isValue<Value::Type::Decimal>},
    {"UUID", "uuid.UUID", makeUuid, isValue<Value::Type::Uuid>},
};

} // namespace

Object valueType(const QString &name)
{
    for (const TypeLine &line : kTypes) {
        if (name == QLatin1String(line.name))
            return Object::make<NativeType>(line.shown, line.make, line.isInstance,
                                            line.classMethods, line.attribute);
    }
    return {};
}

QStringList valueTypeNames()
{
    QStringList names;
    for (const TypeLine &line : kTypes)
        names.append(QString::fromLatin1(line.name));
    return names;
}

// --- Methods of values ---

namespace {

const Value &valueOf(const Object &self)
{
    return self.as<Val>()->value();
}

Object strftime(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("strftime", a);
    const QString codes = in.text("format");
    in.end();
    return Object::str(formatTemporal(valueOf(self), codes));
}

Date dateOf(const Value &v)
{
    return v.type() == Value::Type::Date ? v.asDate() : v.asDateTime().date();
}

Object weekday(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("weekday", a).end();
    return integerObject(dateOf(valueOf(self)).isoWeekday() - 1);
}

Object isoweekday(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("isoweekday", a).end();
    return integerObject(dateOf(valueOf(self)).isoWeekday());
}

Object toDate(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("date", a).end();
    return Object::fromValue(valueOf(self).asDateTime().date());
}

Object toTime(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("time", a).end();
    return Object::fromValue(valueOf(self).asDateTime().time());
}

Object timestamp(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("timestamp", a).end();
    const DateTime &moment = valueOf(self).asDateTime();
    std::int64_t offset = moment.offsetSeconds.value_or(0);
    if (!moment.offsetSeconds)
        offset =
            QDateTime::fromMSecsSinceEpoch(moment.us / 1000, Qt::UTC).toLocalTime().offsetFromUtc();
    return Object::real(double(moment.us - offset * kSecond) / 1e6);
}

Object replaceParts(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("replace", a);
    const Value &v = valueOf(self);
    Value made;
    if (v.type() == Value::Type::Time) {
        made = timeFrom(in, v.asTime());
    } else {
        const Date date = dateFrom(in, dateOf(v));
        if (v.type() == Value::Type::Date) {
            made = date;
        } else {
            DateTime moment = DateTime::fromParts(date, timeFrom(in, v.asDateTime().time()));
            const Object zone = in.optional("tzinfo");
            moment.offsetSeconds = zone.isEmpty() ? v.asDateTime().offsetSeconds : zoneFrom(zone);
            made = moment;
        }
    }
    in.end();
    return Object::fromValue(made);
}

Object totalSeconds(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("total_seconds", a).end();
    return Object::real(double(valueOf(self).asDuration().us) / 1e6);
}

Object quantize(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("quantize", a);
    const Object exponent = in.required("exp");
    in.optional("rounding");
    in.end();
    const Value *to = valueIn(exponent, Value::Type::Decimal);
    if (!to)
        throw TypeError(u"quantize() needs a Decimal, not %1"_s.arg(exponent.typeName()));
    return Object::fromValue(valueOf(self).asDecimal().quantized(-to->asDecimal().exponent()));
}

Object normalize(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("normalize", a).end();
    return Object::fromValue(valueOf(self).asDecimal().normalized());
}

Object decode(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("decode", a);
    const QString encoding = in.text("encoding", u"utf-8"_s).toLower();
    in.optional("errors");
    in.end();
    const QByteArray &bytes = valueOf(self).asBytes();
    if (encoding == u"latin-1" || encoding == u"latin1" || encoding == u"iso-8859-1")
        return Object::str(QString::fromLatin1(bytes));
    if (encoding != u"utf-8" && encoding != u"utf8" && encoding != u"ascii")
        throw raised("LookupError", u"unknown encoding: "_s + encoding);
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(bytes);
    if (decoder.hasError())
        throw raised("UnicodeDecodeError",
                     u"'utf-8' codec can't decode these bytes: they are no valid text"_s);
    return Object::str(text);
}

Object hexOfBytes(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("hex", a).end();
    return Object::str(QString::fromLatin1(valueOf(self).asBytes().toHex()));
}

constexpr NativeEntry kDateMethods[] = {{"isoweekday", isoweekday},
                                        {"replace", replaceParts},
                                        {"strftime", strftime},
                                        {"weekday", weekday}};
constexpr NativeEntry kTimeMethods[] = {{"replace", replaceParts}, {"strftime", strftime}};
constexpr NativeEntry kDateTimeMethods[] = {
    {"date", toDate}, {"isoweekday", isoweekday}, {"replace", replaceParts}, {"strftime", strftime},
    {"time", toTime}, {"timestamp", timestamp},   {"weekday", weekday}};
constexpr NativeEntry kDurationMethods[] = {{"total_seconds", totalSeconds}};
Object asTuple(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("as_tuple", a).end();
    const Decimal decimal = valueOf(self).asDecimal();
    Objects digits;
    for (const char digit : decimal.digits())
        digits.push_back(integerObject(digit - '0'));
    static const auto names =
        std::make_shared<const QStringList>(QStringList{u"sign"_s, u"digits"_s, u"exponent"_s});
    return Tuple::named({integerObject(decimal.isNegative()), Tuple::of(std::move(digits)),
                         integerObject(decimal.exponent())},
                        names, u"DecimalTuple"_s);
}

Object toIntegralValue(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("to_integral_value", a).end();
    const Decimal decimal = valueOf(self).asDecimal();
    return Object::fromValue(decimal.exponent() >= 0 ? decimal : decimal.quantized(0));
}

constexpr NativeEntry kDecimalMethods[] = {{"as_tuple", asTuple},
                                           {"normalize", normalize},
                                           {"quantize", quantize},
                                           {"to_integral_value", toIntegralValue}};
constexpr NativeEntry kBytesMethods[] = {{"decode", decode}, {"hex", hexOfBytes}};

std::span<const NativeEntry> methodsOf(Value::Type type)
{
    switch (type) {
    case Value::Type::Date:
        return kDateMethods;
    case Value::Type::Time:
        return kTimeMethods;
    case Value::Type::DateTime:
        return kDateTimeMethods;
    case Value::Type::Duration:
        return kDurationMethods;
    case Value::Type::Decimal:
        return kDecimalMethods;
    case Value::Type::Bytes:
        return kBytesMethods;
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Double:
    case Value::Type::Text:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    return {};
}

Object datePart(const Date &date, const QString &name)
{
    const Date::Civil civil = date.civil();
    if (name == u"year")
        return integerObject(civil.year);
    if (name == u"month")
        return integerObject(civil.month);
    if (name == u"day")
        return integerObject(civil.day);
    return {};
}

Object timePart(const Time &time, const QString &name)
{
    if (name == u"hour")
        return integerObject(time.hour());
    if (name == u"minute")
        return integerObject(time.minute());
    if (name == u"second")
        return integerObject(time.second());
    if (name == u"microsecond")
        return integerObject(time.microsecond());
    return {};
}

Object durationPart(const Duration &duration, const QString &name)
{
    const std::int64_t days = duration.us / kDay - (duration.us % kDay < 0),
                       rest = duration.us - days * kDay;
    if (name == u"days")
        return integerObject(days);
    if (name == u"seconds")
        return integerObject(rest / kSecond);
    if (name == u"microseconds")
        return integerObject(rest % kSecond);
    return {};
}

} // namespace

Object valueAttribute(Machine &, const Object &self, const Value &value, const QString &name)
{
    Object part;
    if (value.type() == Value::Type::Date || value.type() == Value::Type::DateTime)
        part = datePart(dateOf(value), name);
    if (part.isEmpty() && value.type() == Value::Type::Time)
        part = timePart(value.asTime(), name);
    if (part.isEmpty() && value.type() == Value::Type::DateTime) {
        part = timePart(value.asDateTime().time(), name);
        if (name == u"tzinfo")
            part = value.asDateTime().offsetSeconds
                       ? Object::fromValue(Duration{*value.asDateTime().offsetSeconds * kSecond})
                       : Object::none();
    }
    if (value.type() == Value::Type::Duration)
        part = durationPart(value.asDuration(), name);
    if (value.type() == Value::Type::Uuid && name == u"hex")
        part = Object::str(value.asUuid().toString(QUuid::Id128));
    if (part.isEmpty())
        part = methodFrom(methodsOf(value.type()), self, name);
    return part.isEmpty() ? methodFrom(calendarMethods(value.type()), self, name) : part;
}

QStringList valueAttributeNames(Value::Type type)
{
    QStringList names = namesOf(methodsOf(type)) + namesOf(calendarMethods(type));
    if (type == Value::Type::Date || type == Value::Type::DateTime)
        names += {u"year"_s, u"month"_s, u"day"_s};
    if (type == Value::Type::Time || type == Value::Type::DateTime)
        names += {u"hour"_s, u"minute"_s, u"second"_s, u"microsecond"_s};
    if (type == Value::Type::Duration)
        names += {u"days"_s, u"seconds"_s, u"microseconds"_s};
    if (type == Value::Type::Uuid)
        names += u"hex"_s;
    return names;
}

} // namespace heddle::script
