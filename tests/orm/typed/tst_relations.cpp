#include "tests/orm/typed/bookshop.h"

#include "tests/support/bookshopdatabase.h"
#include "tests/support/querycounter.h"
#include "tests/support/raises.h"

using namespace heddle;
using heddle::test::BookshopDatabase;
using heddle::test::errorOf;
using heddle::test::QueryCounter;
using namespace shop;
using namespace Qt::Literals::StringLiterals;

Q_DECLARE_METATYPE(LoadMode)

/// Relations of structs: what comes with a row, what is loaded when it is touched, and where that
/// is refused.
class TestTypedRelations : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    const Database &db() const { return m_shop.database(); }
    QuerySet<Book> books() const { return db().objects<Book>().orderBy<&Book::id>(); }
    static QStringList publishers(const QList<Book> &books)
    {
        QStringList out;
        for (const Book &book : books)
            out << (book.publisher ? book.publisher->name : u"none"_s);
        return out;
    }
    const QStringList m_publishers{u"Harbour"_s, u"Harbour"_s, u"North"_s, u"none"_s, u"none"_s};

private Q_SLOTS:
    void touchingAKeyLoadsItsObject_data()
    {
        QTest::addColumn<LoadMode>("mode");
        QTest::addColumn<int>("queries");
        QTest::newRow("one by one") << LoadMode::One << 3;
        QTest::newRow("peers") << LoadMode::Peers << 1;
    }
    void touchingAKeyLoadsItsObject()
    {
        QFETCH(LoadMode, mode);
        QFETCH(int, queries);
        QueryCounter counter(db());
        const QList<Book> all = books().loadMode(mode).list();
        QCOMPARE(counter.count(), 1);
        QCOMPARE(publishers(all), m_publishers);
        QCOMPARE(counter.count(), 1 + queries);
        QCOMPARE(publishers(all), m_publishers);
        QCOMPARE(counter.count(), 1 + queries); // remembered
    }

    void anImplicitLoadSaysWhereItCameFrom()
    {
        QueryCounter counter(db());
        const QList<Book> all = books().list();
        const int line = __LINE__ - 1;
        QCOMPARE(all[2].publisher->name, u"North"_s);
        const TraceRecord load = counter.records()[1];
        QCOMPARE(load.relation, QByteArray("publisher"));
        QCOMPARE(load.origin.line, line);
        QCOMPARE(load.parentRow, std::int64_t(2));
    }

    void implicitLoadsCanBeRefused()
    {
        const QList<Book> all = books().loadMode(LoadMode::Raise).list();
        QCOMPARE(errorOf([&] { (void)all[0].publisher->name; }),
                 u"FieldFetchBlocked: Fetching of Book.publisher blocked."_s);
        QCOMPARE(all[0].publisher.id(), 1); // the key is there
        const QList<Book> others = books().list();
        AsyncSection async;
        QVERIFY(errorOf([&] { (void)others[0].publisher->name; })
                    .startsWith(u"SynchronousOnlyOperation: You cannot call this from an async "
                                "context: 'Book.publisher' was not loaded"_s));
        QVERIFY(errorOf([&] { books().list(); }).startsWith(u"SynchronousOnlyOperation"_s));
    }

    void selectRelatedBringsObjectsInTheSameQuery()
    {
        QueryCounter counter(db());
        QCOMPARE(publishers(books().selectRelated<&Book::publisher>().list()), m_publishers);
        const auto authors = db().objects<Author>()
                                 .selectRelated<&Author::mentor, &Author::mentor>()
                                 .orderBy<&Author::id>()
                                 .list();
        QCOMPARE(authors[2].mentor->mentor->name, u"Ada"_s);
        QVERIFY(authors[0].mentor.isNull());
        const Cover cover = *db().objects<Cover>().selectRelated<&Cover::book>().first();
        QVERIFY(!cover.book->title.isEmpty());
        QCOMPARE(counter.count(), 3);
        const Book book =
            books().selectRelated<&Book::cover>().get(f<&Book::id> == cover.book.id());
        QCOMPARE(book.cover->colour, cover.colour);
        QCOMPARE(counter.count(), 4);
    }

    void prefetchRelatedBringsSets()
    {
        QueryCounter counter(db());
        const auto houses = db().objects<Publisher>()
                                .prefetchRelated<&Publisher::books, &Book::authors>()
                                .orderBy<&Publisher::id>()
                                .list();
        QCOMPARE(counter.count(), 3);
        QVERIFY(houses[0].books.isLoaded());
        QCOMPARE(houses[0].books.size(), 2);
        QCOMPARE(houses[2].books.size(), 0);
        int authors = 0;
        for (const Publisher &house : houses)
            for (const Book &book : house.books)
                authors += int(book.authors.size());
        QCOMPARE(counter.count(), 3);
        QCOMPARE(authors, int(db().objects<BookAuthor>()
                                  .filter(f<&BookAuthor::book, &Book::publisher>.isNull(false))
                                  .count()));
    }

    void aPrefetchMayBeNarrowed()
    {
        const auto houses =
            db().objects<Publisher>()
                .prefetchRelated<&Publisher::books>(books().filter(f<&Book::pages> > 200))
                .orderBy<&Publisher::id>()
                .list();
        QCOMPARE(houses[0].books.size(), 1);
        QCOMPARE(houses[0].books.list().front().title, u"Tides"_s);
    }

    void aPrefetchedObjectIsShared()
    {
        QueryCounter counter(db());
        const auto all = books()
                             .filter(f<&Book::publisher>.isNull(false))
                             .prefetchRelated<&Book::publisher, &Publisher::books>()
                             .orderBy<&Book::id>()
                             .list();
        QCOMPARE(counter.count(), 3);
        QHash<qint64, const Publisher *> known;
        for (const Book &book : all) {
            QVERIFY(book.publisher.isLoaded());
            const Publisher *house = &book.publisher.get();
            QCOMPARE(known.value(house->id, house), house);
            known.insert(house->id, house);
            QVERIFY(house->books.size() > 0);
            // The way back is known, too.
            for (const Book &sister : house->books)
                QCOMPARE(sister.publisher->name, house->name);
        }
        QCOMPARE(counter.count(), 3);
    }

    void theOtherSideOfAOneToOneIsPrefetched()
    {
        QueryCounter counter(db());
        const auto all = books().prefetchRelated<&Book::cover>().orderBy<&Book::id>().list();
        QCOMPARE(counter.count(), 2);
        int covers = 0;
        for (const Book &book : all) {
            if (!book.cover.object())
                continue;
            ++covers;
            QCOMPARE(book.cover->book->title, book.title);
        }
        QCOMPARE(counter.count(), 2);
        QCOMPARE(qint64(covers), db().objects<Cover>().count());
    }

    void aPrefetchMayHavePrefetchesOfItsOwn()
    {
        const auto houses =
            db().objects<Publisher>().orderBy<&Publisher::id>().prefetchRelated<&Publisher::books>(
                books().orderBy<&Book::id>().prefetchRelated<&Book::reviews>());
        QueryCounter counter(db());
        const QList<Publisher> here = houses.list();
        QCOMPARE(counter.count(), 3);
        int reviews = 0;
        for (const Publisher &house : here)
            for (const Book &book : house.books) {
                QVERIFY(book.reviews.isLoaded());
                for (const Review &review : book.reviews) {
                    QCOMPARE(review.book->title, book.title);
                    ++reviews;
                }
            }
        QCOMPARE(counter.count(), 3);
        QVERIFY(reviews > 0);
        const QList<Publisher> later = houses.alist().result();
        QCOMPARE(later.size(), here.size());
        for (qsizetype i = 0; i < here.size(); ++i)
            QCOMPARE(later[i].books.size(), here[i].books.size());
        qsizetype walked = 0;
        for (const Publisher &house : houses) // by iteration as well
            QCOMPARE(house.books.size(), here[walked++].books.size());
        QCOMPARE(walked, here.size());
    }

    void objectsOfOneRowHaveOneSet()
    {
        // select_related makes an object a row: two reviews of one book have two of it.
        QueryCounter counter(db());
        const auto reviews = db().objects<Review>()
                                 .selectRelated<&Review::book>()
                                 .prefetchRelated<&Review::book, &Book::reviews>()
                                 .list();
        QCOMPARE(counter.count(), 2);
        for (const Review &review : reviews) {
            const auto same = [&](const Review &other) { return other.id == review.id; };
            const auto &all = review.book->reviews.list();
            QVERIFY(std::any_of(all.begin(), all.end(), same));
        }
        QCOMPARE(counter.count(), 2);
    }

    void aPrefetchNeedsTheKeyThatItsRowsAreHandedOutBy()
    {
        const auto houses = db().objects<Publisher>().prefetchRelated<&Publisher::books>(
            books().only<&Book::title>());
        try {
            houses.list();
            QFAIL("no error");
        } catch (const FieldError &error) {
            QVERIFY2(error.message().contains(u"'publisher'"_s), qPrintable(error.message()));
        }
    }

    void setsAreQuerySets()
    {
        const Publisher harbour = db().objects<Publisher>().get(f<&Publisher::name> == "Harbour");
        QueryCounter counter(db());
        QCOMPARE(harbour.books.all().filter(f<&Book::pages> < 200).count(), 1);
        QCOMPARE(counter.count(), 1);
        QVERIFY(!harbour.books.isLoaded());
        QCOMPARE(harbour.books.size(), 2); // an implicit load
        QCOMPARE(counter.count(), 2);
        const Author ada = db().objects<Author>().get(f<&Author::name> == "Ada");
        QCOMPARE(ada.books.all().count(),
                 db().objects<BookAuthor>().filter(f<&BookAuthor::author> == ada).count());
    }

    void setsCanBeChanged()
    {
        const Publisher quiet = db().objects<Publisher>().get(f<&Publisher::name> == "Quiet");
        const Book loose = books().get(f<&Book::id> == 4);
        const Book wool = books().get(f<&Book::id> == 5);
        QCOMPARE(quiet.books.size(), 0);
        quiet.books.add({loose, wool});
        QCOMPARE(quiet.books.size(), 2); // what was loaded is forgotten
        quiet.books.remove({books().get(f<&Book::id> == 5)});
        QCOMPARE(quiet.books.list().front().id, 4);
        QFuture<bool> cleared = quiet.books.aclear();
        cleared.waitForFinished();
        QCOMPARE(quiet.books.all().count(), 0);

        const auto authors = db().objects<Author>();
        const QList<Author> before = wool.authors.list();
        wool.authors.set({authors.get(f<&Author::id> == 1), authors.get(f<&Author::id> == 4)});
        QCOMPARE(wool.authors.all().orderBy<&Author::id>().valuesList<&Author::name>().list(),
                 (QList<QString>{u"Ada"_s, u"Dee"_s}));
        wool.authors.set(before);
        QCOMPARE(wool.authors.size(), before.size());
        QCOMPARE(errorOf([] { Publisher().books.add({}); }),
                 u"ValueError: This object was made by hand: it has related rows once it is "
                 "saved."_s);
    }

    void aKeyMayPointToAnotherUniqueField()
    {
        const Award award = *db().objects<Award>()
                                 .filter(f<&Award::book>.isNull(false))
                                 .selectRelated<&Award::book>()
                                 .first();
        QCOMPARE(award.book.value().toDisplay(), award.book->isbn.value());
        const Award again = db().objects<Award>().get(f<&Award::id> == award.id);
        QCOMPARE(again.book->title, award.book->title);
    }

    void handMadeObjectsSayWhatTheyLack()
    {
        Book book;
        book.publisher = 1;
        QCOMPARE(book.publisher.id(), 1);
        QCOMPARE(errorOf([&] { (void)book.publisher->name; }),
                 u"ValueError: This key to Publisher was set by hand: read its object with "
                 "db.load()."_s);
        QCOMPARE(errorOf([&] { (void)Book().publisher->name; }),
                 u"Publisher.DoesNotExist: This key is null: there is no Publisher behind it."_s);
        book.publisher = db().objects<Publisher>().get(f<&Publisher::id> == 2);
        QCOMPARE(book.publisher->name, u"North"_s);
        QCOMPARE(book.publisher.id(), 2);
    }
};

QTEST_GUILESS_MAIN(TestTypedRelations)
#include "tst_relations.moc"
