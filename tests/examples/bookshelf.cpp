// A reading list, as an application of its own would use the engine: two models, asynchronous
// queries in coroutines, one transaction. Run it with the path of a file that does not exist yet.

#include "orm/heddle.h"
#include "orm/objects/asynctransaction.h"
#include "orm/objects/typed.h"
#include "orm/schema/migrations.h"

#include <QCoreApplication>
#include <QTextStream>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

struct Book;

struct Author {
    qint64 id = 0;
    QString name;
    std::optional<QDate> born;
    RelatedSet<Book> books;

    static void describe(Model<Author> &m)
    {
        m.primaryKey<&Author::id>();
        m.field<&Author::name>(maxLength(80), unique());
        m.field<&Author::born>();
        m.relatedSet<&Author::books>();
    }
};

enum class Shelf { Wanted, Reading, Read };

struct Book {
    qint64 id = 0;
    QString title;
    Decimal price;
    Shelf shelf = Shelf::Wanted;
    ForeignKey<Author> author;

    static void describe(Model<Book> &m)
    {
        m.primaryKey<&Book::id>();
        m.field<&Book::title>(maxLength(200));
        m.field<&Book::price>(digits(8), decimalPlaces(2));
        m.field<&Book::shelf>();
        m.foreignKey<&Book::author>(onDelete(Cascade));
        m.ordering({"title"});
    }
};

static Decimal money(const char *text)
{
    return *Decimal::parse(text);
}

static Task<> fill(Database db)
{
    const auto authors = db.objects<Author>();
    // Structs and closures stand in variables before co_await: GCC 12 destroys some temporaries of
    // the awaited expression twice.
    const Author one{0, u"Ursula"_s, QDate(1929, 10, 21), {}}, other{0, u"Italo"_s, {}, {}};
    const Author ursula = co_await authors.acreate(one);
    const Author italo = co_await authors.acreate(other);
    const QList<Book> books{{0, u"The Dispossessed"_s, money("9.50"), Shelf::Read, ursula},
                            {0, u"Always Coming Home"_s, money("14.00"), Shelf::Wanted, ursula},
                            {0, u"Invisible Cities"_s, money("8.20"), Shelf::Reading, italo}};
    co_await db.objects<Book>().abulkCreate(books);
}

static Task<> report(Database db, QTextStream &out)
{
    // Two questions at the same time; neither blocks this thread.
    auto shelf = db.objects<Book>().selectRelated<&Book::author>().alist();
    auto total = db.objects<Book>().aaggregate(sum<&Book::price>(), count());
    for (const Book &book : co_await shelf)
        out << book.title << " by " << book.author->name << '\n';
    const auto [price, number] = co_await total;
    out << number << " books, " << price->quantized(2).toString() << " in all\n";

    auto busy = db.objects<Author>()
                    .annotate("n", count<&Author::books>())
                    .filter(ref<qint64>("n") > 1)
                    .aiterator();
    while (const auto author = co_await busy.next())
        out << author->name << " has " << author->annotation<qint64>("n") << '\n';
}

/// All or nothing: a discount that would make a book cheaper than 5 is taken back everywhere.
static Task<> discount(Database db, QTextStream &out, Decimal factor)
{
    try {
        const Task<> giving = db.aatomic([db, factor](AsyncTransaction &tx) -> Task<> {
            const auto books = db.objects<Book>().inside(tx);
            co_await books.aupdate(set<&Book::price>(f<&Book::price> * factor));
            if (co_await books.filter(f<&Book::price> < money("5.00")).aexists())
                throw ValueError(u"too cheap"_s);
        });
        co_await giving;
        out << "discount given\n";
    } catch (const ValueError &error) {
        out << "no discount: " << error.message() << '\n';
    }
}

static Task<> run(Database db, QTextStream &out)
{
    co_await fill(db);
    co_await report(db, out);
    co_await discount(db, out, money("0.5"));
    co_await discount(db, out, money("0.9"));
    Book book = co_await db.objects<Book>().aget(f<&Book::title>.startsWith("Invisible"));
    co_await db.aload(book.author);
    out << book.title << " now costs " << book.price.toString() << ", " << book.author->name
        << " says\n";
}

/// Ends the program with the work, and with what went wrong in it.
static Task<> runAndQuit(Database db, QTextStream &out)
{
    int status = 0;
    try {
        co_await run(db, out);
    } catch (const OrmError &error) {
        out << error.qualifiedName() << ": " << error.message() << '\n';
        status = 1;
    }
    QCoreApplication::exit(status);
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);
    if (argc != 2) {
        out << "usage: bookshelf FILE\n";
        return 2;
    }
    registerBackends();
    const Database db =
        Database::open(u"sqlite:///%1?mode=rwc"_s.arg(QString::fromLocal8Bit(argv[1])));
    createTables(db, *registryOf<Book>());
    runAndQuit(db, out);
    return app.exec();
}
