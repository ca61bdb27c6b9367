#include "orm/script/format.h"

#include "orm/script/convert.h"
#include "orm/script/strings.h"
#include "orm/script/vm.h"
#include "orm/values/integer.h"

#include <cmath>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- The specification ---

namespace {

bool isAlign(QChar c)
{
    return c == u'<' || c == u'>' || c == u'=' || c == u'^';
}

std::int64_t readNumber(const QString &text, qsizetype &i)
{
    std::int64_t n = 0;
    while (i < text.size() && text[i] >= u'0' && text[i] <= u'9') {
        n = n * 10 + text[i].digitValue();
        if (n > std::numeric_limits<std::int32_t>::max())
            throw ValueError(u"Too many decimal digits in format string"_s);
        ++i;
    }
    return n;
}

[[noreturn]] void unknownCode(QChar code, const QString &typeName)
{
    throw ValueError(u"Unknown format code '%1' for object of type '%2'"_s.arg(code).arg(typeName));
}

} // namespace

FormatSpec FormatSpec::parse(const QString &spec, const QString &typeName)
{
    FormatSpec r;
    qsizetype i = 0;
    const qsizetype first = !spec.isEmpty() && spec[0].isHighSurrogate() ? 2 : 1;
    if (spec.size() > first && isAlign(spec[first])) {
        r.fill = spec.left(first);
        r.align = spec[first];
        i = first + 1;
    } else if (!spec.isEmpty() && isAlign(spec[0])) {
        r.align = spec[i++];
    }
    const auto at = [&](QChar c) { return i < spec.size() && spec[i] == c; };
    if (at(u'+') || at(u'-') || at(u' '))
        r.sign = spec[i++];
    if (at(u'#')) {
        r.alternate = true;
        ++i;
    }
    if (at(u'0')) {
        r.zeroPad = true;
        if (r.align.isNull()) {
            r.fill = u"0"_s;
            r.align = u'=';
        }
        ++i;
    }
    r.width = readNumber(spec, i);
    if (at(u',') || at(u'_'))
        r.grouping = spec[i++];
    if (at(u',') || at(u'_'))
        throw ValueError(u"Cannot specify both ',' and '_'."_s);
    if (at(u'.')) {
        ++i;
        const qsizetype begin = i;
        r.precision = int(readNumber(spec, i));
        if (i == begin)
            throw ValueError(u"Format specifier missing precision"_s);
    }
    if (i < spec.size())
        r.type = spec[i++];
    if (i < spec.size())
        throw ValueError(
            u"Invalid format specifier '%1' for object of type '%2'"_s.arg(spec, typeName));
    Heap::current()->require(std::uint64_t(r.width) * 2 +
                             std::uint64_t(r.precision.value_or(0)) * 2);
    return r;
}

QString padded(const FormatSpec &spec, const QString &body, QChar standard)
{
    std::int64_t size = 0;
    for (const QChar c : body)
        size += !c.isLowSurrogate();
    const std::int64_t missing = spec.width - size;
    if (missing <= 0)
        return body;
    const QChar align = spec.align.isNull() ? standard : spec.align;
    const std::int64_t left = align == u'<' ? 0 : align == u'^' ? missing / 2 : missing;
    return spec.fill.repeated(left) + body + spec.fill.repeated(missing - left);
}

namespace {

/// Puts separators into the digits; with '=' padding by zeros the zeros are grouped too.
QString grouped(const QString &digits, QChar separator, int size, std::int64_t minimum = 0)
{
    if (separator.isNull())
        return digits.size() < minimum ? QString(minimum - digits.size(), u'0') + digits : digits;
    QString out;
    int inGroup = 0;
    for (qsizetype i = digits.size() - 1; i >= 0 || out.size() < minimum; --i) {
        if (inGroup == size) {
            out.prepend(separator);
            inGroup = 0;
            if (i < 0 && out.size() >= minimum)
                out.prepend(u'0'); // a separator never comes first
        }
        if (i >= 0 || out.size() < minimum)
            out.prepend(i >= 0 ? digits[i] : QChar(u'0'));
        ++inGroup;
    }
    return out;
}

/// Sign, prefix, digits and what follows the point, put together with padding.
QString assembled(const FormatSpec &spec, bool negative, const QString &prefix,
                  const QString &digits, const QString &tail, int group)
{
    const QString sign = negative ? u"-"_s : spec.sign == u'-' ? QString() : QString(spec.sign);
    std::int64_t minimum = 0;
    if (spec.align == u'=' && spec.fill == u"0")
        minimum = spec.width - sign.size() - prefix.size() - tail.size();
    const QString body = grouped(digits, spec.grouping, group, minimum) + tail;
    if (spec.align == u'=') {
        const std::int64_t missing = spec.width - sign.size() - prefix.size() - body.size();
        return sign + prefix + (missing > 0 ? spec.fill.repeated(missing) : QString()) + body;
    }
    return padded(spec, sign + prefix + body, u'>');
}

} // namespace

