#pragma once

#include "ui/models/planmodel.h"
#include "ui/plan/plangraphlayout.h"

#include <QAbstractScrollArea>
#include <optional>

class QItemSelectionModel;

namespace heddle::ui {

/// A plan as boxes joined by lines that are as thick as the rows that run along them, the worst
/// step marked with a sign and a word.
///
/// The wheel scrolls (sideways with Shift) and zooms with Ctrl, dragging moves; arrows walk from
/// step to step, + and - zoom, 0 is 100 %, F or Home fits everything, W goes to the worst step.
/// What is current is the selection model's, so that a tree beside it shows the same.
class PlanGraph final : public QAbstractScrollArea {
    Q_OBJECT
public:
    static constexpr double minimumZoom = 0.2, maximumZoom = 4;

    /// Neither `model` nor `selection` is owned; both must outlive the graph.
    PlanGraph(PlanModel &model, QItemSelectionModel &selection, QWidget *parent = nullptr);

    const PlanModel &model() const { return m_model; }
    const PlanGraphLayout &graphLayout() const { return m_layout; }
    QModelIndex current() const;
    double zoom() const { return m_zoom; }

    // Places in the viewport, for tests and screen readers.
    QRectF rectOf(const QModelIndex &index) const;
    QModelIndex indexAt(const QPointF &position) const;
    /// Step, figures, conditions and remarks, a line each.
    static QString toolTipOf(const QModelIndex &index);

    QSize minimumSizeHint() const override { return {160, 90}; }

public Q_SLOTS:
    void zoomBy(double factor);
    void setZoom(double zoom);
    /// Everything in sight, at 100 % at most.
    void fitAll();
    void select(const QModelIndex &index);
    void selectWorst();
    /// What the current step's tool tip says, to the clipboard.
    void copyCurrent();

protected:
    bool event(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void modelReset();
    void currentChanged();
    void updateScrollBars();
    /// Everything in sight if that takes no smaller zoom than `least`.
    void fit(double least);
    void zoomAt(double zoom, const QPointF &fixed);
    void reveal(const QModelIndex &index);
    void walk(int key);
    /// From the layout's coordinates to the viewport's.
    QTransform transform() const;

    PlanModel &m_model;
    QItemSelectionModel &m_selection;
    PlanGraphLayout m_layout;
    double m_zoom = 1;
    /// The zoom follows the size of the view, down to this, until somebody zooms.
    std::optional<double> m_fitted;
    std::optional<QPoint> m_dragFrom;
};

} // namespace heddle::ui
