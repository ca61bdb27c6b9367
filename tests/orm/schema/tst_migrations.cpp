#include "orm/schema/migrations.h"
#include "orm/sql/dialects.h"
#include "tests/orm/schema/databases.h"
#include "tests/orm/schema/specs.h"
#include "tests/support/raises.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <thread>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The library, then with an ISBN and a publisher.
SchemaSpec grownLibrary()
{
    SchemaSpec out = library();
    TableSpec &book = *out.table(u"book"_s);
    book.columns.push_back(column("isbn", "CharField(13)"));
    book.indexes.push_back(index(book, {u"title"_s, u"author_id"_s}, true));
    book.columns.push_back(column("publisher_id", "BigIntegerField", true));
    book.foreignKeys.push_back(key(book, "publisher_id", "publisher", OnDelete::SetNull));
    book.column(u"title"_s)->type = typeOf("TextField");
    out.tables.push_back(table("publisher", {column("name", "CharField(50)")}));
    return out;
}

Migrations twoMigrations()
{
    Migrations all;
    all = all.with(all.plan(library()));
    Migration second = all.plan(grownLibrary(), {}, u"isbn"_s);
    for (SchemaOperation &operation : second.operations) {
        if (needsFill(operation))
            setFill(operation, u"unknown"_s);
    }
    return all.with(second);
}

QStringList names(const std::vector<MigrationStatus> &status)
{
    QStringList out;
    for (const MigrationStatus &one : status)
        out << one.text().section(u" on "_s, 0, 0);
    return out;
}

void fillLibrary(const Database &db)
{
    execute(db, "INSERT INTO author (id, name) VALUES (1, 'Le Guin'), (2, 'Lem')");
    execute(db, "INSERT INTO book (id, title, author_id, price) VALUES (1, 'Solaris', 2, 9.5), "
                "(2, 'The Dispossessed', 1, NULL)");
}

} // namespace

class TestMigrations : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filesSayWhatTheySaid();
    void aFolderIsReadInOrder();
    void whatIsWrongWithAFileIsSaid();
    void migrationsAreNamedAfterWhatTheyDo();
    void sqlIsPreviewedForBothDatabases();
    void applyAndReverse_data() { bothBackends(); }
    void applyAndReverse();
    void asyncTwinsDoTheSame_data() { bothBackends(); }
    void asyncTwinsDoTheSame();
    void dataSurvive_data() { bothBackends(); }
    void dataSurvive();
    void aFailureLeavesNothingBehind_data() { bothBackends(); }
    void aFailureLeavesNothingBehind();
    void changedAndMissingFilesAreFound_data() { bothBackends(); }
    void changedAndMissingFilesAreFound();
    void fakeOnlyWritesItDown_data() { bothBackends(); }
    void fakeOnlyWritesItDown();
    void targetsAreKept_data() { bothBackends(); }
    void targetsAreKept();
    void twoMigratorsDoTheWorkOnce_data() { bothBackends(); }
    void twoMigratorsDoTheWorkOnce();
    void driftIsReported_data() { bothBackends(); }
    void driftIsReported();
    void tablesAreMadeFromModels_data() { bothBackends(); }
    void tablesAreMadeFromModels();
    void everyTypeComesBackFromTheDatabase_data() { bothBackends(); }
    void everyTypeComesBackFromTheDatabase();
    void sqliteKeepsTriggersAndRefusesToLoseChecks();
    void sqliteHeedsForeignKeysAgainAfterwards();
    void brokenReferencesUndoTheMigration();

private:
    EmptyDatabases m_databases;
};

