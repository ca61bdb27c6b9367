#include "orm/objects/typed.h"
#include "orm/schema/migrations.h"
#include "tests/support/raises.h"
#include "tests/support/sqlitedatabase.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace heddle;
using heddle::test::errorOf;
using namespace Qt::Literals::StringLiterals;

namespace {

enum class Mood { Calm = 1, Wild = 7 };
enum class Size { Small, Large };

struct Colour {
    int red = 0, green = 0, blue = 0;
    bool operator==(const Colour &) const = default;
};

} // namespace

namespace heddle {

/// An enum that is stored as text.
template <>
struct Codec<Size> {
    static constexpr FieldKind kind = FieldKind::Char;
    static Value encode(Size size) { return Value::text(size == Size::Small ? "small" : "large"); }
    static Size decode(const Value &value)
    {
        if (value.asUtf8() == "small")
            return Size::Small;
        if (value.asUtf8() == "large")
            return Size::Large;
        throw ValueError(u"'%1' is no size."_s.arg(value.asString()));
    }
};

template <>
struct Codec<Colour> {
    static constexpr FieldKind kind = FieldKind::Integer;
    static Value encode(const Colour &c) { return c.red << 16 | c.green << 8 | c.blue; }
    static Colour decode(const Value &v)
    {
        const int all = int(v.asInt());
        return {all >> 16, all >> 8 & 255, all & 255};
    }
};

} // namespace heddle

namespace {

/// One member of every type that a column can hold.
struct Everything {
    qint64 id = 0;
    bool yes = false;
    short small = 0;
    int number = 0;
    qint64 large = 0;
    double real = 0;
    float rough = 0;
    Decimal exact;
    QString text;
    QString note;
    QByteArray bytes;
    QDate day;
    QTime clock;
    QDateTime moment;
    QUuid uuid;
    QJsonValue json;
    QJsonObject object;
    QJsonArray array;
    std::chrono::milliseconds length{};
    heddle::Date exactDay;
    heddle::Time exactClock;
    heddle::DateTime exactMoment;
    heddle::Duration exactLength;
    Mood mood = Mood::Calm;
    Size size = Size::Small;
    Colour colour;

    static void describe(Model<Everything> &m)
    {
        m.primaryKey<&Everything::id>();
        m.field<&Everything::yes>();
        m.field<&Everything::small>();
        m.field<&Everything::number>(column("TheNumber"));
        m.field<&Everything::large>();
        m.field<&Everything::real>();
        m.field<&Everything::rough>();
        m.field<&Everything::exact>(digits(12), decimalPlaces(3));
        m.field<&Everything::text>(maxLength(50), index());
        m.field<&Everything::note>();
        m.field<&Everything::bytes>();
        m.field<&Everything::day>();
        m.field<&Everything::clock>();
        m.field<&Everything::moment>();
        m.field<&Everything::uuid>();
        m.field<&Everything::json>();
        m.field<&Everything::object>();
        m.field<&Everything::array>();
        m.field<&Everything::length>();
        m.field<&Everything::exactDay>();
        m.field<&Everything::exactClock>();
        m.field<&Everything::exactMoment>();
        m.field<&Everything::exactLength>();
        m.field<&Everything::mood>(
            choices<Mood>({{Mood::Calm, "quiet waters"}, {Mood::Wild, "a storm"}}));
        m.field<&Everything::size>(maxLength(5));
        m.field<&Everything::colour>();
    }
};

struct Perhaps {
    qint64 id = 0;
    std::optional<bool> yes;
    std::optional<int> number;
    std::optional<double> real;
    std::optional<Decimal> exact;
    std::optional<QString> text;
    std::optional<QByteArray> bytes;
    std::optional<QDate> day;
    std::optional<QDateTime> moment;
    std::optional<QUuid> uuid;
    std::optional<Mood> mood;
    std::optional<Colour> colour;
    std::optional<QString> madeBy;

