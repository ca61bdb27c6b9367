#include "tests/orm/objects/library.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

using Rows = QuerySet<Record>;
/// One writing method on a fresh library, its result (or error) as text.
using Write = std::function<QString(const Database &)>;
Q_DECLARE_METATYPE(Write)

/// That each method that writes and its `a` twin give the same by the same statements, and that
/// those are Django's.
class TestWrites : public QObject {
    Q_OBJECT

private:
    template <typename Call>
    static Write here(Call call)
    {
        return [call](const Database &db) {
            QString text;
            const QString error = errorOf([&] { text = shown(call(db)); });
            return error.isEmpty() ? text : error;
        };
    }
    template <typename Call>
    static Write elsewhere(Call call)
    {
        return [call](const Database &db) {
            QString text;
            const QString error = errorOf([&] { text = shown(call(db).result()); });
            return error.isEmpty() ? text : error;
        };
    }
    template <typename Sync, typename Async>
    static void pair(const char *name, Sync sync, Async async, const char *result,
                     const QStringList &statements)
    {
        QTest::newRow(name) << here(sync) << elsewhere(async) << QString::fromUtf8(result)
                            << statements;
    }
    static Record unsaved(const Database &db, const char *model,
                          const std::vector<std::pair<const char *, FieldInput>> &values)
    {
        Record record = Record::unsaved(db, db.registry()->model(QString::fromUtf8(model)));
        for (const auto &[name, input] : values)
            record.assign(QString::fromUtf8(name), input);
        return record;
    }
    static QStringList sent(const QueryCounter &counter)
    {
        QStringList out;
        for (const TraceRecord &record : counter.records())
            out << QString::fromUtf8(record.sql);
        return out;
    }

private Q_SLOTS:
    void everyMethodAndItsTwinAreOneOperation_data();
    void everyMethodAndItsTwinAreOneOperation()
    {
        QFETCH(Write, sync);
        QFETCH(Write, async);
        QFETCH(QString, result);
        QFETCH(QStringList, statements);
        for (const Write &call : {sync, async}) {
            const Library library;
            const QueryCounter counter(library.database());
            QCOMPARE(call(library.database()), result);
            QTRY_COMPARE(sent(counter), statements);
        }
    }

    void aNewObjectKnowsWhatTheDatabaseGave()
    {
        const Library library;
        const Record book = library.database().objects(u"Book"_s).create(
            {{u"title"_s, text("New")}, {u"author"_s, one(library.database(), "Author", 2)}});
        QCOMPARE(book.value(u"pk"_s).toRepr(), u"4"_s);
        QCOMPARE(book.value(u"stock"_s).toRepr(), u"7"_s);
        QCOMPARE(book.value(u"price"_s).toRepr(), u"None"_s);
        QVERIFY(!book.isAdding());
        const QueryCounter counter(library.database());
        QCOMPARE(book.related(u"author"_s).value(u"name"_s).toDisplay(), u"Bo"_s);
        QCOMPARE(counter.count(), 0);
    }

    void valuesAreConvertedAsTheirFieldsTakeThem()
    {
        const Library library;
        const Record book = library.database().objects(u"Book"_s).create(
            {{u"title"_s, Value(5)},
             {u"author_id"_s, text("2")},
             {u"price"_s, Value(*Decimal::parse("1.005"))},
             {u"stock"_s, Value(true)}});
        const Record again = one(library.database(), "Book", 4);
        QCOMPARE(again.value(u"title"_s).toRepr(), u"'5'"_s);
        QCOMPARE(again.value(u"price"_s).toRepr(), u"Decimal('1.00')"_s);
        QCOMPARE(again.value(u"stock"_s).toRepr(), u"1"_s);
        QCOMPARE(again.value(u"author_id"_s).toRepr(), u"2"_s);
        Q_UNUSED(book);
    }

    void anExpressionStaysUntilItIsRefreshed()
    {
        const Library library;
        const Database &db = library.database();
        Record book = one(db, "Book", 1);
        book.assign(u"stock"_s, plus(f("stock"), value(5)));
        book.save();
        QCOMPARE(
            errorOf([&] { book.value(u"stock"_s); }),
            u"ValueError: Book.stock was set to an expression: refresh_from_db() brings its value"_s);
        book.refreshFromDb();
        QCOMPARE(book.value(u"stock"_s).toRepr(), u"6"_s);
    }

