#pragma once

#include "ui/models/tracemodel.h"

#include <QRectF>
#include <vector>

namespace heddle::ui {

/// How the lanes lie below each other. Coordinates are pixels from the top of the first lane,
/// before scrolling.
class LaneStack {
public:
    LaneStack() = default;
    /// `hidden`: true for lanes that take no room; may be empty.
    explicit LaneStack(const TraceModel &model, const std::vector<bool> &hidden = {});

    double height() const { return m_height; }
    double top(LaneIndex lane) const { return m_boxes[std::size_t(lane.value)].top; }
    double height(LaneIndex lane) const { return m_boxes[std::size_t(lane.value)].height; }
    /// Top of a row's bars.
    double barTop(LaneIndex lane, int row) const;
    bool isHidden(LaneIndex lane) const
    {
        return lane.value < count() && m_boxes[std::size_t(lane.value)].height == 0;
    }
    int hiddenCount() const { return m_hidden; }
    int count() const { return int(m_boxes.size()); }
    /// The lane at y; invalid above the first and below the last.
    LaneIndex laneAt(double y) const;
    /// The row of that lane that y falls on.
    int rowAt(LaneIndex lane, double y) const;

private:
    struct Box {
        double top = 0;
        double height = 0;
        int rows = 1;
    };
    std::vector<Box> m_boxes;
    double m_height = 0;
    int m_hidden = 0;
};

} // namespace heddle::ui
