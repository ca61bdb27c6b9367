#include "orm/trace/otlp.h"
#include "tests/support/jsonschema.h"

#include <QJsonDocument>
#include <QTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

namespace {

TraceRecord cell()
{
    TraceRecord r;
    r.id = 1;
    r.run = 2;
    r.kind = TraceKind::Cell;
    r.label = "first";
    r.thread = currentTraceThread();
    r.createdNs = 1'000;
    r.releasedNs = 9'000;
    return r;
}

TraceRecord read()
{
    TraceRecord r;
    r.id = 2;
    r.parent = 1;
    r.run = 2;
    r.thread = currentTraceThread();
    r.connection = 4;
    r.site = {3, 7, nullptr};
    r.method = "list";
    r.label = "Book";
    r.sql = "SELECT \"a\" FROM \"b\" WHERE \"c\" = ?1";
    r.parameters = "[\"secret\", 12]";
    r.rows = 5;
    r.createdNs = 2'000;
    r.sentNs = 3'000;
    r.lastRowNs = 4'000;
    return r;
}

TraceRecord failedWrite()
{
    TraceRecord r = read();
    r.id = 3;
    r.kind = TraceKind::Write;
    r.sql = "INSERT INTO \"b\" DEFAULT VALUES";
    r.parameters.clear();
    r.outcome = TraceOutcome::Failed;
    r.error = "IntegrityError: NOT NULL constraint failed";
    return r;
}

QJsonArray spansOf(const std::vector<TraceRecord> &records, const OtlpOptions &options)
{
    QJsonParseError error;
    const QJsonValue root(QJsonDocument::fromJson(toOtlpTrace(records, options), &error).object());
    if (error.error != QJsonParseError::NoError)
        qWarning("%s", qPrintable(error.errorString()));
    return root[u"resourceSpans"_s][0][u"scopeSpans"_s][0][u"spans"_s].toArray();
}

/// An attribute's value as text; null if the span has none of that name.
QString attribute(const QJsonValue &span, const QString &key)
{
    for (const QJsonValue item : span[u"attributes"_s].toArray())
        if (item[u"key"_s] == key) {
            const QJsonObject value = item[u"value"_s].toObject();
            return value.constBegin().value().toVariant().toString();
        }
    return {};
}

} // namespace

class TestOtlp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anExportValidates()
    {
        const QJsonObject schema = test::exportSchema(u"otlp.schema.json"_s);
        OtlpOptions options;
        options.system = "sqlite";
        options.parameters = true;
        const QByteArray json = toOtlpTrace({cell(), read(), failedWrite()}, options);
        QCOMPARE(test::schemaError(QJsonDocument::fromJson(json).object(), schema, schema),
                 QString());
    }

    void spansNestAndCarryDatabaseAttributes()
    {
        OtlpOptions options;
        options.system = "postgresql";
        options.unixOffsetNs = 1'000'000;
        options.seed = 7;
        const QJsonArray spans = spansOf({cell(), read(), failedWrite()}, options);
        QCOMPARE(spans.size(), 3);
        QCOMPARE(spans[1][u"parentSpanId"_s], spans[0][u"spanId"_s]);
        QCOMPARE(spans[1][u"traceId"_s], spans[0][u"traceId"_s]);
        QVERIFY(!spans[0].toObject().contains(u"parentSpanId"_s));
        QCOMPARE(spans[0][u"kind"_s].toInt(), 1);
        QCOMPARE(spans[1][u"kind"_s].toInt(), 3);
        QCOMPARE(spans[1][u"startTimeUnixNano"_s].toString(), u"1002000"_s);
        QCOMPARE(spans[1][u"endTimeUnixNano"_s].toString(), u"1004000"_s);
        QCOMPARE(attribute(spans[1], u"db.system.name"_s), u"postgresql"_s);
        QCOMPARE(attribute(spans[1], u"db.operation.name"_s), u"SELECT"_s);
        QCOMPARE(attribute(spans[1], u"db.query.text"_s), QString::fromUtf8(read().sql));
        QCOMPARE(attribute(spans[1], u"db.response.returned_rows"_s), u"5"_s);
        QCOMPARE(attribute(spans[1], u"code.line.number"_s), u"3"_s);
        QCOMPARE(attribute(spans[2], u"error.type"_s), u"IntegrityError"_s);
        QCOMPARE(spans[2][u"status"_s][u"code"_s].toInt(), 2);
    }

    void parametersStayAtHomeUnlessAsked()
    {
        QVERIFY(!toOtlpTrace({read()}).contains("secret"));
        OtlpOptions options;
        options.parameters = true;
        const QJsonArray spans = spansOf({read()}, options);
        QCOMPARE(attribute(spans[0], u"db.query.parameter.0"_s), u"secret"_s);
        QCOMPARE(attribute(spans[0], u"db.query.parameter.1"_s), u"12"_s);
    }

    void whatNeverHappenedIsLeftOut()
    {
        TraceRecord nothing;
        nothing.id = 9;
        QCOMPARE(spansOf({nothing}, {}).size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestOtlp)
#include "tst_otlp.moc"
