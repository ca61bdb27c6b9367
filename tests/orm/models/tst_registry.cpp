#include "orm/models/schema.h"

#include <QFile>
#include <QTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

namespace {

QString dataFile(const QString &name)
{
    return qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/tests/data/schemas/"_s + name;
}

TableColumn column(const QString &name, FieldKind kind = FieldKind::Integer)
{
    TableColumn result;
    result.name = name;
    result.type.kind = kind;
    result.notNull = true;
    return result;
}

TableForeignKey key(const QString &column, const QString &table, const QString &target = {},
                    const QString &onDelete = u"NO ACTION"_s)
{
    TableForeignKey result;
    result.columns = {column};
    result.targetTable = table;
    if (!target.isEmpty())
        result.targetColumns = {target};
    result.onDelete = onDelete;
    return result;
}

TableInfo table(const QString &name, const QStringList &columns, const QStringList &primaryKey,
                std::vector<TableForeignKey> keys = {})
{
    TableInfo result;
    result.name = name;
    for (const QString &each : columns)
        result.columns.push_back(column(each));
    result.primaryKey = primaryKey;
    result.foreignKeys = std::move(keys);
    return result;
}

TableIndex uniqueIndex(const QStringList &columns)
{
    TableIndex result;
    result.name = u"unique_"_s + columns.join(u'_');
    result.columns = columns;
    result.unique = true;
    return result;
}

ModelRegistryPtr registry(std::vector<TableInfo> tables)
{
    return registryFromSchema({u"sqlite"_s, std::move(tables)});
}

QStringList queryNames(const ModelInfo *model, RelationKind kind)
{
    QStringList result;
    for (const auto &relation : model->relations()) {
        if (relation->kind == kind)
            result += relation->queryName;
    }
    return result;
}

QString onDeleteName(OnDelete rule)
{
    return rule == OnDelete::Cascade   ? u"CASCADE"_s
           : rule == OnDelete::SetNull ? u"SET_NULL"_s
                                       : u"DO_NOTHING"_s;
}

/// The names of a registry in the form of the .names files: what the naming rule promises, one line
/// each.
QString printed(const ModelRegistry &registry)
{
    QString out;
    for (const auto &model : registry.models()) {
        QStringList keys;
        for (const Field *field : model->primaryKeys())
            keys += field->name;
        out += u"model %1 %2 pk=%3\n"_s.arg(model->name, model->table, keys.join(u','));
        for (const auto &f : model->fields()) {
            out += u"  field %1 %2 %3 %4"_s.arg(f->name, f->attname, f->column, f->type.toString());
            out += f->null ? u" null"_s : QString();
            out += f->automatic ? u" auto"_s : QString();
            if (f->isRelation())
                out += u" -> %1 %2"_s.arg(f->target->name, onDeleteName(f->onDelete));
            out += u'\n';
        }
        for (const auto &r : model->relations()) {
            out += r->kind == RelationKind::ManyToMany
                       ? u"  m2m %1 %2 %3 through %4\n"_s.arg(r->queryName, r->accessor,
                                                              r->target->name, r->through->name)
                       : u"  reverse %1 %2 %3.%4\n"_s.arg(r->queryName, r->accessor,
                                                          r->target->name, r->field->name);
        }
    }
    return out;
}

} // namespace

class TestRegistry : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knownDatabasesGetTheExpectedNames_data();
    void knownDatabasesGetTheExpectedNames();
    void choicesAreWhatDjangoLists();
    void clashingRelationsTakeTheLongForm();
    void aForeignKeyGivesWayToAPlainColumn();
    void aUniqueForeignKeyIsOneToOne_data();
    void aUniqueForeignKeyIsOneToOne();
    void someForeignKeysStayPlainColumns_data();
    void someForeignKeysStayPlainColumns();
    void aForeignKeyMayPointToAUniqueColumn();
    void tableNamesInForeignKeysMayDifferInCase();
    void doubleModelNamesAreNumbered();
    void aViewHasNoPrimaryKey();
    void aLinkTableMayHaveAKeyOfItsOwn_data();
    void aLinkTableMayHaveAKeyOfItsOwn();
    void keysInACircleStillHaveAType();
    void typesReadTheirOwnText_data();
    void typesReadTheirOwnText();
};

