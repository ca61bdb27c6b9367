#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Steps add up to a state, and nothing that was there before changes.
class TestRefinements : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFreshQueryAsksForAllRows()
    {
        const Query books = shop("Book");
        QCOMPARE(books.stepCount(), 0);
        QVERIFY(books.state().result == ResultKind::Rows);
        QVERIFY(!books.state().empty && !books.state().ordered && !books.state().distinct &&
                !books.state().sliced());
        QVERIFY(books.annotations().empty() && books.valueNames().isEmpty());
        QVERIFY(!Query().isValid());
    }

    void eachRefinementIsOneStepAndLeavesTheOriginalAlone()
    {
        const Query books = shop("Book").filter(q("pages__gt", 1));
        const std::vector<std::pair<StepKind, Query>> refined = {
            {StepKind::Filter, books.filter(q("title", "x"))},
            {StepKind::Exclude, books.exclude(q("title", "x"))},
            {StepKind::Annotate, books.annotate({named("n", call("Count", {"review"}))})},
            {StepKind::Alias, books.alias({named("n", call("Count", {"review"}))})},
            {StepKind::OrderBy, books.orderBy(texts({"title"}))},
            {StepKind::Reverse, books.reverse()},
            {StepKind::Distinct, books.distinct()},
            {StepKind::Slice, books.slice(1, 2)},
            {StepKind::Values, books.values(names({"title"}))},
            {StepKind::ValuesList, books.valuesList(names({"title"}))},
            {StepKind::Only, books.only(texts({"title"}))},
            {StepKind::Defer, books.defer(texts({"title"}))},
            {StepKind::Defer, books.deferNone()},
            {StepKind::SelectRelated, books.selectRelated(texts({"publisher"}))},
            {StepKind::SelectRelated, books.selectRelatedNone()},
            {StepKind::PrefetchRelated, books.prefetchRelated({{u"review_set"_s, {}, {}}})},
            {StepKind::PrefetchRelated, books.prefetchRelatedNone()},
            {StepKind::None, books.none()},
            {StepKind::Combine, books.combine(Combinator::Union, {books})},
            {StepKind::SelectForUpdate, books.selectForUpdate(false, false, {}, false)},
            {StepKind::Dates, books.dates(u"published"_s, u"year"_s, false)},
            {StepKind::Datetimes, books.datetimes(u"added"_s, u"year"_s, false)},
            {StepKind::LoadMode, books.loadMode(LoadMode::Peers)},
        };
        for (const auto &[kind, query] : refined) {
            QCOMPARE(query.stepCount(), 2);
            QVERIFY(query.steps().back()->kind == kind);
            QVERIFY(query.steps().front() == books.steps().front()); // shared, not copied
            QVERIFY(query.prefix(1).last() == books.last());
        }
        QCOMPARE(books.stepCount(), 1);
        QVERIFY(books.state().result == ResultKind::Rows && !books.state().empty &&
                !books.state().sliced());
        QVERIFY(books.annotations().empty() && books.valueNames().isEmpty());
    }

    void whatSaysNothingIsNoStep()
    {
        QCOMPARE(shop("Book").filter(q({})).stepCount(), 0);
        QCOMPARE(shop("Book").exclude(q({})).stepCount(), 0);
    }

    void theStateIsTheSumOfTheSteps()
    {
        const Query books = shop("Book");
        QVERIFY(books.orderBy(texts({"title"})).state().ordered);
        QVERIFY(!books.orderBy(texts({"title"})).orderBy(QStringList()).state().ordered);
        QVERIFY(
            books.orderBy(texts({"title"})).combine(Combinator::Union, {books}).state().combined);
        QVERIFY(
            !books.orderBy(texts({"title"})).combine(Combinator::Union, {books}).state().ordered);
        QVERIFY(books.distinct().state().distinct && !books.distinct().state().distinctFields);
        QVERIFY(books.distinct(texts({"title"})).state().distinctFields);
        QVERIFY(books.annotate({named("n", call("Count", {"review"}))}).state().grouped);
        QVERIFY(!books.annotate({named("n", call("Upper", {"title"}))}).state().grouped);
        QVERIFY(books.none().state().empty);
        QVERIFY(books.none().filter(q("pages", 1)).state().empty);
        QVERIFY(books.selectRelated({}).state().selectRelated &&
                !books.selectRelated({}).selectRelatedNone().state().selectRelated);
        QVERIFY(books.values({}).state().result == ResultKind::Values);
        QVERIFY(books.valuesList({}).state().result == ResultKind::ValuesList);
        QVERIFY(books.valuesList(names({"pk"}), true).state().result == ResultKind::FlatValuesList);
        QVERIFY(books.values({}).valuesList(names({"pk"})).state().result ==
                ResultKind::ValuesList);
        QVERIFY(books.loadMode(LoadMode::Raise).filter(q("pages", 1)).state().loadMode ==
                LoadMode::Raise);
    }

    void slicesAreRelativeToTheSliceThatIsThere_data()
    {
        QTest::addColumn<QList<int>>("bounds");
        QTest::addColumn<int>("low");
        QTest::addColumn<int>("high");
        QTest::addColumn<bool>("empty");
        QTest::newRow("[:5]") << QList<int>{0, 5} << 0 << 5 << false;
        QTest::newRow("[5:]") << QList<int>{5, -1} << 5 << -1 << false;
        QTest::newRow("[10:20][2:5]") << QList<int>{10, 20, 2, 5} << 12 << 15 << false;
        QTest::newRow("[10:20][2:]") << QList<int>{10, 20, 2, -1} << 12 << 20 << false;
        QTest::newRow("[10:20][5:100]") << QList<int>{10, 20, 5, 100} << 15 << 20 << false;
        QTest::newRow("[10:20][20:]") << QList<int>{10, 20, 20, -1} << 20 << 20 << true;
        QTest::newRow("[5:5]") << QList<int>{5, 5} << 5 << 5 << true;
        QTest::newRow("[3:][2:]") << QList<int>{3, -1, 2, -1} << 5 << -1 << false;
        QTest::newRow("[7:3]") << QList<int>{7, 3} << 3 << 3 << true;
    }
    void slicesAreRelativeToTheSliceThatIsThere()
    {
        QFETCH(QList<int>, bounds);
        QFETCH(int, low);
        QFETCH(int, high);
        QFETCH(bool, empty);
        Query query = shop("Book");
        for (qsizetype i = 0; i < bounds.size(); i += 2)
            query =
                query.slice(bounds[i], bounds[i + 1] < 0 ? std::optional<qint64>() : bounds[i + 1]);
        QCOMPARE(query.state().low, qint64(low));
        QCOMPARE(query.state().high.value_or(-1), qint64(high));
        QCOMPARE(query.state().empty, empty);
    }

    void annotationsAreKnownByName()
    {
        const Query query = shop("Book")
                                .annotate({named("", call("Count", {"review"})),
                                           named("up", call("Upper", {"title"}))})
                                .alias({named("low", call("Lower", {"title"}))});
        QCOMPARE(query.annotations().size(), std::size_t(3));
        QCOMPARE(query.annotations()[0].name, u"review__count"_s);
        QVERIFY(query.annotation(u"review__count"_s)->aggregate &&
                query.annotation(u"up"_s)->selected);
        QVERIFY(!query.annotation(u"low"_s)->selected);
        QVERIFY(!query.annotation(u"nosuch"_s));
        // The same name again takes its place.
        QCOMPARE(query.annotate({named("up", call("Lower", {"title"}))}).annotations().size(),
                 std::size_t(3));
    }

    void valuesKnowTheirKeys()
    {
        const Query books = shop("Book");
        QCOMPARE(books.values(names({"title", "publisher__name"})).valueNames(),
                 (QStringList{u"title"_s, u"publisher__name"_s}));
        QCOMPARE(
            books.values({{{}, f("title")}, named("n", call("Length", {"title"}))}).valueNames(),
            (QStringList{u"title"_s, u"n"_s}));
        QCOMPARE(books.values(names({"title"}))
                     .annotate({named("n", call("Count", {"review"}))})
                     .valueNames(),
                 (QStringList{u"title"_s, u"n"_s}));
        QCOMPARE(books.values(names({"title"})).values(names({"pages"})).valueNames(),
                 QStringList{u"pages"_s});
        QCOMPARE(books.valuesList({named("", call("Upper", {"title"}))}, true).valueNames(),
                 QStringList{u"upper1"_s});
    }

    void negationAndCombinationKeepDjangosShape()
    {
        const QPtr a = q("title", "x"), b = q("pages", 1), c = q("price", 2);
        QCOMPARE((a & b & c)->children.size(),
                 std::size_t(3)); // one level: the number of children decides what an OR promotes
        QCOMPARE((a | b | c)->children.size(), std::size_t(3));
        QCOMPARE(((a & b) | c)->children.size(), std::size_t(2));
        QVERIFY((~a)->negated);
        QCOMPARE((~(a | b))->children.size(), std::size_t(1));
        QCOMPARE(((~a) & b)->children.size(), std::size_t(2));
        QVERIFY(((~a) & b)->children[0].node->negated);
        QVERIFY((a & q({})) == a && (q({}) | b) == b);
    }

    void mergingRefersToTheSameModel()
    {
        const Query books = shop("Book");
        const Query one = books.filter(q("title", "x")), two = books.exclude(q("pages", 1));
        QCOMPARE(one.merged(two, Connector::And).stepCount(), 2);
        QCOMPARE(one.merged(two, Connector::Or).stepCount(), 2);
        QVERIFY(one.merged(books.none(), Connector::And).state().empty);
        QVERIFY(!one.merged(books.none(), Connector::Or).state().empty);
        QCOMPARE(one.stepCount(), 1);
    }

    void aChainOfAnyLengthCanBeBuiltAndDropped()
    {
        Query query = shop("Book");
        const QPtr condition = q("pages", 1);
        for (int i = 0; i < 100'000; ++i)
            query = query.filter(condition);
        QCOMPARE(query.stepCount(), 100'000);
        QCOMPARE(query.steps().size(), std::size_t(100'000));
        QCOMPARE(query.prefix(10).stepCount(), 10);
        const Query early = query.prefix(50'000);
        query = Query(); // half of it goes, the rest is still held
        QCOMPARE(early.stepCount(), 50'000);
    }
};

QTEST_GUILESS_MAIN(TestRefinements)
#include "tst_refinements.moc"
