// A primary with two streaming standbys: reads go to these, and what happens when one of the three
// is stopped, is behind, or takes the primary's place.

#include "orm/backends/postgres/postgresadapter.h"
#include "orm/objects/asynctransaction.h"
#include "orm/objects/queryset.h"
#include "orm/objects/record.h"
#include "tests/support/postgresserver.h"
#include "tests/support/raises.h"

#include <QtTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;
using test::errorOf;

class TestPostgresRouting : public QObject {
    Q_OBJECT

    PostgresServer m_primary, m_first, m_second;

    static ReplicaOptions replicas(const QList<const PostgresServer *> &servers,
                                   std::chrono::milliseconds maxLag = {})
    {
        ReplicaOptions options;
        options.maxLag = maxLag;
        for (qsizetype i = 0; i < servers.size(); ++i)
            options.replicas.emplace_back(u"replica%1"_s.arg(i + 1),
                                          servers[i]->url() + u"?max_connections=3"_s);
        return options;
    }
    Database open(std::chrono::milliseconds maxLag = {}) const
    {
        return Database::open(m_primary.url(), replicas({&m_first, &m_second}, maxLag));
    }
    static QuerySet<Record> items(const Database &db) { return db.objects(u"Item"_s); }
    static Record add(const Database &db, int n) { return items(db).create({{u"n"_s, Value(n)}}); }
    using Counts = QHash<QByteArray, int>;
    /// Which databases the reads of `count` counts went to.
    static Counts whereCountsGo(const Database &db, int count, bool async)
    {
        TraceRecorder recorder;
        db.setTraceSink(&recorder);
        for (int i = 0; i < count; ++i)
            async ? items(db).acount().result() : items(db).count();
        db.setTraceSink(nullptr);
        Counts seen;
        for (const TraceRecord &record : recorder.take())
            if (record.kind == TraceKind::Read)
                ++seen[record.database];
        return seen;
    }
    static RoutingRunner::ReplicaState stateOf(const Database &db, const QString &alias)
    {
        for (const RoutingRunner::ReplicaState &state : db.replicas())
            if (state.alias == alias)
                return state;
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        registerPostgresAdapter();
        if (!m_primary.start())
            QSKIP(qPrintable(m_primary.problem()));
        QVERIFY(m_primary.run(u"CREATE TABLE item (id serial PRIMARY KEY, n int NOT NULL)"_s));
        QVERIFY2(m_first.startStandbyOf(m_primary), qPrintable(m_first.problem()));
        QVERIFY2(m_second.startStandbyOf(m_primary), qPrintable(m_second.problem()));
    }

    void readsGoToTheStandbysAndWritesToThePrimary_data()
    {
        QTest::addColumn<bool>("async");
        QTest::newRow("sync") << false;
        QTest::newRow("async") << true;
    }
    void readsGoToTheStandbysAndWritesToThePrimary()
    {
        QFETCH(bool, async);
        const Database db = open();
        const qint64 before = items(db.on(u"primary"_s)).count();
        add(db, 7);
        QTRY_COMPARE(items(db.on(u"replica1"_s)).count(), before + 1);
        QTRY_COMPARE(items(db.on(u"replica2"_s)).count(), before + 1);
        const Counts seen = whereCountsGo(db, 10, async);
        QCOMPARE(seen.value("replica1"), 5);
        QCOMPARE(seen.value("replica2"), 5);
        QCOMPARE(seen.size(), qsizetype(2));
    }

    void aTransactionStaysAtThePrimary()
    {
        const Database db = open();
        const qint64 before = items(db.on(u"primary"_s)).count();
        db.atomic([&](Transaction &tx) {
            add(tx.database(), 1);
            QCOMPARE(items(tx.database()).count(), before + 1); // sees its own row
            tx.setRollback(true);
        });
        const Task<qint64> task = db.aatomic([](AsyncTransaction &tx) -> Task<qint64> {
            FieldInputs values{{u"n"_s, Value(2)}};
            co_await items(tx.database()).acreate(values);
            const qint64 seen = co_await items(tx.database()).acount();
            tx.setRollback(true);
            co_return seen;
        });
        QTRY_VERIFY(task.future().isFinished());
        QCOMPARE(task.future().result(), before + 1);
        QCOMPARE(items(db.on(u"primary"_s)).count(), before);
    }

