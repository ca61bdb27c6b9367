#include "orm/advice/fixes.h"
#include "tests/orm/advice/library.h"

#include <QDir>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;
using analysis::Rule;

namespace {

constexpr int small = 6; // rows, and twice as many for the second run

QStringList filesIn(const char *folder)
{
    const QDir dir(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/tests/data/findings/"_s +
                   QLatin1String(folder));
    QStringList paths;
    for (const QString &name : dir.entryList({u"*.py"_s}, QDir::Files, QDir::Name))
        paths << dir.filePath(name);
    return paths;
}

QString textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// A text and what "# finds: RULE RULE" at the ends of its lines says about it.
struct Labelled {
    QString text, twin;
    QStringList verdict; // as verdictOf() writes it
    QList<int> lines;
};

Labelled labelled(const QString &path)
{
    Labelled out;
    const QStringList parts = textOf(path).split(u"\n# %% twin\n"_s);
    out.text = parts.value(0);
    out.twin = parts.value(1);
    static const QRegularExpression mark(u"# finds: (.*)$"_s);
    const QStringList lines = out.text.split(u'\n');
    for (int i = 0; i < lines.size(); ++i) {
        const QRegularExpressionMatch match = mark.match(lines[i]);
        if (!match.hasMatch())
            continue;
        out.lines << i + 1;
        for (const QString &rule : match.captured(1).split(u' ', Qt::SkipEmptyParts))
            out.verdict << QString::number(i + 1) + u' ' + rule;
    }
    out.verdict.sort();
    return out;
}

/// The same trace as a slower, busier machine would have made it, read in another order.
std::vector<TraceRecord> shuffled(std::vector<TraceRecord> records, QRandomGenerator &random)
{
    for (TraceRecord &r : records) {
        const std::int64_t late = random.bounded(1'000'000);
        for (std::int64_t TraceRecord::*time :
             {&TraceRecord::createdNs, &TraceRecord::compiledNs, &TraceRecord::queuedNs,
              &TraceRecord::leasedNs, &TraceRecord::sentNs, &TraceRecord::firstRowNs,
              &TraceRecord::lastRowNs, &TraceRecord::decodedNs, &TraceRecord::releasedNs})
            if (r.*time != 0)
                r.*time += late;
    }
    std::shuffle(records.begin(), records.end(), random);
    return records;
}

bool isGated(const QString &verdict)
{
    return verdict.endsWith("n-plus-one-relation"_L1) ||
           verdict.endsWith("n-plus-one-related-set"_L1);
}

void addRows(const char *folder)
{
    QTest::addColumn<QString>("path");
    for (const QString &path : filesIn(folder))
        QTest::newRow(QFileInfo(path).baseName().toUtf8().constData()) << path;
}

} // namespace

