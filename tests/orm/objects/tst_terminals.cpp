#include "tests/support/bookshopdatabase.h"
#include "tests/support/querycounter.h"
#include "tests/support/raises.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

using Books = QuerySet<Record>;
/// One terminal method on a queryset, its result (or error) as text.
using Terminal = std::function<QString(const Books &)>;
Q_DECLARE_METATYPE(Terminal)
Q_DECLARE_METATYPE(heddle::QPtr)

/// What the terminal methods give, and that each and its `a` twin give the same by the same
/// statements.
class TestTerminals : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    Books books() const { return m_shop.objects("Book"); }

    template <typename Call>
    static Terminal terminal(Call call)
    {
        return [call](const Books &books) {
            QString text;
            const QString error = errorOf([&] { text = described(call(books)); });
            return error.isEmpty() ? text : error;
        };
    }
    template <typename Call>
    static Terminal asyncTerminal(Call call)
    {
        return [call](const Books &books) {
            QString text;
            const QString error = errorOf([&] { text = described(call(books).result()); });
            return error.isEmpty() ? text : error;
        };
    }
    template <typename Sync, typename Async>
    static void pair(const char *name, Sync sync, Async async, const char *result, int queries)
    {
        QTest::newRow(name) << terminal(sync) << asyncTerminal(async) << QString::fromUtf8(result)
                            << queries;
    }

