#include "ui/models/timelinegeometry.h"

#include <QtTest>

using namespace heddle;
using namespace heddle::ui;

class TimelineGeometryTest final : public QObject {
    Q_OBJECT
private:
    static TraceRow row(std::initializer_list<std::pair<std::int64_t, std::int64_t>> bars)
    {
        TraceRow row;
        std::int64_t latest = 0;
        for (const auto &[start, end] : bars) {
            TraceBar bar;
            bar.startNs = start;
            bar.endNs = end;
            bar.record = RecordIndex(int(row.bars.size()));
            row.bars.push_back(bar);
            latest = std::max(latest, end);
            row.latestEndNs.push_back(latest);
        }
        return row;
    }
    static TimeWindow windowOf(std::int64_t first, std::int64_t last)
    {
        TimeWindow window;
        window.setBounds(first, last);
        return window;
    }

private Q_SLOTS:
    void aNewWindowShowsEverythingWithAirAtBothEnds()
    {
        const TimeWindow window = windowOf(1'000'000, 2'000'000);
        QVERIFY(window.showsAll());
        QCOMPARE(window.startNs(), 980'000);
        QCOMPARE(window.lengthNs(), 1'040'000.0);
    }

    void zoomingKeepsTheAnchorAtItsPlace()
    {
        TimeWindow window = windowOf(0, 1'000'000'000);
        const TimeScale before(window, 100, 1000);
        const std::int64_t anchor = before.ns(430);
        window.zoom(0.25, double(anchor));
        const TimeScale after(window, 100, 1000);
        QVERIFY(std::abs(after.x(anchor) - 430) < 0.01);
        QCOMPARE(window.lengthNs(), 260'000'000.0);
    }

    void zoomingOutStopsAtTheWholeTraceAndInAtTheShortestLength()
    {
        TimeWindow window = windowOf(0, 1'000'000);
        window.zoom(1e-12, 500'000);
        QCOMPARE(window.lengthNs(), TimeWindow::shortestNs);
        window.zoom(1e12, 500'000);
        QVERIFY(window.showsAll());
    }

    void panningStopsAtTheEnds()
    {
        TimeWindow window = windowOf(0, 1'000'000);
        window.zoom(0.5, 500'000);
        window.pan(1e12);
        QVERIFY(std::abs(window.endNs() - 1'020'000) < 2);
        window.pan(-1e12);
        QCOMPARE(window.startNs(), -20'000);
    }

    void aWindowThatShowedAllFollowsTheGrowingTrace()
    {
        TimeWindow window = windowOf(0, 1'000'000);
        window.setBounds(0, 2'000'000);
        QVERIFY(window.showsAll());
        window.zoom(0.1, 0);
        const double length = window.lengthNs();
        window.setBounds(0, 3'000'000);
        QCOMPARE(window.lengthNs(), length);
    }

    void onlyVisibleBarsAreLaidOut()
    {
        const TraceRow bars =
            row({{0, 10'000}, {20'000, 30'000}, {40'000, 50'000}, {60'000, 70'000}});
        TimeWindow window = windowOf(0, 70'000);
        window.show(25'000, 20'000);
        const auto drawn = layOutRow(bars, TimeScale(window, 0, 200));
        QCOMPARE(drawn.size(), std::size_t(2));
        QCOMPARE(drawn[0].first, 1);
        QCOMPARE(drawn[0].x, -50.0);
        QCOMPARE(drawn[0].width, 100.0);
        QCOMPARE(drawn[1].first, 2);
    }

    void barsOnOnePixelBecomeOneMarkOfTheMostTellingRole()
    {
        TraceRow bars = row({{0, 10}, {20, 30}, {40, 50}, {900'000, 1'000'000}});
        bars.bars[1].role = BarRole::Write;
        const auto drawn = layOutRow(bars, TimeScale(windowOf(0, 1'000'000), 0, 100));
        QCOMPARE(drawn.size(), std::size_t(2));
        QCOMPARE(drawn[0].count, 3);
        QCOMPARE(drawn[0].role, BarRole::Write);
        QCOMPARE(drawn[1].count, 1);
    }

    void thereAreNeverMoreMarksThanPixels()
    {
        TraceRow bars;
        for (std::int64_t i = 0; i < 200'000; ++i) {
            TraceBar bar;
            bar.startNs = i * 1000;
            bar.endNs = i * 1000 + 700;
            bars.bars.push_back(bar);
            bars.latestEndNs.push_back(bar.endNs);
        }
        const auto drawn = layOutRow(bars, TimeScale(windowOf(0, 200'000'000), 0, 1600));
        QVERIFY(drawn.size() <= 1601);
        int count = 0;
        for (const DrawnBar &mark : drawn)
            count += mark.count;
        QCOMPARE(count, 200'000);
    }

    void aThinBarAnswersWithinAFewPixels()
    {
        const TraceRow bars = row({{500'000, 500'001}, {800'000, 900'000}});
        const TimeScale scale(windowOf(0, 1'000'000), 0, 1040);
        QCOMPARE(barAt(bars, scale, scale.x(500'000) + 2), 0);
        QCOMPARE(barAt(bars, scale, scale.x(500'000) + 6), -1);
        QCOMPARE(barAt(bars, scale, scale.x(850'000)), 1);
    }

    void tickStepsAreRoundNumbers_data()
    {
        QTest::addColumn<double>("nsPerPixel");
        QTest::addColumn<qint64>("step");
        QTest::newRow("half a second wide") << 500e6 / 1000 << qint64(50'000'000);
        QTest::newRow("a second") << 1e6 << qint64(100'000'000);
        QTest::newRow("deep zoom") << 0.2 << qint64(20);
        QTest::newRow("an hour") << 3.6e9 << qint64(500'000'000'000);
    }
    void tickStepsAreRoundNumbers()
    {
        QFETCH(double, nsPerPixel);
        QTEST(tickStep(nsPerPixel, 90) == 0 ? qint64(0) : qint64(tickStep(nsPerPixel, 90)), "step");
    }

    void tickTextsHaveOneUnitAndEnoughDigits_data()
    {
        QTest::addColumn<qint64>("ns");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<QString>("text");
        QTest::newRow("ms") << qint64(45'000'000) << qint64(5'000'000) << QStringLiteral("45 ms");
        QTest::newRow("zero") << qint64(0) << qint64(5'000'000) << QStringLiteral("0 ms");
        QTest::newRow("tenths of ms")
            << qint64(1'500'000) << qint64(500'000) << QStringLiteral("1.5 ms");
        QTest::newRow("seconds") << qint64(2'500'000'000) << qint64(500'000'000)
                                 << QStringLiteral("2.5 s");
        QTest::newRow("us") << qint64(350'000) << qint64(50'000) << QStringLiteral("350 µs");
        QTest::newRow("ns") << qint64(120) << qint64(20) << QStringLiteral("120 ns");
    }
    void tickTextsHaveOneUnitAndEnoughDigits()
    {
        QFETCH(qint64, ns);
        QFETCH(qint64, step);
        QTEST(tickText(ns, step), "text");
    }

    void durationsReadLikeASentence()
    {
        QCOMPARE(durationText(950), QStringLiteral("950 ns"));
        QCOMPARE(durationText(3'100'000), QStringLiteral("3.1 ms"));
        QCOMPARE(durationText(121'400'000), QStringLiteral("121 ms"));
        QCOMPARE(durationText(1'250'000'000), QStringLiteral("1.25 s"));
        QCOMPARE(durationText(125'000'000'000), QStringLiteral("2 min 5 s"));
    }
};

QTEST_GUILESS_MAIN(TimelineGeometryTest)
#include "tst_timelinegeometry.moc"