void TestMigrations::filesSayWhatTheySaid()
{
    SchemaOperations all = diffSchemas({}, grownLibrary());
    for (const SchemaOperation &operation : SchemaOperations(all))
        all.push_back(reversed(operation));
    const SchemaOperations changes = diffSchemas(library(), grownLibrary());
    all.insert(all.end(), changes.begin(), changes.end());
    all.push_back(ddl::RenameTable{u"a"_s, u"b"_s});
    all.push_back(ddl::RenameField{u"a"_s, u"b"_s, u"c"_s});
    all.push_back(ddl::AlterPrimaryKey{u"a"_s, {u"x"_s}, {u"y"_s, u"z"_s}});
    all.push_back(ddl::RunSql{{u"UPDATE a SET b = 'ä\"\\'"_s}, {u"SELECT 1"_s}});
    const Migration migration{u"0007_all"_s, {u"0006_before"_s}, all};
    const QByteArray json = migrationToJson(migration);
    QString error;
    const auto read = migrationFromJson(json, &error);
    QVERIFY2(read, qPrintable(error));
    QCOMPARE(migrationToJson(*read), json);
    QVERIFY(!read->edited);
    QCOMPARE(read->checksum(), migration.checksum());
    // Layout does not count, what it says does.
    QByteArray spaced = json;
    spaced.replace("\n", "\n\n");
    QVERIFY(!migrationFromJson(spaced, nullptr)->edited);
    QByteArray other = json;
    other.replace("\"isbn\"", "\"isbm\"");
    QVERIFY(migrationFromJson(other, nullptr)->edited);
}

void TestMigrations::aFolderIsReadInOrder()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"migrations"_s);
    QVERIFY(Migrations::load(path).all().empty());
    for (const Migration &migration : twoMigrations().all())
        Migrations::write(path, migration);
    const Migrations read = Migrations::load(path);
    QCOMPARE(read.all().size(), std::size_t(2));
    QCOMPARE(read.all()[1].name, u"0002_isbn"_s);
    QCOMPARE(read.all()[1].dependencies, QStringList{u"0001_initial"_s});
    QVERIFY(diffSchemas(read.state(), grownLibrary()).empty());
    QVERIFY(errorOf([&] {
                Migrations::write(path, read.all()[0]);
            }).endsWith(u"0001_initial.json is there already"_s));
}

void TestMigrations::whatIsWrongWithAFileIsSaid()
{
    QString error;
    QVERIFY(!migrationFromJson("{\n\"a\": 1,\n}", &error));
    QVERIFY2(error.startsWith(u"line 3"_s), qPrintable(error));
    QVERIFY(
        !migrationFromJson("{\"heddleMigration\": 1, \"name\": \"x\", \"operations\": "
                           "[{\"operation\": \"AddField\", \"table\": \"t\", \"field\": {\"name\": "
                           "\"f\", \"type\": \"NoField\"}}]}",
                           &error));
    QCOMPARE(error, u"migration.operations[0].field.type: 'NoField' is no field type"_s);

    const Migration needsMore{u"0002_b"_s, {u"0001_a"_s}, {}};
    QCOMPARE(errorOf([&] { Migrations({needsMore}); }),
             u"ProgrammingError: Migration 0002_b depends on 0001_a, which is not there."_s);
    const Migration other{u"0001_a"_s, {u"0002_b"_s}, {}};
    QVERIFY(errorOf([&] { Migrations({needsMore, other}); }).contains(u"in a circle"_s));
    const Migration wrong{u"0001_a"_s, {}, {ddl::RenameTable{u"x"_s, u"y"_s}}};
    QCOMPARE(errorOf([&] { Migrations({wrong}); }),
             u"ProgrammingError: Migration 0001_a, 'Rename table x to y.': There is no table x."_s);
}

void TestMigrations::migrationsAreNamedAfterWhatTheyDo()
{
    Migrations all;
    const Migration first = all.plan(library());
    QCOMPARE(first.name, u"0001_initial"_s);
    QCOMPARE(first.dependencies, QStringList());
    all = all.with(first);
    QVERIFY(all.plan(library()).operations.empty());
    SchemaSpec more = library();
    more.table(u"book"_s)->columns.push_back(column("isbn", "CharField(13)", true));
    QCOMPARE(all.plan(more).name, u"0002_book_isbn"_s);
    more.tables.push_back(table("shelf", {}));
    QCOMPARE(all.plan(more).name, u"0002_shelf_and_more"_s);
    QCOMPARE(all.plan(more, {}, u"shelves"_s).name, u"0002_shelves"_s);
}

