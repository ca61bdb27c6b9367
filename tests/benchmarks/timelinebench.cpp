#include "tests/benchmarks/bigtrace.h"
#include "ui/style/appearance.h"
#include "ui/timeline/timelineview.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <algorithm>
#include <cstdio>

// How long the timeline takes to show a trace, and to draw a frame of it while it is zoomed and
// panned. `heddle_timelinebench [BARS]`, offscreen; prints JSON lines.

using namespace heddle;
using namespace heddle::ui;

namespace {

double milliseconds(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

void print(const char *what, std::vector<double> frames)
{
    std::sort(frames.begin(), frames.end());
    const auto at = [&frames](double share) {
        return frames[std::min(frames.size() - 1, std::size_t(share * double(frames.size())))];
    };
    std::printf("{\"what\": \"%s\", \"frames\": %zu, \"p50_ms\": %.2f, \"p95_ms\": %.2f, "
                "\"max_ms\": %.2f}\n",
                what, frames.size(), at(0.5), at(0.95), frames.back());
}

class Bench {
public:
    Bench(TimelineView &view) : m_view(view), m_image(view.size(), QImage::Format_RGB32) {}

    double frame()
    {
        QElapsedTimer timer;
        timer.start();
        m_view.render(&m_image); // with the overview strip
        return milliseconds(timer);
    }

    std::vector<double> zoom()
    {
        std::vector<double> frames;
        m_view.fitAll();
        for (int i = 0; i < 120; ++i) {
            m_view.zoomBy(i < 60 ? 1 / 1.15 : 1.15);
            frames.push_back(frame());
        }
        return frames;
    }

    /// Across the trace with `share` of it visible.
    std::vector<double> pan(double share)
    {
        std::vector<double> frames;
        m_view.fitAll();
        m_view.zoomBy(share);
        m_view.panBy(-1 / share);
        for (int i = 0; i < 120; ++i) {
            m_view.panBy(std::max(0.05, 1 / share / 120));
            frames.push_back(frame());
        }
        return frames;
    }

private:
    TimelineView &m_view;
    QImage m_image;
};

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    Appearance appearance(application);
    const int bars = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100'000;
    const std::vector<TraceRecord> records = heddle::testing::BigTrace::make(bars);

    TraceModel model;
    TimelineView view(model);
    view.resize(1600, 400);
    view.show();
    QApplication::processEvents();
    Bench bench(view);
    bench.frame(); // fonts are loaded once in a process's life

    QElapsedTimer timer;
    timer.start();
    model.append(records);
    bench.frame();
    std::printf("{\"what\": \"load\", \"records\": %zu, \"ms\": %.1f}\n", records.size(),
                milliseconds(timer));
    print("zoom", bench.zoom());
    for (const double share : {0.5, 0.1, 0.01, 0.001})
        print(qPrintable(QStringLiteral("pan at %1 %").arg(share * 100)), bench.pan(share));
    view.selectRecord(records.front().id);
    print("zoom, with a bar selected", bench.zoom());
    return 0;
}