    static void describe(Model<Perhaps> &m)
    {
        m.table("maybe");
        m.primaryKey<&Perhaps::id>();
        m.field<&Perhaps::yes>();
        m.field<&Perhaps::number>();
        m.field<&Perhaps::real>();
        m.field<&Perhaps::exact>(digits(8), decimalPlaces(2));
        m.field<&Perhaps::text>();
        m.field<&Perhaps::bytes>();
        m.field<&Perhaps::day>();
        m.field<&Perhaps::moment>();
        m.field<&Perhaps::uuid>();
        m.field<&Perhaps::mood>();
        m.field<&Perhaps::colour>();
        m.field<&Perhaps::madeBy>(dbDefault("'the database'"));
        m.uniqueTogether<&Perhaps::number, &Perhaps::text>();
    }
};

struct Tag {
    QString name;
    static void describe(Model<Tag> &m) { m.primaryKey<&Tag::name>(maxLength(20)); }
};

struct Note {
    QUuid id;
    QString text;
    ForeignKey<Tag> tag;
    ManyToMany<Tag> others;

    static void describe(Model<Note> &m)
    {
        m.primaryKey<&Note::id>();
        m.field<&Note::text>();
        m.foreignKey<&Note::tag>(null(), onDelete(SetNull));
        m.manyToMany<&Note::others>();
        m.ordering({"-text"});
    }
};

struct Nowhere {
    qint64 id = 0;
    QString text;
    static void describe(Model<Nowhere> &m)
    {
        m.primaryKey<&Nowhere::id>();
        m.field<&Nowhere::text>();
    }
};

struct Partly {
    qint64 id = 0;
    QString text;
    int missing = 0;
    static void describe(Model<Partly> &m)
    {
        m.table("maybe");
        m.primaryKey<&Partly::id>();
        m.field<&Partly::text>();
        m.field<&Partly::missing>();
    }
};

} // namespace

/// Values of every type go to the database and come back, and objects live their lives: created,
/// changed, read again, deleted.
class TestTypedValues : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    Database m_db;

    static Everything full()
    {
        Everything e;
        e.yes = true;
        e.small = -32768;
        e.number = 2147483647;
        e.large = -9000000000000000000LL;
        e.real = 0.1;
        e.rough = 1.5f;
        e.exact = *Decimal::parse("123456789.125");
        e.text = u"Grüße, 世界 😀"_s;
        e.note = u"'; DROP TABLE x --"_s;
        e.bytes = QByteArray("\0\xff\x10", 3);
        e.day = QDate(2024, 2, 29);
        e.clock = QTime(23, 59, 59, 123);
        e.moment = QDateTime(QDate(1969, 12, 31), QTime(12, 30, 1, 5));
        e.uuid = QUuid::fromString(u"{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}"_s);
        e.json = 3.5;
        e.object = QJsonObject{{u"a"_s, 1}, {u"b"_s, QJsonArray{1, QJsonValue(), u"x"_s}}};
        e.array = QJsonArray{true, u"two"_s};
        e.length = std::chrono::milliseconds(90061001);
        e.exactDay = heddle::Date::fromCivil(1, 1, 1);
        e.exactClock = heddle::Time{1};
        e.exactMoment = *heddle::DateTime::parse("2021-03-04 05:06:07.000008");
        e.exactLength = heddle::Duration{-1};
        e.mood = Mood::Wild;
        e.size = Size::Large;
        e.colour = {1, 2, 3};
        return e;
    }
    static void compareAll(const Everything &a, const Everything &b)
    {
        QCOMPARE(a.yes, b.yes);
        QCOMPARE(a.small, b.small);
        QCOMPARE(a.number, b.number);
        QCOMPARE(a.large, b.large);
        QCOMPARE(a.real, b.real);
        QCOMPARE(a.rough, b.rough);
        QCOMPARE(a.exact.toString(), b.exact.toString());
        QCOMPARE(a.text, b.text);
        QCOMPARE(a.note, b.note);
        QCOMPARE(a.bytes, b.bytes);
        QCOMPARE(a.day, b.day);
        QCOMPARE(a.clock, b.clock);
        QCOMPARE(a.moment, b.moment);
        QCOMPARE(a.uuid, b.uuid);
        QCOMPARE(a.json, b.json);
        QCOMPARE(a.object, b.object);
        QCOMPARE(a.array, b.array);
        QCOMPARE(a.length.count(), b.length.count());
        QVERIFY(a.exactDay == b.exactDay && a.exactClock == b.exactClock);
        QVERIFY(a.exactMoment == b.exactMoment && a.exactLength == b.exactLength);
        QVERIFY(a.mood == b.mood && a.size == b.size && a.colour == b.colour);
    }

