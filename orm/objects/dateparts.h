#pragma once

#include "orm/query/query.h"

namespace heddle {

/// Where dates() and datetimes() cut. Hours and shorter are for datetimes() only.
enum class DatePart { Year, Month, Week, Day, Hour, Minute, Second };
enum class Direction { Ascending, Descending };

namespace detail {

Query datesQuery(const Query &query, const QString &field, DatePart part, Direction direction);
Query datetimesQuery(const Query &query, const QString &field, DatePart part, Direction direction);

} // namespace detail
} // namespace heddle
