#include "orm/query/lookups.h"

#include <QRegularExpression>
#include <charconv>
#include <cmath>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

[[noreturn]] void notANumber(const QString &field, const Value &value)
{
    throw ValueError(u"Field '%1' expected a number but got %2."_s.arg(field, value.toRepr()));
}

[[noreturn]] void invalid(const Value &value, const QString &why)
{
    throw ValidationError(u"['“%1” %2']"_s.arg(value.toDisplay(), why));
}

Value integerOf(const QString &field, const Value &value)
{
    switch (value.type()) {
    case Value::Type::Int:
    case Value::Type::BigInt:
        return value;
    case Value::Type::Bool:
        return Value(value.asBool() ? 1 : 0);
    case Value::Type::Double: {
        const double d = value.asDouble();
        if (!std::isfinite(d))
            throw OverflowError(
                u"Field '%1' expected a number but got %2."_s.arg(field, value.toRepr()));
        if (std::abs(d) < 9.2e18)
            return Value(std::int64_t(d));
        const std::string digits = Decimal::fromDouble(std::trunc(d)).toPlain();
        return Value(BigInt{digits});
    }
    case Value::Type::Decimal: {
        const std::optional<std::int64_t> i = value.asDecimal().toInt64();
        if (!i)
            notANumber(field, value);
        return Value(*i);
    }
    case Value::Type::Text: {
        const QByteArray text = value.asUtf8().trimmed();
        std::int64_t i = 0;
        const char *begin = text.constData() + (text.startsWith('+') ? 1 : 0);
        const auto [end, error] = std::from_chars(begin, text.constData() + text.size(), i);
        if (error == std::errc::result_out_of_range && end == text.constData() + text.size())
            return Value(BigInt{text.toStdString()});
        if (error != std::errc() || end != text.constData() + text.size() || text.isEmpty())
            notANumber(field, value);
        return Value(i);
    }
    case Value::Type::Null:
    case Value::Type::Bytes:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    throw TypeError(u"Field '%1' expected a number but got %2."_s.arg(field, value.toRepr()));
}

Value floatOf(const QString &field, const Value &value)
{
    switch (value.type()) {
    case Value::Type::Double:
        return value;
    case Value::Type::Int:
        return Value(double(value.asInt()));
    case Value::Type::Bool:
        return Value(value.asBool() ? 1.0 : 0.0);
    case Value::Type::Decimal:
        return Value(value.asDecimal().toDouble());
    case Value::Type::BigInt:
        return Value(QByteArray::fromStdString(value.asBigInt().digits).toDouble());
    case Value::Type::Text: {
        bool ok = false;
        const double d = value.asUtf8().trimmed().toDouble(&ok);
        if (!ok)
            notANumber(field, value);
        return Value(d);
    }
    case Value::Type::Null:
    case Value::Type::Bytes:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    throw TypeError(u"Field '%1' expected a number but got %2."_s.arg(field, value.toRepr()));
}

Value decimalOf(const FieldType &type, const Value &value)
{
    switch (value.type()) {
    case Value::Type::Decimal:
        return value;
    case Value::Type::Int:
        return Value(Decimal(value.asInt(), 0));
    case Value::Type::Bool:
        return Value(Decimal(value.asBool() ? 1 : 0, 0));
    case Value::Type::Double:
        if (std::isnan(value.asDouble()))
            invalid(value, u"value must be a decimal number."_s);
        // Django makes the decimal with as many significant digits as the column has.
        return Value(*Decimal::parse(
            QByteArray::number(value.asDouble(), 'g',
                               std::min(type.maxDigits > 0 ? type.maxDigits : 15, 17))
                .toStdString()));
    case Value::Type::BigInt:
        return Value(*Decimal::parse(value.asBigInt().digits));
    case Value::Type::Text: {
        const std::optional<Decimal> d = Decimal::parse(value.asUtf8().trimmed().toStdString());
        if (!d)
            invalid(value, u"value must be a decimal number."_s);
        return Value(*d);
    }
    case Value::Type::Null:
    case Value::Type::Bytes:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    invalid(value, u"value must be a decimal number."_s);
}

Value booleanOf(const Value &value)
{
    if (value.type() == Value::Type::Bool)
        return value;
    if (value.isNumber() && (value == Value(1) || value == Value(0)))
        return Value(value == Value(1));
    if (value.type() == Value::Type::Text) {
        const QByteArray &t = value.asUtf8();
        if (t == "t" || t == "True" || t == "1")
            return Value(true);
        if (t == "f" || t == "False" || t == "0")
            return Value(false);
    }
    invalid(value, u"value must be either True or False."_s);
}

// Django tells a text that is no date at all from one that looks like a date and is none
// (2021-02-29).

const QRegularExpression &dateForm()
{
    static const QRegularExpression form(u"^\\d{4}-\\d{1,2}-\\d{1,2}$"_s);
    return form;
}

const QRegularExpression &timeForm()
{
    static const QRegularExpression form(u"^\\d{1,2}:\\d{1,2}(:\\d{1,2}([.,]\\d{1,12})?)?$"_s);
    return form;
}

const QRegularExpression &dateTimeForm()
{
    static const QRegularExpression form(
        u"^\\d{4}-\\d{1,2}-\\d{1,2}[T ]\\d{1,2}:\\d{1,2}(:\\d{1,2}([.,]\\d{1,12})?)?\\s*(Z|[+-]\\d{2}(:?\\d{2})?)?$"_s);
    return form;
}

bool looksLike(const QRegularExpression &form, const Value &value)
{
    return form.match(value.asString()).hasMatch();
}

std::string_view textOf(const Value &value)
{
    // What Python's fromisoformat() says of anything else.
    if (value.type() != Value::Type::Text)
        throw TypeError(u"fromisoformat: argument must be str"_s);
    return {value.asUtf8().constData(), std::size_t(value.asUtf8().size())};
}

Value dateOf(const Value &value)
{
    if (value.type() == Value::Type::Date)
        return value;
    if (value.type() == Value::Type::DateTime)
        return Value(value.asDateTime().date());
    if (const auto d = Date::parse(textOf(value)))
        return Value(*d);
    if (looksLike(dateForm(), value))
        invalid(value, u"value has the correct format (YYYY-MM-DD) but it is an invalid date."_s);
    invalid(value, u"value has an invalid date format. It must be in YYYY-MM-DD format."_s);
}

Value dateTimeOf(const Value &value)
{
    if (value.type() == Value::Type::DateTime)
        return value;
    if (value.type() == Value::Type::Date)
        return Value(DateTime::fromParts(value.asDate(), Time{}));
    if (const auto d = DateTime::parse(textOf(value)))
        return Value(*d);
    if (looksLike(dateTimeForm(), value))
        invalid(
            value,
            u"value has the correct format (YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]) but it is an invalid date/time."_s);
    if (looksLike(dateForm(), value))
        invalid(value, u"value has the correct format (YYYY-MM-DD) but it is an invalid date."_s);
    invalid(
        value,
        u"value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format."_s);
}

Value timeOf(const Value &value)
{
    if (value.type() == Value::Type::Time)
        return value;
    if (value.type() == Value::Type::DateTime)
        return Value(value.asDateTime().time());
    if (const auto t = Time::parse(textOf(value)))
        return Value(*t);
    if (looksLike(timeForm(), value))
        invalid(value,
                u"value has the correct format (HH:MM[:ss[.uuuuuu]]) but it is an invalid time."_s);
    invalid(value, u"value has an invalid format. It must be in HH:MM[:ss[.uuuuuu]] format."_s);
}

} // namespace

Value prepareValue(const FieldType &type, const QString &field, const Value &value)
{
    if (value.isNull())
        return value;
    switch (type.kind) {
    case FieldKind::Auto:
    case FieldKind::BigAuto:
    case FieldKind::SmallAuto:
    case FieldKind::SmallInteger:
    case FieldKind::Integer:
    case FieldKind::BigInteger:
    case FieldKind::PositiveInteger:
    case FieldKind::ForeignKey:
    case FieldKind::OneToOne:
        return integerOf(field, value);
    case FieldKind::Float:
        return floatOf(field, value);
    case FieldKind::Decimal:
        return decimalOf(type, value);
    case FieldKind::Boolean:
        return booleanOf(value);
    case FieldKind::Date:
        return dateOf(value);
    case FieldKind::DateTime:
        return dateTimeOf(value);
    case FieldKind::Time:
        return timeOf(value);
    case FieldKind::Char:
    case FieldKind::Text:
        return value.type() == Value::Type::Text ? value : Value(value.toDisplay());
    case FieldKind::Uuid: {
        if (value.type() == Value::Type::Uuid)
            return value;
        QString text = value.toDisplay().remove(u'-');
        if (text.size() == 32) {
            text.insert(20, u'-').insert(16, u'-').insert(12, u'-').insert(8, u'-');
            if (const QUuid uuid = QUuid::fromString(text); !uuid.isNull())
                return Value(uuid);
        }
        invalid(value, u"is not a valid UUID."_s);
    }
    case FieldKind::Duration:
        if (value.type() == Value::Type::Text) {
            const auto d =
                Duration::parse({value.asUtf8().constData(), std::size_t(value.asUtf8().size())});
            if (!d)
                invalid(
                    value,
                    u"value has an invalid format. It must be in [DD] [[HH:]MM:]ss[.uuuuuu] format."_s);
            return Value(*d);
        }
        return value;
    case FieldKind::Binary:
    case FieldKind::Json:
    case FieldKind::Array:
    case FieldKind::Other:
        return value;
    }
    return value;
}

} // namespace heddle
