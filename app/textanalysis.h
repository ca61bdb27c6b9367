#pragma once

#include "ui/editor/codeeditor.h"

#include <QSet>

namespace heddle::app {

/// The queryset that the caret is in, as text.
struct CaretQuery {
    QString expression; // empty: there is none
    QString preceding;  // the statements whose names it may use
    int line = 0;
    bool operator==(const CaretQuery &) const = default;
};

/// What can be said of a workbook's text without running it.
struct TextAnalysis {
    std::vector<ui::Problem> problems;
    QMap<int, QString> cellSigns; // by the line of the cell's title
    CaretQuery query;
};

/// Pure; any thread. `caretOffset` counts UTF-16 units, `knownNames` are those that need no binding
/// in the text.
TextAnalysis analyseText(const ui::Workbook &workbook, int caretOffset,
                         const QSet<QString> &knownNames);

} // namespace heddle::app
