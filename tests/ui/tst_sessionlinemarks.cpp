#include "app/commandline.h"
#include "app/linemarks.h"
#include "app/mainwindow.h"
#include "ui/builder/sqltext.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using namespace heddle::app;

namespace {

constexpr std::int64_t ms = 1'000'000;

TraceRecord query(int line, std::int64_t startMs, std::int64_t endMs, std::uint32_t connection = 1)
{
    static std::uint64_t id = 0;
    TraceRecord r;
    r.id = ++id;
    r.kind = TraceKind::Read;
    r.site = {line, 1, nullptr};
    r.connection = connection;
    r.createdNs = r.compiledNs = r.queuedNs = r.leasedNs = r.sentNs =
        (1000 + startMs) * ms; // 0 would mean: did not happen
    r.firstRowNs = r.lastRowNs = r.decodedNs = r.releasedNs = (1000 + endMs) * ms;
    return r;
}

TraceRecord of(TraceKind kind, TraceRecord r)
{
    r.kind = kind;
    return r;
}

} // namespace

class tst_SessionLineMarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void queriesOfALineAreCountedWithTheirTime();
    void manyImplicitLoadsAreAnNPlusOne();
    void twoImplicitLoadsAreNone();
    void overlappingAsyncQueriesAreParallel();
    void anAwaitOverLinesCountsWhatItWaitedFor();
    void aFailedQuerySaysSo();
    void aTransactionIsARail();
    void aSavepointHasItsWord();
    void housekeepingAndCallsFromCppAreNoBadges();
    void durationsHaveTwoDigitsThatMatter_data();
    void durationsHaveTwoDigitsThatMatter();

    void theCommandLineIsRead_data();
    void theCommandLineIsRead();
    void wrongUsageIsASentence_data();
    void wrongUsageIsASentence();
    void databasesAreKnownByTheirFirstBytes();

    void sqlIsLaidOutByClauses();
    void layingOutChangesBlanksOnly_data();
    void layingOutChangesBlanksOnly();
};

void tst_SessionLineMarks::queriesOfALineAreCountedWithTheirTime()
{
    const LineMarks marks = LineMarks::of({query(2, 0, 3), query(4, 3, 13), query(4, 20, 30)});
    QCOMPARE(marks.badges.keys(), (QList<int>{2, 4}));
    QCOMPARE(marks.badges[2].text, u"1q \u00b7 3.0 ms"_s);
    QCOMPARE(marks.badges[4].text, u"2q \u00b7 20 ms"_s); // not the pause between them
    QCOMPARE(marks.badges[4].kind, ui::BadgeKind::Neutral);
}

void tst_SessionLineMarks::manyImplicitLoadsAreAnNPlusOne()
{
    std::vector<TraceRecord> records{query(2, 0, 1)};
    for (int i = 0; i < 40; ++i) {
        records.push_back(query(4, 1 + i, 2 + i));
        records.back().relation = "author";
        records.back().parentSet = 7;
        records.back().parentRow = i;
    }
    const LineMarks marks = LineMarks::of(records);
    QCOMPARE(marks.badges[4].kind, ui::BadgeKind::Bad);
    QCOMPARE(marks.badges[4].text, u"N+1 \u00b7 40q \u00b7 40 ms"_s);
    QVERIFY(marks.badges[4].toolTip.contains(u"author was loaded 40 times"_s));
}

void tst_SessionLineMarks::twoImplicitLoadsAreNone()
{
    std::vector<TraceRecord> records;
    for (int i = 0; i < 6; ++i) {
        records.push_back(query(4, i, i + 1));
        records.back().relation = "author";
        records.back().parentSet = std::uint64_t(i / 2); // two of each evaluation
    }
    QCOMPARE(LineMarks::of(records).badges[4].kind, ui::BadgeKind::Neutral);
}

void tst_SessionLineMarks::overlappingAsyncQueriesAreParallel()
{
    TraceRecord a = query(1, 0, 10, 1), b = query(2, 5, 15, 2), c = query(3, 15, 20, 1);
    a.async = b.async = c.async = true;
    const LineMarks marks = LineMarks::of({a, b, c});
    QCOMPARE(marks.badges[1].kind, ui::BadgeKind::Good);
    QCOMPARE(marks.badges[2].kind, ui::BadgeKind::Good);
    QCOMPARE(marks.badges[3].kind, ui::BadgeKind::Neutral);
    QVERIFY(marks.badges[1].text.startsWith(u"\u2225 1q"_s));
}