void TestMigrations::sqlIsPreviewedForBothDatabases()
{
    const Migrations all = twoMigrations();
    const QByteArray sqlite = all.sql(all.all()[1], sqliteDialect());
    QVERIFY2(sqlite.contains("PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n"), sqlite);
    QVERIFY2(sqlite.contains("-- parameter 1: 'unknown'\n"), sqlite);
    QVERIFY2(sqlite.endsWith("PRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n"),
             sqlite);
    const QByteArray postgres = all.sql(all.all()[1], postgresDialect());
    QVERIFY2(postgres.contains("BEGIN;\nALTER TABLE") || postgres.contains("BEGIN;\nCREATE TABLE"),
             postgres);
    QVERIFY2(postgres.endsWith("COMMIT;\n"), postgres);
    const QByteArray back = all.sql(all.all()[0], postgresDialect(), true);
    QVERIFY2(back.contains("DROP TABLE \"book\";\nDROP TABLE \"author\";"), back);
}

void TestMigrations::applyAndReverse()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const Migrations all = twoMigrations();
    QCOMPARE(names(all.status(db)), (QStringList{u"0001_initial is not applied yet."_s,
                                                 u"0002_isbn is not applied yet."_s}));
    QCOMPARE(all.apply(db), (QStringList{u"0001_initial"_s, u"0002_isbn"_s}));
    QCOMPARE(all.drift(db), QStringList());
    QCOMPARE(all.apply(db), QStringList());
    QCOMPARE(names(all.status(db)),
             (QStringList{u"0001_initial was applied"_s, u"0002_isbn was applied"_s}));
    const QString when = all.status(db).front().applied;
    QVERIFY2(when.startsWith(QString::number(QDate::currentDate().year())), qPrintable(when));

    QCOMPARE(all.reverse(db), QStringList{u"0002_isbn"_s});
    QCOMPARE(driftReport(inspectTables(db), library(), ddlFor(db.dialect()), false), QStringList());
    QCOMPARE(all.apply(db), QStringList{u"0002_isbn"_s});
    MigrateOptions zero;
    zero.target = u"zero"_s;
    QCOMPARE(all.reverse(db, zero), (QStringList{u"0002_isbn"_s, u"0001_initial"_s}));
    QVERIFY(inspectTables(db).tables.empty());
}

void TestMigrations::asyncTwinsDoTheSame()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const Migrations all = twoMigrations();
    QCOMPARE(all.aapply(db).result(), (QStringList{u"0001_initial"_s, u"0002_isbn"_s}));
    QCOMPARE(names(all.astatus(db).result()), names(all.status(db)));
    QCOMPARE(all.adrift(db).result(), QStringList());
    QCOMPARE(adriftFrom(db, library()).result(), driftFrom(db, library()));
    QCOMPARE(all.areverse(db).result(), QStringList{u"0002_isbn"_s});
    QCOMPARE(ainspectTables(db).result().tables.size(), inspectTables(db).tables.size());
    const SchemaSpec now = inspectTables(db);
    aapplyOperations(db, {ddl::RenameField{u"book"_s, u"price"_s, u"cost"_s}}, now)
        .waitForFinished();
    QVERIFY(inspectTables(db).table(u"book"_s)->column(u"cost"_s));
}

void TestMigrations::dataSurvive()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const Migrations all = twoMigrations();
    MigrateOptions first;
    first.target = u"0001"_s;
    all.apply(db, first);
    fillLibrary(db);
    all.apply(db);
    QCOMPARE(rows(db, "SELECT id, title, author_id, isbn, publisher_id FROM book ORDER BY id"),
             u"1|Solaris|2|unknown|None\n2|The Dispossessed|1|unknown|None"_s);
    // Automatic keys go on counting.
    execute(db, "INSERT INTO publisher (name) VALUES ('Ace')");
    all.reverse(db);
    QCOMPARE(rows(db, "SELECT id, title, author_id FROM book ORDER BY id"),
             u"1|Solaris|2\n2|The Dispossessed|1"_s);
    // The keys are there and bite.
    QVERIFY(errorOf([&] {
                execute(db, "INSERT INTO book (title, author_id) VALUES ('x', 77)");
            }).startsWith(u"IntegrityError"_s));
}

