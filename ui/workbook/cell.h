#pragma once

#include <QString>

namespace heddle::ui {

/// What a cell holds: code that can be run, or commented lines that are read as Markdown.
enum class CellKind { Code, Markdown };

/// One `# %%` cell of a workbook: a stretch of its lines, nothing copied.
///
/// Lines are 1-based. Offsets count UTF-16 units of Workbook::text() and include the line ends, so
/// that the cells of a workbook and the blank lines above the first one make up the whole text.
struct Cell {
    CellKind kind = CellKind::Code;
    QString
        title; // what stands behind `# %%`, without [markdown] and key="value" pairs; may be empty
    int index = 0;      // position among the cells of the workbook
    int headerLine = 0; // 0: the text above the first header has none
    int firstLine = 1;  // of the body; one more than lastLine if the body is empty
    int lastLine =
        0; // of the body; a last line that is empty because the text ends in a line end counts
    int begin = 0; // of the header, or of the body if there is none
    int bodyBegin = 0;
    int end = 0;

    /// The first line that belongs to the cell, its header included.
    int topLine() const { return headerLine > 0 ? headerLine : firstLine; }
    bool containsLine(int line) const { return line >= topLine() && line <= lastLine; }
    bool operator==(const Cell &) const = default;
};

} // namespace heddle::ui