// --- Texts and whole numbers ---

QString formatText(const QString &text, const QString &spec)
{
    if (spec.isEmpty())
        return text;
    const FormatSpec s = FormatSpec::parse(spec, u"str"_s);
    if (!s.type.isNull() && s.type != u's')
        unknownCode(s.type, u"str"_s);
    if (s.sign != u'-')
        throw ValueError(u"Sign not allowed in string format specifier"_s);
    if (s.align == u'=' && !s.zeroPad)
        throw ValueError(u"'=' alignment not allowed in string format specifier"_s);
    if (!s.grouping.isNull())
        throw ValueError(u"Cannot specify '%1' with 's'."_s.arg(s.grouping));
    FormatSpec plain = s;
    if (plain.align == u'=')
        plain.align = u'<';
    return padded(plain, s.precision ? Str(text).part(0, *s.precision) : text, u'<');
}

QString formatInteger(const Object &object, const QString &spec)
{
    const QString typeName = object.typeName();
    const FormatSpec s = FormatSpec::parse(spec, typeName);
    const QChar type = s.type.isNull() ? QChar(u'd') : s.type;
    if (QStringLiteral("eEfFgG%").contains(type))
        return formatFloat(doubleOf(object), spec);
    if (!QStringLiteral("bcdnoxX").contains(type))
        unknownCode(type, typeName);
    if (s.precision)
        throw ValueError(u"Precision not allowed in integer format specifier"_s);
    if (type == u'c') {
        if (object.isHeap() || object.asInt() < 0 || object.asInt() > 0x10ffff)
            throw OverflowError(u"%c arg not in range(0x110000)"_s);
        const char32_t c = char32_t(object.asInt());
        return padded(s, QString::fromUcs4(&c, 1), u'<');
    }
    const int base = type == u'b' ? 2 : type == u'o' ? 8 : type == u'x' || type == u'X' ? 16 : 10;
    const Value value = integerValue(object);
    QString digits = QString::fromStdString(integer::toText(
        value.type() == Value::Type::Bool ? Value(int(value.asBool())) : value, base));
    const bool negative = digits.startsWith(u'-');
    if (negative)
        digits.remove(0, 1);
    if (type == u'X')
        digits = digits.toUpper();
    const QString prefix = s.alternate && base != 10 ? u'0' + QString(type) : QString();
    return assembled(s, negative, prefix, digits, {}, base == 10 ? 3 : 4);
}

// --- Floats ---

namespace {

/// Digits of a finite, non-negative number in one of C's styles; grows the buffer as far as the
/// number is long.
QByteArray cFormat(char style, int precision, double value, bool alternate)
{
    char pattern[] = {'%', '#', '.', '*', style, 0};
    if (!alternate)
        memmove(pattern + 1, pattern + 2, 4);
    const int size = snprintf(nullptr, 0, pattern, precision, value);
    QByteArray text(size + 1, Qt::Uninitialized);
    snprintf(text.data(), std::size_t(size) + 1, pattern, precision, value);
    text.truncate(size);
    return text;
}

QString floatBody(const FormatSpec &s, double value, const QString &typeName)
{
    if (s.type.isNull() && !s.precision)
        return Value(value).toRepr();
    const int precision = s.precision.value_or(6);
    switch (s.type.unicode()) {
    case 'e':
    case 'E':
    case 'f':
    case 'F':
        return QString::fromLatin1(
            cFormat(char(s.type.toLower().toLatin1()), precision, value, s.alternate));
    case '%':
        return QString::fromLatin1(cFormat('f', precision, value * 100, s.alternate)) + u'%';
    case 'g':
    case 'G':
    case 'n':
        return QString::fromLatin1(cFormat('g', std::max(precision, 1), value, s.alternate));
    case 0: {
        // Like 'g', but with a digit behind the point, and with an exponent one digit sooner to
        // have room for it.
        const int digits = std::max(precision, 1);
        QByteArray text = cFormat('e', digits - 1, value, s.alternate);
        const qsizetype mark = text.indexOf('e');
        const int exponent = text.mid(mark + 1).toInt();
        if (value != 0 && (exponent < -4 || exponent >= digits - 1) && digits > 1) {
            QByteArray mantissa = text.left(mark);
            while (mantissa.contains('.') && (mantissa.endsWith('0') || mantissa.endsWith('.')))
                mantissa.chop(1);
            return QString::fromLatin1(mantissa + text.mid(mark));
        }
        text = cFormat('g', digits, value, s.alternate);
        if (!text.contains('.') && !text.contains('e'))
            text += ".0";
        return QString::fromLatin1(text);
    }
    default:
        unknownCode(s.type, typeName);
    }
}

} // namespace

