#include "orm/trace/trace.h"
#include "tests/support/jsonschema.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <map>
#include <thread>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

namespace {

std::uint16_t threadNamed(const QString &name)
{
    std::uint16_t number = 0;
    std::jthread([&] {
        setTraceThreadName(name);
        number = currentTraceThread();
    }).join();
    return number;
}

/// An asynchronous read of lane 2 that waited, ran on a worker and was decoded there.
TraceRecord asyncRead(std::uint64_t id, std::uint16_t thread, std::int64_t startNs)
{
    TraceRecord r;
    r.id = id;
    r.parent = 1;
    r.run = 3;
    r.async = true;
    r.thread = thread;
    r.lane = 2;
    r.connection = 5;
    r.site = {12, 7, nullptr};
    r.relation = "author";
    r.label = "Book";
    r.sql = "SELECT \"a\" FROM \"b\" WHERE x = 'ü\n'";
    r.parameters = "[1, \"x\"]";
    r.rows = 40;
    r.createdNs = startNs;
    r.compiledNs = startNs + 100;
    r.queuedNs = startNs + 200;
    r.leasedNs = startNs + 1'500;
    r.sentNs = startNs + 1'600;
    r.firstRowNs = startNs + 2'600;
    r.lastRowNs = startNs + 3'600;
    r.decodedNs = startNs + 4'000;
    r.releasedNs = startNs + 4'001;
    return r;
}

QJsonArray eventsOf(const std::vector<TraceRecord> &records)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(toChromeTrace(records), &error);
    if (error.error != QJsonParseError::NoError)
        qWarning("%s", qPrintable(error.errorString()));
    return document.object().value("traceEvents"_L1).toArray();
}

std::vector<QJsonObject> select(const QJsonArray &events, const QString &phase,
                                const QString &name = {})
{
    std::vector<QJsonObject> result;
    for (const QJsonValue &value : events) {
        const QJsonObject event = value.toObject();
        if (event.value("ph"_L1) == phase && (name.isEmpty() || event.value("name"_L1) == name))
            result.push_back(event);
    }
    return result;
}

qint64 nanoseconds(const QJsonObject &event, QLatin1StringView key)
{
    return qRound64(event.value(key).toDouble() * 1000);
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyTraceIsValid();
    void anAsyncPlanShowsWhereItWaitedAndWhereItRan();
    void aSyncPlanIsOneSliceWithItsPhases();
    void everyTrackIsNamed();
    void slicesOfOneTrackNest();
    void brokenTextStillMakesValidJson();
    void aSavedTraceReadsBackAsItWas();
    void whatPerfettoReadsFitsTheSchema();
    void aForeignTextIsRefused_data();
    void aForeignTextIsRefused();
};

void TestExport::anEmptyTraceIsValid()
{
    QVERIFY(QJsonDocument::fromJson(toChromeTrace({})).isObject());
    QCOMPARE(eventsOf({}).size(), 0);
    QVERIFY(traceFromJson(traceToJson({}), nullptr)->empty());
}