void TestMigrations::aFailureLeavesNothingBehind()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    Migrations all;
    all = all.with(all.plan(library()));
    all.apply(db);
    fillLibrary(db);
    SchemaSpec wanted = library();
    TableSpec &author = *wanted.table(u"author"_s);
    author.columns.push_back(column("code", "IntegerField"));
    author.indexes.push_back(index(author, {u"code"_s}, true));
    wanted.tables.push_back(table("shelf", {}));
    Migration second = all.plan(wanted, {}, u"code"_s);
    for (SchemaOperation &operation : second.operations) {
        if (needsFill(operation))
            setFill(operation, u"1"_s); // two rows, one value: not unique
    }
    all = all.with(second);
    const QString error = errorOf([&] { all.apply(db); });
    QVERIFY2(error.startsWith(u"IntegrityError"_s), qPrintable(error));
    QCOMPARE(driftReport(inspectTables(db), library(), ddlFor(db.dialect()), false), QStringList());
    QCOMPARE(names(all.status(db)).last(), u"0002_code is not applied yet."_s);
    QCOMPARE(rows(db, "SELECT name FROM author ORDER BY id"), u"Le Guin\nLem"_s);
}

void TestMigrations::changedAndMissingFilesAreFound()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const Migrations all = twoMigrations();
    all.apply(db);
    Migration changed = all.all()[1];
    changed.operations.push_back(ddl::RunSql{{u"SELECT 1"_s}, {u"SELECT 1"_s}});
    const Migrations edited({all.all()[0], changed});
    QVERIFY(names(edited.status(db)).last().startsWith(u"0002_isbn was applied"_s));
    const QString error = errorOf([&] { edited.apply(db); });
    QVERIFY2(error.startsWith(u"ProgrammingError: The database and the migration files disagree. "
                              "0002_isbn was applied on "_s),
             qPrintable(error));
    QVERIFY(error.contains(u"its file was changed since."_s));
    const Migrations lost({all.all()[0]});
    QVERIFY(errorOf([&] { lost.reverse(db); }).contains(u"its file is missing."_s));
}

void TestMigrations::fakeOnlyWritesItDown()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const Migrations all = twoMigrations();
    MigrateOptions fake;
    fake.fake = true;
    QCOMPARE(all.apply(db, fake), (QStringList{u"0001_initial"_s, u"0002_isbn"_s}));
    QVERIFY(inspectTables(db).tables.empty());
    QVERIFY(all.drift(db).contains(u"Table book is missing."_s));
    fake.target = u"zero"_s;
    QCOMPARE(all.reverse(db, fake), (QStringList{u"0002_isbn"_s, u"0001_initial"_s}));
    QCOMPARE(all.apply(db).size(), 2);
}

void TestMigrations::targetsAreKept()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const Migrations all = twoMigrations();
    MigrateOptions options;
    options.target = u"0001_initial"_s;
    QCOMPARE(all.apply(db, options), QStringList{u"0001_initial"_s});
    QCOMPARE(all.apply(db), QStringList{u"0002_isbn"_s});
    options.target = u"0001"_s;
    QCOMPARE(all.reverse(db, options), QStringList{u"0002_isbn"_s});
    options.target = u"0009"_s;
    QCOMPARE(errorOf([&] { all.apply(db, options); }),
             u"ProgrammingError: There is no migration 0009."_s);
    options.target = u"000"_s;
    QCOMPARE(errorOf([&] { all.apply(db, options); }),
             u"ProgrammingError: More than one migration begins with 000: say more of its name."_s);
}

