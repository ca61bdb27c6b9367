// The tasks with typed models: rows are structs with QString and QDate members.

#include "orm/objects/typed.h"
#include "tests/benchmarks/harness.h"

namespace heddle::bench {

namespace {

struct Book;

struct Publisher {
    qint64 id = 0;
    QString name;
    static void describe(Model<Publisher> &m)
    {
        m.primaryKey<&Publisher::id>();
        m.field<&Publisher::name>();
    }
};

struct Author {
    qint64 id = 0;
    QString name;
    QDate born;
    ForeignKey<Publisher> publisher;
    RelatedSet<Book> books;
    static void describe(Model<Author> &m)
    {
        m.primaryKey<&Author::id>();
        m.field<&Author::name>();
        m.field<&Author::born>();
        m.foreignKey<&Author::publisher>();
        m.relatedSet<&Author::books>();
    }
};

struct Book {
    qint64 id = 0;
    QString title;
    double price = 0;
    QDate published;
    std::optional<int> rating;
    ForeignKey<Author> author;
    static void describe(Model<Book> &m)
    {
        m.primaryKey<&Book::id>();
        m.field<&Book::title>();
        m.field<&Book::price>();
        m.field<&Book::published>();
        m.field<&Book::rating>();
        m.foreignKey<&Book::author>();
    }
};

/// P3's table: its author_id is a plain column.
struct BookCopy {
    qint64 id = 0;
    QString title;
    double price = 0;
    QDate published;
    std::optional<int> rating;
    qint64 authorId = 0;
    static void describe(Model<BookCopy> &m)
    {
        m.primaryKey<&BookCopy::id>();
        m.field<&BookCopy::title>();
        m.field<&BookCopy::price>();
        m.field<&BookCopy::published>();
        m.field<&BookCopy::rating>();
        m.field<&BookCopy::authorId>();
    }
};

std::int64_t checkOf(const Book &b)
{
    static const QDate epoch(1970, 1, 1);
    return bench::checkOf(b.id, std::int32_t(epoch.daysTo(b.published)), b.rating, b.author.id());
}

Database openDatabase(const Target &target)
{
    const Database database = Database::open(target.url);
    database.objects<Book>().exists(); // the task's time begins with the connection open
    return database;
}

} // namespace

void typedAllBooks(const Target &target)
{
    const Database database = openDatabase(target);
    const auto begin = Clock::now();
    const QList<Book> books = database.objects<Book>().list();
    Measured m{since(begin), books.size(), 0};
    for (const Book &b : books)
        m.check += checkOf(b);
    print(target, "heddle-typed", "P1", m);
}

void typedPointGets(const Target &target)
{
    const Database database = openDatabase(target);
    const auto all = database.objects<Book>();
    std::vector<Book> books;
    books.reserve(pointGetCount);
    const auto begin = Clock::now();
    for (int n = 0; n < pointGetCount; ++n)
        books.push_back(all.get(f<&Book::id> == pointKey(n)));
    Measured m{since(begin), qint64(books.size()), 0};
    for (const Book &b : books)
        m.check += checkOf(b);
    print(target, "heddle-typed", "P2", m);
}

void typedBulkCreate(const Target &target)
{
    QList<BookCopy> books;
    for (const PlainBook &b : booksToInsert())
        books.append({0, QString::fromStdString(b.title), b.price,
                      QDate(1970, 1, 1).addDays(b.published), b.rating, b.authorId});
    const Database database = Database::open(target.insertUrl);
    const auto copies = database.objects<BookCopy>();
    copies.exists();
    const auto begin = Clock::now();
    copies.bulkInsert(books);
    print(target, "heddle-typed", "P3", {since(begin), insertCount, 0});
}

void typedSelectRelated(const Target &target)
{
    const Database database = openDatabase(target);
    const auto begin = Clock::now();
    const QList<Book> books = database.objects<Book>()
                                  .filter(f<&Book::id> <= joinCount)
                                  .selectRelated<&Book::author, &Author::publisher>()
                                  .list();
    Measured m{since(begin), books.size(), 0};
    for (const Book &b : books)
        m.check += checkOf(b) + b.author->id + b.author->publisher->id;
    print(target, "heddle-typed", "P4", m);
}

void typedPrefetch(const Target &target)
{
    const Database database = openDatabase(target);
    const auto begin = Clock::now();
    const QList<Author> authors = database.objects<Author>()
                                      .filter(f<&Author::id> <= prefetchAuthors)
                                      .prefetchRelated<&Author::books>()
                                      .list();
    Measured m{since(begin), 0, 0};
    for (const Author &a : authors) {
        m.rows += a.books.size();
        m.check += a.id;
        for (const Book &b : a.books)
            m.check += checkOf(b);
    }
    print(target, "heddle-typed", "P5", m);
}

} // namespace heddle::bench
