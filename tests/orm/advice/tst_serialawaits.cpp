#include "orm/advice/fixes.h"
#include "orm/notation/serialawaits.h"
#include "tests/orm/advice/corpus.h"

#include <QElapsedTimer>
#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;
using analysis::Rule;

namespace {

constexpr int rows = 6;

std::vector<analysis::Finding> seriesIn(const Ran &ran)
{
    std::vector<analysis::Finding> found = analysis::findingsOf(ran.records);
    std::erase_if(found, [](const analysis::Finding &f) { return f.rule != Rule::SerialAwaits; });
    return found;
}

void addRows(const char *folder)
{
    QTest::addColumn<QString>("path");
    addFiles(folder);
}

} // namespace

class TestSerialAwaits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { registerBackends(); }

    void aSeriesIsFoundAndItsFixChangesNoOutput_data() { addRows("serial/has"); }
    void aSeriesIsFoundAndItsFixChangesNoOutput()
    {
        QFETCH(QString, path);
        const QString text = textOf(path);
        const Library before(rows), after(rows);
        const Ran slow = ran(text, before.database());
        QStringList expected;
        const QStringList lines = text.split(u'\n');
        for (qsizetype i = 0; i < lines.size(); ++i)
            if (lines[i].contains(u"# finds:"_s) && lines[i].contains(u"serial-awaits"_s))
                expected << QString::number(i + 1) + u" serial-awaits"_s;
        const std::vector<analysis::Finding> found = seriesIn(slow);
        QCOMPARE(verdictOf(found), expected);

        // One fix after another, as a user does it: each moves the lines of the others. A comment
        // beside a statement would be lost, so that the labels must go before.
        QString fixed = withoutLabels(text);
        for (std::size_t i = 0; i < found.size(); ++i) {
            const Library again(rows);
            const std::vector<analysis::Finding> left = seriesIn(ran(fixed, again.database()));
            QCOMPARE(left.size(), found.size() - i);
            const auto fix = advice::fixFor(left.front(), notation::parseModule(fixed));
            QVERIFY(fix);
            fixed = notation::apply(fixed, fix->edits).value_or(QString());
        }
        const Ran fast = ran(fixed, after.database());
        QCOMPARE(fast.lines, slow.lines);
        QCOMPARE(fast.queries(), slow.queries());
        QVERIFY(seriesIn(fast).empty());
    }

    void whatLooksLikeASeriesIsNone_data() { addRows("serial/hasnot"); }
    void whatLooksLikeASeriesIsNone()
    {
        QFETCH(QString, path);
        const Library library(rows);
        QCOMPARE(verdictOf(seriesIn(ran(textOf(path), library.database()))), QStringList());
    }

    void theSavingIsTheSumWithoutTheLongest()
    {
        std::vector<TraceRecord> records;
        for (int round = 0; round < 2; ++round)
            for (int member = 1; member <= 3; ++member) {
                TraceRecord r;
                r.id = records.size() + 1;
                r.parent = 7;
                r.kind = TraceKind::Await;
                r.async = true;
                r.site = {member, 11, nullptr};
                r.origin = {1, 11, nullptr};
                r.digest = std::uint64_t(member);
                r.createdNs = 1'000'000 * std::int64_t(records.size() + 1);
                r.releasedNs = r.createdNs + 1'000'000 * member;
                records.push_back(r);
            }
        const std::vector<analysis::Finding> found = analysis::findingsOf(records);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].rule, Rule::SerialAwaits);
        QCOMPARE(found[0].severity, analysis::Severity::Info);
        QCOMPARE(found[0].queries, 6);
        QCOMPARE(found[0].totalNs, std::int64_t(12'000'000));
        QVERIFY2(found[0].message.contains(u"12.0 ms, gathered 6.0 ms"_s),
                 qPrintable(found[0].message));
    }

    void aSavedTraceGivesTheSameFindings()
    {
        const Library library(rows);
        const Ran once = ran(u"a = await Book.objects.acount()\nb = await Tag.objects.acount()\n"_s,
                             library.database());
        const auto loaded = traceFromJson(traceToJson(once.records), nullptr);
        QVERIFY(loaded);
        QCOMPARE(verdictOf(analysis::findingsOf(*loaded)), QStringList{u"1 serial-awaits"_s});
    }

    void manyStatementsTakeNoLongTime()
    {
        QString text;
        for (int i = 0; i < 500; ++i)
            text += u"a%1 = await Book.objects.filter(pk=%1).acount()\n"_s.arg(i);
        const notation::ParseResult parsed = notation::parseModule(text);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!notation::awaitSeries(*parsed.tree).empty());
        QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestSerialAwaits)
#include "tst_serialawaits.moc"