private Q_SLOTS:
    void everyMethodAndItsTwinAreOneOperation_data()
    {
        QTest::addColumn<Terminal>("sync");
        QTest::addColumn<Terminal>("async");
        QTest::addColumn<QString>("result");
        QTest::addColumn<int>("queries");
        const auto names = [](const Books &b) {
            return b.withQuery(
                b.query().orderBy(texts({"pk"})).valuesList(test::names({"pk", "title"})));
        };
        pair(
            "fetch", [=](const Books &b) { return names(b).fetch(); },
            [=](const Books &b) { return names(b).afetch(); },
            "1, 'Tides'\n2, 'Winter'\n3, 'Embers'\n4, 'Loose Leaves'\n5, '100% Wool'", 1);
        pair(
            "fetch of nothing",
            [](const Books &b) { return b.withQuery(b.query().none()).fetch(); },
            [](const Books &b) { return b.withQuery(b.query().none()).afetch(); }, "", 0);
        pair(
            "get", [=](const Books &b) { return names(b).get(q("pk", 2)); },
            [=](const Books &b) { return names(b).aget(q("pk", 2)); }, "2, 'Winter'", 1);
        pair(
            "get of none", [](const Books &b) { return b.get(q("pk", 99)); },
            [](const Books &b) { return b.aget(q("pk", 99)); },
            "Book.DoesNotExist: Book matching query does not exist.", 1);
        pair(
            "get of many", [](const Books &b) { return b.get(q("in_print", true)); },
            [](const Books &b) { return b.aget(q("in_print", true)); },
            "Book.MultipleObjectsReturned: get() returned more than one Book -- it returned 3!", 1);
        pair(
            "get with a wrong name", [](const Books &b) { return b.get(q("pages", "x")); },
            [](const Books &b) { return b.aget(q("pages", "x")); },
            "ValueError: Field 'pages' expected a number but got 'x'.", 0);
        pair(
            "first",
            [=](const Books &b) {
                return b.withQuery(b.query().valuesList(test::names({"title"}))).first();
            },
            [=](const Books &b) {
                return b.withQuery(b.query().valuesList(test::names({"title"}))).afirst();
            },
            "'Tides'", 1);
        pair(
            "first of an order",
            [=](const Books &b) {
                return names(b.orderBy(texts({"title"}))).orderBy(texts({"title"})).first();
            },
            [=](const Books &b) {
                return names(b.orderBy(texts({"title"}))).orderBy(texts({"title"})).afirst();
            },
            "5, '100% Wool'", 1);
        pair(
            "first of nothing", [](const Books &b) { return b.filter(q("pages", 7)).first(); },
            [](const Books &b) { return b.filter(q("pages", 7)).afirst(); }, "", 1);
        pair(
            "last", [=](const Books &b) { return names(b).last(); },
            [=](const Books &b) { return names(b).alast(); }, "5, '100% Wool'", 1);
        pair(
            "earliest",
            [=](const Books &b) {
                return names(b)
                    .filter(q("published__isnull", false))
                    .earliest(texts({"published"}));
            },
            [=](const Books &b) {
                return names(b)
                    .filter(q("published__isnull", false))
                    .aearliest(texts({"published"}));
            },
            "1, 'Tides'", 1);
        pair(
            "latest", [=](const Books &b) { return names(b).latest(texts({"published"})); },
            [=](const Books &b) { return names(b).alatest(texts({"published"})); },
            "5, '100% Wool'", 1);
        pair(
            "latest without fields", [](const Books &b) { return b.latest({}); },
            [](const Books &b) { return b.alatest({}); },
            "ValueError: earliest() and latest() require either fields as positional arguments or "
            "'get_latest_by' in the model's Meta.",
            0);
        pair(
            "count", [](const Books &b) { return b.count(); },
            [](const Books &b) { return b.acount(); }, "5", 1);
        pair(
            "count of a slice", [](const Books &b) { return b.slice(1, 3).count(); },
            [](const Books &b) { return b.slice(1, 3).acount(); }, "2", 1);
        pair(
            "count of nothing",
            [](const Books &b) { return b.filter(q("pk__in", listOf({}))).count(); },
            [](const Books &b) { return b.filter(q("pk__in", listOf({}))).acount(); }, "0", 0);
        pair(
            "exists", [](const Books &b) { return b.filter(q("pages__gt", 400)).exists(); },
            [](const Books &b) { return b.filter(q("pages__gt", 400)).aexists(); }, "True", 1);
        pair(
            "exists not", [](const Books &b) { return b.filter(q("pages__gt", 4000)).exists(); },
            [](const Books &b) { return b.filter(q("pages__gt", 4000)).aexists(); }, "False", 1);
        pair(
            "contains",
            [](const Books &b) {
                return b.filter(q("in_print", true)).contains(b.get(q("pk", 1))->record(0));
            },
            [](const Books &b) {
                return b.filter(q("in_print", true)).acontains(b.get(q("pk", 1))->record(0));
            },
            "True", 2);
        pair(
            "contains not",
            [](const Books &b) {
                return b.filter(q("in_print", false)).contains(b.get(q("pk", 1))->record(0));
            },
            [](const Books &b) {
                return b.filter(q("in_print", false)).acontains(b.get(q("pk", 1))->record(0));
            },
            "False", 2);
        const std::vector<NamedExpression> sums{named("", call("Sum", {"pages"})),
                                                named("dear", call("Max", {"price"}))};
        pair(
            "aggregate", [=](const Books &b) { return b.aggregate(sums); },
            [=](const Books &b) { return b.aaggregate(sums); },
            "pages__sum=950, dear=Decimal('20.00')", 1);
        const std::vector<NamedExpression> overNothing{
            named("n", call("Count", {"pk"})), named("s", call("Sum", {"pages"})),
            named("d", call("Sum", {"pages"}, {{"default", 7}}))};
        pair(
            "aggregate over nothing",
            [=](const Books &b) { return b.withQuery(b.query().none()).aggregate(overNothing); },
            [=](const Books &b) { return b.withQuery(b.query().none()).aaggregate(overNothing); },
            "n=0, s=None, d=7", 0);
        pair(
            "aggregate without a name",
            [](const Books &b) { return b.aggregate({named("", f("title"))}); },
            [](const Books &b) { return b.aaggregate({named("", f("title"))}); },
            "TypeError: Complex aggregates require an alias", 0);
        pair(
            "in_bulk",
            [](const Books &b) {
                return b.inBulk(ValueList{Value(1), Value(3), Value(99)});
            },
            [](const Books &b) {
                return b.ainBulk(ValueList{Value(1), Value(3), Value(99)});
            },
            "1: Book object (1), 3: Book object (3)", 1);
        pair(
            "in_bulk by a unique field",
            [](const Books &b) { return b.inBulk(ValueList{Value(u"222"_s)}, u"isbn"_s); },
            [](const Books &b) { return b.ainBulk(ValueList{Value(u"222"_s)}, u"isbn"_s); },
            "'222': Book object (2)", 1);
        pair(
            "in_bulk of no ids", [](const Books &b) { return b.inBulk(ValueList{}); },
            [](const Books &b) { return b.ainBulk(ValueList{}); }, "", 0);
        pair(
            "in_bulk of all", [](const Books &b) { return b.filter(q("pages__lt", 200)).inBulk(); },
            [](const Books &b) { return b.filter(q("pages__lt", 200)).ainBulk(); },
            "2: Book object (2), 5: Book object (5)", 1);
        pair(
            "in_bulk by a field that is not unique",
            [](const Books &b) { return b.inBulk(ValueList{Value(1)}, u"pages"_s); },
            [](const Books &b) { return b.ainBulk(ValueList{Value(1)}, u"pages"_s); },
            "ValueError: in_bulk()'s field_name must be a unique field but 'pages' isn't.", 0);
        pair(
            "in_bulk of a slice", [](const Books &b) { return b.slice(0, 1).inBulk(); },
            [](const Books &b) { return b.slice(0, 1).ainBulk(); },
            "TypeError: Cannot use 'limit' or 'offset' with in_bulk().", 0);
        pair(
            "stream",
            [=](const Books &b) { return names(b).stream([](RowBatchPtr) { return true; }); },
            [=](const Books &b) { return names(b).astream([](RowBatchPtr) { return true; }); }, "5",
            1);
    }
    void everyMethodAndItsTwinAreOneOperation()
    {
        QFETCH(Terminal, sync);
        QFETCH(Terminal, async);
        QFETCH(QString, result);
        QFETCH(int, queries);
        QByteArrayList syncStatements;
        {
            QueryCounter counter(m_shop.database());
            QCOMPARE(sync(books()), result);
            QCOMPARE(counter.count(), queries);
            syncStatements = counter.statements();
        }
        QueryCounter counter(m_shop.database());
        QCOMPARE(async(books()), result);
        QTRY_COMPARE(counter.count(), queries);
        QCOMPARE(counter.statements(), syncStatements);
    }

    void anAMethodRunsOnAWorker()
    {
        QueryCounter counter(m_shop.database());
        books().count();
        books().acount().waitForFinished();
        QTRY_COMPARE(counter.count(), 2);
        const std::vector<TraceRecord> records = counter.records();
        QCOMPARE(records[0].thread, currentTraceThread());
        QVERIFY(records[1].thread != currentTraceThread());
        QVERIFY(!records[0].async && records[1].async);
    }

    void valuesComeInTheShapeOfTheirNames()
    {
        const Query q0 = books().query().orderBy(texts({"pk"})).slice(0, 2);
        const ResultSetPtr dicts =
            books().withQuery(q0.values(names({"pages", "title", "publisher__name"}))).fetch();
        QCOMPARE(dicts->shape().names, (QStringList{u"pages"_s, u"title"_s, u"publisher__name"_s}));
        QVERIFY(dicts->shape().kind == ResultKind::Values);
        const ValueList row = dicts->valuesRow(0);
        QCOMPARE(row.size(), std::size_t(3));
        QCOMPARE(row[0].toRepr() + row[1].toRepr() + row[2].toRepr(), u"300'Tides''Harbour'"_s);
        const ResultSetPtr flat = books().withQuery(q0.valuesList(names({"title"}), true)).fetch();
        QVERIFY(flat->shape().kind == ResultKind::FlatValuesList);
        QCOMPARE(flat->valuesRow(1).front().toDisplay(), u"Winter"_s);
        const ResultSetPtr all =
            m_shop.objects("Cover").withQuery(m_shop.objects("Cover").query().values({})).fetch();
        QCOMPARE(all->shape().names, (QStringList{u"book_id"_s, u"colour"_s, u"image"_s}));
    }

    void typesSurviveTheTrip()
    {
        const ResultSetPtr rows =
            books()
                .withQuery(books()
                               .query()
                               .orderBy(texts({"pk"}))
                               .valuesList(names(
                                   {"price", "in_print", "published", "added", "pages", "isbn"})))
                .fetch();
        QCOMPARE(
            described(rows).split(u'\n').value(2),
            u"Decimal('20.00'), False, None, datetime.datetime(2021, 3, 5, 9, 15, 30, 500000), 450, '333'"_s);
        QCOMPARE(
            described(rows).split(u'\n').value(3),
            u"Decimal('5.25'), False, datetime.date(2010, 1, 1), datetime.datetime(2021, 12, 31, 23, 59, 59), None, None"_s);
        const ResultSetPtr opens = m_shop.objects("Publisher")
                                       .withQuery(m_shop.objects("Publisher")
                                                      .query()
                                                      .orderBy(texts({"pk"}))
                                                      .valuesList(names({"opens"}), true))
                                       .fetch();
        QCOMPARE(described(opens), u"datetime.time(8, 30)\nNone\ndatetime.time(10, 0)"_s);
        const ResultSetPtr image =
            m_shop.objects("Cover")
                .withQuery(m_shop.objects("Cover").query().valuesList(names({"image"}), true))
                .fetch();
        QCOMPARE(described(image), u"b'\\x00\\xff'\nNone"_s);
    }

    void filtersFindWhatDjangoFinds_data()
    {
        QTest::addColumn<QPtr>("condition");
        QTest::addColumn<bool>("excluded");
        QTest::addColumn<QStringList>("ids");
        const auto row = [](const char *name, QPtr condition, bool excluded,
                            std::initializer_list<const char *> ids) {
            QTest::newRow(name) << condition << excluded << texts(ids);
        };
        row("wildcards are literal", q("title__contains", "0% "), false, {"5"});
        row("icontains", q("title__icontains", "ES"), false, {"1", "4"});
        row("NULL equals nothing", q("pages__lt", 1000), false, {"1", "2", "3", "5"});
        row("but is excluded from nothing either", q("pages__lt", 200), true, {"1", "3", "4"});
        row("a year", q("added__year", 2021), false, {"3", "4"});
        row("one row has both: nobody", q({{"review__rating", 5}, {"review__reviewer", "Lou"}}),
            false, {});
        row("excluded by a review", q("review__reviewer", "Kim"), true, {"4", "5"});
        row("no author", q("author__isnull", true), false, {"5"});
        row("two authors at once", q({{"author", 1}, {"author__name", "Bo"}}), false, {});
        row("no cover", q("cover__isnull", true), false, {"2", "4", "5"});
        row("an or over a nullable relation keeps the others",
            q("publisher__city", "Oslo") | q("pages__isnull", true), false, {"1", "2", "4"});
        row("excluded behind a nullable key", q("publisher__city", "Oslo"), true, {"3", "4", "5"});
        row("an award by isbn", q("award__name", "Anchor"), false, {"1"});
        row("regex", q("title__regex", "^[TW]"), false, {"1", "2"});
        row("a decimal", q("price__gte", "9.99"), false, {"1", "3", "5"});
        row("xor", q("in_print", true) ^ q("pages__gt", 100), false, {"3", "5"});
    }
    void filtersFindWhatDjangoFinds()
    {
        QFETCH(QPtr, condition);
        QFETCH(bool, excluded);
        QFETCH(QStringList, ids);
        const Books found = excluded ? books().exclude(condition) : books().filter(condition);
        QCOMPARE(column(found.orderBy(texts({"pk"})).fetch(), "pk"), ids);
    }

    void filtersOfTwoCallsAreAboutTwoRows()
    {
        const Books found =
            books().filter(q("review__rating", 5)).filter(q("review__reviewer", "Lou"));
        QCOMPARE(column(found.fetch(), "pk"), QStringList{u"1"_s});
    }

    void theSchemaFileDescribesTheDatabase()
    {
        QFile file(qEnvironmentVariable("HEDDLE_SOURCE_DIR") +
                   u"/tests/data/schemas/bookshop.json"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(schemaToJson(m_shop.database().schema(), *m_shop.database().registry()),
                 file.readAll());
    }

    void anOfflineDatabaseCompilesAndRunsNothing()
    {
        const Database offline = Database::offline(m_shop.database().schema(), u"postgresql"_s);
        QVERIFY(offline.isOffline());
        QVERIFY(offline.objects(u"Book"_s).shape()->kind == ResultKind::Rows);
        QCOMPARE(
            errorOf([&] { offline.objects(u"Book"_s).count(); }),
            u"OperationalError: There is no database behind this schema: nothing can be run."_s);
        QCOMPARE(errorOf([&] { offline.objects(u"Nosuch"_s); }),
                 u"NameError: name 'Nosuch' is not defined"_s);
    }
};

QTEST_GUILESS_MAIN(TestTerminals)
#include "tst_terminals.moc"