void TestRegistry::knownDatabasesGetTheExpectedNames_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name :
         {"chinook-sqlite", "chinook-postgresql", "sakila-sqlite", "sakila-postgresql"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestRegistry::knownDatabasesGetTheExpectedNames()
{
    QFETCH(QString, name);
    QFile json(dataFile(name + u".json"_s)), names(dataFile(name + u".names"_s));
    QVERIFY(json.open(QIODevice::ReadOnly));
    QVERIFY(names.open(QIODevice::ReadOnly));
    QString error;
    const auto schema = schemaFromJson(json.readAll(), &error);
    QVERIFY2(schema, qPrintable(error));
    const QStringList expected = QString::fromUtf8(names.readAll()).split(u'\n');
    const QStringList actual = printed(*registryFromSchema(*schema)).split(u'\n');
    for (qsizetype i = 0; i < qMin(actual.size(), expected.size()); ++i)
        QCOMPARE(actual[i], expected[i]);
    QCOMPARE(actual.size(), expected.size());
}

void TestRegistry::choicesAreWhatDjangoLists()
{
    QFile json(dataFile(u"chinook-sqlite.json"_s));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const auto models = registryFromSchema(*schemaFromJson(json.readAll(), nullptr));
    QCOMPARE(models->model(u"Track"_s)->choices().join(u", "_s),
             u"album, album_id, bytes, composer, genre, genre_id, invoiceline, media_type, "
             u"media_type_id, "
             "milliseconds, name, playlist, playlisttrack, track_id, unit_price"_s);
    QCOMPARE(models->model(u"Album"_s)->choices().join(u", "_s),
             u"album_id, artist, artist_id, title, track"_s);
    QVERIFY(models->model(u"PlaylistTrack"_s)->isManyToManyLink());
    const Field *album = models->model(u"Track"_s)->field(u"album_id"_s);
    QCOMPARE(album, models->model(u"Track"_s)->field(u"album"_s));
    QCOMPARE(album->valueType().kind, FieldKind::Integer);
    QCOMPARE(album->targetField->type.kind, FieldKind::Auto);
}

void TestRegistry::clashingRelationsTakeTheLongForm()
{
    const auto models = registry({
        table(u"user"_s, {u"id"_s, u"boss_id"_s}, {u"id"_s},
              {key(u"boss_id"_s, u"user"_s, u"id"_s, u"SET NULL"_s)}),
        table(u"follows"_s, {u"follower_id"_s, u"followed_id"_s},
              {u"follower_id"_s, u"followed_id"_s},
              {key(u"follower_id"_s, u"user"_s), key(u"followed_id"_s, u"user"_s)}),
        table(u"book"_s, {u"id"_s, u"owner_id"_s, u"owner"_s}, {u"id"_s},
              {key(u"owner_id"_s, u"user"_s)}),
        table(u"book_author"_s, {u"id"_s, u"book_id"_s, u"user_id"_s}, {u"id"_s},
              {key(u"book_id"_s, u"book"_s), key(u"user_id"_s, u"user"_s)}),
        table(u"book_editor"_s, {u"book_id"_s, u"user_id"_s}, {u"book_id"_s, u"user_id"_s},
              {key(u"book_id"_s, u"book"_s), key(u"user_id"_s, u"user"_s)}),
    });
    const ModelInfo *user = models->model(u"User"_s), *book = models->model(u"Book"_s);
    QCOMPARE(queryNames(user, RelationKind::ManyToMany),
             QStringList({u"bookauthor_to_book"_s, u"bookeditor_to_book"_s,
                          u"follows_to_followed"_s, u"follows_to_follower"_s}));
    QCOMPARE(queryNames(book, RelationKind::ManyToMany),
             QStringList({u"bookauthor_to_user"_s, u"bookeditor_to_user"_s}));
    QCOMPARE(queryNames(user, RelationKind::ReverseForeignKey),
             QStringList({u"book"_s, u"bookauthor"_s, u"bookeditor"_s, u"follows_followed"_s,
                          u"follows_follower"_s, u"user"_s}));
    // Whom I follow is reached from the rows where I am the follower.
    const Relation *followed = user->relationByQueryName(u"follows_to_followed"_s);
    QCOMPARE(followed->sourceField->name, u"follower"_s);
    QCOMPARE(followed->farField->name, u"followed"_s);
    QCOMPARE(followed, user->relationByAccessor(u"follows_to_followed_set"_s));
}

void TestRegistry::aForeignKeyGivesWayToAPlainColumn()
{
    const auto models = registry({
        table(u"user"_s, {u"id"_s}, {u"id"_s}),
        table(u"book"_s, {u"id"_s, u"owner_id"_s, u"owner"_s, u"a b"_s, u"a-b"_s}, {u"id"_s},
              {key(u"owner_id"_s, u"user"_s)}),
    });
    QStringList names;
    for (const auto &field : models->model(u"Book"_s)->fields())
        names += field->name + u'/' + field->attname;
    QCOMPARE(names, QStringList({u"id/id"_s, u"owner_fk/owner_fk_id"_s, u"owner/owner"_s,
                                 u"a_b/a_b"_s, u"a_b_0/a_b_0"_s}));
}

void TestRegistry::aUniqueForeignKeyIsOneToOne_data()
{
    QTest::addColumn<bool>("isPrimaryKey");
    QTest::newRow("as the whole primary key") << true;
    QTest::newRow("by a UNIQUE of its own") << false;
}

void TestRegistry::aUniqueForeignKeyIsOneToOne()
{
    QFETCH(bool, isPrimaryKey);
    auto profile = table(u"profile"_s, {u"id"_s, u"user_id"_s},
                         {isPrimaryKey ? u"user_id"_s : u"id"_s}, {key(u"user_id"_s, u"user"_s)});
    if (!isPrimaryKey)
        profile.indexes = {uniqueIndex({u"user_id"_s})};
    const auto models = registry({table(u"user"_s, {u"id"_s}, {u"id"_s}), profile});
    const Field *user = models->model(u"Profile"_s)->field(u"user"_s);
    QCOMPARE(user->type.kind, FieldKind::OneToOne);
    QCOMPARE(user->primaryKey, isPrimaryKey);
    const Relation *back = models->model(u"User"_s)->relationByAccessor(u"profile"_s);
    QVERIFY(back);
    QCOMPARE(back->kind, RelationKind::ReverseOneToOne);
    QVERIFY(!models->model(u"User"_s)->relationByAccessor(u"profile_set"_s));
}

void TestRegistry::someForeignKeysStayPlainColumns_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("to a table that does not exist") << 0;
    QTest::newRow("to a model with a composite key") << 1;
    QTest::newRow("of two columns") << 2;
    QTest::newRow("to a column that does not exist") << 3;
    QTest::newRow("to the key of a table without one") << 4;
}

