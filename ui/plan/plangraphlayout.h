#pragma once

#include <QAbstractItemModel>
#include <QRectF>
#include <vector>

namespace heddle::ui {

/// Where the boxes of a plan's graph lie, in device-independent pixels at 100 %.
///
/// The answer is at the left; what a step gets its rows from is at its right, in the order of the
/// plan. A step stands in the middle of its sources, and no two boxes touch.
struct PlanGraphLayout {
    struct Box {
        QPersistentModelIndex index; // column 0
        QRectF rect;
        int parent = -1; // its place in `boxes`; -1: gives its rows to the answer
    };

    std::vector<Box> boxes; // in the order of the tree, so parents come first
    QRectF answer;          // the round sign that all rows end in, two lines of words below it
    QRectF bounds;          // of everything, with air around it

    static PlanGraphLayout of(const QAbstractItemModel &model);
    /// -1 where there is none.
    int boxOf(const QModelIndex &index) const;
    int boxAt(const QPointF &position) const;
    /// The nearest box above (-1) or below (1) in the same column; -1 if there is none.
    int beside(int box, int step) const;
};

/// How thick the line of so many rows is: it grows with their number of digits, so that one row and
/// a million are both still lines. `rows` below 0: not known.
double planEdgeWidth(double rows);

} // namespace heddle::ui