void TestMigrations::twoMigratorsDoTheWorkOnce()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const Migrations all = twoMigrations();
    QStringList done[4];
    std::vector<std::thread> threads;
    for (QStringList &mine : done)
        threads.emplace_back([&, &mine = mine] { mine = all.apply(db); });
    for (std::thread &thread : threads)
        thread.join();
    QStringList together;
    for (const QStringList &mine : done)
        together += mine;
    together.sort();
    QCOMPARE(together, (QStringList{u"0001_initial"_s, u"0002_isbn"_s}));
    QCOMPARE(all.drift(db), QStringList());
}

void TestMigrations::driftIsReported()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    Migrations all;
    all = all.with(all.plan(library()));
    all.apply(db);
    execute(db, "ALTER TABLE book ADD COLUMN shelf integer");
    execute(db, "DROP INDEX \"" + library().tables[0].indexes[0].name.toUtf8() + '"');
    execute(db, "CREATE TABLE other (id integer NOT NULL PRIMARY KEY)");
    QCOMPARE(all.drift(db), (QStringList{u"Field shelf of book is not wanted."_s,
                                         u"An index over (author_id) is missing in book."_s,
                                         u"Table other is not wanted."_s}));
    QCOMPARE(driftFrom(db, library()).size(), 2); // tables that nobody knows of are none
}

void TestMigrations::tablesAreMadeFromModels()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    QFile json(qEnvironmentVariable("HEDDLE_SOURCE_DIR") +
               u"/tests/data/schemas/sakila-sqlite.json"_s);
    QVERIFY(json.open(QIODevice::ReadOnly));
    const DatabaseSchema schema = *schemaFromJson(json.readAll(), nullptr);
    const ModelRegistryPtr models = registryFromSchema(schema);
    const QStringList made = createTables(db, *models);
    QVERIFY(made.contains(u"film"_s));
    QCOMPARE(driftFrom(db, specFromModels(*models)), QStringList());
    QCOMPARE(acreateTables(db, *models).result(), QStringList());
}

void TestMigrations::everyTypeComesBackFromTheDatabase()
{
    HEDDLE_OPEN_EMPTY(m_databases, db);
    std::vector<ColumnSpec> columns;
    for (const char *type :
         {"SmallIntegerField", "IntegerField", "BigIntegerField", "PositiveIntegerField",
          "BooleanField", "CharField(40)", "CharField", "TextField", "BinaryField", "FloatField",
          "DecimalField(10,2)", "DateField", "TimeField", "DateTimeField", "DateTimeField(zone)",
          "DurationField", "UUIDField", "JSONField"})
        columns.push_back(
            column(qPrintable(u"c%1"_s.arg(columns.size())), type, columns.size() % 2 == 0));
    if (backend == "postgresql"_L1)
        columns.push_back(column("tags", "ArrayField(IntegerField)", true));
    columns[1].defaultSql = u"7"_s;
    columns[5].defaultSql = u"'it''s'"_s;
    columns[7].defaultSql = u"'x'"_s;
    columns[13].defaultSql = u"CURRENT_TIMESTAMP"_s;
    const SchemaSpec wanted{{table("everything", columns)}};
    applyOperations(db, diffSchemas({}, wanted), {});
    QCOMPARE(driftReport(inspectTables(db), wanted, ddlFor(db.dialect()), false), QStringList());
    // An empty value of every type fits in its column.
    SchemaSpec strict = wanted;
    execute(db, backend == "sqlite"_L1
                    ? "INSERT INTO everything (c1, c3, c5, c7, c9, c11, c13, c15, "
                      "c17) VALUES (1, 1, 'x', 'x', 1.5, '2020-01-01', "
                      "'2020-01-01', 5, '{}')"
                    : "INSERT INTO everything (c1, c3, c5, c7, c9, c11, c13, c15, "
                      "c17) VALUES (1, 1, 'x', 'x', 1.5, '2020-01-01', "
                      "'2020-01-01', '5 s', '{}')");
    for (ColumnSpec &c : strict.table(u"everything"_s)->columns)
        c.null = false;
    SchemaOperations operations = diffSchemas(wanted, strict);
    for (SchemaOperation &operation : operations) {
        if (const auto *alter = std::get_if<ddl::AlterField>(&operation))
            setFill(operation, neutralFill(alter->after.type));
    }
    applyOperations(db, operations, wanted);
    QCOMPARE(driftReport(inspectTables(db), strict, ddlFor(db.dialect()), false), QStringList());
}

