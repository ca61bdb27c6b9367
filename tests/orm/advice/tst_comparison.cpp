#include "orm/analysis/comparison.h"

#include "orm/advice/movedlines.h"

#include <QTest>

using namespace heddle;
using namespace heddle::analysis;
using namespace Qt::Literals::StringLiterals;

namespace {

TraceRecord query(int line, const char *sql, std::int64_t fromMs, std::int64_t toMs, int rows = 1)
{
    TraceRecord record;
    static std::uint64_t last = 0;
    record.id = ++last;
    record.kind = TraceKind::Read;
    record.site = {line, 1, nullptr};
    record.sql = sql;
    record.label = sql;
    record.rows = rows;
    record.bytes = rows * 10;
    record.createdNs = fromMs * 1'000'000 + 1;
    record.releasedNs = toMs * 1'000'000 + 1;
    return record;
}

} // namespace

/// Two runs, aligned by where they asked.
class tst_Comparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesAreAlignedByPlaceAndSql()
    {
        std::vector<TraceRecord> before{query(2, "books", 0, 4, 3)}, after;
        for (int i = 0; i < 3; ++i)
            before.push_back(query(3, "author", 4 + i, 5 + i));
        after.push_back(query(2, "books join author", 100, 106, 3));
        const RunComparison found = compareRuns(before, after);
        QCOMPARE(found.before, (RunFigures{4, 7'000'000, 6, 60}));
        QCOMPARE(found.after, (RunFigures{1, 6'000'000, 3, 30}));
        QCOMPARE(found.wallBefore, 7'000'000);
        QCOMPARE(found.wallAfter, 6'000'000);
        QCOMPARE(found.lines.size(), std::size_t(2));
        QCOMPARE(found.lines[0].line, 2);
        QCOMPARE(found.lines[0].before.queries, 1);
        QCOMPARE(found.lines[0].after.queries, 1);
        QCOMPARE(found.lines[0].statements.size(), std::size_t(2)); // another SQL
        QCOMPARE(found.lines[1].before.queries, 3);
        QCOMPARE(found.lines[1].after.queries, 0);
        QCOMPARE(found.lines[1].statements[0].beforeRecords, (std::vector<int>{1, 2, 3}));
        QVERIFY(found.lines[1].statements[0].afterRecords.empty());
    }

    void theNthOfOneBelongsToTheNthOfTheOther()
    {
        const std::vector<TraceRecord> before{query(1, "a", 5, 6), query(1, "a", 1, 2)};
        const std::vector<TraceRecord> after{query(1, "a", 1, 2), query(1, "b", 2, 3),
                                             query(1, "a", 3, 4)};
        const RunComparison found = compareRuns(before, after);
        QCOMPARE(found.lines.size(), std::size_t(1));
        QCOMPARE(found.lines[0].statements[0].beforeRecords, (std::vector<int>{1, 0})); // by time
        QCOMPARE(found.lines[0].statements[0].afterRecords, (std::vector<int>{0, 2}));
    }

    void whatMovedIsTheSameLine()
    {
        const QString before = u"import x\na = 1\nfor b in c:\n    print(b)\n"_s;
        const QString after = u"import x\n# new\n\na = 1\nfor b in c.all():\n    print(b)\n"_s;
        const std::map<int, int> moved = advice::movedLines(before, after);
        QCOMPARE(moved.at(2), 4);
        QCOMPARE(moved.at(3), 5); // rewritten in its place
        QCOMPARE(moved.at(4), 6);
        QVERIFY(!moved.contains(1));
        const RunComparison found =
            compareRuns({query(4, "p", 0, 1)}, {query(6, "p", 0, 1)}, moved);
        QCOMPARE(found.lines.size(), std::size_t(1));
        QCOMPARE(found.lines[0].line, 6);
        QCOMPARE(found.lines[0].lineBefore, 4);
        QCOMPARE(found.lines[0].statements.size(), std::size_t(1));
    }

    void aLineThatIsGoneStandsWhereItWas()
    {
        const std::map<int, int> moved = advice::movedLines(u"a\nb\nc\n"_s, u"a\nc\n"_s);
        QCOMPARE(moved.at(2), 0);
        const RunComparison found =
            compareRuns({query(1, "a", 0, 1), query(2, "b", 1, 2), query(3, "c", 2, 3)},
                        {query(1, "a", 0, 1), query(2, "c", 1, 2)}, moved);
        QCOMPARE(found.lines.size(), std::size_t(3));
        QCOMPARE(found.lines[1].line, 0);
        QCOMPARE(found.lines[1].lineBefore, 2);
        QCOMPARE(found.lines[1].after.queries, 0);
        QCOMPARE(found.lines[2].line, 2);
        QCOMPARE(found.lines[2].before.queries, 1);
    }

    void whatIsNoQueryIsNotCounted()
    {
        TraceRecord begin = query(1, "BEGIN", 0, 1);
        begin.kind = TraceKind::Begin;
        TraceRecord usage;
        usage.kind = TraceKind::Usage;
        const RunComparison found = compareRuns({begin, usage}, {});
        QVERIFY(found.lines.empty());
        QCOMPARE(found.before.queries, 0);
        QCOMPARE(found.wallBefore, 1'000'000);
        QCOMPARE(found.wallAfter, 0);
    }
};

QTEST_GUILESS_MAIN(tst_Comparison)
#include "tst_comparison.moc"