void TestRegistry::someForeignKeysStayPlainColumns()
{
    QFETCH(int, which);
    TableForeignKey composite = key(u"a_id"_s, u"pair"_s);
    composite.columns += u"b_id"_s;
    const std::vector<TableForeignKey> keys = {
        key(u"a_id"_s, u"nowhere"_s), key(u"a_id"_s, u"pair"_s, u"x"_s), composite,
        key(u"a_id"_s, u"one"_s, u"gone"_s), key(u"a_id"_s, u"heap"_s)};
    const auto models = registry({
        table(u"one"_s, {u"id"_s}, {u"id"_s}),
        table(u"pair"_s, {u"x"_s, u"y"_s}, {u"x"_s, u"y"_s}),
        table(u"heap"_s, {u"x"_s}, {}),
        table(u"child"_s, {u"id"_s, u"a_id"_s, u"b_id"_s}, {u"id"_s}, {keys[std::size_t(which)]}),
    });
    const Field *field = models->model(u"Child"_s)->field(u"a_id"_s);
    QVERIFY(field);
    QCOMPARE(field->name, u"a_id"_s);
    QVERIFY(!field->isRelation());
    for (const auto &model : models->models())
        QVERIFY(model->relations().empty());
}

void TestRegistry::aForeignKeyMayPointToAUniqueColumn()
{
    auto country = table(u"country"_s, {u"id"_s}, {u"id"_s});
    country.columns.push_back(column(u"code"_s, FieldKind::Char));
    country.indexes = {uniqueIndex({u"code"_s})};
    const auto models =
        registry({country, table(u"city"_s, {u"id"_s, u"country_code"_s}, {u"id"_s},
                                 {key(u"country_code"_s, u"country"_s, u"CODE"_s, u"cascade"_s)})});
    const Field *field = models->model(u"City"_s)->field(u"country_code_id"_s);
    QVERIFY(field);
    QCOMPARE(field->targetField->name, u"code"_s);
    QCOMPARE(field->valueType().kind, FieldKind::Char);
    QCOMPARE(field->onDelete, OnDelete::Cascade);
}

void TestRegistry::tableNamesInForeignKeysMayDifferInCase()
{
    const auto models = registry({table(u"Artist"_s, {u"ArtistId"_s}, {u"ArtistId"_s}),
                                  table(u"album"_s, {u"id"_s, u"ArtistId"_s}, {u"id"_s},
                                        {key(u"artistid"_s, u"ARTIST"_s, u"ARTISTID"_s)})});
    QCOMPARE(models->model(u"Album"_s)->field(u"artist"_s)->target, models->model(u"Artist"_s));
}