void TestExport::anAsyncPlanShowsWhereItWaitedAndWhereItRan()
{
    const std::uint16_t worker = threadNamed(u"heddle-db-1"_s);
    const QJsonArray events = eventsOf({asyncRead(9, worker, 1'000'000)});
    const auto plans = select(events, u"X"_s, u"Book"_s);
    QCOMPARE(plans.size(), std::size_t(2));
    const QJsonObject &asked = plans[0], &ran = plans[1];
    QCOMPARE(nanoseconds(asked, "ts"_L1), 0);
    QCOMPARE(nanoseconds(asked, "dur"_L1), 4'001);
    QCOMPARE(nanoseconds(ran, "ts"_L1), 1'500);
    QCOMPARE(ran.value("tid"_L1).toInt(), int(worker));
    QVERIFY(asked.value("pid"_L1) != ran.value("pid"_L1));
    const QJsonObject arguments = ran.value("args"_L1).toObject();
    QCOMPARE(arguments.value("sql"_L1).toString(), u"SELECT \"a\" FROM \"b\" WHERE x = 'ü\n'"_s);
    QCOMPARE(arguments.value("line"_L1).toInt(), 12);
    QCOMPARE(arguments.value("column"_L1).toInt(), 7);
    QCOMPARE(arguments.value("rows"_L1).toInt(), 40);
    QCOMPARE(arguments.value("relation"_L1).toString(), u"author"_s);
    QCOMPARE(arguments.value("outcome"_L1).toString(), u"ok"_s);

    struct Phase {
        QString name;
        qint64 start, length;
        bool onWorker;
    };
    for (const Phase &expected :
         {Phase{u"waiting for a connection"_s, 200, 1'300, false},
          Phase{u"server"_s, 1'600, 1'000, true}, Phase{u"rows"_s, 2'600, 1'000, true},
          Phase{u"decoding"_s, 3'600, 400, true}}) {
        const auto found = select(events, u"X"_s, expected.name);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(nanoseconds(found[0], "ts"_L1), expected.start);
        QCOMPARE(nanoseconds(found[0], "dur"_L1), expected.length);
        QCOMPARE(found[0].value("pid"_L1), (expected.onWorker ? ran : asked).value("pid"_L1));
    }
    const auto starts = select(events, u"s"_s), ends = select(events, u"f"_s);
    QCOMPARE(starts.size(), std::size_t(1));
    QCOMPARE(ends.size(), std::size_t(1));
    QCOMPARE(starts[0].value("id"_L1), ends[0].value("id"_L1));
    QCOMPARE(starts[0].value("tid"_L1), asked.value("tid"_L1));
    QCOMPARE(ends[0].value("tid"_L1), ran.value("tid"_L1));
}

void TestExport::aSyncPlanIsOneSliceWithItsPhases()
{
    TraceRecord record = asyncRead(9, threadNamed(u"script"_s), 1'000'000);
    record.async = false;
    const QJsonArray events = eventsOf({record});
    QCOMPARE(select(events, u"X"_s, u"Book"_s).size(), std::size_t(1));
    QCOMPARE(select(events, u"X"_s).size(), std::size_t(5));
    QVERIFY(select(events, u"s"_s).empty());
}

void TestExport::everyTrackIsNamed()
{
    const QJsonArray events = eventsOf({asyncRead(9, threadNamed(u"heddle-db-2"_s), 1'000'000)});
    QStringList names;
    for (const QJsonObject &event : select(events, u"M"_s))
        names += event.value("args"_L1).toObject().value("name"_L1).toString();
    QCOMPARE(names, QStringList({u"threads"_s, u"heddle-db-2"_s, u"coroutines of run 3"_s,
                                 u"coroutine 2"_s}));
}

void TestExport::slicesOfOneTrackNest()
{
    const std::uint16_t worker = threadNamed(u"heddle-io"_s);
    std::vector<TraceRecord> records;
    for (std::uint64_t i = 0; i < 50; ++i)
        records.push_back(asyncRead(i + 1, worker, 1'000'000 + std::int64_t(i * 977 % 20'000)));
    std::map<std::pair<int, int>, std::vector<std::pair<qint64, qint64>>> tracks;
    for (const QJsonObject &event : select(eventsOf(records), u"X"_s)) {
        const qint64 start = nanoseconds(event, "ts"_L1);
        tracks[{event.value("pid"_L1).toInt(), event.value("tid"_L1).toInt()}].push_back(
            {start, start + nanoseconds(event, "dur"_L1)});
    }
    QVERIFY(tracks.size() > 2);
    for (const auto &[track, slices] : tracks) {
        for (const auto &a : slices) {
            for (const auto &b : slices) {
                const bool cross = a.first < b.first && b.first < a.second && a.second < b.second;
                QVERIFY(!cross);
            }
        }
    }
}

void TestExport::brokenTextStillMakesValidJson()
{
    TraceRecord record = asyncRead(1, 1, 1'000);
    record.sql = "SELECT '\xff\x01\t\\'";
    record.error = QByteArray("\0\x1f\"", 3);
    const QJsonArray events = eventsOf({record});
    QVERIFY(!events.isEmpty());
    QString error;
    const auto again = traceFromJson(traceToJson({record}), &error);
    QVERIFY2(again, qPrintable(error));
    QCOMPARE(again->front().error, record.error);
    QCOMPARE(again->front().sql, QByteArray("SELECT '\xEF\xBF\xBD\x01\t\\'"));
}

void TestExport::aSavedTraceReadsBackAsItWas()
{
    TraceRecord full = asyncRead(7, threadNamed(u"heddle-db-3"_s), 123'456'789'012'345'678);
    full.kind = TraceKind::RollbackToSavepoint;
    full.outcome = TraceOutcome::Cancelled;
    full.parentSet = 99;
    full.parentRow = 0;
    full.origin = {4, 5, "src/a.cpp"};
    full.error = "no";
    full.bytes = 1'234;
    full.link = TraceLink::RelatedSet;
    full.method = "count";
    full.set = 98;
    full.digest = (std::uint64_t(1) << 53) - 1;
    TraceRecord bare;
    bare.id = 8;
    QString error;
    const QByteArray json = traceToJson({full, bare});
    const auto again = traceFromJson(json, &error);
    QVERIFY2(again, qPrintable(error));
    QCOMPARE(again->size(), std::size_t(2));
    // The same process and thus the same thread numbers: writing again gives the same text.
    QCOMPARE(traceToJson(*again), json);
    const TraceRecord &read = again->front();
    QCOMPARE(read.createdNs, full.createdNs);
    QCOMPARE(read.parentRow, std::int64_t(0));
    QCOMPARE((*again)[1].parentRow, std::int64_t(-1));
    QCOMPARE(QByteArray(read.origin.file), QByteArray("src/a.cpp"));
    QCOMPARE(traceThreadName(read.thread), u"heddle-db-3"_s);
    QCOMPARE(read.outcome, TraceOutcome::Cancelled);
    QCOMPARE(read.link, TraceLink::RelatedSet);
    QCOMPARE(QByteArray(read.method), QByteArray("count"));
    QCOMPARE(read.set, std::uint64_t(98));
    QCOMPARE(read.digest, full.digest);
    QCOMPARE((*again)[1].link, TraceLink::None);
}

void TestExport::whatPerfettoReadsFitsTheSchema()
{
    const QJsonObject schema = test::exportSchema(u"chrome.schema.json"_s);
    const QByteArray json = toChromeTrace({asyncRead(9, threadNamed(u"heddle-db-4"_s), 1'000'000)});
    QCOMPARE(test::schemaError(QJsonDocument::fromJson(json).object(), schema, schema), QString());
    QVERIFY(!test::schemaError(QJsonObject{}, schema, schema).isEmpty());
}

void TestExport::aForeignTextIsRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no JSON") << QByteArray("{");
    QTest::newRow("a Chrome trace") << toChromeTrace({});
    QTest::newRow("another version") << QByteArray(R"({"heddleTrace":2,"records":[]})");
    QTest::newRow("a record without a kind")
        << QByteArray(R"({"heddleTrace":1,"records":[{"id":1}]})");
}

void TestExport::aForeignTextIsRefused()
{
    QFETCH(QByteArray, json);
    QString error;
    QVERIFY(!traceFromJson(json, &error));
    QVERIFY(!error.isEmpty());
}

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
