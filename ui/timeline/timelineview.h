#pragma once

#include "ui/models/timelinegeometry.h"
#include "ui/models/tracemodel.h"
#include "ui/timeline/lanefilter.h"
#include "ui/timeline/lanestack.h"
#include "ui/timeline/timelinepainter.h"

#include <QAbstractScrollArea>

class QLabel;
class QMenu;
class QPushButton;

namespace heddle::ui {

class LaneFilterPanel;
class OverviewStrip;
class TimelineSearch;

/// What ran when, lane below lane, in true wall-clock time.
///
/// Selecting a bar says so by recordSelected() and callSiteActivated(); the slots of the same
/// meaning only show what was selected elsewhere and emit nothing, so that two views can be
/// connected both ways.
class TimelineView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// `model` is not owned and must outlive the view.
    explicit TimelineView(TraceModel &model, QWidget *parent = nullptr);
    ~TimelineView() override;

    const TraceModel &model() const { return m_model; }
    const TimeWindow &visibleTime() const { return m_window; }
    RecordIndex current() const { return m_choice.current; }
    const TimelineChoice &choice() const { return m_choice; }
    /// "45 queries · 3 connections · saved by parallel: 192 ms"
    QString summaryText() const { return m_model.summary(); }

    const LaneFilter &laneFilter() const { return m_laneFilter; }
    bool isLaneHidden(LaneIndex lane) const;
    int hiddenLanes() const;

    /// The visible part of time with all lanes that are not hidden, as a picture. False if the file
    /// cannot be written.
    bool exportPng(const QString &path, double scale = 2) const;
    bool exportSvg(const QString &path) const;

    // Places, for tests and screen readers. Coordinates of the viewport.
    QRectF rectOf(RecordIndex record) const;
    QRectF laneRect(LaneIndex lane) const;
    QRectF laneRect(LaneIndex lane, std::int64_t fromNs, std::int64_t toNs) const;
    RecordIndex recordAt(const QPointF &position) const;

    bool isFolded(GroupIndex group) const;
    void setFolded(GroupIndex group, bool folded);
    /// As a click on it does.
    void activate(RecordIndex record);

    QSize sizeHint() const override { return {900, 220}; }
    QSize minimumSizeHint() const override { return {320, 90}; }

public Q_SLOTS:
    /// Shows the record and makes it current; an unknown id clears the choice.
    void selectRecord(std::uint64_t traceId);
    /// Outlines the bars of this line of the text and makes the first current. 0: none.
    void selectLine(int line);
    void fitAll();
    /// The selected range, else the current bar or its group, else everything.
    void fitSelection();
    void zoomBy(double factor);
    void panBy(double share); // of the visible time
    void selectNext();
    void selectPrevious();
    void toggleGroup();
    void setKeysShown(bool shown);
    /// The line that searches the bars, with the keyboard in it.
    void openSearch();
    /// Leaves lanes out; how many is said above their names.
    void setLaneFilter(const LaneFilter &filter);
    void showAllLanes();
    /// The panel that chooses lanes, with the keyboard in it.
    void openLaneFilter();

Q_SIGNALS:
    void laneFilterChanged();
    void recordSelected(std::uint64_t traceId);
    void callSiteActivated(int line, int column);
    void rangeSelected(std::int64_t fromNs, std::int64_t toNs);
    void summaryChanged(const QString &summary);

protected:
    bool event(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void modelChanged();
    void updateScrollBar();
    void setWindow(const TimeWindow &window);
    TimeScale scale() const;
    TimelinePainter::Scene scene(const QRectF &area, const TimeScale &scale, double scrollY) const;
    GroupIndex groupLabelAt(const QPointF &position) const;
    /// By the user: says so to others.
    void choose(RecordIndex record);
    void reveal(RecordIndex record);
    void openCurrent();
    void selectInLane(int step);
    void selectInNeighbourLane(int step);
    void buildLaneButton();
    void restack();
    void updateLaneButton();
    void addLaneActions(QMenu &menu, const QPointF &position);
    void showFound();
    void placeSearch();
    void announce();
    void paintEmpty(QPainter &painter) const;
    void paintSentence(QPainter &painter, const QString &sentence) const;
    bool runKey(int key, Qt::KeyboardModifiers modifiers);
    QString toolTipAt(const QPointF &position) const;

    TraceModel &m_model;
    LaneStack m_stack;
    LaneFilter m_laneFilter;
    TimelineTexts m_texts;
    TimeWindow m_window;
    TimelineChoice m_choice;
    OverviewStrip *m_overview = nullptr;
    TimelineSearch *m_search = nullptr;
    QPushButton *m_lanesButton = nullptr;
    LaneFilterPanel *m_lanesPanel = nullptr; // made when it is first asked for
    QLabel *m_keys = nullptr;
    std::optional<QPointF> m_pressedAt;
    std::int64_t m_dragFromNs = 0;
    bool m_dragging = false;
    bool m_panning = false;
    QPointF m_panFrom;
};

} // namespace heddle::ui
