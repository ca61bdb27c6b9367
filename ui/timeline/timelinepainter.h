#pragma once

#include "ui/models/timelinegeometry.h"
#include "ui/models/tracemodel.h"
#include "ui/timeline/lanestack.h"
#include "ui/timeline/timelinetexts.h"

#include <QFont>
#include <QSet>
#include <optional>

class QPainter;

namespace heddle::ui {

struct Theme;

/// What is chosen on the timeline. A value: the view changes it, the painter shows it.
struct TimelineChoice {
    RecordIndex current;
    int line = 0;                 // bars of this line of the text are outlined
    QSet<std::uint64_t> unfolded; // groups, by the trace id of their first record
    std::optional<std::pair<std::int64_t, std::int64_t>> range;
    std::vector<bool> found; // a search's matches by record; empty: there is no search
};

/// Draws the timeline with a QPainter: on the screen, into a picture, into SVG. Holds references
/// for one painting only.
class TimelinePainter {
public:
    struct Scene {
        const TraceModel &model;
        const LaneStack &stack;
        const TimelineChoice &choice;
        const Theme &theme;
        TimeScale scale;    // its left edge is the right edge of the lane names
        QRectF area;        // everything: names, ruler, lanes
        double scrollY = 0; // how far the lanes are scrolled up
        bool focused = false;
        TimelineTexts *texts = nullptr; // laid out before; null: every text is laid out anew
        bool tellsHidden = false;       // says how many lanes are left out; where no button does
    };

    TimelinePainter(QPainter &painter, const Scene &scene);
    void paint();

private:
    void paintGrid();
    void paintRuler();
    void paintRange();
    void paintLane(LaneIndex index);
    void paintLaneName(LaneIndex index);
    void paintLockArrows();
    void paintSpans(LaneIndex index);
    void paintWaiting(LaneIndex index);
    void paintBrackets(LaneIndex index);
    void paintBracket(const TraceBracket &bracket, const QRectF &rect);
    void paintBracketMark(const QRectF &rect, bool bad);
    void paintRow(LaneIndex index, int row);
    void paintMark(const TraceRow &row, const DrawnBar &mark, const QRectF &rect);
    void paintBar(const TraceBar &bar, const QRectF &rect);
    void paintPhases(const TraceBar &bar, const QRectF &rect, const QColor &ink);
    void paintGroups(LaneIndex index);
    void paintSelection(const QRectF &rect);
    void paintMatch(const QRectF &rect);
    bool anyFound(const TraceRow &row, const DrawnBar &mark) const;
    void paintText(const QRectF &rect, const QString &text, const QColor &color, const QFont &font,
                   Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter);
    double widthOf(const QString &text, const QFont &font) const;
    bool isFolded(GroupIndex group) const;
    QBrush hatchBrush(const QColor &fill, const QColor &stripe) const;
    QRectF clipped(double x, double right, double y, double height) const;
    double laneTop(LaneIndex index) const;

    QPainter &m_painter;
    const Scene &m_scene;
    QFont m_font;
    QFont m_small;
    QFont m_bold;
    std::int64_t m_tickNs = 1;
};

} // namespace heddle::ui
