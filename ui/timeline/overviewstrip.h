#pragma once

#include "ui/models/timelinegeometry.h"
#include "ui/models/tracemodel.h"

#include <QPixmap>
#include <QWidget>

namespace heddle::ui {

/// The whole trace in one strip, with the visible part as a window that can be dragged, or moved by
/// clicking beside it. By keys: the arrows move it, + and - narrow and widen it, Home and End bring
/// it to the beginning and the end, 0 shows everything.
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
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    enum class Grip { None, Window, Left, Right };
    TimeScale scale() const;
    QRectF frame() const;
    Grip gripAt(double x) const;
    void renderTrace();
    void move(const TimeWindow &window);
    void describe();

    const TraceModel &m_model;
    TimeWindow m_window;
    QPixmap m_trace; // null: to be drawn
    Grip m_grip = Grip::None;
    double m_grabbedAt = 0; // from the window's left edge
};

} // namespace heddle::ui
