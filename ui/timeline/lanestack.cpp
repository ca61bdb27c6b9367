#include "ui/timeline/lanestack.h"

#include "ui/style/metrics.h"

#include <algorithm>

namespace heddle::ui {

LaneStack::LaneStack(const TraceModel &model, const std::vector<bool> &hidden)
{
    for (const TraceLane &lane : model.lanes()) {
        Box box;
        box.top = m_height;
        box.rows = std::max(1, int(lane.rows.size()));
        if (m_boxes.size() < hidden.size() && hidden[m_boxes.size()])
            ++m_hidden;
        else
            box.height =
                box.rows * metrics::laneHeight + (lane.hasGroups ? metrics::laneLabelHeight : 0);
        m_height += box.height;
        m_boxes.push_back(box);
    }
}

double LaneStack::barTop(LaneIndex lane, int row) const
{
    return top(lane) + row * metrics::laneHeight +
           (metrics::laneHeight - metrics::laneBarHeight) / 2.0;
}

LaneIndex LaneStack::laneAt(double y) const
{
    const auto it = std::upper_bound(m_boxes.begin(), m_boxes.end(), y,
                                     [](double v, const Box &box) { return v < box.top; });
    if (it == m_boxes.begin() || y >= m_height)
        return {};
    return LaneIndex(int(it - m_boxes.begin()) - 1);
}

int LaneStack::rowAt(LaneIndex lane, double y) const
{
    const Box &box = m_boxes[std::size_t(lane.value)];
    return std::clamp(int((y - box.top) / metrics::laneHeight), 0, box.rows - 1);
}

} // namespace heddle::ui