    void deferredFieldsAreNotWritten()
    {
        const Library library;
        const Database &db = library.database();
        const Rows titles = db.objects(u"Book"_s);
        Record book =
            titles.withQuery(titles.query().only({u"title"_s})).get(q("pk", 1))->record(0);
        book.assign(u"title"_s, text("Ebb"));
        const QueryCounter counter(db);
        book.save();
        QCOMPARE(sent(counter),
                 QStringList(u"UPDATE \"book\" SET \"title\" = ?1 WHERE \"book\".\"id\" = ?2"_s));
    }

    void refusalsComeBeforeAnythingIsSent_data();
    void refusalsComeBeforeAnythingIsSent()
    {
        QFETCH(Write, call);
        QFETCH(QString, error);
        const Library library;
        const QueryCounter counter(library.database());
        QCOMPARE(call(library.database()), error);
        QCOMPARE(counter.count(), 0);
    }

    void aConstraintNamesItsColumns()
    {
        const Library library;
        const Rows authors = library.database().objects(u"Author"_s);
        try {
            authors.create({{u"name"_s, text("Di")}, {u"code"_s, Value(1)}});
            QFAIL("it is not unique");
        } catch (const IntegrityError &error) {
            QCOMPARE(error.message(), u"UNIQUE constraint failed: author.code"_s);
            QCOMPARE(error.database->table, u"author"_s);
            QCOMPARE(error.database->columns, QStringList(u"code"_s));
            const std::vector<const Field *> fields =
                constrainedFields(error, *library.database().registry());
            QCOMPARE(fields.size(), std::size_t(1));
            QCOMPARE(fields.front()->name, u"code"_s);
        }
    }

    void aFailedBulkCreateLeavesNothing()
    {
        const Library library;
        const Database &db = library.database();
        BulkCreateOptions options;
        options.batchSize = 1;
        QVERIFY(errorOf([&] {
                    db.objects(u"Author"_s)
                        .bulkCreate(
                            {unsaved(db, "Author", {{"name", text("Di")}, {"code", Value(9)}}),
                             unsaved(db, "Author", {{"name", text("Ed")}, {"code", Value(1)}})},
                            options);
                }).startsWith(u"IntegrityError"_s));
        QCOMPARE(all(db, "Author", "name"), u"'Ada', 'Bo', 'Cy'"_s);
    }

    void batchesFollowTheDatabasesLimit()
    {
        const Library library;
        const Database &db = library.database();
        std::vector<Record> tags;
        for (int i = 0; i < 1200; ++i)
            tags.push_back(unsaved(db, "Tag", {{"name", Value(QString::number(i))}}));
        const QueryCounter counter(db);
        const std::vector<Record> made = db.objects(u"Tag"_s).bulkCreate(tags);
        QCOMPARE(counter.count(), 3); // 500 rows of one column
        QCOMPARE(made.back().value(u"pk"_s).toRepr(), u"1203"_s);
        QCOMPARE(one(db, "Tag", 1203).value(u"name"_s).toDisplay(), u"1199"_s);
    }

    void rowsWithoutObjectsAreOneStatement()
    {
        class Numbered final : public ParameterRows {
        public:
            std::int64_t count() const override { return 2000; }
            void row(std::int64_t i, ValueList &out) const override
            {
                out.resize(1);
                out[0] = Value(QString::number(i));
            }
        };
        const Library library;
        const Database &db = library.database();
        const ModelInfo *tag = db.registry()->model(u"Tag"_s);
        const QueryCounter counter(db);
        Operation<qint64> insert = operations::bulkInsert(db, tag, {tag->field(u"name"_s)},
                                                          std::make_shared<Numbered>(), {});
        QCOMPARE(db.runner().run(std::move(insert.plan), insert.context), qint64(2000));
        QCOMPARE(counter.count(), 1);
        QCOMPARE(db.objects(u"Tag"_s).count(), qint64(2003));
    }
};

