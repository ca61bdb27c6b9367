#include "tests/support/bookshopdatabase.h"
#include "tests/support/eventlooptick.h"
#include "tests/support/querycounter.h"
#include "tests/support/raises.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFutureWatcher>
#include <numeric>
#include <thread>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Rows that arrive in batches, queries that are stopped, and what a database's refusal tells.
class TestStreaming : public QObject {
    Q_OBJECT

private:
    static constexpr int rowCount = 20'000;
    BookshopDatabase m_shop;
    QuerySet<Record> reviews() const { return m_shop.objects("Review"); }
    /// A question that keeps SQLite busy for longer than any test waits: every review against every
    /// other, by no index.
    QuerySet<Record> endless() const
    {
        return m_shop.objects("Book").filter(
            q("review__book__review__rating__gt", plus(f("review__rating"), value(100))));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_shop.write(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 20094) "
            "INSERT INTO review SELECT i, 1, 'r' || i, i % 5, NULL FROM n");
        QCOMPARE(reviews().count(), qint64(rowCount));
    }

    void theFirstBatchIsSmallAndAllRowsCome()
    {
        std::vector<int> sizes;
        qint64 sum = 0;
        const qint64 rows = reviews().orderBy(texts({"pk"})).stream([&](RowBatchPtr batch) {
            sizes.push_back(batch->rowCount());
            for (int i = 0; i < batch->rowCount(); ++i)
                sum += batch->value(i, 0).asInt();
            return true;
        });
        QCOMPARE(rows, qint64(rowCount));
        QVERIFY(sizes.size() >= 3);
        QVERIFY(sizes.front() <= 256); // shown while the rest arrives
        QCOMPARE(std::accumulate(sizes.begin(), sizes.end(), 0), rowCount);
        qint64 wanted = 1 + 2 + 3 + 4 + 5;
        for (qint64 i = 100; i <= 20094; ++i)
            wanted += i;
        QCOMPARE(sum, wanted);
    }

    void aSinkThatHasEnoughEndsTheStream()
    {
        int batches = 0;
        const qint64 rows = reviews().stream([&](RowBatchPtr) { return ++batches < 2; });
        QCOMPARE(batches, 2);
        QVERIFY(rows < rowCount);
        QCOMPARE(reviews().count(), qint64(rowCount)); // and the connection is as good as new
    }

    void anAsyncStreamRunsOnTheConnectionsThread()
    {
        std::atomic<std::uint16_t> thread{0};
        QFuture<qint64> future = reviews().astream([&](RowBatchPtr) {
            thread = currentTraceThread();
            return true;
        });
        QCOMPARE(future.result(), qint64(rowCount));
        QVERIFY(thread != 0 && thread != currentTraceThread());
        QVERIFY(traceThreadName(thread).startsWith(u"heddle-db"_s));
    }

    void aSinkThatThrowsEndsTheFuture()
    {
        QFuture<qint64> future =
            reviews().astream([](RowBatchPtr) -> bool { throw ValueError(u"enough"_s); });
        QCOMPARE(errorOf([&] { future.result(); }), u"ValueError: enough"_s);
        QCOMPARE(reviews().acount().result(), qint64(rowCount));
    }

    void aLongFetchIsOneResultOfSeveralBatches()
    {
        const ResultSetPtr rows = reviews().orderBy(texts({"pk"})).fetch();
        QCOMPARE(rows->rowCount(), qint64(rowCount));
        QVERIFY(rows->batches().size() > 1);
        QCOMPARE(rows->record(4).value(u"reviewer"_s).toDisplay(), u"Kim"_s);
        QCOMPARE(rows->record(rowCount - 1).value(u"reviewer"_s).toDisplay(), u"r20094"_s);
    }

    void aCancelledFetchStopsInTheDatabase()
    {
        QueryCounter counter(m_shop.database());
        QFuture<ResultSetPtr> future = endless().afetch();
        QTRY_VERIFY(m_shop.database().runner().stats().busy > 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(30)); // well inside the statement
        QVERIFY(!future.isFinished());
        QElapsedTimer clock;
        clock.start();
        future.cancel();
        QVERIFY(future.isCanceled());
        QTRY_COMPARE(counter.count(), 1);
        QVERIFY(clock.elapsed() < 2000);
        QVERIFY(counter.records()[0].outcome == TraceOutcome::Cancelled);
        QTRY_COMPARE(m_shop.database().runner().stats().busy, 0);
        QCOMPARE(reviews().acount().result(), qint64(rowCount)); // nobody else is hit by it
    }

    void whatIsCancelledInTheQueueIsNeverSent()
    {
        QueryCounter counter(m_shop.database());
        std::vector<QFuture<ResultSetPtr>> busy;
        for (int i = 0; i < m_shop.database().runner().stats().limit; ++i)
            busy.push_back(endless().afetch());
        QFuture<qint64> waiting = reviews().acount();
        waiting.cancel();
        for (auto &future : busy)
            future.cancel();
        QTRY_COMPARE(m_shop.database().runner().stats().busy, 0);
        QTRY_COMPARE(m_shop.database().runner().stats().queued, 0);
        for (const TraceRecord &record : counter.records())
            QVERIFY(record.sentNs == 0 || record.sql.contains("JOIN"));
    }

    void theCallersLoopStaysAlive()
    {
        testing::EventLoopTicker ticker;
        QFutureWatcher<ResultSetPtr> watcher;
        QEventLoop loop;
        connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        watcher.setFuture(reviews().afetch());
        loop.exec();
        ticker.stop();
        QCOMPARE(watcher.result()->rowCount(), qint64(rowCount));
        QVERIFY2(ticker.longestBusy() < std::chrono::milliseconds(50),
                 "the loop computed while the rows came");
    }

    void onARunningLoopSyncIsRefused()
    {
        QString error;
        QEventLoop loop;
        QTimer::singleShot(0, &loop, [&] {
            error = errorOf([&] { reviews().count({{5, 1}}); });
            loop.quit();
        });
        loop.exec();
        QVERIFY2(error.startsWith(u"SynchronousOnlyOperation: "_s) && error.contains(u"acount()"_s),
                 qPrintable(error));
    }

    void aDatabasesRefusalKeepsEverything_data()
    {
        QTest::addColumn<bool>("async");
        QTest::newRow("sync") << false;
        QTest::newRow("async") << true;
    }
    void aDatabasesRefusalKeepsEverything()
    {
        QFETCH(bool, async);
        const BookshopDatabase shop;
        const QuerySet<Record> covers = shop.objects("Cover").filter(q("colour", "blue"));
        QCOMPARE(covers.count(), qint64(1));
        shop.write("DROP TABLE cover"); // behind the models' back
        QueryCounter counter(shop.database());
        try {
            if (async)
                covers.afetch().result();
            else
                covers.fetch();
            QFAIL("nothing was raised");
        } catch (const OperationalError &e) {
            QCOMPARE(e.message(), u"no such table: cover"_s);
            QVERIFY(e.isA(u"DatabaseError"_s));
            QVERIFY(e.database);
            QVERIFY(e.database->sql.startsWith("SELECT \"cover\".\"book_id\""));
            QCOMPARE(e.database->serverCode, u"SQLITE_ERROR"_s);
            QVERIFY(e.database->serverMessage.contains(u"no such table"_s));
            QCOMPARE(e.database->alias, u"default"_s);
            QVERIFY(!e.database->connection.isEmpty());
        }
        QTRY_COMPARE(counter.count(), 1);
        QVERIFY(counter.records()[0].outcome == TraceOutcome::Failed);
        QVERIFY(counter.records()[0].error.contains("no such table"));
    }

    void prefetchesComeInOneQueryEach()
    {
        const BookshopDatabase shop;
        QueryCounter counter(shop.database());
        const Query query =
            shop.objects("Book")
                .query()
                .orderBy(texts({"pk"}))
                .prefetchRelated({{u"review_set"_s, {}, {}}, {u"author_set"_s, {}, {}}});
        const ResultSetPtr rows = shop.objects("Book").withQuery(query).fetch();
        QCOMPARE(counter.count(), 3);
        QCOMPARE(rows->record(0).prefetched(u"review_set"_s)->rowCount(), qint64(2));
        QCOMPARE(rows->record(3).prefetched(u"review_set"_s)->rowCount(), qint64(0));
        QCOMPARE(column(rows->record(1).prefetched(u"author_set"_s), "name"), texts({"Ada", "Bo"}));
        QVERIFY(!rows->record(0).prefetched(u"award_set"_s));
        QCOMPARE(counter.count(), 3);
    }
};

QTEST_GUILESS_MAIN(TestStreaming)
#include "tst_streaming.moc"
