#include "orm/objects/queryplan.h"

#include "orm/objects/queryplanreader.h"
#include "tests/support/bookshopdatabase.h"
#include "tests/support/raises.h"

#include <QtTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;
using test::errorOf;
using Remark = QueryPlanNode::Remark;

class TestQueryPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sqlitesPlanIsATree();
    void runningItMeasuresTheWhole();
    void whatChangesDataIsNotRun();
    void aQueryThatAsksNothingHasNoPlan();
    void postgresPlanIsReadWithItsMeasures();
    void whatLoopsCountsEachTime();
    void aTabularPlanIsAListOfTables();
    void anUnknownAnswerIsAnError();

private:
    test::BookshopDatabase m_shop;
    QueryPlan planOf(const Query &query, bool run)
    {
        Operation<QueryPlan> asking = operations::queryPlan(m_shop.database(), query, run, {});
        return m_shop.database().runner().run(std::move(asking.plan), asking.context);
    }
};

void TestQueryPlan::sqlitesPlanIsATree()
{
    const QueryPlan plan = planOf(
        m_shop.objects("Book").filter(test::q("author__name", "x")).orderBy({u"title"_s}).query(),
        false);
    QVERIFY(!plan.wasRun);
    QVERIFY(!plan.rows);
    QVERIFY(plan.sql.startsWith("SELECT"));
    QVERIFY(plan.nodes.size() >= 2);
    bool scans = false, sorts = false, searches = false;
    for (const QueryPlanNode &node : plan.nodes) {
        scans = scans || (node.operation == "SCAN"_L1 && node.has(Remark::FullScan));
        searches = searches || (node.operation == "SEARCH"_L1 && !node.details.isEmpty());
        sorts = sorts || node.has(Remark::Sorts);
    }
    QVERIFY(scans);
    QVERIFY(searches);
    QVERIFY(sorts);
    QVERIFY(plan.worst());
}

void TestQueryPlan::runningItMeasuresTheWhole()
{
    const QueryPlan plan = planOf(m_shop.objects("Book").query(), true);
    QVERIFY(plan.wasRun);
    QCOMPARE(plan.rows.value(), m_shop.objects("Book").count());
    QVERIFY(plan.executionMs.value() > 0);
    QVERIFY(!plan.nodes.front().ownMs); // SQLite does not say
}

void TestQueryPlan::whatChangesDataIsNotRun()
{
    const auto ask = [this](const QByteArray &sql, bool run) {
        Operation<QueryPlan> asking = operations::queryPlan(m_shop.database(), sql, {}, run, {});
        return m_shop.database().runner().run(std::move(asking.plan), asking.context);
    };
    const qint64 before = m_shop.objects("Review").count();
    for (const char *sql :
         {"DELETE FROM review", "UPDATE review SET stars = 1",
          "WITH gone AS (SELECT 1) DELETE FROM review", " insert INTO review DEFAULT VALUES"})
        QVERIFY2(errorOf([&] { ask(sql, true); }).startsWith(u"NotSupportedError"_s), sql);
    QVERIFY(!ask("DELETE FROM review WHERE id = 1", false).nodes.empty());
    QCOMPARE(m_shop.objects("Review").count(), before);
}

void TestQueryPlan::aQueryThatAsksNothingHasNoPlan()
{
    QVERIFY(planOf(m_shop.objects("Book").query().none(), true).nodes.empty());
}

