#include "orm/script/format.h"

#include <QRegularExpression>
#include <array>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

const QStringList &days()
{
    static const QStringList names{u"Monday"_s, u"Tuesday"_s,  u"Wednesday"_s, u"Thursday"_s,
                                   u"Friday"_s, u"Saturday"_s, u"Sunday"_s};
    return names;
}

const QStringList &months()
{
    static const QStringList names{u"January"_s,   u"February"_s, u"March"_s,    u"April"_s,
                                   u"May"_s,       u"June"_s,     u"July"_s,     u"August"_s,
                                   u"September"_s, u"October"_s,  u"November"_s, u"December"_s};
    return names;
}

QString anyOf(QStringList names, bool abbreviated)
{
    if (abbreviated)
        for (QString &name : names)
            name.truncate(3);
    return u'(' + names.join(u'|') + u')';
}

/// 1-based; 0: none of them.
int indexOf(const QStringList &names, const QString &text)
{
    for (int i = 0; i < names.size(); ++i)
        if (names[i].startsWith(text, Qt::CaseInsensitive))
            return i + 1;
    return 0;
}

/// What one code matches, as Python's own table has it; empty: an unknown code.
QString patternOf(QChar code)
{
    switch (code.unicode()) {
    case 'Y':
        return u"(\\d\\d\\d\\d)"_s;
    case 'y':
    case 'S':
        return code == u'y' ? u"(\\d\\d)"_s : u"(6[0-1]|[0-5]\\d|\\d)"_s;
    case 'm':
        return u"(1[0-2]|0[1-9]|[1-9])"_s;
    case 'd':
        return u"(3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9])"_s;
    case 'H':
        return u"(2[0-3]|[0-1]\\d|\\d)"_s;
    case 'I':
        return u"(1[0-2]|0[1-9]|[1-9])"_s;
    case 'M':
        return u"([0-5]\\d|\\d)"_s;
    case 'f':
        return u"(\\d{1,6})"_s;
    case 'j':
        return u"(36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9])"_s;
    case 'p':
        return u"(am|pm)"_s;
    case 'b':
        return anyOf(months(), true);
    case 'B':
        return anyOf(months(), false);
    case 'a':
        return anyOf(days(), true);
    case 'A':
        return anyOf(days(), false);
    case 'z':
        return u"([+-]\\d\\d:?[0-5]\\d|Z)"_s;
    default:
        return {};
    }
}

struct Parts {
    int year = 1900, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
    int dayOfYear = 0;
    bool hour12 = false, afternoon = false;
    std::optional<std::int32_t> offset;

    void take(QChar code, const QString &text);
    DateTime moment() const;
};

void Parts::take(QChar code, const QString &text)
{
    const int number = text.trimmed().toInt();
    switch (code.unicode()) {
    case 'Y':
        year = number;
        break;
    case 'y':
        year = number < 69 ? 2000 + number : 1900 + number;
        break;
    case 'm':
        month = number;
        break;
    case 'd':
        day = number;
        break;
    case 'H':
        hour = number;
        break;
    case 'I':
        hour = number % 12;
        hour12 = true;
        break;
    case 'M':
        minute = number;
        break;
    case 'S':
        second = number;
        break;
    case 'f':
        microsecond = text.leftJustified(6, u'0').toInt();
        break;
    case 'j':
        dayOfYear = number;
        break;
    case 'p':
        afternoon = text.startsWith(u'p', Qt::CaseInsensitive);
        break;
    case 'b':
    case 'B':
        month = indexOf(months(), text);
        break;
    case 'z':
        offset = 0;
        if (text.size() > 1) {
            const int minutes = text.mid(1, 2).toInt() * 60 + text.right(2).toInt();
            offset = (text.startsWith(u'-') ? -60 : 60) * minutes;
        }
        break;
    default: // a weekday says nothing that the date does not
        break;
    }
}

DateTime Parts::moment() const
{
    Date date;
    if (dayOfYear > 0) {
        date = Date{Date::fromCivil(year, 1, 1).days + dayOfYear - 1};
    } else {
        if (!Date::isValidCivil(year, month, day))
            throw ValueError(u"day is out of range for month"_s);
        date = Date::fromCivil(year, month, day);
    }
    if (second > 59)
        throw ValueError(u"second must be in 0..59"_s);
    const int hours = hour12 && afternoon ? hour + 12 : hour;
    DateTime out = DateTime::fromParts(date, Time::fromHms(hours, minute, second, microsecond));
    out.offsetSeconds = offset;
    return out;
}

} // namespace

DateTime parseTemporal(const QString &text, const QString &format)
{
    QString pattern;
    QString codes; // of the groups, in order
    for (qsizetype i = 0; i < format.size(); ++i) {
        const QChar c = format[i];
        if (c.isSpace()) {
            pattern += u"\\s+"_s;
            while (i + 1 < format.size() && format[i + 1].isSpace())
                ++i;
        } else if (c != u'%') {
            pattern += QRegularExpression::escape(QString(c));
        } else if (++i == format.size()) {
            throw ValueError(u"stray %2 in format '%1'"_s.arg(format, u"%"_s));
        } else if (format[i] == u'%') {
            pattern += u'%';
        } else {
            const QString one = patternOf(format[i]);
            if (one.isEmpty())
                throw ValueError(
                    u"'%1' is a bad directive in format '%2'"_s.arg(format[i]).arg(format));
            pattern += one;
            codes += format[i];
        }
    }
    const QRegularExpression expression(pattern, QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = expression.match(
        text, 0, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.hasMatch())
        throw ValueError(u"time data '%1' does not match format '%2'"_s.arg(text, format));
    if (match.capturedEnd() != text.size())
        throw ValueError(u"unconverted data remains: "_s + text.mid(match.capturedEnd()));
    Parts parts;
    for (int i = 0; i < codes.size(); ++i)
        parts.take(codes[i], match.captured(i + 1));
    return parts.moment();
}

} // namespace heddle::script