void TestMigrations::sqliteKeepsTriggersAndRefusesToLoseChecks()
{
    const Database db = Database::open(m_databases.url(u"sqlite"_s));
    Migrations all;
    all = all.with(all.plan(library()));
    all.apply(db);
    fillLibrary(db);
    execute(db, "CREATE TABLE log (what text)");
    execute(db, "CREATE TRIGGER noted AFTER INSERT ON author BEGIN INSERT INTO log VALUES "
                "(new.name); END");
    execute(db, "CREATE INDEX only_long ON author (name) WHERE length(name) > 5");
    execute(db, "CREATE VIEW writers AS SELECT name FROM author");
    const SchemaSpec before = inspectTables(db);
    SchemaSpec after = before;
    after.table(u"author"_s)->columns.push_back(column("born", "IntegerField"));
    SchemaOperations operations = diffSchemas(before, after);
    setFill(operations[0], u"1900"_s);
    applyOperations(db, operations, before);
    execute(db, "INSERT INTO author (name, born) VALUES ('Butler', 1947)");
    QCOMPARE(rows(db, "SELECT what FROM log"), u"Butler"_s);
    QCOMPARE(rows(db, "SELECT name FROM sqlite_master WHERE name = 'only_long'"), u"only_long"_s);
    QCOMPARE(rows(db, "SELECT count(*) FROM writers"), u"3"_s);
    QCOMPARE(rows(db, "SELECT born FROM author ORDER BY id"), u"1900\n1900\n1947"_s);

    execute(db, "CREATE TABLE guarded (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
                "n integer NOT NULL CHECK (n < 10))");
    const SchemaSpec guarded = inspectTables(db);
    const ddl::AddField add{u"guarded"_s, column("m", "IntegerField"), u"1"_s};
    const QString error = errorOf([&] { applyOperations(db, {add}, guarded); });
    QVERIFY2(error.startsWith(u"NotSupportedError: Table guarded has a CHECK"_s),
             qPrintable(error));
}

void TestMigrations::sqliteHeedsForeignKeysAgainAfterwards()
{
    const Database db = Database::open(m_databases.url(u"sqlite"_s));
    const Migrations all = twoMigrations();
    all.apply(db);
    QCOMPARE(rows(db, "PRAGMA foreign_keys"), u"1"_s);
    // After a failure, too.
    const Migrations broken =
        all.with({u"0003_broken"_s,
                  {u"0002_isbn"_s},
                  {ddl::DropTable{*all.state().table(u"book"_s)}, ddl::RunSql{{u"no SQL"_s}, {}}}});
    QVERIFY(errorOf([&] { broken.apply(db); }).startsWith(u"OperationalError"_s));
    QCOMPARE(rows(db, "PRAGMA foreign_keys"), u"1"_s);
    QVERIFY(inspectTables(db).table(u"book"_s));
}

void TestMigrations::brokenReferencesUndoTheMigration()
{
    const Database db = Database::open(m_databases.url(u"sqlite"_s));
    SchemaSpec loose = library();
    loose.table(u"book"_s)->foreignKeys.clear();
    applyOperations(db, diffSchemas({}, loose), {});
    execute(db, "INSERT INTO book (title, author_id) VALUES ('Nobody''s', 5)");
    const QString error =
        errorOf([&] { applyOperations(db, diffSchemas(loose, library()), loose); });
    QCOMPARE(error, u"IntegrityError: FOREIGN KEY constraint failed: a row of book (rowid 1) would "
                    "point to nothing in author."_s);
    QVERIFY(inspectTables(db).table(u"book"_s)->foreignKeys.empty());
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
