#include "orm/objects/typed.h"
#include "tests/orm/objects/library.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Two tables of the library as structs, with keys that refuse.
struct Strict {
    qint64 id = 0;
    QString name;
    static void describe(Model<Strict> &m)
    {
        m.table("strict");
        m.primaryKey<&Strict::id>();
        m.field<&Strict::name>();
    }
};

struct Guard {
    qint64 id = 0;
    ForeignKey<Strict> strict;
    static void describe(Model<Guard> &m)
    {
        m.table("guard");
        m.primaryKey<&Guard::id>();
        m.foreignKey<&Guard::strict>(onDelete(Protect));
    }
};

struct Loose {
    qint64 id = 0;
    QString name;
    static void describe(Model<Loose> &m)
    {
        m.table("loose");
        m.primaryKey<&Loose::id>();
        m.field<&Loose::name>();
    }
};

struct Rope {
    qint64 id = 0;
    ForeignKey<Loose> loose;
    static void describe(Model<Rope> &m)
    {
        m.table("rope");
        m.primaryKey<&Rope::id>();
        m.foreignKey<&Rope::loose>(onDelete(Restrict));
    }
};

constexpr auto refusingTables =
    "CREATE TABLE strict (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE guard (id INTEGER PRIMARY KEY, strict_id INTEGER NOT NULL REFERENCES strict(id));"
    "CREATE TABLE loose (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE rope (id INTEGER PRIMARY KEY, loose_id INTEGER NOT NULL REFERENCES loose(id));"
    "INSERT INTO strict VALUES (1, 'a'), (2, 'b'); INSERT INTO guard VALUES (1, 1);"
    "INSERT INTO loose VALUES (1, 'a'), (2, 'b'); INSERT INTO rope VALUES (1, 1)";

} // namespace

/// What goes with what is deleted, in which order, and what refuses to.
class TestDeletes : public QObject {
    Q_OBJECT

private:
    static QStringList sent(const QueryCounter &counter)
    {
        QStringList out;
        for (const TraceRecord &record : counter.records())
            out << QString::fromUtf8(record.sql).remove(u'"');
        return out;
    }

private Q_SLOTS:
    void aCascadeTakesWhatHangsOnItAndCountsIt()
    {
        const Library library;
        const Database &db = library.database();
        const QueryCounter counter(db);
        const Record ada = one(db, "Author", 1);
        QCOMPARE(shown(ada.deleteRow()), u"8: Author 1, Book 2, BookTag 3, Page 2"_s);
        QVERIFY(ada.value(u"pk"_s).isNull());
        // The pupils of Ada have no mentor now: their key is set to NULL.
        QCOMPARE(all(db, "Author", "mentor_id"), u"None, None"_s);
        QCOMPARE(all(db, "Book", "title"), u"'Embers'"_s);
        QCOMPARE(all(db, "Page", "book_id"), u"3"_s);
    }

    void statementsComeInDjangosOrder()
    {
        const Library library;
        const Database &db = library.database();
        const Record ada = one(db, "Author", 1);
        const QueryCounter counter(db);
        ada.deleteRow();
        QCOMPARE(sent(counter),
                 (QStringList{
                     u"SELECT book.id FROM book WHERE book.author_id IN (?1)"_s,
                     u"DELETE FROM book_tag WHERE book_tag.book_id IN (?1, ?2)"_s,
                     u"DELETE FROM page WHERE page.book_id IN (?1, ?2)"_s,
                     u"UPDATE author SET mentor_id = NULL WHERE author.mentor_id IN (?1)"_s,
                     u"DELETE FROM book WHERE book.id IN (?1, ?2)"_s,
                     u"DELETE FROM author WHERE author.id IN (?1)"_s,
                 }));
    }

    void aSingleRowWithoutDependantsIsOneStatement()
    {
        const Library library;
        const Record page = one(library.database(), "Page", 1);
        const QueryCounter counter(library.database());
        QCOMPARE(shown(page.deleteRow()), u"1: Page 1"_s);
        QCOMPARE(sent(counter), QStringList(u"DELETE FROM page WHERE page.id IN (?1)"_s));
    }

