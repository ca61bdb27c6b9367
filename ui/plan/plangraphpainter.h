#pragma once

#include "ui/plan/plangraphlayout.h"

#include <QColor>
#include <QStringList>

class QPainter;

namespace heddle::ui {

struct Theme;

/// What a painted graph shows beside its boxes.
struct PlanGraphScene {
    const PlanGraphLayout &layout;
    const Theme &theme;
    QStringList answer; // what is written below the answer's sign, a line each
    int current = -1;   // a box, or none
    bool focused = false;
    QRectF clip; // in the layout's coordinates: boxes outside are left out
};

/// Of the lines: 3:1 against what is behind them, since their thickness says something.
QColor planEdgeColor(const Theme &theme);

/// Paints in the layout's coordinates; the caller has set the transform.
void paintPlanGraph(QPainter &painter, const PlanGraphScene &scene);

} // namespace heddle::ui
