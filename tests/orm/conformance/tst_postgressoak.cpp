#include "orm/execution/transaction.h"
#include "tests/orm/conformance/adapters.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QTest>
#include <limits>
#include <thread>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// A mixed load with cancels and killed backends, on both ways of waiting for PostgreSQL. Short
/// unless HEDDLE_POSTGRES_SOAK gives a number of seconds for each.
class TestPostgresSoak : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cancelsPoisonNoConnection_data() { adapters(); }
    void cancelsPoisonNoConnection();
    void aCancelledConnectionIsSoonFree_data() { adapters(); }
    void aCancelledConnectionIsSoonFree();
    void independentPlansTakeAsLongAsTheSlowest_data() { adapters(); }
    void independentPlansTakeAsLongAsTheSlowest();
    void moneyAddsUp_data() { adapters(); }
    void moneyAddsUp();

private:
    void adapters();
    std::unique_ptr<Runner> open(int connections);
    std::shared_ptr<PostgresServer> m_server = std::make_shared<PostgresServer>();
};

namespace {

constexpr int accounts = 40, startMoney = 1000, chains = 16;

int soakSeconds()
{
    return qEnvironmentVariableIntValue("HEDDLE_POSTGRES_SOAK");
}

Plan<qint64> number(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return result.batches.at(0)->column(0).int64(0);
}

Statement question(const char *sql, ValueList parameters = {})
{
    return statementOf(sql, std::move(parameters), TraceKind::Read);
}

Statement order(const char *sql, ValueList parameters = {})
{
    return statementOf(sql, std::move(parameters), TraceKind::Write);
}

/// The slow ones among them take about as long as a cancel.
Statement echo(int value, int milliseconds)
{
    return milliseconds == 0
               ? question("SELECT $1::bigint", {Value(static_cast<long long>(value))})
               : question("SELECT $1::bigint FROM pg_sleep($2::float8)",
                          {Value(static_cast<long long>(value)), Value(milliseconds / 1000.0)});
}

Plan<qint64> move(long long from, long long to, long long amount, bool dither)
{
    Plan<qint64> looking =
        number(question("SELECT money FROM account WHERE id = $1", {Value(from)}));
    const qint64 there = co_await std::move(looking);
    Statement take =
        order("UPDATE account SET money = money - $1 WHERE id = $2", {Value(amount), Value(from)});
    co_await send(std::move(take));
    if (dither) {
        Plan<qint64> pause = number(echo(1, 3));
        co_await std::move(pause);
    }
    Statement give =
        order("UPDATE account SET money = money + $1 WHERE id = $2", {Value(amount), Value(to)});
    co_await send(std::move(give));
    co_return there;
}

int threadsNow()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("Threads:"))
            return line.mid(8).trimmed().toInt();
    }
    return 0;
}

/// What one chain of plans does until the end; gives how many of its transfers it knows were kept.
int runChain(Runner &runner, quint32 seed, const std::atomic<bool> &stop,
             std::atomic<int> &wrongRows)
{
    QRandomGenerator random(seed);
    int kept = 0;
    for (int round = 0; !stop; ++round) {
        const int action = random.bounded(10);
        const int value = random.bounded(1'000'000);
        QFuture<qint64> future;
        if (action < 5) {
            const int from = random.bounded(accounts), to = random.bounded(accounts);
            future = runner.start(atomically(move(from, to, random.bounded(100), action == 0)), {});
        } else {
            future = runner.start(number(echo(value, action == 9 ? random.bounded(20) : 0)), {});
        }
        if (random.bounded(4) == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(random.bounded(4000)));
            future.cancel();
        }
        try {
            future.waitForFinished();
            if (future.resultCount() == 0)
                continue;
            const qint64 result = future.result();
            if (action >= 5 && result != value)
                ++wrongRows;
            kept += action < 5;
        } catch (const OrmError &) { // killed backends, deadlocks, cancels: all of them in order
        } catch (const std::exception &) {
        }
    }
    return kept;
}

} // namespace

void TestPostgresSoak::initTestCase()
{
    registerPostgresAdapter();
    if (!m_server->start({u"deadlock_timeout=50ms"_s, u"log_statement=none"_s}))
        QSKIP(qPrintable(m_server->problem()));
}

void TestPostgresSoak::adapters()
{
    QTest::addColumn<bool>("native");
    QTest::newRow("native") << true;
    QTest::newRow("threads") << false;
}

std::unique_ptr<Runner> TestPostgresSoak::open(int connections)
{
    QFETCH(bool, native);
    ConnectionTarget target = ConnectionTarget::parse(m_server->url());
    target.pool.maxConnections = connections;
    target.waiting =
        native ? ConnectionTarget::Waiting::Native : ConnectionTarget::Waiting::Threads;
    return AdapterRegistry::find(target.backend).open(target);
}

void TestPostgresSoak::cancelsPoisonNoConnection()
{
    const std::unique_ptr<Runner> runner = open(4);
    const int cancels = soakSeconds() > 0 ? 1000 : 100;
    QRandomGenerator random(7);
    std::vector<std::pair<int, QFuture<qint64>>> kept;
    for (int i = 0, done = 0; done < cancels; ++i) {
        QFuture<qint64> future =
            runner->start(number(echo(i, i % 3 == 0 ? random.bounded(12) : 0)), {});
        if (random.bounded(2) == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(random.bounded(8000)));
            future.cancel();
            ++done;
        } else {
            kept.emplace_back(i, future);
        }
        if (kept.size() > 200) {
            for (auto &[wanted, old] : kept)
                QCOMPARE(old.result(), wanted);
            kept.clear();
        }
    }
    for (auto &[wanted, future] : kept)
        QCOMPARE(future.result(), wanted);
    QTRY_COMPARE(runner->stats().busy, 0);
    for (int i = 0; i < 100; ++i)
        QCOMPARE(runner->start(number(echo(i, 0)), {}).result(), i);
}

