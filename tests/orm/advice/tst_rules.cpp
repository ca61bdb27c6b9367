#include "tests/orm/advice/library.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;
using analysis::Finding;
using analysis::Rule;
using analysis::Severity;

namespace {

constexpr int size = 12;

std::vector<Finding> found(const QString &text, int rows = size)
{
    const Library library(rows);
    return findingsIn(text, ran(text, library.database()).records);
}

TraceRecord record(std::uint64_t id, TraceKind kind, int line, std::int64_t startNs)
{
    TraceRecord r;
    r.id = id;
    r.kind = kind;
    r.connection = 1;
    r.site = {line, 1, nullptr};
    r.sql = toText(kind);
    r.createdNs = r.sentNs = startNs;
    r.lastRowNs = startNs + 1;
    return r;
}

} // namespace

class TestRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { registerBackends(); }

    void namesGoBothWays()
    {
        for (const Rule rule : analysis::allRules()) {
            QCOMPARE(analysis::ruleFromText(QLatin1String(analysis::toText(rule))), rule);
            QVERIFY(!analysis::describe(rule).isEmpty());
        }
        QVERIFY(!analysis::ruleFromText(u"n-plus"_s));
        QCOMPARE(analysis::severityFromText(u"severe"_s), Severity::Severe);
    }

    void severityGoesByTheCount_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("severity");
        QTest::newRow("nine") << 9 << int(Severity::Info);
        QTest::newRow("ten") << 10 << int(Severity::Warning);
        QTest::newRow("forty-nine") << 49 << int(Severity::Warning);
        QTest::newRow("fifty") << 50 << int(Severity::Severe);
    }
    void severityGoesByTheCount()
    {
        QFETCH(int, rows);
        QFETCH(int, severity);
        const auto findings = found(u"for a in Author.objects.order_by('pk'):\n"
                                    "    a.publisher.name\n"_s,
                                    rows);
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0].queries, rows);
        QCOMPARE(int(findings[0].severity), severity);
    }

    void aFindingSaysWhereTheRowsCameFrom()
    {
        const auto findings = found(u"rows = Author.objects.order_by('pk')\n"
                                    "for a in rows:\n"
                                    "    a.publisher.name\n"_s);
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0].site.line, 3);
        QCOMPARE(findings[0].origin.line, 2);
        QCOMPARE(findings[0].relation, QByteArray("publisher"));
        QVERIFY(!findings[0].parallel);
    }

    void whatRunsSideBySideIsSaidToDoSo()
    {
        const auto findings =
            found(u"rows = [a async for a in Author.objects.all()]\n"
                  "await asyncio.gather(*[a.book_set.acount() for a in rows])\n"_s);
        QCOMPARE(findings.size(), std::size_t(1));
        QVERIFY(findings[0].parallel);
    }

    void whatCoroutinesAskSideBySideIsSaidToBeSo()
    {
        const auto findings = found(u"async def count(author):\n"
                                    "    return await author.book_set.acount()\n"
                                    "rows = [a async for a in Author.objects.all()]\n"
                                    "await asyncio.gather(*[count(a) for a in rows])\n"_s);
        QCOMPARE(findings.size(), std::size_t(1));
        QVERIFY(findings[0].parallel);
    }

    void whatWaitsForEachOtherIsNotSideBySide()
    {
        const auto findings = found(u"async def count(author):\n"
                                    "    return await author.book_set.acount()\n"
                                    "async for a in Author.objects.all():\n"
                                    "    await asyncio.create_task(count(a))\n"_s);
        QCOMPARE(findings.size(), std::size_t(1));
        QVERIFY(!findings[0].parallel);
    }

    void theSameQuestionThreeTimesIsOneTooMany()
    {
        const QString loop = u"for i in range(%1):\n    Book.objects.count()\n"_s;
        QCOMPARE(verdictOf(found(loop.arg(2))), QStringList());
        QCOMPARE(verdictOf(found(loop.arg(3))), QStringList{u"2 repeated-query"_s});
    }

    void aCountAndThenTheRows()
    {
        QCOMPARE(verdictOf(found(u"rows = Book.objects.filter(pages__gt=100).order_by('pk')\n"
                                 "print(rows.count())\n"
                                 "for book in rows:\n"
                                 "    print(book.title)\n"_s)),
                 QStringList{u"2 count-then-list"_s});
        QCOMPARE(verdictOf(found(u"print(Book.objects.filter(pages__gt=100).count())\n"
                                 "for book in Book.objects.filter(pages__gt=120):\n"
                                 "    print(book.title)\n"_s)),
                 QStringList());
    }

    void manyWritesWantATransaction()
    {
        const QString save = u"for tag in Tag.objects.all():\n    tag.save()\n"_s;
        QCOMPARE(verdictOf(found(save)), QStringList{u"2 write-outside-transaction"_s});
        QCOMPARE(verdictOf(found(save, 9)), QStringList());
    }

    void aTransactionThatHoldsOnlyAnotherIsNotNeeded()
    {
        QCOMPARE(verdictOf(found(u"with transaction.atomic():\n"
                                 "    with transaction.atomic():\n"
                                 "        Tag.objects.create(name='x')\n"_s)),
                 QStringList{u"2 nested-without-need"_s});
        QCOMPARE(verdictOf(found(u"with transaction.atomic():\n"
                                 "    Tag.objects.create(name='y')\n"
                                 "    with transaction.atomic():\n"
                                 "        Tag.objects.create(name='x')\n"_s)),
                 QStringList());
    }

    void muchThatIsUndoneIsTold()
    {
        const auto findings = found(u"try:\n"
                                    "    with transaction.atomic():\n"
                                    "        for i in range(10):\n"
                                    "            Tag.objects.create(name=str(i))\n"
                                    "        Tag.objects.create(id=1, name='twice')\n"
                                    "except IntegrityError:\n"
                                    "    print('undone')\n"_s);
        QCOMPARE(verdictOf(findings), QStringList{u"2 rolled-back"_s});
        QVERIFY2(findings[0].message.contains(u"IntegrityError"_s),
                 qPrintable(findings[0].message));
    }

    void anIdleTransactionIsTold()
    {
        constexpr std::int64_t second = 1'000'000'000;
        std::vector<TraceRecord> records = {record(1, TraceKind::Begin, 1, second),
                                            record(2, TraceKind::Write, 2, 2 * second),
                                            record(3, TraceKind::Write, 3, 8 * second),
                                            record(4, TraceKind::Commit, 1, 9 * second)};
        QCOMPARE(verdictOf(analysis::findingsOf(records)), QStringList{u"2 idle-in-transaction"_s});
        records[3] = record(4, TraceKind::Commit, 1, 12 * second);
        QCOMPARE(verdictOf(analysis::findingsOf(records)),
                 (QStringList{u"1 long-transaction"_s, u"2 idle-in-transaction"_s}));
        records[2].sentNs = records[2].createdNs = 3 * second;
        records[3] = record(4, TraceKind::Commit, 1, 4 * second);
        QCOMPARE(verdictOf(analysis::findingsOf(records)), QStringList());
    }

    void aRefusedSyncCallIsTold()
    {
        TraceRecord cell = record(1, TraceKind::Cell, 1, 1);
        cell.outcome = TraceOutcome::Failed;
        cell.error = "SynchronousOnlyOperation: You cannot call this from an async context";
        cell.origin = {4, 5, nullptr};
        QCOMPARE(verdictOf(analysis::findingsOf({cell})), QStringList{u"4 sync-in-async"_s});
        cell.error = "ValueError: SynchronousOnlyOperation";
        QCOMPARE(verdictOf(analysis::findingsOf({cell})), QStringList());
    }

    void aMarkSilencesItsLineAndCounts()
    {
        const QString text = u"# heddle: expected\n"
                             "x = '# heddle: expected in a text'\n"
                             "y = 1  # heddle: expected for the class\n"
                             "# heddle:   expected on its own line\n"
                             "z = 2\n"_s;
        std::vector<advice::Expected> marks = advice::expectedIn(notation::parseModule(text));
        QCOMPARE(marks.size(), std::size_t(2)); // without a reason it is none
        QCOMPARE(marks[0].line, 3);
        QCOMPARE(marks[0].reason, u"for the class"_s);
        QCOMPARE(marks[1].line, 5);
        Finding finding;
        finding.site = {5, 1, nullptr};
        std::vector<Finding> findings = {finding, finding};
        findings[1].site.line = 4;
        advice::silence(&findings, &marks);
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(marks[1].silenced, 1);
    }
};

QTEST_GUILESS_MAIN(TestRules)
#include "tst_rules.moc"