void TestQueryPlan::postgresPlanIsReadWithItsMeasures()
{
    const QString json = uR"json([{"Plan": {"Node Type": "Hash Join", "Join Type": "Left",
        "Total Cost": 120.5, "Plan Rows": 10, "Actual Rows": 1000, "Actual Loops": 1,
        "Actual Total Time": 9.0, "Hash Cond": "(a.id = b.a)",
        "Plans": [{"Node Type": "Seq Scan", "Relation Name": "book", "Alias": "b",
                   "Total Cost": 100, "Plan Rows": 1000, "Actual Rows": 1000, "Actual Loops": 1,
                   "Actual Total Time": 7.5, "Filter": "(x > 1)", "Rows Removed by Filter": 99000},
                  {"Node Type": "Hash", "Plan Rows": 5, "Actual Rows": 5, "Actual Loops": 1,
                   "Actual Total Time": 0.5}]},
        "Planning Time": 0.25, "Execution Time": 9.75}])json"_s;
    const QueryPlan plan = detail::readQueryPlan({{u"QUERY PLAN"_s}, {{json}}});
    QVERIFY(plan.wasRun);
    QCOMPARE(plan.planningMs.value(), 0.25);
    QCOMPARE(plan.executionMs.value(), 9.75);
    QCOMPARE(plan.rows.value(), 1000);
    const QueryPlanNode &join = plan.nodes.at(0);
    QCOMPARE(join.operation, u"Hash Join, left"_s);
    QVERIFY(join.has(Remark::Misjudged));
    QCOMPARE(join.details, QStringList{u"Hash Cond: (a.id = b.a)"_s});
    QCOMPARE(join.ownMs.value(), 1.0);
    const QueryPlanNode &scan = join.children.at(0);
    QCOMPARE(scan.target, u"book b"_s);
    QVERIFY(scan.has(Remark::FullScan));
    QVERIFY(scan.has(Remark::Discards));
    QVERIFY(!scan.has(Remark::Misjudged));
    QCOMPARE(plan.worst(), &scan);
}

void TestQueryPlan::whatLoopsCountsEachTime()
{
    const QString json = uR"json([{"Plan": {"Node Type": "Nested Loop", "Actual Total Time": 50,
        "Actual Loops": 1, "Actual Rows": 3, "Plan Rows": 3,
        "Plans": [{"Node Type": "Index Scan", "Index Name": "book_pkey", "Relation Name": "book",
                   "Alias": "book", "Actual Total Time": 2, "Actual Loops": 20, "Actual Rows": 1,
                   "Plan Rows": 1}]}}])json"_s;
    const QueryPlan plan = detail::readQueryPlan({{u"QUERY PLAN"_s}, {{json}}});
    QCOMPARE(plan.nodes.at(0).children.at(0).totalMs.value(), 40.0);
    QCOMPARE(plan.nodes.at(0).ownMs.value(), 10.0);
    QCOMPARE(plan.nodes.at(0).children.at(0).target, u"book using book_pkey"_s);
    QCOMPARE(plan.worst(), &plan.nodes.at(0).children.at(0));
}

void TestQueryPlan::aTabularPlanIsAListOfTables()
{
    const QueryPlan plan = detail::readQueryPlan(
        {{u"id"_s, u"select_type"_s, u"table"_s, u"type"_s, u"key"_s, u"rows"_s, u"Extra"_s},
         {{u"1"_s, u"SIMPLE"_s, u"book"_s, u"ALL"_s, u"NULL"_s, u"5000"_s,
           u"Using where; Using filesort"_s},
          {u"1"_s, u"SIMPLE"_s, u"author"_s, u"eq_ref"_s, u"PRIMARY"_s, u"1"_s, QString()}}});
    QCOMPARE(plan.nodes.size(), std::size_t(2));
    QVERIFY(plan.nodes[0].has(Remark::FullScan));
    QVERIFY(plan.nodes[0].has(Remark::Sorts));
    QCOMPARE(plan.nodes[1].target, u"author using PRIMARY"_s);
    QCOMPARE(plan.nodes[1].expectedRows.value(), 1.0);
    QVERIFY(plan.nodes[1].remarks.empty());
}

void TestQueryPlan::anUnknownAnswerIsAnError()
{
    QVERIFY(errorOf([] {
                detail::readQueryPlan({{u"what"_s}, {{u"?"_s}}});
            }).startsWith(u"InternalError"_s));
    QVERIFY(errorOf([] {
                detail::readQueryPlan({{u"QUERY PLAN"_s}, {{u"no json"_s}}});
            }).startsWith(u"InternalError"_s));
}

QTEST_GUILESS_MAIN(TestQueryPlan)
#include "tst_queryplan.moc"