    void aStandbyRefusesWritesByName()
    {
        const Database db = open();
        const QString error = errorOf([&] { add(db.on(u"replica1"_s), 3); });
        QVERIFY2(error.contains(u"read-only"_s), qPrintable(error));
        const QString unknown = errorOf([&] { db.on(u"replica9"_s); });
        QCOMPARE(unknown, u"ConnectionDoesNotExist: The connection 'replica9' doesn't exist."_s);
    }

    void aStandbyThatIsBehindIsLeftOut()
    {
        const Database db = open(std::chrono::milliseconds(300));
        QVERIFY(m_first.run(u"SELECT pg_wal_replay_pause()"_s));
        add(db, 4);
        QTRY_VERIFY_WITH_TIMEOUT((add(db, 5), !stateOf(db, u"replica1"_s).healthy), 20'000);
        QVERIFY(stateOf(db, u"replica1"_s).lag >= std::chrono::milliseconds(300));
        QVERIFY(stateOf(db, u"replica1"_s).problem.contains(u"behind"_s));
        const Counts seen = whereCountsGo(db, 6, true);
        QCOMPARE(seen.value("replica2"), 6);
        QVERIFY(m_first.run(u"SELECT pg_wal_replay_resume()"_s));
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(db, u"replica1"_s).healthy, 20'000);
    }

    void aStandbyThatStopsIsLeftOutAndComesBack()
    {
        const Database db = open();
        whereCountsGo(db, 4, true); // connections are open
        m_first.stop();
        for (const bool async : {true, false}) {
            const Counts seen = whereCountsGo(db, 6, async); // none fails
            QVERIFY(seen.value("replica2") >= 5);
        }
        QVERIFY(!stateOf(db, u"replica1"_s).healthy);
        QVERIFY(m_first.startAgain());
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(db, u"replica1"_s).healthy, 20'000);
        QTRY_VERIFY(whereCountsGo(db, 6, true).value("replica1") == 3);
    }

    void aStandbyThatIsDownAtTheStartComesLater()
    {
        m_first.stop();
        const Database db = open();
        QVERIFY(!stateOf(db, u"replica1"_s).healthy);
        QVERIFY(!stateOf(db, u"replica1"_s).problem.isEmpty());
        QCOMPARE(whereCountsGo(db, 4, true).value("replica2"), 4);
        QVERIFY(m_first.startAgain());
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(db, u"replica1"_s).healthy, 20'000);
        QCOMPARE(whereCountsGo(db, 6, true).value("replica1"), 3);
    }

    void aReplicaThatCannotBeMeantIsAnError()
    {
        ReplicaOptions wrong;
        wrong.replicas.emplace_back(u"copy"_s, m_first.url(u"nowhere"_s));
        const QString error = errorOf([&] { Database::open(m_primary.url(), wrong); });
        QVERIFY2(error.contains(u"nowhere"_s), qPrintable(error));
    }

    /// Last: the roles are others afterwards.
    void aStandbyTakesThePrimarysPlace()
    {
        const QString hosts =
            u"postgresql://postgres@127.0.0.1:%1,127.0.0.1:%2/postgres"
            "?target_session_attrs=read-write&connect_timeout=5"_s.arg(m_primary.port())
                .arg(m_second.port());
        const Database db = Database::open(hosts, replicas({&m_first, &m_second}));
        add(db, 6);
        QFuture<Record> warm = items(db).acreate({{u"n"_s, Value(6)}});
        warm.waitForFinished();
        m_primary.stop();
        QElapsedTimer clock;
        clock.start();
        QVERIFY(errorOf([&] { add(db, 8); }).startsWith(u"OperationalError"_s));
        QVERIFY(clock.elapsed() < 15'000);
        QCOMPARE(whereCountsGo(db, 4, true).value("default"), 0); // reads go on
        QVERIFY2(m_second.promote(), qPrintable(m_second.problem()));
        qint64 made = 0;
        QTRY_VERIFY_WITH_TIMEOUT((made = errorOf([&] { add(db, 9); }).isEmpty()), 20'000);
        QFuture<Record> again = items(db).acreate({{u"n"_s, Value(10)}});
        again.waitForFinished();
        QCOMPARE(items(db.on(u"primary"_s))
                     .filter(makeQ({{u"n"_s, Operand(Value(10)), {}, {}}}))
                     .count(),
                 1);
    }
};

QTEST_GUILESS_MAIN(TestPostgresRouting)
#include "tst_postgresrouting.moc"