void TestWrites::everyMethodAndItsTwinAreOneOperation_data()
{
    QTest::addColumn<Write>("sync");
    QTest::addColumn<Write>("async");
    QTest::addColumn<QString>("result");
    QTest::addColumn<QStringList>("statements");
    const auto rows = [](const Database &db, const char *model) {
        return db.objects(QString::fromUtf8(model));
    };
    const FieldInputs di = {{u"name"_s, text("Di")}, {u"code"_s, Value(4)}};
    const QString select = u"SELECT \"author\".\"id\", \"author\".\"name\", \"author\".\"code\", "
                           "\"author\".\"mentor_id\" FROM \"author\" WHERE "_s;
    const QString insert = u"INSERT INTO \"author\" (\"name\", \"code\", \"mentor_id\") VALUES "
                           "(?1, ?2, ?3) RETURNING \"author\".\"id\""_s;
    pair(
        "create", [=](const Database &db) { return rows(db, "Author").create(di); },
        [=](const Database &db) { return rows(db, "Author").acreate(di); }, "Author object (4)",
        {insert});
    pair(
        "get_or_create that finds",
        [=](const Database &db) {
            return rows(db, "Author")
                .getOrCreate({{u"code"_s, Value(2)}}, {{u"name"_s, text("x")}});
        },
        [=](const Database &db) {
            return rows(db, "Author")
                .agetOrCreate({{u"code"_s, Value(2)}}, {{u"name"_s, text("x")}});
        },
        "Author object (2) found", {select + u"\"author\".\"code\" = ?1 LIMIT 21"_s});
    pair(
        "get_or_create that creates",
        [=](const Database &db) {
            return rows(db, "Author")
                .getOrCreate({{u"code"_s, Value(9)}}, {{u"name"_s, text("x")}});
        },
        [=](const Database &db) {
            return rows(db, "Author")
                .agetOrCreate({{u"code"_s, Value(9)}}, {{u"name"_s, text("x")}});
        },
        "Author object (4) created", {select + u"\"author\".\"code\" = ?1 LIMIT 21"_s, insert});
    pair(
        "update_or_create that updates",
        [=](const Database &db) {
            return rows(db, "Author")
                .updateOrCreate({{u"code"_s, Value(2)}}, {{u"name"_s, text("x")}});
        },
        [=](const Database &db) {
            return rows(db, "Author")
                .aupdateOrCreate({{u"code"_s, Value(2)}}, {{u"name"_s, text("x")}});
        },
        "Author object (2) found",
        {select + u"\"author\".\"code\" = ?1 LIMIT 21"_s,
         u"UPDATE \"author\" SET \"name\" = ?1 WHERE \"author\".\"id\" = ?2"_s});
    pair(
        "bulk_create",
        [=](const Database &db) {
            return rows(db, "Tag").bulkCreate({unsaved(db, "Tag", {{"name", text("a")}}),
                                               unsaved(db, "Tag", {{"name", text("b")}})});
        },
        [=](const Database &db) {
            return rows(db, "Tag").abulkCreate({unsaved(db, "Tag", {{"name", text("a")}}),
                                                unsaved(db, "Tag", {{"name", text("b")}})});
        },
        "Tag object (4), Tag object (5)",
        {u"INSERT INTO \"tag\" (\"name\") VALUES (?1), (?2) RETURNING \"tag\".\"id\""_s});
    pair(
        "bulk_update",
        [=](const Database &db) {
            Record a = one(db, "Tag", 1);
            a.assign(u"name"_s, text("x"));
            return rows(db, "Tag").bulkUpdate({a}, {u"name"_s});
        },
        [=](const Database &db) {
            Record a = one(db, "Tag", 1);
            a.assign(u"name"_s, text("x"));
            return rows(db, "Tag").abulkUpdate({a}, {u"name"_s});
        },
        "1",
        {u"SELECT \"tag\".\"id\", \"tag\".\"name\" FROM \"tag\" WHERE \"tag\".\"id\" = ?1 LIMIT 21"_s,
         u"UPDATE \"tag\" SET \"name\" = CASE WHEN \"tag\".\"id\" = ?1 THEN ?2 ELSE NULL END WHERE \"tag\".\"id\" IN (?3)"_s});
    const FieldInputs cheaper = {{u"price"_s, minus(f("price"), value(1))}};
    pair(
        "update",
        [=](const Database &db) { return rows(db, "Book").filter(q("author", 1)).update(cheaper); },
        [=](const Database &db) {
            return rows(db, "Book").filter(q("author", 1)).aupdate(cheaper);
        },
        "2",
        {u"UPDATE \"book\" SET \"price\" = CAST((\"book\".\"price\" - ?1) AS NUMERIC) WHERE "
         "\"book\".\"author_id\" = ?2"_s});
    pair(
        "update over another table",
        [=](const Database &db) {
            return rows(db, "Book")
                .filter(q("author__name", "Ada"))
                .update({{u"stock"_s, Value(0)}});
        },
        [=](const Database &db) {
            return rows(db, "Book")
                .filter(q("author__name", "Ada"))
                .aupdate({{u"stock"_s, Value(0)}});
        },
        "2",
        {u"UPDATE \"book\" SET \"stock\" = ?1 WHERE \"book\".\"id\" IN (SELECT \"U0\".\"id\" FROM "
         "\"book\" \"U0\" INNER JOIN \"author\" \"U1\" ON (\"U0\".\"author_id\" = \"U1\".\"id\") "
         "WHERE \"U1\".\"name\" = ?2)"_s});
    pair(
        "update of nothing",
        [=](const Database &db) {
            return rows(db, "Book")
                .filter(q("pk__in", listOf({})))
                .update({{u"stock"_s, Value(0)}});
        },
        [=](const Database &db) {
            return rows(db, "Book")
                .filter(q("pk__in", listOf({})))
                .aupdate({{u"stock"_s, Value(0)}});
        },
        "0", {});
    pair(
        "delete of what nothing refers to",
        [=](const Database &db) { return rows(db, "Page").filter(q("number", 1)).deleteRows(); },
        [=](const Database &db) { return rows(db, "Page").filter(q("number", 1)).adeleteRows(); },
        "2: Page 2", {u"DELETE FROM \"page\" WHERE \"page\".\"number\" = ?1"_s});
    pair(
        "save of a new object",
        [=](const Database &db) {
            const Record tag = unsaved(db, "Tag", {{"name", text("new")}});
            tag.save();
            return tag;
        },
        [=](const Database &db) {
            const Record tag = unsaved(db, "Tag", {{"name", text("new")}});
            tag.asave().waitForFinished();
            return QtFuture::makeReadyFuture(tag);
        },
        "Tag object (4)",
        {u"INSERT INTO \"tag\" (\"name\") VALUES (?1) RETURNING \"tag\".\"id\""_s});
    pair(
        "save of a new object with a key",
        [=](const Database &db) {
            const Record tag = unsaved(db, "Tag", {{"pk", Value(50)}, {"name", text("new")}});
            tag.save();
            return tag;
        },
        [=](const Database &db) {
            const Record tag = unsaved(db, "Tag", {{"pk", Value(50)}, {"name", text("new")}});
            tag.asave().waitForFinished();
            return QtFuture::makeReadyFuture(tag);
        },
        "Tag object (50)",
        {u"UPDATE \"tag\" SET \"name\" = ?1 WHERE \"tag\".\"id\" = ?2"_s,
         u"INSERT INTO \"tag\" (\"id\", \"name\") VALUES (?1, ?2) RETURNING \"tag\".\"id\""_s});
    pair(
        "raw",
        [=](const Database &db) {
            return rows(db, "Tag")
                .raw(u"SELECT id, name, 1 + 1 AS two FROM tag WHERE name = %s"_s,
                     ValueList{text("cold")})
                ->record(0);
        },
        [=](const Database &db) {
            return QtFuture::makeReadyFuture(
                rows(db, "Tag")
                    .araw(u"SELECT id, name, 1 + 1 AS two FROM tag WHERE name = %s"_s,
                          ValueList{text("cold")})
                    .result()
                    ->record(0));
        },
        "Tag object (2)", {u"SELECT id, name, 1 + 1 AS two FROM tag WHERE name = ?1"_s});
}

