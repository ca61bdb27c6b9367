#pragma once

#include "orm/values/rowbatch.h"

#include <QStringList>
#include <string>

namespace heddle::testing {

/// Books as batches: id, title, price (Decimal), rating (Double, sometimes NULL), published (Date),
/// extra (JSON).
inline QStringList bookColumns()
{
    return {QStringLiteral("id"),     QStringLiteral("title"),     QStringLiteral("price"),
            QStringLiteral("rating"), QStringLiteral("published"), QStringLiteral("extra")};
}

inline RowBatchPtr bookBatch(int firstId, int count)
{
    static const char *const titles[] = {
        "Emma",           "Persuasion", "Die Verwandlung",
        "Le Père Goriot", "三体",       "A title, with a \"comma\""};
    RowBatchBuilder builder({{ColumnKind::Int64},
                             {ColumnKind::Text},
                             {ColumnKind::Decimal, 2},
                             {ColumnKind::Double},
                             {ColumnKind::Date},
                             {ColumnKind::Json}});
    builder.reserve(count);
    for (int i = firstId; i < firstId + count; ++i) {
        builder.addInt64(0, i);
        builder.addText(1, std::string(titles[i % 6]) + (i % 6 < 5 ? " " + std::to_string(i) : ""));
        builder.addValue(2, Value(Decimal(995 + i % 4000, -2)));
        if (i % 4 == 3)
            builder.addNull(3);
        else
            builder.addDouble(3, 1 + (i % 40) / 10.0);
        builder.addDate(4, Date::fromCivil(1990 + i % 30, 1 + i % 12, 1 + i % 28));
        builder.addText(5, R"({"pages": 321, "tags": ["classic", "read"]})");
        builder.finishRow();
    }
    return builder.take();
}

} // namespace heddle::testing