QString formatFloat(double value, const QString &spec)
{
    const FormatSpec s = FormatSpec::parse(spec, u"float"_s);
    if (s.precision && *s.precision > 100'000)
        throw ValueError(u"precision too big"_s);
    QString body;
    if (std::isfinite(value)) {
        body = floatBody(s, std::abs(value), u"float"_s);
    } else {
        if (!s.type.isNull() && !QStringLiteral("eEfFgGn%").contains(s.type))
            unknownCode(s.type, u"float"_s);
        body = std::isnan(value) ? u"nan"_s : u"inf"_s;
        if (s.type == u'%')
            body += u'%';
    }
    if (!s.type.isNull() && s.type.isUpper())
        body = body.toUpper();
    qsizetype whole = 0;
    while (whole < body.size() && body[whole].isDigit())
        ++whole;
    const bool negative = std::signbit(value) && !std::isnan(value);
    if (whole == 0)
        return assembled(s, negative, {}, body, {}, 1000);
    return assembled(s, negative, {}, body.left(whole), body.mid(whole), 3);
}

QString formatDecimal(const Decimal &value, const QString &spec)
{
    const FormatSpec s = FormatSpec::parse(spec, u"decimal.Decimal"_s);
    if (!s.type.isNull() && !QStringLiteral("eEfFgGn%").contains(s.type))
        throw ValueError(u"invalid format string"_s);
    const Decimal positive = value.isNegative() ? -value : value;
    QString body;
    if (!value.isFinite()) {
        body = QString::fromStdString(positive.toStdString());
    } else if (s.type == u'f' || s.type == u'F' || s.type == u'%') {
        Decimal shown = s.type == u'%' ? positive * Decimal(100, 0) : positive;
        if (s.precision)
            shown = shown.quantized(*s.precision);
        body = QString::fromStdString(shown.toPlain());
        if (s.type == u'%')
            body += u'%';
    } else if (s.type.toLower() == u'e') {
        std::string digits = positive.digits();
        int exponent = positive.exponent() + int(digits.size()) - 1;
        const int places = s.precision.value_or(int(digits.size()) - 1);
        const Decimal mantissa = *Decimal::parse(digits + "e-" + std::to_string(digits.size() - 1));
        Decimal rounded = mantissa.quantized(places);
        if (Decimal::compare(rounded, Decimal(10, 0)) >= 0) {
            rounded = (rounded / Decimal(10, 0)).quantized(places);
            ++exponent;
        }
        body = QString::fromStdString(rounded.toPlain()) + (s.type == u'E' ? u'E' : u'e') +
               (exponent < 0 ? u'-' : u'+') + QString::number(std::abs(exponent));
    } else if (s.precision && int(positive.digits().size()) > std::max(*s.precision, 1)) {
        const int drop = int(positive.digits().size()) - std::max(*s.precision, 1);
        body = QString::fromStdString(
            Decimal::compare(positive, Decimal(0, 0)) == 0
                ? positive.toStdString()
                : positive.quantized(-(positive.exponent() + drop)).toStdString());
    } else {
        body = QString::fromStdString(positive.toStdString());
    }
    qsizetype whole = 0;
    while (whole < body.size() && body[whole].isDigit())
        ++whole;
    return assembled(s, value.isNegative(), {}, body.left(whole), body.mid(whole), 3);
}

QString formatObject(Machine &vm, const Object &object, const QString &spec)
{
    if (object.isHeap())
        return object.heap()->format(vm, spec);
    if (spec.isEmpty())
        return strOf(vm, object);
    if (object.isFloat())
        return formatFloat(object.asFloat(), spec);
    if (object.isInt() || object.isBool())
        return formatInteger(object, spec);
    throw TypeError(u"unsupported format string passed to NoneType.__format__"_s);
}

} // namespace heddle::script
