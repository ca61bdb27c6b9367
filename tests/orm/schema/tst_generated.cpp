#include "orm/objects/typedqueryset.h"
#include "orm/schema/migrations.h"
#include "tests/orm/schema/databases.h"
#include "tests/orm/schema/generated/chinooksqlite.h"

using namespace heddle;
using namespace heddle::test;
using namespace chinooksqlite;
using namespace Qt::Literals::StringLiterals;

/// What inspect --format cpp wrote of Chinook, compiled, against what the same questions give on
/// the introspected models.
class TestGenerated : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void theModelsAreThoseOfTheDatabase();
    void tenQueriesAnswerAsTheIntrospectedModelsDo_data();
    void tenQueriesAnswerAsTheIntrospectedModelsDo();

private:
    EmptyDatabases m_databases;
    Database m_db;
};

namespace {

QString idsOf(const QList<Track> &tracks)
{
    QStringList out;
    for (const Track &track : tracks)
        out << QString::number(track.trackId);
    return out.join(u',');
}

QString idsOf(const QuerySet<Record> &records)
{
    QStringList out;
    const ResultSetPtr rows = records.fetch();
    for (qint64 i = 0; i < rows->rowCount(); ++i)
        out << rows->record(i).value(u"track_id"_s).toDisplay();
    return out.join(u',');
}

} // namespace

void TestGenerated::initTestCase()
{
    const QString url = m_databases.url(u"sqlite"_s);
    {
        const Database db = Database::open(url);
        createTables(db, *registryOf<Track>());
        execute(
            db,
            "INSERT INTO Artist (ArtistId, Name) VALUES (1, 'AC/DC'), (2, 'Accept'), (3, NULL)");
        execute(db, "INSERT INTO Album (AlbumId, Title, ArtistId) VALUES (1, 'For Those About To "
                    "Rock', 1), (2, 'Balls to the Wall', 2)");
        execute(db, "INSERT INTO MediaType (MediaTypeId, Name) VALUES (1, 'MPEG')");
        execute(db, "INSERT INTO Genre (GenreId, Name) VALUES (1, 'Rock'), (2, 'Metal')");
        for (int i = 1; i <= 40; ++i)
            execute(db,
                    "INSERT INTO Track (TrackId, Name, AlbumId, MediaTypeId, GenreId, Composer, "
                    "Milliseconds, Bytes, UnitPrice) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8)",
                    {Value(i), Value(u"Track %1"_s.arg(i)), i % 7 ? Value(1 + i % 2) : Value(),
                     i % 5 ? Value(1 + i % 2) : Value(), i % 3 ? Value(u"Young"_s) : Value(),
                     Value(1000 * i), Value(qlonglong(5'000'000'000) + i),
                     Value(*Decimal::parse(i % 4 ? "0.99" : "1.99"))});
        execute(db, "INSERT INTO Playlist (PlaylistId, Name) VALUES (1, 'Music'), (2, 'Loud')");
        execute(db,
                "INSERT INTO PlaylistTrack (PlaylistId, TrackId) SELECT 1 + TrackId % 2, TrackId "
                "FROM Track WHERE TrackId < 20");
    }
    m_db = Database::open(url); // reads the schema that there is now
}

void TestGenerated::theModelsAreThoseOfTheDatabase()
{
    QCOMPARE(driftFrom(m_db, specFromModels(*registryOf<Track>())), QStringList());
    for (const auto &model : m_db.registry()->models()) {
        const ModelInfo *typed = registryOf<Track>()->model(model->name);
        QVERIFY2(typed, qPrintable(model->name));
        QCOMPARE(typed->choices(), model->choices());
        QCOMPARE(typed->table, model->table);
    }
}

void TestGenerated::tenQueriesAnswerAsTheIntrospectedModelsDo_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("introspected");
    const QuerySet<Record> records = m_db.objects(u"Track"_s).orderBy({u"track_id"_s});
    const QuerySet<Track> tracks = m_db.objects<Track>().orderBy({u"track_id"_s});
    const auto lookup = [](const char *path, Value value) {
        return makeQ({{QString::fromUtf8(path), std::move(value), {}, {}}});
    };
    const auto row = [&](const char *name, const QuerySet<Track> &typed,
                         const QuerySet<Record> &introspected) {
        QTest::newRow(name) << idsOf(typed.list()) << idsOf(introspected);
    };
    row("a number", tracks.filter(f<&Track::milliseconds> > 20'000),
        records.filter(lookup("milliseconds__gt", Value(20'000))));
    row("a text", tracks.filter(f<&Track::name>.startsWith(u"Track 1"_s)),
        records.filter(lookup("name__startswith", Value(u"Track 1"_s))));
    row("over a key", tracks.filter(f<&Track::album, &Album::title>.contains(u"Rock"_s)),
        records.filter(lookup("album__title__contains", Value(u"Rock"_s))));
    row("over two keys",
        tracks.filter(f<&Track::album, &Album::artist, &Artist::name> == u"Accept"_s),
        records.filter(lookup("album__artist__name", Value(u"Accept"_s))));
    row("a decimal", tracks.filter(f<&Track::unitPrice> == *Decimal::parse("1.99")),
        records.filter(lookup("unit_price", Value(*Decimal::parse("1.99")))));
    row("null", tracks.filter(f<&Track::composer>.isNull()),
        records.filter(lookup("composer__isnull", Value(true))));
    row("not", tracks.exclude(f<&Track::genre, &Genre::name> == u"Rock"_s),
        records.exclude(lookup("genre__name", Value(u"Rock"_s))));
    row("backwards", m_db.objects<Track>().orderBy({u"-track_id"_s}),
        m_db.objects(u"Track"_s).orderBy({u"-track_id"_s}));
    row("a slice", tracks.slice(5, 12), records.slice(5, 12));
    row("64 bits", tracks.filter(f<&Track::bytes> > qint64(5'000'000'030)),
        records.filter(lookup("bytes__gt", Value(qlonglong(5'000'000'030)))));
}

void TestGenerated::tenQueriesAnswerAsTheIntrospectedModelsDo()
{
    QFETCH(QString, typed);
    QFETCH(QString, introspected);
    QVERIFY(!introspected.isEmpty());
    QCOMPARE(typed, introspected);
}

QTEST_GUILESS_MAIN(TestGenerated)
#include "tst_generated.moc"
