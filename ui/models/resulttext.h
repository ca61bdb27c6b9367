#pragma once

#include "ui/models/resultmodel.h"

namespace heddle::ui {

/// Which rows and columns are meant: all cells where one of the ranges meets one of the columns.
struct CellSelection {
    struct Range {
        int first = 0;
        int last = 0; // inclusive
    };
    std::vector<Range> rows; // ascending, apart from each other
    std::vector<int> columns;
    qint64 cellCount() const;
};

enum class CopyFormat { Tsv, TsvWithHeaders, Csv, Json, Markdown, Insert, Filter };

/// The selected cells as text to paste elsewhere. Pure, any thread.
///
/// NULL is an empty field in TSV and CSV, null in JSON, NULL in INSERT and `__isnull=True` in a
/// filter. Filter gives a call to put behind a queryset: `.filter(title__in=['Emma',
/// 'Persuasion'])`.
QString resultText(const ResultRows &rows, const CellSelection &selection, CopyFormat format,
                   const ResultSource &source = {});

/// A cell for a grid: one line of at most some hundred characters; line breaks are shown as signs.
QString cellLine(const Column &column, int row);

} // namespace heddle::ui
