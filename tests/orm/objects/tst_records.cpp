#include "tests/support/bookshopdatabase.h"
#include "tests/support/querycounter.h"
#include "tests/support/raises.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// What one object shows of its row.
class TestRecords : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    QuerySet<Record> books() const { return m_shop.objects("Book"); }
    Record book(int id) const { return books().get(q("pk", id))->record(0); }

private Q_SLOTS:
    void namesAttnamesAndPkReadTheRow()
    {
        const Record tides = book(1);
        QCOMPARE(tides.value(u"title"_s).toRepr(), u"'Tides'"_s);
        QCOMPARE(tides.value(u"price"_s).toRepr(), u"Decimal('12.50')"_s);
        QCOMPARE(tides.value(u"publisher_id"_s).toRepr(), u"1"_s);
        QCOMPARE(tides.value(u"pk"_s).toRepr(), u"1"_s);
        QCOMPARE(errorOf([&] { tides.value(u"nosuch"_s); }),
                 u"AttributeError: 'Book' object has no attribute 'nosuch'"_s);
        QCOMPARE(errorOf([&] { tides.related(u"title"_s); }),
                 u"AttributeError: 'Book' object has no attribute 'title'"_s);
        QCOMPARE(tides.display(), u"Book object (1)"_s);
    }

    void aCompositeKeyIsATuple()
    {
        const ResultSetPtr rows = m_shop.objects("Edition").get(q("pk", listOf({1, 2})));
        const Record edition = rows->record(0);
        QCOMPARE(edition.primaryKey().size(), std::size_t(2));
        QVERIFY(edition.value(u"pk"_s) == Value::array({Value(1), Value(2)}));
        QCOMPARE(edition.display(), u"Edition object ((1, 2))"_s);
        QCOMPARE(m_shop.objects("Edition")
                     .filter(q("pk__in", listOf({listOf({1, 1}), listOf({3, 1})})))
                     .count(),
                 qint64(2));
        QCOMPARE(m_shop.objects("Edition").last()->record(0).display(),
                 u"Edition object ((3, 1))"_s);
        QCOMPARE(described(m_shop.objects("Edition").inBulk(
                     ValueList{Value::array({Value(1), Value(1)})})),
                 u"[1, 1]: Edition object ((1, 1))"_s);
    }

    void objectsAreEqualByModelAndKey()
    {
        QVERIFY(book(1) == book(1));
        QVERIFY(!(book(1) == book(2)));
        QVERIFY(!(book(1) == m_shop.objects("Author").get(q("pk", 1))->record(0)));
        QVERIFY(!(book(1) == Record()));
        const ResultSetPtr rows = books().fetch();
        QVERIFY(rows->record(1).data() == rows->record(1).data()); // two handles on one object
    }

    void aRowStandsForItsKeyInALookup()
    {
        const Record harbour = m_shop.objects("Publisher").get(q("pk", 1))->record(0);
        QCOMPARE(books().filter(q("publisher", harbour.instanceRef())).count(), qint64(2));
        QCOMPARE(books().filter(q("publisher__in", listOf({harbour.instanceRef()}))).count(),
                 qint64(2));
        // By the column that the key points to, not by the primary key.
        QCOMPARE(m_shop.objects("Award")
                     .filter(q("book_isbn", book(3).instanceRef()))
                     .get()
                     ->record(0)
                     .value(u"name"_s)
                     .toDisplay(),
                 u"Lantern"_s);
        QCOMPARE(
            errorOf([&] { books().filter(q("publisher", book(1).instanceRef())); }),
            u"ValueError: Cannot query \"Book object (1)\": Must be \"Publisher\" instance."_s);
    }

    void reverseAccessorsAreQuerysets_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("pk");
        QTest::addColumn<QString>("accessor");
        QTest::addColumn<QStringList>("keys");
        QTest::newRow("reverse key") << u"Book"_s << 1 << u"review_set"_s << texts({"1", "2"});
        QTest::newRow("none") << u"Book"_s << 4 << u"review_set"_s << QStringList();
        QTest::newRow("self reference") << u"Author"_s << 1 << u"author_set"_s << texts({"2"});
        QTest::newRow("many-to-many") << u"Book"_s << 2 << u"author_set"_s << texts({"1", "2"});
        QTest::newRow("many-to-many, the other way")
            << u"Author"_s << 1 << u"book_set"_s << texts({"1", "2"});
        QTest::newRow("the link") << u"Author"_s << 3 << u"bookauthor_set"_s << texts({"(3, 3)"});
        QTest::newRow("by another column") << u"Book"_s << 3 << u"award_set"_s << texts({"2"});
    }
    void reverseAccessorsAreQuerysets()
    {
        QFETCH(QString, model);
        QFETCH(int, pk);
        QFETCH(QString, accessor);
        QFETCH(QStringList, keys);
        const Record owner = m_shop.database().objects(model).get(q("pk", pk))->record(0);
        QueryCounter counter(m_shop.database());
        const Query related = owner.relatedQuery(accessor);
        QVERIFY(related.isValid());
        QCOMPARE(counter.count(), 0);
        QStringList found;
        const ResultSetPtr rows =
            QuerySet<Record>(m_shop.database(), related.orderBy(texts({"pk"}))).fetch();
        for (qint64 i = 0; i < rows->rowCount(); ++i) {
            const Value key = rows->record(i).value(u"pk"_s);
            found << (key.type() == Value::Type::Array
                          ? u"(%1, %2)"_s.arg(key.asArray()[0].toDisplay(),
                                              key.asArray()[1].toDisplay())
                          : key.toDisplay());
        }
        QCOMPARE(found, keys);
        QCOMPARE(counter.count(), 1);
        QVERIFY(!owner.relatedQuery(u"nosuch_set"_s).isValid());
    }

    void annotationsComeWithTheRow()
    {
        const Query query = books()
                                .query()
                                .annotate({named("n", call("Count", {"review"})),
                                           named("up", call("Upper", {"title"}))})
                                .selectRelated(texts({"publisher"}))
                                .orderBy(texts({"pk"}));
        const ResultSetPtr rows = books().withQuery(query).fetch();
        QCOMPARE(rows->record(0).annotation(u"n"_s)->toRepr(), u"2"_s);
        QCOMPARE(rows->record(0).annotation(u"up"_s)->toRepr(), u"'TIDES'"_s);
        QVERIFY(!rows->record(0).annotation(u"nosuch"_s));
        QCOMPARE(rows->record(0).annotations().size(), std::size_t(2));
        QVERIFY(
            rows->record(0).related(u"publisher"_s).annotations().empty()); // they are the book's
    }

    void whatIsSetStays()
    {
        const Record tides = book(1);
        Record same = tides;
        same.setValue(tides.model()->field(u"pages"_s), Value(301));
        QCOMPARE(tides.value(u"pages"_s).toRepr(), u"301"_s);
        QCOMPARE(tides.related(u"publisher"_s).value(u"name"_s).toDisplay(), u"Harbour"_s);
        same.setValue(tides.model()->field(u"publisher"_s),
                      Value(2)); // another key, another object
        QCOMPARE(tides.related(u"publisher"_s).value(u"name"_s).toDisplay(), u"North"_s);
    }

    void aRowOutlivesItsResultAndItsDatabaseHandle()
    {
        Record kept;
        {
            const BookshopDatabase other;
            kept = other.objects("Book").get(q("pk", 2))->record(0);
        }
        QCOMPARE(kept.value(u"title"_s).toDisplay(), u"Winter"_s);
    }

    void textThatIsNoUtf8IsShownNotLost()
    {
        const BookshopDatabase shop;
        shop.write("INSERT INTO publisher VALUES (9, CAST(x'41ff42' AS TEXT), NULL, NULL, NULL)");
        const ResultSetPtr rows = shop.objects("Publisher").filter(q("pk", 9)).fetch();
        const Value name = rows->record(0).value(u"name"_s);
        QVERIFY(name.type() == Value::Type::Text);
        QCOMPARE(name.toDisplay(), QString::fromUtf8("A\xff"
                                                     "B"));
        QVERIFY(!toJson(name).isEmpty());
    }

    void aKeyThatPointsNowhereIsDoesNotExist()
    {
        const BookshopDatabase shop;
        shop.write("PRAGMA foreign_keys = OFF");
        shop.write("UPDATE book SET publisher_id = 77 WHERE id = 1");
        for (LoadMode mode : {LoadMode::One, LoadMode::Peers}) {
            const auto books = shop.objects("Book");
            const ResultSetPtr rows = books.withQuery(books.query().loadMode(mode)).get(q("pk", 1));
            QCOMPARE(errorOf([&] { rows->record(0).related(u"publisher"_s); }),
                     u"Publisher.DoesNotExist: Publisher matching query does not exist."_s);
        }
    }
};

QTEST_GUILESS_MAIN(TestRecords)
#include "tst_records.moc"