void TestRegistry::doubleModelNamesAreNumbered()
{
    const auto models = registry({table(u"order items"_s, {u"id"_s}, {u"id"_s}),
                                  table(u"OrderItems"_s, {u"id"_s}, {u"id"_s}),
                                  table(u"order_items"_s, {u"id"_s}, {u"id"_s})});
    QCOMPARE(models->modelByTable(u"OrderItems"_s)->name, u"OrderItems"_s);
    QCOMPARE(models->modelByTable(u"order items"_s)->name, u"OrderItems2"_s);
    QCOMPARE(models->modelByTable(u"order_items"_s)->name, u"OrderItems3"_s);
}

void TestRegistry::aViewHasNoPrimaryKey()
{
    auto view = table(u"totals"_s, {u"year"_s, u"total"_s}, {});
    view.isView = true;
    const auto models = registry({view});
    const ModelInfo *model = models->model(u"Totals"_s);
    QVERIFY(model->isView);
    QVERIFY(model->primaryKeys().empty());
    QVERIFY(!model->primaryKey());
}

void TestRegistry::aLinkTableMayHaveAKeyOfItsOwn_data()
{
    QTest::addColumn<QStringList>("columns");
    QTest::addColumn<QStringList>("primaryKey");
    QTest::addColumn<bool>("isLink");
    QTest::newRow("key of both") << QStringList{u"a_id"_s, u"b_id"_s}
                                 << QStringList{u"a_id"_s, u"b_id"_s} << true;
    QTest::newRow("own key") << QStringList{u"id"_s, u"a_id"_s, u"b_id"_s} << QStringList{u"id"_s}
                             << true;
    QTest::newRow("no key") << QStringList{u"a_id"_s, u"b_id"_s} << QStringList{} << true;
    QTest::newRow("further column") << QStringList{u"a_id"_s, u"b_id"_s, u"rank"_s}
                                    << QStringList{u"a_id"_s, u"b_id"_s} << false;
}

void TestRegistry::aLinkTableMayHaveAKeyOfItsOwn()
{
    QFETCH(QStringList, columns);
    QFETCH(QStringList, primaryKey);
    QFETCH(bool, isLink);
    const auto models = registry(
        {table(u"a"_s, {u"id"_s}, {u"id"_s}), table(u"b"_s, {u"id"_s}, {u"id"_s}),
         table(u"a_b"_s, columns, primaryKey, {key(u"a_id"_s, u"a"_s), key(u"b_id"_s, u"b"_s)})});
    QCOMPARE(models->model(u"AB"_s)->isManyToManyLink(), isLink);
    QCOMPARE(models->model(u"A"_s)->relationByAccessor(u"b_set"_s) != nullptr, isLink);
    QVERIFY(models->model(u"A"_s)->relationByAccessor(u"ab_set"_s));
}

void TestRegistry::keysInACircleStillHaveAType()
{
    const auto models = registry({table(u"a"_s, {u"id"_s}, {u"id"_s}, {key(u"id"_s, u"b"_s)}),
                                  table(u"b"_s, {u"id"_s}, {u"id"_s}, {key(u"id"_s, u"a"_s)})});
    QVERIFY(models->model(u"A"_s)->fields().front()->valueType().isInteger());
}

void TestRegistry::typesReadTheirOwnText_data()
{
    QTest::addColumn<bool>("valid");
    for (const char *text :
         {"CharField(40)", "TextField", "DecimalField(10,2)", "DecimalField", "AutoField",
          "DateTimeField(zone)", "ArrayField(IntegerField)", "UUIDField", "JSONField", "Field"})
        QTest::newRow(text) << true;
    for (const char *text :
         {"", "VARCHAR", "CharField(", "CharField(x)", "TextField(3)", "ForeignKey",
          "DecimalField(1,2,3)", "ArrayField(int)", "DateTimeField(3)"})
        QTest::newRow(*text ? text : "nothing") << false;
}

void TestRegistry::typesReadTheirOwnText()
{
    QFETCH(bool, valid);
    QString text = QString::fromLatin1(QTest::currentDataTag());
    if (text == u"nothing"_s)
        text.clear();
    const auto type = FieldType::fromString(text);
    QCOMPARE(type.has_value(), valid);
    if (type)
        QCOMPARE(type->toString(), text);
}

QTEST_GUILESS_MAIN(TestRegistry)
#include "tst_registry.moc"
