#pragma once

#include "ui/models/tracebars.h"

#include <QString>
#include <span>

namespace heddle::ui {

// Where things are on the timeline. Nothing here knows a widget: pixels are device-independent
// doubles, times are monotonicNs().

/// The part of the trace that is visible, and the bounds that it may move in. All changes keep it
/// inside them.
class TimeWindow {
public:
    static constexpr double shortestNs = 200; // deeper zoom shows nothing more

    std::int64_t startNs() const { return m_startNs; }
    double lengthNs() const { return m_lengthNs; }
    double endNs() const { return double(m_startNs) + m_lengthNs; }
    std::int64_t firstNs() const { return m_firstNs; }
    std::int64_t lastNs() const { return m_lastNs; }

    /// The trace's extent. A window that showed all of the old extent shows all of the new one.
    void setBounds(std::int64_t firstNs, std::int64_t lastNs);
    void show(std::int64_t startNs, double lengthNs);
    void showAll();
    bool showsAll() const;
    /// Makes what is visible `factor` times as long (below 1: zooms in); `anchorNs` stays at its
    /// place.
    void zoom(double factor, double anchorNs);
    void pan(double ns);
    /// `start`..`end` with a tenth of air on both sides.
    void fit(std::int64_t startNs, std::int64_t endNs);

    bool operator==(const TimeWindow &) const = default;

private:
    void clamp();

    std::int64_t m_firstNs = 0;
    std::int64_t m_lastNs = 0;
    std::int64_t m_startNs = 0;
    double m_lengthNs = 0;
};

/// Maps the window onto `width` pixels that begin at `left`.
struct TimeScale {
    std::int64_t startNs = 0;
    double nsPerPixel = 1;
    double left = 0;
    double width = 0;

    TimeScale(const TimeWindow &window, double left, double width);
    double x(std::int64_t ns) const { return left + double(ns - startNs) / nsPerPixel; }
    std::int64_t ns(double x) const { return startNs + std::int64_t((x - left) * nsPerPixel); }
    double right() const { return left + width; }
};

/// One mark on screen: one bar, or several that fall on the same pixels.
struct DrawnBar {
    double x = 0;
    double width = 0;
    int first = 0; // index into the row's bars
    int count = 1;
    BarRole role = BarRole::Read; // the most telling of them
    GroupIndex group;             // of the first
};

/// The row's visible bars, left to right. Bars narrower than `mergeWidth` that touch on screen
/// become one mark, so there are never more marks than pixels, whatever the number of bars.
std::vector<DrawnBar> layOutRow(const TraceRow &row, const TimeScale &scale, double mergeWidth = 2);

/// The bar under x in this row, or -1. A bar that is thinner than the pointer still answers within
/// `slop` pixels.
int barAt(const TraceRow &row, const TimeScale &scale, double x, double slop = 3);

/// First bar that ends after `ns`; the row's size if there is none.
int firstBarEndingAfter(const TraceRow &row, std::int64_t ns);

/// A step of 1, 2 or 5 times a power of ten nanoseconds, so that ticks are at least `minPixels`
/// apart.
std::int64_t tickStep(double nsPerPixel, double minPixels);

/// "45 ms", "1.25 s", "350 µs": with as many digits as `stepNs` needs to tell neighbours apart.
QString tickText(std::int64_t ns, std::int64_t stepNs);

/// A length of time for people, three digits: "3.1 ms", "121 ms", "950 ns", "2 min 5 s".
QString durationText(std::int64_t ns);

} // namespace heddle::ui