void tst_SessionLineMarks::anAwaitOverLinesCountsWhatItWaitedFor()
{
    TraceRecord a = query(8, 0, 10, 1), b = query(9, 0, 15, 2), other = query(9, 0, 15, 3);
    TraceRecord await = of(TraceKind::Await, query(7, 0, 15, 0));
    a.async = b.async = other.async = true;
    a.lane = b.lane = await.lane = 2;
    other.lane = 3; // another coroutine's
    const LineMarks marks = LineMarks::of({a, b, other, await});
    QCOMPARE(marks.badges[7].text, u"\u2225 2q \u00b7 15 ms"_s);
}

void tst_SessionLineMarks::aFailedQuerySaysSo()
{
    TraceRecord failed = query(3, 0, 1);
    failed.outcome = TraceOutcome::Failed;
    const LineMarks marks = LineMarks::of({failed});
    QCOMPARE(marks.badges[3].kind, ui::BadgeKind::Bad);
    QVERIFY(marks.badges[3].text.startsWith(u"failed"_s));
}

void tst_SessionLineMarks::aTransactionIsARail()
{
    const LineMarks marks = LineMarks::of(
        {of(TraceKind::Begin, query(13, 0, 1)), query(14, 1, 2), query(20, 1, 2, /*connection*/ 2),
         query(16, 2, 3), of(TraceKind::Commit, query(13, 3, 4)), query(18, 5, 6)});
    QCOMPARE(marks.rails.size(), 1U);
    QCOMPARE(marks.rails[0].firstLine, 13);
    QCOMPARE(marks.rails[0].lastLine, 16);
}

void tst_SessionLineMarks::aSavepointHasItsWord()
{
    const LineMarks marks = LineMarks::of({of(TraceKind::Savepoint, query(15, 0, 1))});
    QCOMPARE(marks.badges[15].text, u"savepoint"_s);
    QCOMPARE(marks.badges[15].kind, ui::BadgeKind::Warning);
}

void tst_SessionLineMarks::housekeepingAndCallsFromCppAreNoBadges()
{
    TraceRecord cpp = query(5, 0, 1);
    cpp.site.file = "somewhere.cpp";
    QVERIFY(LineMarks::of({of(TraceKind::Pragma, query(3, 0, 1)), cpp, query(0, 0, 1)})
                .badges.isEmpty());
}

void tst_SessionLineMarks::durationsHaveTwoDigitsThatMatter_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << qint64(0) << u"0.0 \u00b5s"_s;
    QTest::newRow("micro") << qint64(45'200) << u"45 \u00b5s"_s;
    QTest::newRow("almost a milli") << qint64(999'700) << u"1.0 ms"_s;
    QTest::newRow("milli") << qint64(3'140'000) << u"3.1 ms"_s;
    QTest::newRow("many") << qint64(121'400'000) << u"121 ms"_s;
    QTest::newRow("seconds") << qint64(1'240'000'000) << u"1.2 s"_s;
}

void tst_SessionLineMarks::durationsHaveTwoDigitsThatMatter()
{
    QFETCH(qint64, ns);
    QTEST(durationText(ns), "text");
}

void tst_SessionLineMarks::theCommandLineIsRead_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("database");
    QTest::addColumn<QStringList>("workbooks");
    QTest::newRow("nothing") << QStringList{} << QString() << QStringList{};
    QTest::newRow("files") << QStringList{u"a.py"_s, u"b.sqlite"_s, u"c.PY"_s} << u"b.sqlite"_s
                           << QStringList{u"a.py"_s, u"c.PY"_s};
    QTest::newRow("db") << QStringList{u"--db"_s, u"sqlite:///x.db"_s, u"a.py"_s}
                        << u"sqlite:///x.db"_s << QStringList{u"a.py"_s};
    QTest::newRow("any file") << QStringList{u"data"_s} << u"data"_s << QStringList{};
}

void tst_SessionLineMarks::theCommandLineIsRead()
{
    QFETCH(QStringList, arguments);
    const CommandLine line = CommandLine::parse(QStringList{u"heddle"_s} + arguments);
    QCOMPARE(line.exitCode, -1);
    QTEST(line.database, "database");
    QTEST(line.workbooks, "workbooks");
}

void tst_SessionLineMarks::wrongUsageIsASentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("unknown option") << QStringList{u"--nonsense"_s};
    QTest::newRow("two databases") << QStringList{u"a.db"_s, u"b.db"_s};
    QTest::newRow("size") << QStringList{u"--size"_s, u"big"_s};
    QTest::newRow("themes") << QStringList{u"--dark"_s, u"--light"_s};
}

