#include "ui/plan/plangraphlayout.h"

#include <algorithm>
#include <cmath>

namespace heddle::ui {

namespace {

constexpr QSizeF boxSize(216, 62);
constexpr double columnGap = 64, rowGap = 16, air = 16, answerSize = 34, answerAir = 10,
                 answerWords = 34;

class Placing {
public:
    explicit Placing(const QAbstractItemModel &model) : m_model(model) {}

    /// Places what is below `parent`; returns the middle of its children's heights.
    double place(const QModelIndex &parent, int parentBox, int column)
    {
        const int count = m_model.rowCount(parent);
        double first = 0, last = 0;
        for (int row = 0; row < count; ++row) {
            const double middle = placeStep(m_model.index(row, 0, parent), parentBox, column);
            first = row == 0 ? middle : first;
            last = middle;
        }
        return (first + last) / 2;
    }

    PlanGraphLayout take() { return std::move(m_layout); }

private:
    double placeStep(const QModelIndex &index, int parentBox, int column)
    {
        const int at = int(m_layout.boxes.size());
        const double left =
            air + answerAir + answerSize + columnGap + column * (boxSize.width() + columnGap);
        m_layout.boxes.push_back({index, QRectF(QPointF(left, 0), boxSize), parentBox});
        double middle = 0;
        if (m_model.rowCount(index) == 0) {
            middle = m_nextTop + boxSize.height() / 2;
            m_nextTop += boxSize.height() + rowGap;
        } else {
            middle = place(index, at, column + 1);
        }
        QRectF &rect = m_layout.boxes[std::size_t(at)].rect;
        rect.moveTop(middle - boxSize.height() / 2);
        m_layout.bounds |= rect;
        return middle;
    }

    const QAbstractItemModel &m_model;
    PlanGraphLayout m_layout;
    double m_nextTop = air;
};

} // namespace

PlanGraphLayout PlanGraphLayout::of(const QAbstractItemModel &model)
{
    Placing placing(model);
    const double middle = placing.place({}, -1, 0);
    PlanGraphLayout layout = placing.take();
    if (layout.boxes.empty())
        return layout;
    layout.answer = QRectF(air + answerAir, middle - answerSize / 2, answerSize, answerSize);
    layout.bounds |= layout.answer.adjusted(-answerAir, 0, answerAir, answerWords);
    layout.bounds.adjust(-air, -air, air, air);
    return layout;
}

int PlanGraphLayout::boxOf(const QModelIndex &index) const
{
    const QModelIndex step = index.siblingAtColumn(0);
    const auto found =
        std::find_if(boxes.begin(), boxes.end(), [&](const Box &box) { return box.index == step; });
    return found == boxes.end() || !step.isValid() ? -1 : int(found - boxes.begin());
}

int PlanGraphLayout::boxAt(const QPointF &position) const
{
    const auto found = std::find_if(boxes.begin(), boxes.end(),
                                    [&](const Box &box) { return box.rect.contains(position); });
    return found == boxes.end() ? -1 : int(found - boxes.begin());
}

int PlanGraphLayout::beside(int box, int step) const
{
    const QRectF &from = boxes[std::size_t(box)].rect;
    int nearest = -1;
    double distance = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const double away = (boxes[i].rect.top() - from.top()) * step;
        if (boxes[i].rect.left() != from.left() || away <= 0)
            continue;
        if (nearest < 0 || away < distance) {
            nearest = int(i);
            distance = away;
        }
    }
    return nearest;
}

double planEdgeWidth(double rows)
{
    return rows < 0 ? 1.5 : std::min(12.0, 1.5 + 1.4 * std::log10(1 + rows));
}

} // namespace heddle::ui