void TestWrites::refusalsComeBeforeAnythingIsSent_data()
{
    QTest::addColumn<Write>("call");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, auto call, const char *error) {
        QTest::newRow(name) << here(call) << QString::fromUtf8(error);
    };
    const auto books = [](const Database &db) { return db.objects(u"Book"_s); };
    row(
        "update of an unknown field",
        [=](const Database &db) {
            return books(db).update({{u"colour"_s, Value(1)}});
        },
        "FieldDoesNotExist: Book has no field named 'colour'");
    row(
        "update through a join",
        [=](const Database &db) {
            return books(db).update({{u"title"_s, f("author__name")}});
        },
        "FieldError: Joined field references are not permitted in this query");
    row(
        "update of a slice",
        [=](const Database &db) {
            return books(db).slice(0, 2).update({{u"stock"_s, Value(1)}});
        },
        "TypeError: Cannot update a query once a slice has been taken.");
    row(
        "delete of a slice", [=](const Database &db) { return books(db).slice(0, 2).deleteRows(); },
        "TypeError: Cannot use 'limit' or 'offset' with delete().");
    row(
        "delete after values",
        [=](const Database &db) {
            return books(db).withQuery(books(db).query().values(names({"title"}))).deleteRows();
        },
        "TypeError: Cannot call delete() after .values() or .values_list()");
    row(
        "create with an unknown field",
        [=](const Database &db) {
            return books(db).create({{u"colour"_s, Value(1)}});
        },
        "TypeError: Book() got unexpected keyword arguments: 'colour'");
    row(
        "create with a key for an object",
        [=](const Database &db) {
            return books(db).create({{u"author"_s, Value(1)}});
        },
        "ValueError: Cannot assign \"1\": \"Book.author\" must be a \"Author\" instance.");
    row(
        "create with an unsaved object",
        [=](const Database &db) {
            return books(db).create(
                {{u"title"_s, text("x")},
                 {u"author"_s, unsaved(db, "Author", {{"name", text("new")}})}});
        },
        "ValueError: save() prohibited to prevent data loss due to unsaved related object "
        "'author'.");
    row(
        "create with what is no number",
        [=](const Database &db) {
            return books(db).create({{u"stock"_s, text("many")}});
        },
        "ValueError: Field 'stock' expected a number but got 'many'.");
    row(
        "insert of F()",
        [=](const Database &db) {
            return books(db).create({{u"stock"_s, f("price")}});
        },
        "ValueError: Failed to insert expression \"F\" on Book.stock. F() expressions can only be "
        "used to update, not to insert.");
    row(
        "both insert and update",
        [=](const Database &db) {
            SaveOptions options;
            options.forceInsert = options.forceUpdate = true;
            unsaved(db, "Tag", {}).save(options);
            return true;
        },
        "ValueError: Cannot force both insert and updating in model saving.");
    row(
        "update_fields of a new object",
        [=](const Database &db) {
            SaveOptions options;
            options.updateFields = QStringList{u"name"_s};
            unsaved(db, "Tag", {}).save(options);
            return true;
        },
        "ValueError: Cannot force an update in save() with no primary key.");
    row(
        "delete of a new object",
        [=](const Database &db) { return unsaved(db, "Tag", {}).deleteRow(); },
        "ValueError: Tag object can't be deleted because its id attribute is set to None.");
    row(
        "bulk_update without fields",
        [=](const Database &db) { return books(db).bulkUpdate({}, {}); },
        "ValueError: Field names must be given to bulk_update().");
    row(
        "bulk_update of the key",
        [=](const Database &db) { return books(db).bulkUpdate({}, {u"id"_s}); },
        "ValueError: bulk_update() cannot be used with primary key fields.");
    row(
        "bulk_create with both ways out of a conflict",
        [=](const Database &db) {
            BulkCreateOptions options;
            options.ignoreConflicts = options.updateConflicts = true;
            return books(db).bulkCreate({}, options);
        },
        "ValueError: ignore_conflicts and update_conflicts are mutually exclusive.");
    row(
        "explain with a format",
        [=](const Database &db) {
            books(db).explain(u"json"_s);
            return true;
        },
        "ValueError: JSON is not a recognized format. SQLite does not support any formats.");
}

QTEST_GUILESS_MAIN(TestWrites)
#include "tst_writes.moc"
