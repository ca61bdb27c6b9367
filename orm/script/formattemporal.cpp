#include "orm/script/format.h"

#include <array>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::array kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                              "Friday", "Saturday", "Sunday"};
constexpr std::array kMonths = {"January",   "February", "March",    "April",
                                "May",       "June",     "July",     "August",
                                "September", "October",  "November", "December"};

QString number(int value, int width)
{
    return QString::number(value).rightJustified(width, u'0');
}

/// The pieces of a moment that the codes name; a date has midnight, a time 1900-01-01, as in
/// Python.
struct Moment {
    Date::Civil civil{1900, 1, 1};
    Date date = Date::fromCivil(1900, 1, 1);
    Time time;
    std::optional<std::int32_t> offset;

    int dayOfYear() const { return date.days - Date::fromCivil(civil.year, 1, 1).days + 1; }
    int weekday() const { return date.isoWeekday() - 1; } // Monday is 0
    struct IsoWeek {
        int year, week;
    };
    IsoWeek isoWeek() const
    {
        // The week belongs to the year of its Thursday.
        const Date thursday{date.days + 4 - date.isoWeekday()};
        const int year = thursday.civil().year;
        return {year, (thursday.days - Date::fromCivil(year, 1, 1).days) / 7 + 1};
    }
};

Moment momentOf(const Value &value)
{
    Moment m;
    if (value.type() == Value::Type::Date) {
        m.date = value.asDate();
    } else if (value.type() == Value::Type::DateTime) {
        m.date = value.asDateTime().date();
        m.time = value.asDateTime().time();
        m.offset = value.asDateTime().offsetSeconds;
    } else {
        m.time = value.asTime();
    }
    m.civil = m.date.civil();
    return m;
}

QString offsetText(const Moment &m)
{
    if (!m.offset)
        return {};
    const int seconds = std::abs(*m.offset);
    QString text = (*m.offset < 0 ? u"-"_s : u"+"_s) + number(seconds / 3600, 2) +
                   number(seconds / 60 % 60, 2);
    if (seconds % 60)
        text += number(seconds % 60, 2);
    return text;
}

QString dateCode(char16_t code, const Moment &m)
{
    const QString weekday = QString::fromLatin1(kDays[std::size_t(m.weekday())]);
    const QString month = QString::fromLatin1(kMonths[std::size_t(m.civil.month - 1)]);
    switch (code) {
    case 'Y':
        return QString::number(m.civil.year);
    case 'G':
        return number(m.isoWeek().year, 4);
    case 'y':
        return number(m.civil.year % 100, 2);
    case 'C':
        return number(m.civil.year / 100, 2);
    case 'm':
        return number(m.civil.month, 2);
    case 'd':
        return number(m.civil.day, 2);
    case 'e':
        return QString::number(m.civil.day).rightJustified(2);
    case 'j':
        return number(m.dayOfYear(), 3);
    case 'a':
        return weekday.left(3);
    case 'A':
        return weekday;
    case 'b':
    case 'h':
        return month.left(3);
    case 'B':
        return month;
    case 'w':
        return QString::number(m.date.isoWeekday() % 7);
    case 'u':
        return QString::number(m.date.isoWeekday());
    case 'U': // weeks that begin on Sunday
        return number((m.dayOfYear() - 1 + 7 - m.date.isoWeekday() % 7) / 7, 2);
    case 'W': // weeks that begin on Monday
        return number((m.dayOfYear() - 1 + 7 - m.weekday()) / 7, 2);
    case 'V':
        return number(m.isoWeek().week, 2);
    default:
        return {};
    }
}

QString timeCode(char16_t code, const Moment &m)
{
    const int hour12 = m.time.hour() % 12 == 0 ? 12 : m.time.hour() % 12;
    switch (code) {
    case 'H':
        return number(m.time.hour(), 2);
    case 'I':
        return number(hour12, 2);
    case 'p':
        return m.time.hour() < 12 ? u"AM"_s : u"PM"_s;
    case 'M':
        return number(m.time.minute(), 2);
    case 'S':
        return number(m.time.second(), 2);
    case 'f':
        return number(m.time.microsecond(), 6);
    case 'z':
        return offsetText(m);
    case 'Z':
        return !m.offset        ? QString()
               : *m.offset == 0 ? u"UTC"_s
                                : u"UTC"_s + offsetText(m).insert(3, u':');
    default:
        return {};
    }
}

} // namespace

QString formatTemporal(const Value &value, const QString &codes)
{
    const Moment m = momentOf(value);
    QString out;
    for (qsizetype i = 0; i < codes.size(); ++i) {
        if (codes[i] != u'%' || i + 1 == codes.size()) {
            out += codes[i];
            continue;
        }
        const char16_t code = codes[++i].unicode();
        if (code == u'%')
            out += u'%';
        else if (code == u'n' || code == u't')
            out += code == u'n' ? u'\n' : u'\t';
        else if (code == u'c')
            out += formatTemporal(value, u"%a %b %e %H:%M:%S %Y"_s);
        else if (code == u'x' || code == u'D')
            out += formatTemporal(value, u"%m/%d/%y"_s);
        else if (code == u'X' || code == u'T')
            out += formatTemporal(value, u"%H:%M:%S"_s);
        else if (code == u'F')
            out += formatTemporal(value, u"%Y-%m-%d"_s);
        else if (code == u'R')
            out += formatTemporal(value, u"%H:%M"_s);
        else if (QStringLiteral("HIpMSfzZ").contains(QChar(code)))
            out += timeCode(code, m);
        else if (QStringLiteral("YGyCmdejaAbhBwuUWV").contains(QChar(code)))
            out += dateCode(code, m);
        else
            out += u'%' + QString(QChar(code));
    }
    return out;
}

} // namespace heddle::script
