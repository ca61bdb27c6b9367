#include "orm/execution/adapter.h"
#include "tests/orm/advice/library.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;
using analysis::Finding;
using analysis::Rule;
using analysis::Severity;

namespace {

/// Two coroutines that want the same row; the second one comes while the first one sleeps.
const QString meeting = u"import asyncio\n"
                        "async def first():\n"
                        "    async with transaction.atomic():\n"
                        "        await Tag.objects.filter(pk=1).aupdate(name='first')\n"
                        "        await asyncio.sleep(0.3)\n"
                        "async def second():\n"
                        "    await asyncio.sleep(0.1)\n"
                        "    async with transaction.atomic():\n"
                        "        await Tag.objects.filter(pk=1).aupdate(name='second')\n"
                        "await asyncio.gather(first(), second())\n"
                        "print((await Tag.objects.aget(pk=1)).name)\n"_s;

Ran watched(const QString &text, const Database &database)
{
    TraceRecorder recorder;
    Ran done;
    {
        const std::unique_ptr<LockWatch> watch = database.watchLocks(&recorder, 1);
        done = ran(text, database);
    }
    for (TraceRecord &record : recorder.take())
        done.records.push_back(std::move(record));
    return done;
}

std::vector<Finding> waitsIn(const Ran &done)
{
    std::vector<Finding> found = analysis::findingsOf(done.records);
    std::erase_if(found, [](const Finding &f) { return f.rule != Rule::LockWait; });
    return found;
}

TraceRecord record(std::uint64_t id, TraceKind kind, int line, std::uint32_t connection,
                   std::int64_t startNs, std::int64_t endNs)
{
    TraceRecord r;
    r.id = id;
    r.kind = kind;
    r.connection = connection;
    r.site = {line, 1, nullptr};
    r.sql = toText(kind);
    r.createdNs = r.sentNs = startNs;
    r.lastRowNs = endNs;
    return r;
}

} // namespace

class TestLocks : public QObject {
    Q_OBJECT

private:
    PostgresServer m_server;

private Q_SLOTS:
    void initTestCase() { registerBackends(); }

    void aWriterOfTheSameFileIsWaitedFor()
    {
        const Library library(3);
        const Ran done = watched(meeting, library.database());
        QCOMPARE(done.lines, QStringList{u"second"_s});
        const std::vector<Finding> found = waitsIn(done);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].site.line, 8); // where BEGIN IMMEDIATE takes the file
        QCOMPARE(found[0].severity, Severity::Info);
        QVERIFY(found[0].totalNs > 100'000'000);
        QVERIFY2(found[0].message.contains("the database file"_L1), qPrintable(found[0].message));
        QVERIFY2(found[0].message.contains("the transaction of line 3 (taken in line 4)"_L1),
                 qPrintable(found[0].message));
    }

    void aRowOfAnotherTransactionIsWaitedFor_data()
    {
        QTest::addColumn<QString>("adapter");
        QTest::newRow("native") << u"native"_s;
        QTest::newRow("threads") << u"threads"_s;
    }
    void aRowOfAnotherTransactionIsWaitedFor()
    {
        QFETCH(QString, adapter);
        if (!m_server.isRunning() && !m_server.start())
            QSKIP(qPrintable(m_server.problem()));
        QVERIFY2(m_server.run(u"DROP TABLE IF EXISTS tag; CREATE TABLE tag (id int PRIMARY KEY, "
                              "name text NOT NULL); INSERT INTO tag VALUES (1, 'old')"_s),
                 qPrintable(m_server.problem()));
        const Database database = Database::open(m_server.url() + u"?adapter="_s + adapter);
        const Ran done = watched(meeting, database);
        QCOMPARE(done.lines, QStringList{u"second"_s});
        const std::vector<Finding> found = waitsIn(done);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].site.line, 9);
        QVERIFY2(found[0].message.contains("a row of transaction"_L1),
                 qPrintable(found[0].message));
        QVERIFY2(found[0].message.contains("the transaction of line 3 (taken in line 4)"_L1),
                 qPrintable(found[0].message));
    }

    void whoIsNotOursIsNamed()
    {
        TraceRecord wait = record(2, TraceKind::LockWait, 0, 7, 10, 40);
        wait.lock = std::make_shared<const LockWait>(LockWait{0, "pid 12 (psql)", "ShareLock", {}});
        const std::vector<Finding> found =
            analysis::findingsOf({record(1, TraceKind::Write, 4, 7, 5, 50), wait});
        QCOMPARE(found.size(), std::size_t(1));
        QVERIFY2(found[0].message.contains("a lock that pid 12 (psql) held"_L1),
                 qPrintable(found[0].message));
    }

    void aWaitThatEndsInAnErrorIsAWarning()
    {
        TraceRecord wait = record(2, TraceKind::LockWait, 0, 7, 10, 40);
        wait.lock = std::make_shared<const LockWait>(LockWait{8, {}, "ShareLock", "table tag"});
        TraceRecord failed = record(1, TraceKind::Write, 4, 7, 5, 50);
        failed.outcome = TraceOutcome::Failed;
        failed.error = "OperationalError: deadlock detected";
        const std::vector<Finding> found = analysis::findingsOf({failed, wait});
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].severity, Severity::Warning);
        QVERIFY2(found[0].message.contains("connection 8 held, and the database gave up"_L1),
                 qPrintable(found[0].message));
    }

    void aTransactionThatRanAgainIsTold()
    {
        TraceRecord refused = record(2, TraceKind::Write, 5, 3, 20, 30);
        refused.outcome = TraceOutcome::Failed;
        refused.error = "OperationalError: could not serialize access due to concurrent update";
        const std::vector<TraceRecord> records = {
            record(1, TraceKind::Begin, 4, 3, 10, 11),
            refused,
            record(3, TraceKind::Rollback, 4, 3, 31, 32),
            record(4, TraceKind::Begin, 4, 3, 40, 41),
            record(5, TraceKind::Write, 5, 3, 42, 43),
            record(6, TraceKind::Commit, 4, 3, 44, 45),
        };
        const std::vector<Finding> found = analysis::findingsOf(records);
        QCOMPARE(verdictOf(found), QStringList{u"4 retried"_s});
        QVERIFY(found[0].message.contains("could not serialize"_L1));
        // The same place twice without a refusal is a loop.
        std::vector<TraceRecord> loop = records;
        loop[1].error.clear();
        loop[1].outcome = TraceOutcome::Ok;
        QCOMPARE(verdictOf(analysis::findingsOf(loop)), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestLocks)
#include "tst_locks.moc"