void TestPostgresSoak::aCancelledConnectionIsSoonFree()
{
    const std::unique_ptr<Runner> runner = open(1);
    const int rounds = soakSeconds() > 0 ? 200 : 80; // of fewer the slowest one alone decides
    std::vector<qint64> took;
    for (int i = 0; i < rounds; ++i) {
        QFuture<qint64> slow = runner->start(number(echo(i, 20'000)), {});
        QTRY_COMPARE(runner->stats().busy, 1);
        std::this_thread::sleep_for(std::chrono::milliseconds(15));
        QElapsedTimer clock;
        clock.start();
        slow.cancel();
        QCOMPARE(runner->start(number(echo(i, 0)), {}).result(), i);
        took.push_back(clock.elapsed());
    }
    std::sort(took.begin(), took.end());
    const qint64 p95 = took[took.size() * 95 / 100];
    qInfo("from cancel() to the next answer: median %lld ms, p95 %lld ms",
          static_cast<long long>(took[took.size() / 2]), static_cast<long long>(p95));
    QVERIFY(p95 < 200);
}

namespace {

/// Waits in the server and then works in the program.
Plan<qint64> waitAndWork(int value, int waitMs, int workMs)
{
    Statement statement = echo(value, waitMs);
    const StatementResult result = co_await heddle::send(std::move(statement));
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < workMs) {
    }
    co_return result.batches.at(0)->column(0).int64(0);
}

} // namespace

void TestPostgresSoak::independentPlansTakeAsLongAsTheSlowest()
{
    const std::unique_ptr<Runner> runner = open(4);
    qint64 best = std::numeric_limits<qint64>::max();
    for (int round = 0; round < 4; ++round) { // the first one opens the connections
        QElapsedTimer clock;
        clock.start();
        std::vector<QFuture<qint64>> running;
        for (int i = 0; i < 4; ++i)
            running.push_back(runner->start(waitAndWork(i, 200 + 100 * i, 20), {}));
        for (int i = 0; i < 4; ++i)
            QCOMPARE(running[std::size_t(i)].result(), i);
        if (round > 0)
            best = std::min(best, clock.elapsed());
    }
    qInfo("waits of 200 to 500 ms with 20 ms of work each: %lld ms", static_cast<long long>(best));
    // One after another they take 1480 ms; on a machine with nothing else to do it is under 550.
    QVERIFY2(best < 1000, qPrintable(QString::number(best)));
}

void TestPostgresSoak::moneyAddsUp()
{
    QVERIFY(m_server->run(u"DROP TABLE IF EXISTS account; CREATE TABLE account (id bigint PRIMARY "
                          "KEY, money bigint NOT NULL); INSERT INTO account SELECT i, %1 FROM "
                          "generate_series(0, %2) i"_s.arg(startMoney)
                              .arg(accounts - 1)));
    const int seconds = std::clamp(soakSeconds(), 2, 60); // tst_soak is the one that lasts
    const std::unique_ptr<Runner> runner = open(6);
    std::atomic<bool> stop{false};
    std::atomic<int> wrongRows{0}, kept{0};
    std::vector<std::thread> threads;
    for (quint32 i = 0; i < chains; ++i)
        threads.emplace_back([&, i] { kept += runChain(*runner, i + 1, stop, wrongRows); });
    QElapsedTimer clock;
    clock.start();
    int threadsAtFirst = 0, threadsAtLast = 0;
    while (clock.elapsed() < seconds * 1000) {
        QTest::qWait(700);
        if (threadsAtFirst == 0)
            threadsAtFirst = threadsNow();
        threadsAtLast = threadsNow();
        m_server->run(u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                      "application_name = 'heddle' ORDER BY random() LIMIT 1"_s);
    }
    stop = true;
    for (std::thread &thread : threads)
        thread.join();
    QTRY_COMPARE_WITH_TIMEOUT(runner->stats().busy, 0, 10'000);
    QCOMPARE(runner->stats().queued, 0);
    QCOMPARE(wrongRows.load(), 0);
    QVERIFY2(kept > 20, qPrintable(QString::number(kept)));
    QVERIFY2(threadsAtLast < threadsAtFirst + 30, qPrintable(QString::number(threadsAtLast)));
    const auto total = [&] {
        try {
            return runner->run(number(question("SELECT sum(money)::bigint FROM account")), {});
        } catch (const OperationalError &) { // a connection killed since it was last used
            return qint64(-1);
        }
    };
    QTRY_COMPARE(total(), accounts * startMoney);
    runner->shutdown();
    QString left;
    QTRY_VERIFY(m_server->run(u"SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                              "'heddle'"_s,
                              u"postgres"_s, &left) &&
                left.trimmed() == u"0"_s);
}

QTEST_GUILESS_MAIN(TestPostgresSoak)
#include "tst_postgressoak.moc"