void tst_SessionLineMarks::wrongUsageIsASentence()
{
    QFETCH(QStringList, arguments);
    const CommandLine line = CommandLine::parse(QStringList{u"heddle"_s} + arguments);
    QCOMPARE(line.exitCode, 2);
    QVERIFY(!line.message.isEmpty());
}

void tst_SessionLineMarks::databasesAreKnownByTheirFirstBytes()
{
    QTemporaryDir folder;
    const auto write = [&folder](const QString &name, const QByteArray &content) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size()
                   ? file.fileName()
                   : QString();
    };
    QVERIFY(looksLikeDatabase(write(u"strange.py"_s, QByteArray("SQLite format 3\0...", 19))));
    QVERIFY(!looksLikeDatabase(write(u"book.py"_s, "print(1)")));
    QVERIFY(looksLikeDatabase(folder.filePath(u"missing.sqlite"_s)));
    QVERIFY(looksLikeDatabase(u"postgresql://host/db"_s));
    QVERIFY(!looksLikeDatabase(folder.filePath(u"missing.py"_s)));
}

void tst_SessionLineMarks::sqlIsLaidOutByClauses()
{
    QCOMPARE(
        ui::layOutSql(
            u"SELECT \"book\".\"id\", \"book\".\"title\" FROM \"book\" INNER JOIN \"author\" ON "
            u"(\"book\".\"author_id\" = "
            "\"author\".\"id\") WHERE \"book\".\"published\" >= ?1 ORDER BY \"book\".\"title\" ASC LIMIT 40"_s,
            40),
        u"SELECT \"book\".\"id\", \"book\".\"title\"\n"
        "FROM \"book\"\n"
        "INNER JOIN \"author\" ON\n"
        "      (\"book\".\"author_id\" =\n"
        "      \"author\".\"id\")\n"
        "WHERE \"book\".\"published\" >= ?1\n"
        "ORDER BY \"book\".\"title\" ASC\n"
        "LIMIT 40"_s);
}

void tst_SessionLineMarks::layingOutChangesBlanksOnly_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("quotes")
        << u"SELECT 'a  FROM  b' || \"x  y\" FROM t WHERE a <> 'it''s' AND b != ?2"_s;
    QTest::newRow("subquery")
        << u"SELECT COUNT(*) FROM (SELECT 1 FROM t WHERE x IN (1, 2, 3) ORDER BY 1) s GROUP BY y HAVING COUNT(*) > 1"_s;
    QTest::newRow("left join")
        << u"SELECT * FROM a LEFT OUTER JOIN b ON (a.id = b.id) WHERE NOT (a.x LIKE ?1 ESCAPE '\\')"_s;
    QTest::newRow("empty") << QString();
}

void tst_SessionLineMarks::layingOutChangesBlanksOnly()
{
    QFETCH(QString, sql);
    const auto bare = [](QString text) {
        text.removeIf([](QChar c) { return c.isSpace(); });
        return text;
    };
    QCOMPARE(bare(ui::layOutSql(sql, 30)), bare(sql));
    const QString once = ui::layOutSql(sql, 50);
    QCOMPARE(ui::layOutSql(once, 50), once);
    if (sql.contains(u"'a  FROM  b'"_s))
        QVERIFY(once.contains(u"'a  FROM  b'"_s) && once.contains(u"\"x  y\""_s));
}

QTEST_GUILESS_MAIN(tst_SessionLineMarks)
#include "tst_sessionlinemarks.moc"