private Q_SLOTS:
    void initTestCase()
    {
        registerSqliteAdapter();
        m_db = Database::open(u"sqlite:///%1?mode=rwc"_s.arg(m_folder.filePath(u"values.db"_s)));
        for (const ModelRegistryPtr &models :
             {registryOf<Everything>(), registryOf<Perhaps>(), registryOf<Note>()})
            createTables(m_db, *models);
    }

    void everyTypeComesBackAsItWent()
    {
        const auto all = m_db.objects<Everything>();
        const Everything made = all.create(full());
        QVERIFY(made.id > 0);
        compareAll(all.get(f<&Everything::id> == made.id), full());
        QCOMPARE(all.bulkInsert({full(), full()}), 2);
        for (const Everything &e : all)
            compareAll(e, full());
        const QList<Everything> two = all.bulkCreate({full(), full()});
        QCOMPARE(two[1].id, two[0].id + 1);
        QCOMPARE(all.count(), 5);
    }

    void everyTypeCanBeAskedFor()
    {
        const auto all = m_db.objects<Everything>();
        all.deleteRows();
        all.create(full());
        Everything other = full();
        other.yes = false;
        other.size = Size::Small;
        all.create(other);
        const Everything e = full();
        QVERIFY(all.filter(f<&Everything::yes> == true, f<&Everything::small> == e.small,
                           f<&Everything::large> == e.large, f<&Everything::exact> == e.exact)
                    .exists());
        QVERIFY(all.filter(f<&Everything::text> == e.text, f<&Everything::bytes> == e.bytes,
                           f<&Everything::day> == e.day, f<&Everything::clock> == e.clock,
                           f<&Everything::moment> == e.moment, f<&Everything::uuid> == e.uuid)
                    .exists());
        QVERIFY(all.filter(f<&Everything::mood> == Mood::Wild, f<&Everything::size> == Size::Large,
                           f<&Everything::colour> == e.colour, f<&Everything::length> == e.length)
                    .exists());
        QCOMPARE(all.filter(f<&Everything::size>.in({Size::Large, Size::Small})).count(), 2);
        QCOMPARE((all.valuesList<&Everything::mood, &Everything::colour>()
                      .filter(f<&Everything::yes> == true)
                      .list()),
                 (QList<std::tuple<Mood, Colour>>{{Mood::Wild, {1, 2, 3}}}));
        QCOMPARE(all.aggregate(max<&Everything::day>()), e.day);
    }

    void nothingIsNull()
    {
        const auto all = m_db.objects<Perhaps>();
        Perhaps empty = all.create(Perhaps());
        QCOMPARE(empty.madeBy.value(), u"the database"_s);
        empty = all.get(f<&Perhaps::id> == empty.id);
        QVERIFY(!empty.yes && !empty.number && !empty.real && !empty.exact && !empty.text);
        QVERIFY(!empty.bytes && !empty.day && !empty.moment && !empty.uuid && !empty.mood);
        Perhaps set = empty;
        set.yes = false;
        set.number = 0;
        set.exact = *Decimal::parse("0.00");
        set.text = QString();
        set.bytes = QByteArray();
        set.mood = Mood::Calm;
        set.colour = Colour();
        all.save(set);
        QCOMPARE(all.count(), 1);
        const Perhaps back = all.get();
        QCOMPARE(back.yes, std::optional(false));
        QCOMPARE(back.number, std::optional(0));
        QCOMPARE(back.exact->toString(), u"0.00"_s);
        QVERIFY(back.text && back.text->isEmpty() && back.bytes && back.bytes->isEmpty());
        QVERIFY(back.mood == Mood::Calm && back.colour == Colour());
        QCOMPARE(all.filter(f<&Perhaps::real> == nullptr).count(), 1);
        QCOMPARE(all.update(heddle::set<&Perhaps::number>(std::nullopt)), 1);
        QVERIFY(!all.get().number);
    }

    void objectsLiveTheirLives()
    {
        const auto tags = m_db.objects<Tag>();
        const auto notes = m_db.objects<Note>();
        const auto [sea, made] = tags.getOrCreate({set<&Tag::name>("sea")});
        QVERIFY(made && !tags.getOrCreate({set<&Tag::name>("sea")}).second);
        Note note = notes.create({QUuid::createUuid(), u"waves"_s, sea, {}});
        QCOMPARE(notes.get(f<&Note::tag, &Tag::name> == "sea").text, u"waves"_s);
        note.text = u"tides"_s;
        notes.save(note);
        notes.create({QUuid::createUuid(), u"a dune"_s, {}, {}});
        QCOMPARE(notes.valuesList<&Note::text>().list(),
                 (QList<QString>{u"tides"_s, u"a dune"_s})); // by its ordering
        QCOMPARE(notes.first()->text, u"tides"_s);
        note.text = u"?"_s;
        notes.refresh(note);
        QCOMPARE(note.text, u"tides"_s);
        QCOMPARE(note.tag->name, u"sea"_s);
        QCOMPARE(note.tag.value().toDisplay(), u"sea"_s);
        QCOMPARE(notes.update(set<&Note::text>(lower(f<&Note::text>))), 2);
        const DeleteResult gone = tags.remove(sea);
        QCOMPARE(gone.total, 1);
        QVERIFY(notes.get(f<&Note::text> == "tides").tag.isNull());
        QVERIFY(notes.get(f<&Note::text> == "tides").others.list().isEmpty());
        QCOMPARE(notes.deleteRows().total, 2);
        QCOMPARE(errorOf([&] { notes.get(); }),
                 u"Note.DoesNotExist: Note matching query does not exist."_s);
    }

    void aWrongCellNamesItsMember()
    {
        m_db.objects<Everything>().deleteRows();
        m_db.objects<Everything>().create(full());
        heddle::test::write(m_db.runner(), "UPDATE everything SET small = 'many'");
        QCOMPARE(errorOf([&] { m_db.objects<Everything>().list(); }),
                 u"ValueError: Everything::small: The database holds 'many', which cannot be read "
                 "as a whole number."_s);
        heddle::test::write(m_db.runner(), "UPDATE everything SET small = 1000000");
        QVERIFY(errorOf([&] { m_db.objects<Everything>().list(); }).contains(u"too large"));
    }

    void aStructIsCheckedAgainstTheDatabase()
    {
        m_db.check<Everything>();
        QCOMPARE(errorOf([&] { m_db.check<Nowhere>(); }),
                 u"ProgrammingError: Nowhere is for a table 'nowhere', which the database does not "
                 "have; it has: everything, maybe, note, note_others, tag."_s);
        QVERIFY(errorOf([&] { m_db.check<Partly>(); })
                    .startsWith(u"ProgrammingError: Partly does not fit table 'maybe': there is no "
                                "column 'missing' (missing); there are: id, yes, "_s));
        QFuture<bool> checked = m_db.acheck<Nowhere>();
        QVERIFY(errorOf([&] { checked.waitForFinished(); }).startsWith(u"ProgrammingError"));
        QVERIFY(errorOf([&] {
                    m_db.objects<Nowhere>().list();
                }).startsWith(u"OperationalError: no such table"));
    }
};

QTEST_GUILESS_MAIN(TestTypedValues)
#include "tst_values.moc"
