#include "orm/analysis/htmlreport.h"

#include <QtTest>

using namespace heddle;
using namespace heddle::analysis;
using namespace Qt::Literals::StringLiterals;

class HtmlReportTest final : public QObject {
    Q_OBJECT

    static TraceRecord record(std::uint64_t id, TraceKind kind, std::int64_t fromMs,
                              std::int64_t toMs)
    {
        TraceRecord r;
        r.id = id;
        r.kind = kind;
        r.connection = 7;
        r.site = {int(id), 1, nullptr};
        r.createdNs = 1'000'000'000 + fromMs * 1'000'000;
        r.releasedNs = 1'000'000'000 + toMs * 1'000'000;
        return r;
    }

private Q_SLOTS:
    void theReportNamesStatementsFindingsAndTransactions()
    {
        std::vector<TraceRecord> records{
            record(1, TraceKind::Begin, 0, 1), record(2, TraceKind::Read, 2, 12),
            record(3, TraceKind::Read, 13, 23), record(4, TraceKind::Commit, 25, 26)};
        records[1].sql = records[2].sql = "SELECT 1";
        records[1].site = records[2].site = {2, 1, nullptr};
        Finding finding;
        finding.message = u"Asked twice."_s;
        finding.queries = 2;
        const QString html = QString::fromUtf8(htmlReport(records, {finding}, {.title = u"t"_s}));
        QVERIFY(html.contains(u"2 queries, 20.0 ms of query time, 26.0 ms"_s));
        QVERIFY(html.contains(u"Asked twice."_s));
        QVERIFY(html.contains(u"✓ committed"_s));
        QCOMPARE(html.count(u"<code>SELECT 1</code>"_s), 1);
        QCOMPARE(html.count(u"<rect"_s), 4);
    }

    void everythingFromTheRunIsEscaped()
    {
        const QByteArray evil = "<script>alert(\"1\")</script>&'";
        TraceRecord r = record(1, TraceKind::Read, 0, 1);
        r.sql = r.label = r.error = r.relation = evil;
        Finding finding;
        finding.message = finding.fix = QString::fromUtf8(evil);
        const QByteArray html = htmlReport({r}, {finding}, {.title = QString::fromUtf8(evil)});
        QVERIFY(!html.contains("<script"));
        QVERIFY(html.contains("&lt;script&gt;"));
    }

    void parametersAreThereOnlyWhenAskedFor()
    {
        TraceRecord r = record(1, TraceKind::Read, 0, 1);
        r.parameters = "[\"secret\"]";
        QVERIFY(!htmlReport({r}, {}, {}).contains("secret"));
        HtmlReportOptions options;
        options.parameters = true;
        QVERIFY(htmlReport({r}, {}, options).contains("secret"));
    }

    void aRunOfManyBarsStaysASmallPage()
    {
        std::vector<TraceRecord> records;
        for (std::uint64_t i = 1; i <= 50'000; ++i)
            records.push_back(record(i, TraceKind::Read, std::int64_t(i), std::int64_t(i) + 1));
        for (TraceRecord &r : records)
            r.site.line = 1;
        QVERIFY(htmlReport(records, {}, {}).size() < 400'000);
    }

    void anEmptyRunHasAReportToo()
    {
        const QByteArray html = htmlReport({}, {}, {.title = u"nothing"_s});
        QVERIFY(html.contains("0 queries"));
        QVERIFY(html.endsWith("</html>\n"));
    }
};

QTEST_GUILESS_MAIN(HtmlReportTest)
#include "tst_htmlreport.moc"
