#pragma once

#include "ui/models/timelinegeometry.h"
#include "ui/models/tracemodel.h"

#include <QPixmap>
#include <QWidget>

namespace heddle::ui {

/// The whole trace in one strip, with the visible part as a window that can be dragged, or moved by
/// clicking beside it.
class OverviewStrip final : public QWidget {
    Q_OBJECT
public:
    explicit OverviewStrip(const TraceModel &model, QWidget *parent);
    void setWindow(const TimeWindow &window);
    /// After the model has changed.
    void refresh();

Q_SIGNALS:
    void windowMoved(const heddle::ui::TimeWindow &window);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    enum class Grip { None, Window, Left, Right };
    TimeScale scale() const;
    QRectF frame() const;
    Grip gripAt(double x) const;
    void renderTrace();

    const TraceModel &m_model;
    TimeWindow m_window;
    QPixmap m_trace; // null: to be drawn
    Grip m_grip = Grip::None;
    double m_grabbedAt = 0; // from the window's left edge
};

} // namespace heddle::ui
