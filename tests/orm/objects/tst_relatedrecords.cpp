#include "tests/orm/objects/library.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Django's related managers: both kinds of set, with the statements that Django sends.
class TestRelatedRecords : public QObject {
    Q_OBJECT

private:
    static RelatedRecords set(const Database &db, const char *model, int key, const char *accessor)
    {
        const Record owner = one(db, model, key);
        return RelatedRecords(owner,
                              owner.model()->relationByAccessor(QString::fromUtf8(accessor)));
    }
    /// Runs an operation here or on the pool.
    template <typename T>
    static T run(const Database &db, bool async, Operation<T> operation)
    {
        if (async)
            return db.runner().start(std::move(operation.plan), operation.context).result();
        return db.runner().run(std::move(operation.plan), operation.context);
    }
    static QString keys(const RelatedRecords &set)
    {
        const ResultSetPtr rows = set.rows().orderBy({u"pk"_s}).fetch();
        QStringList out;
        for (qint64 i = 0; i < rows->rowCount(); ++i)
            out << rows->record(i).value(u"pk"_s).toRepr();
        return out.join(u' ');
    }
    static int statements(const QueryCounter &counter) { return counter.count(); }

private Q_SLOTS:
    void bothWays_data()
    {
        QTest::addColumn<bool>("async");
        QTest::newRow("sync") << false;
        QTest::newRow("async") << true;
    }

    void linksAreAddedOnce_data() { bothWays_data(); }
    void linksAreAddedOnce()
    {
        QFETCH(bool, async);
        const Library library;
        const Database &db = library.database();
        const RelatedRecords tags = set(db, "Book", 1, "tag_set");
        const Record fire = one(db, "Tag", 3);
        const QueryCounter counter(db);
        run(db, async,
            operations::relatedAdd(tags, {FieldInput(fire), FieldInput(Value(1))}, {}, {}));
        QTRY_COMPARE(statements(counter), 2); // which are there, and the one that is not
        QCOMPARE(keys(tags), u"1 2 3"_s);
        QCOMPARE(run(db, async, operations::relatedCount(tags, {})), qint64(3));
    }

    void linksAreRemovedReplacedAndCleared_data() { bothWays_data(); }
    void linksAreRemovedReplacedAndCleared()
    {
        QFETCH(bool, async);
        const Library library;
        const Database &db = library.database();
        const RelatedRecords tags = set(db, "Book", 1, "tag_set");
        run(db, async, operations::relatedRemove(tags, {FieldInput(Value(1))}, {}, {}));
        QCOMPARE(keys(tags), u"2"_s);
        run(db, async,
            operations::relatedSet(tags, {FieldInput(Value(2)), FieldInput(Value(3))}, {}, {}));
        QCOMPARE(keys(tags), u"2 3"_s);
        run(db, async, operations::relatedClear(tags, {}, {}));
        QCOMPARE(keys(tags), QString());
        QVERIFY(!run(db, async, operations::relatedExists(tags, {})));
        QCOMPARE(keys(set(db, "Book", 2, "tag_set")), u"2"_s);
    }

    void aNewFarObjectIsLinked_data() { bothWays_data(); }
    void aNewFarObjectIsLinked()
    {
        QFETCH(bool, async);
        const Library library;
        const Database &db = library.database();
        const RelatedRecords tags = set(db, "Book", 3, "tag_set");
        run(db, async, operations::relatedCreate(tags, {{u"name"_s, text("ash")}}, {}, {}));
        QCOMPARE(keys(tags), u"4"_s);
        const FieldInputs coal = {{u"name"_s, text("coal")}};
        const auto again = [&] {
            return shown(
                run(db, async,
                    operations::relatedGetOrCreate(tags, q("name", "coal"), coal, {}, {}, {})));
        };
        QCOMPARE(again(), u"Tag object (5) created"_s);
        QCOMPARE(again(), u"Tag object (5) found"_s);
        QCOMPARE(keys(tags), u"4 5"_s);
    }

    void ownedObjectsComeAndGo_data() { bothWays_data(); }
    void ownedObjectsComeAndGo()
    {
        QFETCH(bool, async);
        const Library library;
        const Database &db = library.database();
        const RelatedRecords pupils = set(db, "Author", 1, "author_set");
        QCOMPARE(keys(pupils), u"2 3"_s);
        run(db, async,
            operations::relatedRemove(pupils, {FieldInput(one(db, "Author", 3))}, {}, {}));
        QCOMPARE(keys(pupils), u"2"_s);
        run(db, async, operations::relatedSet(pupils, {FieldInput(one(db, "Author", 3))}, {}, {}));
        QCOMPARE(keys(pupils), u"3"_s);
        RelatedOptions oneByOne;
        oneByOne.bulk = false;
        run(db, async, operations::relatedClear(pupils, oneByOne, {}));
        QCOMPARE(keys(pupils), QString());
        const Record made =
            run(db, async, operations::relatedCreate(pupils, {{u"name"_s, text("Di")}}, {}, {}));
        QCOMPARE(made.related(u"mentor"_s).display(), u"Author object (1)"_s);
        QCOMPARE(keys(pupils), u"4"_s);
    }

    void refusals()
    {
        const Library library;
        const Database &db = library.database();
        const RelatedRecords books = set(db, "Author", 1, "book_set");
        const RelatedRecords pupils = set(db, "Author", 1, "author_set");
        const auto adding = [&](const RelatedRecords &to, const FieldInput &what) {
            return errorOf([&] { operations::relatedAdd(to, {what}, {}, {}); });
        };
        QCOMPARE(adding(books, FieldInput(one(db, "Tag", 1))),
                 u"TypeError: 'Book' instance expected, got <Tag: Tag object (1)>"_s);
        const Record fresh = Record::unsaved(db, books.model());
        QCOMPARE(adding(books, FieldInput(fresh)),
                 u"ValueError: <Book: Book object (None)> instance isn't saved. Use bulk=False or "
                 "save the object first."_s);
        QCOMPARE(errorOf([&] {
                     operations::relatedRemove(pupils, {FieldInput(one(db, "Author", 1))}, {}, {});
                 }),
                 u"Author.DoesNotExist: <Author: Author object (1)> is not related to <Author: "
                 "Author object (1)>."_s);
        QCOMPARE(errorOf([&] { operations::relatedClear(books, {}, {}); }),
                 u"AttributeError: 'RelatedManager' object has no attribute 'clear'"_s);
        const Record unsaved = Record::unsaved(db, db.registry()->model(u"Author"_s));
        QCOMPARE(errorOf([&] { RelatedRecords(unsaved, &books.relation()); }),
                 u"ValueError: 'Author' instance needs to have a primary key value before this "
                 "relationship can be used."_s);
    }
};

QTEST_GUILESS_MAIN(TestRelatedRecords)
#include "tst_relatedrecords.moc"
