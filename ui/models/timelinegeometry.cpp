#include "ui/models/timelinegeometry.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

void TimeWindow::setBounds(std::int64_t firstNs, std::int64_t lastNs)
{
    const bool all = showsAll();
    m_firstNs = firstNs;
    m_lastNs = std::max(lastNs, firstNs);
    if (all)
        showAll();
    else
        clamp();
}

void TimeWindow::show(std::int64_t startNs, double lengthNs)
{
    m_startNs = startNs;
    m_lengthNs = lengthNs;
    clamp();
}

void TimeWindow::showAll()
{
    // A little air at both ends: a bar at the very edge looks cut off.
    const double air = std::max(double(m_lastNs - m_firstNs) * 0.02, 100.0);
    m_startNs = m_firstNs - std::int64_t(air);
    m_lengthNs = double(m_lastNs - m_firstNs) + 2 * air;
}

bool TimeWindow::showsAll() const
{
    return m_lengthNs <= 0 || (m_startNs <= m_firstNs && endNs() >= double(m_lastNs));
}

void TimeWindow::zoom(double factor, double anchorNs)
{
    TimeWindow all = *this;
    all.showAll();
    const double length =
        std::clamp(m_lengthNs * factor, std::min(shortestNs, all.m_lengthNs), all.m_lengthNs);
    const double share = m_lengthNs > 0 ? (anchorNs - double(m_startNs)) / m_lengthNs : 0.5;
    m_startNs = std::int64_t(std::llround(anchorNs - share * length));
    m_lengthNs = length;
    clamp();
}

void TimeWindow::pan(double ns)
{
    m_startNs += std::int64_t(ns);
    clamp();
}

void TimeWindow::fit(std::int64_t startNs, std::int64_t endNs)
{
    const double length = std::max(double(endNs - startNs) * 1.2, shortestNs);
    const double middle = (double(startNs) + double(endNs)) / 2;
    show(std::int64_t(middle - length / 2), length);
}

void TimeWindow::clamp()
{
    TimeWindow all = *this;
    all.showAll();
    if (m_lengthNs >= all.m_lengthNs) {
        *this = all;
        return;
    }
    const std::int64_t latest = std::int64_t(all.endNs() - m_lengthNs);
    m_startNs = std::clamp(m_startNs, all.m_startNs, std::max(latest, all.m_startNs));
}

TimeScale::TimeScale(const TimeWindow &window, double left, double width)
    : startNs(window.startNs()),
      nsPerPixel(std::max(window.lengthNs(), 1.0) / std::max(width, 1.0)), left(left), width(width)
{
}

int firstBarEndingAfter(const TraceRow &row, std::int64_t ns)
{
    const auto it = std::upper_bound(row.latestEndNs.begin(), row.latestEndNs.end(), ns);
    return int(it - row.latestEndNs.begin());
}

std::vector<DrawnBar> layOutRow(const TraceRow &row, const TimeScale &scale, double mergeWidth)
{
    std::vector<DrawnBar> drawn;
    const std::int64_t lastNs = scale.ns(scale.right());
    double end = -1e300; // where the last mark stops on screen
    for (std::size_t i = std::size_t(firstBarEndingAfter(row, scale.startNs)); i < row.bars.size();
         ++i) {
        const TraceBar &bar = row.bars[i];
        if (bar.startNs > lastNs)
            break;
        const double x = scale.x(bar.startNs);
        const double right = std::max(scale.x(bar.endNs), x + 1);
        if (!drawn.empty() && right - x < mergeWidth && x < end + 0.5 &&
            (drawn.back().count > 1 || drawn.back().width < mergeWidth)) {
            DrawnBar &mark = drawn.back();
            mark.width = std::max(mark.width, right - mark.x);
            mark.role = std::max(mark.role, bar.role);
            ++mark.count;
        } else {
            drawn.push_back({x, right - x, int(i), 1, bar.role, bar.group});
        }
        end = drawn.back().x + drawn.back().width;
    }
    return drawn;
}

int barAt(const TraceRow &row, const TimeScale &scale, double x, double slop)
{
    int best = -1;
    double bestDistance = slop;
    const std::int64_t until = scale.ns(x + slop);
    for (std::size_t i = std::size_t(firstBarEndingAfter(row, scale.ns(x - slop) - 1));
         i < row.bars.size(); ++i) {
        const TraceBar &bar = row.bars[i];
        if (bar.startNs > until)
            break;
        const double left = scale.x(bar.startNs);
        const double right = std::max(scale.x(bar.endNs), left + 1);
        const double distance = x < left ? left - x : std::max(x - right, 0.0);
        if (distance < bestDistance || (distance == 0 && best < 0)) {
            best = int(i);
            bestDistance = distance;
        }
        if (distance == 0)
            break;
    }
    return best;
}

std::int64_t tickStep(double nsPerPixel, double minPixels)
{
    const double least = std::max(nsPerPixel * minPixels, 1.0);
    std::int64_t power = 1;
    while (double(power) * 10 <= least)
        power *= 10;
    for (std::int64_t factor : {1, 2, 5}) {
        if (double(power * factor) >= least)
            return power * factor;
    }
    return power * 10;
}

QString tickText(std::int64_t ns, std::int64_t stepNs)
{
    struct Unit {
        std::int64_t ns;
        QString name;
    };
    static const Unit units[] = {
        {1'000'000'000, u"s"_s}, {1'000'000, u"ms"_s}, {1'000, u"µs"_s}, {1, u"ns"_s}};
    // The unit follows from the step, not the value, so that one ruler speaks of one unit.
    const Unit *unit = &units[3];
    for (const Unit &u : units) {
        if (stepNs >= u.ns || (u.ns == 1'000'000 && stepNs >= 100'000) ||
            (u.ns == 1'000'000'000 && stepNs >= 200'000'000)) {
            unit = &u;
            break;
        }
    }
    int digits = 0;
    for (std::int64_t step = stepNs; step < unit->ns; step *= 10)
        ++digits;
    return QLocale::c().toString(double(ns) / double(unit->ns), 'f', digits) + u' ' + unit->name;
}

QString durationText(std::int64_t ns)
{
    const double value = double(std::max<std::int64_t>(ns, 0));
    const auto three = [](double v, const QString &unit) {
        const int digits = v < 9.995 ? (v == std::floor(v) ? 0 : 1) : 0;
        return QLocale::c().toString(v, 'f', digits) + u' ' + unit;
    };
    if (value < 1e3)
        return three(value, u"ns"_s);
    if (value < 999.5e3)
        return three(value / 1e3, u"µs"_s);
    if (value < 999.5e6)
        return three(value / 1e6, u"ms"_s);
    if (value < 60e9)
        return QLocale::c().toString(value / 1e9, 'f', 2) + u" s"_s;
    const auto seconds = std::int64_t(value / 1e9);
    return u"%1 min %2 s"_s.arg(seconds / 60).arg(seconds % 60);
}

} // namespace heddle::ui
