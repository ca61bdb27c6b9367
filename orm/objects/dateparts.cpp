#include "orm/objects/dateparts.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

static QString nameOf(DatePart part)
{
    switch (part) {
    case DatePart::Year:
        return u"year"_s;
    case DatePart::Month:
        return u"month"_s;
    case DatePart::Week:
        return u"week"_s;
    case DatePart::Day:
        return u"day"_s;
    case DatePart::Hour:
        return u"hour"_s;
    case DatePart::Minute:
        return u"minute"_s;
    case DatePart::Second:
        return u"second"_s;
    }
    Q_UNREACHABLE();
}

Query datesQuery(const Query &query, const QString &field, DatePart part, Direction direction)
{
    return query.dates(field, nameOf(part), direction == Direction::Descending);
}

Query datetimesQuery(const Query &query, const QString &field, DatePart part, Direction direction)
{
    return query.datetimes(field, nameOf(part), direction == Direction::Descending);
}

} // namespace heddle::detail