    void whatTheDatabaseRefusesLeavesEverything()
    {
        const Library library;
        const Database &db = library.database();
        QCOMPARE(errorOf([&] { one(db, "Author", 3).deleteRow(); }),
                 u"IntegrityError: FOREIGN KEY constraint failed"_s);
        QCOMPARE(all(db, "Author", "name"), u"'Ada', 'Bo', 'Cy'"_s);
    }

    void aCircleOfKeysIsDeletedOnce()
    {
        const Library library(
            u"CREATE TABLE node (id INTEGER PRIMARY KEY, next_id INTEGER REFERENCES node(id) ON "
            "DELETE CASCADE);INSERT INTO node VALUES (1, NULL), (2, 1), (3, 2);"
            "UPDATE node SET next_id = 3 WHERE id = 1"_s);
        const Database &db = library.database();
        const QueryCounter counter(db);
        db.objects(u"Node"_s).filter(q("pk", 1)).deleteRows();
        QCOMPARE(sent(counter).last(), u"DELETE FROM node WHERE node.id IN (?1, ?2, ?3)"_s);
        QCOMPARE(db.objects(u"Node"_s).count(), qint64(0));
    }

    void manyKeysGoInParts()
    {
        const Library library(
            u"CREATE TABLE parent (id INTEGER PRIMARY KEY);CREATE TABLE child (id INTEGER PRIMARY "
            "KEY, parent_id INTEGER NOT NULL REFERENCES parent(id) ON DELETE CASCADE)"_s);
        const Database &db = library.database();
        const ModelInfo *parent = db.registry()->model(u"Parent"_s);
        std::vector<Record> parents;
        for (int i = 1; i <= 1100; ++i) {
            parents.push_back(Record::unsaved(db, parent));
            parents.back().assign(u"pk"_s, Value(i));
        }
        db.objects(u"Parent"_s).bulkCreate(parents);
        const QueryCounter counter(db);
        QCOMPARE(shown(db.objects(u"Parent"_s).deleteRows()), u"1100: Parent 1100"_s);
        // The rows; their children by 500 keys; themselves by 100.
        QCOMPARE(counter.count(), 1 + 3 + 11);
    }

    void protectedKeysRefuseByName()
    {
        const Library library(QString::fromLatin1(refusingTables));
        const Database &db = library.database();
        const auto strict = [&] { return db.objects<Strict>(); };
        QCOMPARE(errorOf([&] { strict().deleteRows(); }),
                 u"ProtectedError: Cannot delete some instances of model 'Strict' because they are "
                 "referenced through protected foreign keys: 'Guard.strict'."_s);
        QCOMPARE(strict().count(), qint64(2));
        QCOMPARE(db.objects<Guard>().count(), qint64(1));
        QCOMPARE(strict().filter(heddle::f<&Strict::id> == 2).deleteRows().total, qint64(1));
    }

    void restrictedKeysRefuseByName()
    {
        const Library library(QString::fromLatin1(refusingTables));
        const Database &db = library.database();
        QCOMPARE(errorOf([&] { db.objects<Loose>().deleteRows(); }),
                 u"RestrictedError: Cannot delete some instances of model 'Loose' because they are "
                 "referenced through restricted foreign keys: 'Rope.loose'."_s);
        QCOMPARE(db.objects<Rope>().count(), qint64(1));
        QCOMPARE(db.objects<Loose>().filter(heddle::f<&Loose::id> == 2).deleteRows().total,
                 qint64(1));
    }

    void bothTwinsDeleteTheSame()
    {
        const Library a, b;
        const DeleteResult here =
            a.database().objects(u"Author"_s).filter(q("pk__lt", 3)).deleteRows();
        const DeleteResult there =
            b.database().objects(u"Author"_s).filter(q("pk__lt", 3)).adeleteRows().result();
        QCOMPARE(shown(here), shown(there));
        QCOMPARE(all(a.database(), "Author", "name"), all(b.database(), "Author", "name"));
        QCOMPARE(shown(one(a.database(), "Tag", 1).deleteRow()),
                 shown(one(b.database(), "Tag", 1).adeleteRow().result()));
    }
};

QTEST_GUILESS_MAIN(TestDeletes)
#include "tst_deletes.moc"