class TestCorpus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { registerBackends(); }

    void theCorpusIsLarge()
    {
        QVERIFY(filesIn("has").size() >= 40);
        QVERIFY(filesIn("hasnot").size() >= 40);
    }

    void aPatternGrowsWithTheRowsAndItsTwinDoesNot_data() { addRows("has"); }
    void aPatternGrowsWithTheRowsAndItsTwinDoesNot()
    {
        QFETCH(QString, path);
        const Labelled file = labelled(path);
        QVERIFY(!file.verdict.isEmpty());
        const Library few(small), many(2 * small);
        const Ran slowFew = ran(file.text, few.database());
        const Ran slowMany = ran(file.text, many.database());
        for (const int line : file.lines)
            QVERIFY2(slowMany.queriesOf(line) > slowFew.queriesOf(line), qPrintable(path));
        const Ran fastFew = ran(file.twin, few.database());
        const Ran fastMany = ran(file.twin, many.database());
        QCOMPARE(fastMany.queries(), fastFew.queries());
        QCOMPARE(fastMany.lines, slowMany.lines);
    }

    void aPatternIsFoundWhereItIs_data() { addRows("has"); }
    void aPatternIsFoundWhereItIs()
    {
        QFETCH(QString, path);
        const Labelled file = labelled(path);
        const Library library(small);
        const Ran slow = ran(file.text, library.database());
        const QStringList found = verdictOf(findingsIn(file.text, slow.records));
        count(found, file.verdict);
        QCOMPARE(found, file.verdict);
        const Ran fast = ran(file.twin, library.database());
        const QStringList left = verdictOf(findingsIn(file.twin, fast.records));
        count(left, {});
        QCOMPARE(left, QStringList());
    }

    /// Waste does not grow by queries: of these the twin prints the same with fewer rows, bytes or
    /// statements, or with other ones, and nothing is found in it.
    void wasteIsFoundWhereItIs_data() { addRows("waste"); }
    void wasteIsFoundWhereItIs()
    {
        QFETCH(QString, path);
        const Labelled file = labelled(path);
        QVERIFY(!file.verdict.isEmpty());
        const Library slowLibrary(5 * small), fastLibrary(5 * small);
        const Ran slow = ran(file.text, slowLibrary.database());
        QCOMPARE(verdictOf(findingsIn(file.text, slow.records)), file.verdict);
        const Ran fast = ran(file.twin, fastLibrary.database());
        QCOMPARE(fast.lines, slow.lines);
        QCOMPARE(verdictOf(findingsIn(file.twin, fast.records)), QStringList());
        QString why;
        const auto again = traceFromJson(traceToJson(slow.records), &why);
        QVERIFY2(again, qPrintable(why));
        QCOMPARE(verdictOf(findingsIn(file.text, *again)), file.verdict);
        QRandomGenerator random(1);
        for (int i = 0; i < 20; ++i)
            QCOMPARE(verdictOf(findingsIn(file.text, shuffled(slow.records, random))),
                     file.verdict);
    }

    void whatOnlyLooksLikeAPatternIsNotFound_data() { addRows("hasnot"); }
    void whatOnlyLooksLikeAPatternIsNotFound()
    {
        QFETCH(QString, path);
        const QString text = textOf(path);
        const Library library(small);
        const Ran done = ran(text, library.database());
        QVERIFY2(!done.lines.isEmpty(), qPrintable(path));
        QVERIFY2(!done.lines.last().contains("Error: "_L1), qPrintable(done.lines.last()));
        const QStringList found = verdictOf(findingsIn(text, done.records));
        count(found, {});
        QCOMPARE(found, QStringList());
        const Library larger(5 * small); // waste of a few rows is not told of
        QCOMPARE(verdictOf(findingsIn(text, ran(text, larger.database()).records)), QStringList());
    }

    void theVerdictDoesNotDependOnTime_data() { addRows("has"); }
    void theVerdictDoesNotDependOnTime()
    {
        QFETCH(QString, path);
        const Labelled file = labelled(path);
        const Library library(small);
        const Ran done = ran(file.text, library.database());
        QRandomGenerator random(1);
        for (int i = 0; i < 20; ++i)
            QCOMPARE(verdictOf(findingsIn(file.text, shuffled(done.records, random))),
                     file.verdict);
    }

    void aSavedTraceGivesTheSameVerdict_data() { addRows("has"); }
    void aSavedTraceGivesTheSameVerdict()
    {
        QFETCH(QString, path);
        const Labelled file = labelled(path);
        const Library library(small);
        const Ran done = ran(file.text, library.database());
        QString why;
        const auto again = traceFromJson(traceToJson(done.records), &why);
        QVERIFY2(again, qPrintable(why));
        QCOMPARE(verdictOf(findingsIn(file.text, *again)), file.verdict);
    }

    void aFixKeepsTheOutputAndEndsTheFinding_data() { addRows("has"); }
    void aFixKeepsTheOutputAndEndsTheFinding()
    {
        QFETCH(QString, path);
        const Labelled file = labelled(path);
        const Library library(small);
        const Ran before = ran(file.text, library.database());
        const notation::ParseResult parsed = notation::parseModule(file.text);
        QString text = file.text;
        int fixed = 0;
        const std::vector<analysis::Finding> findings = findingsIn(file.text, before.records);
        std::vector<notation::TextEdit> edits;
        for (const analysis::Finding &finding : findings) {
            if (const auto fix = advice::fixFor(finding, parsed)) {
                edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
                ++fixed;
            }
        }
        if (fixed == 0)
            QSKIP("this one is for people to mend");
        const auto edited = notation::apply(file.text, edits);
        QVERIFY(edited);
        const Ran after = ran(*edited, library.database());
        QVERIFY2(after.lines == before.lines,
                 qPrintable(*edited + u'\n' + after.lines.join(u'\n')));
        QVERIFY(after.queries() < before.queries());
        QVERIFY2(int(findingsIn(*edited, after.records).size()) <= int(findings.size()) - fixed,
                 qPrintable(*edited));
        ++m_fixed;
    }

    void aFixEndsTheWaste_data() { addRows("waste"); }
    void aFixEndsTheWaste()
    {
        QFETCH(QString, path);
        const Labelled file = labelled(path);
        const Library before(5 * small), after(5 * small);
        const Ran slow = ran(file.text, before.database());
        const notation::ParseResult parsed = notation::parseModule(file.text);
        std::vector<notation::TextEdit> edits;
        for (const analysis::Finding &finding : findingsIn(file.text, slow.records))
            if (const auto fix = advice::fixFor(finding, parsed))
                edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
        if (edits.empty())
            QSKIP("this one is for people to mend");
        const auto edited = notation::apply(file.text, edits);
        QVERIFY(edited);
        const Ran fast = ran(*edited, after.database());
        QVERIFY2(fast.lines == slow.lines, qPrintable(*edited + u'\n' + fast.lines.join(u'\n')));
        QVERIFY2(findingsIn(*edited, fast.records).empty(), qPrintable(*edited));
        ++m_fixed;
    }

    void cleanupTestCase()
    {
        const double precision = m_found == 0 ? 1 : double(m_right) / m_found;
        const double recall = m_there == 0 ? 1 : double(m_right) / m_there;
        qInfo("relation and related-set rules: %d labels, %d found, %d right: precision %.1f %%, "
              "recall %.1f %%; %d texts fixed by edits",
              m_there, m_found, m_right, precision * 100, recall * 100, m_fixed);
        QVERIFY(m_there > 0);
        QCOMPARE(m_right, m_found);
        QVERIFY(recall >= 0.95);
    }

private:
    void count(const QStringList &found, QStringList labels)
    {
        for (const QString &label : labels)
            m_there += isGated(label);
        for (const QString &verdict : found) {
            if (!isGated(verdict))
                continue;
            ++m_found;
            m_right += labels.removeOne(verdict);
        }
    }

    int m_there = 0, m_found = 0, m_right = 0, m_fixed = 0;
};

QTEST_GUILESS_MAIN(TestCorpus)
#include "tst_corpus.moc"
