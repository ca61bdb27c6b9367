#include "tests/support/bookshopdatabase.h"
#include "tests/support/querycounter.h"
#include "tests/support/raises.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

using Call = std::function<void(const QuerySet<Record> &, const CallInfo &)>;
Q_DECLARE_METATYPE(LoadMode)
Q_DECLARE_METATYPE(Call)

/// Implicit loads: relations and deferred fields that did not come with their row (async.md).
class TestLoading : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    QuerySet<Record> books() const { return m_shop.objects("Book"); }
    QuerySet<Record> books(LoadMode mode) const
    {
        return books().withQuery(books().query().orderBy(texts({"pk"})).loadMode(mode));
    }
    static QStringList publishers(const ResultSetPtr &rows)
    {
        QStringList out;
        for (qint64 i = 0; i < rows->rowCount(); ++i) {
            const Record publisher = rows->record(i).related(u"publisher"_s);
            out << (publisher.isNull() ? u"None"_s : publisher.value(u"name"_s).toDisplay());
        }
        return out;
    }
    const QStringList m_publishers{u"Harbour"_s, u"Harbour"_s, u"North"_s, u"None"_s, u"None"_s};

private Q_SLOTS:
    void oneQueryARowIsDjangosWay()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr rows = books(LoadMode::One).fetch({{3, 1}});
        QCOMPARE(counter.count(), 1);
        QCOMPARE(publishers(rows), m_publishers);
        QCOMPARE(counter.count(), 1 + 3); // rows without a key ask nothing
        QCOMPARE(publishers(rows), m_publishers);
        QCOMPARE(counter.count(), 1 + 3); // remembered
    }

    void anImplicitLoadSaysWhereItCameFrom()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr rows = books(LoadMode::One).fetch({{3, 1}});
        rows->record(2).related(u"publisher"_s, {{7, 5}});
        QCOMPARE(counter.count(), 2);
        const TraceRecord load = counter.records()[1];
        QCOMPARE(load.relation, QByteArray("publisher"));
        QCOMPARE(load.parentSet, rows->id());
        QCOMPARE(load.parentRow, std::int64_t(2));
        QCOMPARE(load.site.line, 7);
        QCOMPARE(load.origin.line, 3);
        QCOMPARE(load.parameters, QByteArray("[2]"));
    }

    void peersComeInOneQuery()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr rows = books(LoadMode::Peers).fetch();
        QCOMPARE(publishers(rows), m_publishers);
        QCOMPARE(counter.count(), 1 + 1);
        QVERIFY(counter.statements()[1].contains("IN (?1, ?2)")); // each key once
    }

    void theModeIsInheritedByWhatIsLoaded()
    {
        QueryCounter counter(m_shop.database());
        const auto authors = m_shop.objects("Author");
        const ResultSetPtr rows =
            authors.withQuery(authors.query().orderBy(texts({"pk"})).loadMode(LoadMode::Raise))
                .fetch();
        QVERIFY(rows->record(0).related(u"mentor"_s).isNull()); // its key is NULL: nothing to load
        QCOMPARE(errorOf([&] { rows->record(1).related(u"mentor"_s); }),
                 u"FieldFetchBlocked: Fetching of Author.mentor blocked."_s);
        QCOMPARE(counter.count(), 1);
        const ResultSetPtr peers =
            authors.withQuery(authors.query().loadMode(LoadMode::Peers)).get(q("pk", 3));
        peers->record(0).related(u"mentor"_s).related(u"mentor"_s);
        QCOMPARE(counter.count(), 4);
        QVERIFY(counter.statements()[3].contains(" IN ("));
    }

    void raiseNamesTheCure()
    {
        const ResultSetPtr rows = books(LoadMode::Raise).fetch();
        try {
            rows->record(0).related(u"publisher"_s);
            QFAIL("nothing was raised");
        } catch (const FieldFetchBlocked &e) {
            QVERIFY(e.isA(u"FieldError"_s));
            QVERIFY(e.suggestion().contains(u"select_related('publisher')"_s));
        }
        // What came with the row is no load.
        const ResultSetPtr joined =
            books(LoadMode::Raise).selectRelated(texts({"publisher"})).fetch();
        QCOMPARE(publishers(joined), m_publishers);
    }

    void selectRelatedNeedsOneQuery()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr rows = books(LoadMode::One).selectRelated(texts({"publisher"})).fetch();
        QVERIFY(rows->record(0).isRelatedLoaded(u"publisher"_s));
        QCOMPARE(publishers(rows), m_publishers); // a NULL key is a null object, not one of NULLs
        QCOMPARE(counter.count(), 1);
    }

    void selectRelatedReachesTwoTablesDeep()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr awards = m_shop.objects("Award")
                                        .selectRelated(texts({"book_isbn__publisher"}))
                                        .orderBy(texts({"pk"}))
                                        .fetch();
        QCOMPARE(awards->record(0)
                     .related(u"book_isbn"_s)
                     .related(u"publisher"_s)
                     .value(u"name"_s)
                     .toDisplay(),
                 u"Harbour"_s);
        QVERIFY(awards->record(2).related(u"book_isbn"_s).isNull());
        QCOMPARE(counter.count(), 1);
    }

    void aKeyToAnotherColumnIsFollowedByThatColumn()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr award = m_shop.objects("Award").get(q("pk", 2));
        QCOMPARE(award->record(0).related(u"book_isbn"_s).value(u"title"_s).toDisplay(),
                 u"Embers"_s);
        QCOMPARE(counter.records().back().parameters, QByteArray("[\"333\"]"));
    }

    void deferredFieldsAreLoadedWhenTheyAreRead_data()
    {
        QTest::addColumn<LoadMode>("mode");
        QTest::addColumn<int>("queries");
        QTest::newRow("one by one") << LoadMode::One << 1 + 5;
        QTest::newRow("with its peers") << LoadMode::Peers << 1 + 1;
    }
    void deferredFieldsAreLoadedWhenTheyAreRead()
    {
        QFETCH(LoadMode, mode);
        QFETCH(int, queries);
        QueryCounter counter(m_shop.database());
        const QuerySet<Record> lean =
            books(mode).withQuery(books(mode).query().only(texts({"pages"})));
        const ResultSetPtr rows = lean.fetch();
        const Field *title = books().query().model()->field(u"title"_s);
        QVERIFY(!rows->record(0).isLoaded(title));
        QCOMPARE(column(rows, "pages"),
                 (QStringList{u"300"_s, u"120"_s, u"450"_s, u"None"_s, u"80"_s}));
        QCOMPARE(counter.count(), 1);
        QCOMPARE(column(rows, "title"), (QStringList{u"Tides"_s, u"Winter"_s, u"Embers"_s,
                                                     u"Loose Leaves"_s, u"100% Wool"_s}));
        QCOMPARE(counter.count(), queries);
        QCOMPARE(column(rows, "title").size(), 5);
        QCOMPARE(counter.count(), queries); // remembered
        QVERIFY(rows->record(0).isLoaded(title));
        QCOMPARE(counter.records().back().relation, QByteArray("title"));
    }

    void aDeferredForeignKeyIsTwoLoads()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr rows =
            books().withQuery(books().query().only(texts({"title"})).filter(q("pk", 1))).fetch();
        QCOMPARE(rows->record(0).related(u"publisher"_s).value(u"name"_s).toDisplay(),
                 u"Harbour"_s);
        QCOMPARE(counter.count(), 3);
    }

    void theOtherEndOfAOneToOne()
    {
        QueryCounter counter(m_shop.database());
        const ResultSetPtr rows = books(LoadMode::One).fetch();
        QCOMPARE(rows->record(0).related(u"cover"_s).value(u"colour"_s).toDisplay(), u"blue"_s);
        QCOMPARE(counter.count(), 2);
        QCOMPARE(errorOf([&] { rows->record(1).related(u"cover"_s); }),
                 u"Book.cover.DoesNotExist: Book has no cover."_s);
        const ResultSetPtr joined = books(LoadMode::One).selectRelated(texts({"cover"})).fetch();
        const int before = counter.count();
        QCOMPARE(joined->record(0).related(u"cover"_s).value(u"colour"_s).toDisplay(), u"blue"_s);
        QCOMPARE(errorOf([&] { joined->record(1).related(u"cover"_s); }),
                 u"Book.cover.DoesNotExist: Book has no cover."_s);
        QVERIFY(joined->record(2)
                    .related(u"cover"_s)
                    .value(u"colour"_s)
                    .isNull()); // a cover of which nothing is known is a cover
        QCOMPARE(counter.count(), before);
    }

    void inAnAsyncSectionNothingIsLoadedInSecret_data()
    {
        QTest::addColumn<LoadMode>("mode");
        QTest::newRow("one") << LoadMode::One;
        QTest::newRow("peers") << LoadMode::Peers;
        QTest::newRow("raise") << LoadMode::Raise;
    }
    void inAnAsyncSectionNothingIsLoadedInSecret()
    {
        QFETCH(LoadMode, mode);
        const ResultSetPtr rows = books(mode).fetch({{12, 1}});
        QueryCounter counter(m_shop.database());
        AsyncSection async;
        try {
            rows->record(0).related(u"publisher"_s, {{20, 9}});
            QFAIL("nothing was raised");
        } catch (const SynchronousOnlyOperation &e) {
            QVERIFY2(e.message().contains(u"'Book.publisher'"_s), e.what());
            QVERIFY2(e.message().contains(u"line 12"_s), e.what());
            QVERIFY2(e.suggestion().contains(u".select_related('publisher')"_s),
                     qPrintable(e.suggestion()));
        }
        QVERIFY(rows->record(3).related(u"publisher"_s).isNull()); // nothing to load: no objection
        QCOMPARE(counter.count(), 0);
        AllowSync allowed("the test looks on");
        QCOMPARE(rows->record(0).isRelatedLoaded(u"publisher"_s), false);
        if (mode != LoadMode::Raise)
            QCOMPARE(rows->record(0).related(u"publisher"_s).value(u"name"_s).toDisplay(),
                     u"Harbour"_s);
    }

    void aDeferredFieldInAnAsyncSectionIsRefusedToo()
    {
        const ResultSetPtr rows =
            books().withQuery(books().query().defer(texts({"title"}))).fetch({{4, 2}});
        AsyncSection async;
        const QString error = errorOf([&] { rows->record(0).value(u"title"_s); });
        QVERIFY2(error.startsWith(u"SynchronousOnlyOperation: "_s) &&
                     error.contains(u"'Book.title'"_s) && error.contains(u"line 4"_s),
                 qPrintable(error));
    }

    void syncMethodsInAnAsyncSectionNameTheirTwin_data()
    {
        QTest::addColumn<Call>("call");
        QTest::addColumn<QString>("method");
        const auto row = [](const char *method, Call call) {
            QTest::newRow(method) << std::move(call) << QString::fromLatin1(method);
        };
        row("list", [](const auto &b, const CallInfo &c) { b.fetch(c); });
        row("get", [](const auto &b, const CallInfo &c) { b.get(q("pk", 1), c); });
        row("first", [](const auto &b, const CallInfo &c) { b.first(c); });
        row("last", [](const auto &b, const CallInfo &c) { b.last(c); });
        row("earliest", [](const auto &b, const CallInfo &c) { b.earliest(texts({"pk"}), c); });
        row("latest", [](const auto &b, const CallInfo &c) { b.latest(texts({"pk"}), c); });
        row("count", [](const auto &b, const CallInfo &c) { b.count(c); });
        row("exists", [](const auto &b, const CallInfo &c) { b.exists(c); });
        row("aggregate", [](const auto &b, const CallInfo &c) {
            b.aggregate({named("n", call("Count", {"pk"}))}, c);
        });
        row("in_bulk", [](const auto &b, const CallInfo &c) { b.inBulk({}, u"pk"_s, c); });
        row("iterator", [](const auto &b, const CallInfo &c) {
            b.stream([](RowBatchPtr) { return true; }, c);
        });
    }
    void syncMethodsInAnAsyncSectionNameTheirTwin()
    {
        QFETCH(Call, call);
        QFETCH(QString, method);
        QueryCounter counter(m_shop.database());
        AsyncSection async;
        try {
            call(books(), {{30, 4}});
            QFAIL("nothing was raised");
        } catch (const SynchronousOnlyOperation &e) {
            QVERIFY2(
                e.message().startsWith(
                    u"You cannot call this from an async context - use a thread or sync_to_async."_s),
                e.what());
            QVERIFY2(e.message().contains(u"a%1()"_s.arg(method)), e.what());
            QVERIFY2(e.message().contains(u"line 30, column 4"_s), e.what());
            QCOMPARE(e.line, 30);
            QCOMPARE(e.column, 4);
        }
        QCOMPARE(counter.count(), 0);
    }

    void aMethodsAreAtHomeInAnAsyncSection()
    {
        AsyncSection async;
        QCOMPARE(books().acount().result(), qint64(5));
        QCOMPARE(books().afetch().result()->rowCount(), qint64(5));
    }
};

QTEST_GUILESS_MAIN(TestLoading)
#include "tst_loading.moc"
