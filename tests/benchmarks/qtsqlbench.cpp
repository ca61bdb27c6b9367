// The tasks with Qt's SQL classes, as a Qt program without an engine would write them.

#include "tests/benchmarks/harness.h"

#include <QDate>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <stdexcept>

namespace heddle::bench {

using namespace Qt::Literals::StringLiterals;

namespace {

struct QtBook {
    qint64 id = 0;
    QString title;
    double price = 0;
    QDate published;
    std::optional<int> rating;
    qint64 authorId = 0;
};
struct QtAuthor {
    qint64 id = 0;
    QString name;
    QDate born;
    qint64 publisherId = 0;
};

void require(bool ok, const QSqlError &error)
{
    if (!ok)
        throw std::runtime_error(error.text().toStdString());
}

QSqlDatabase opened(const Target &target, const QString &path)
{
    const bool sqlite = qstrcmp(target.name, "sqlite") == 0;
    QSqlDatabase database = QSqlDatabase::addDatabase(sqlite ? u"QSQLITE"_s : u"QPSQL"_s);
    if (sqlite) {
        database.setDatabaseName(path);
    } else {
        database.setHostName(qEnvironmentVariable("PGHOST"));
        database.setPort(qEnvironmentVariableIntValue("PGPORT"));
        database.setUserName(qEnvironmentVariable("PGUSER"));
        database.setDatabaseName(qEnvironmentVariable("PGDATABASE"));
    }
    require(database.open(), database.lastError());
    return database;
}

QtBook readBook(const QSqlQuery &query)
{
    QtBook book{query.value(0).toLongLong(),
                query.value(1).toString(),
                query.value(2).toDouble(),
                query.value(3).toDate(),
                std::nullopt,
                query.value(5).toLongLong()};
    if (const QVariant rating = query.value(4); !rating.isNull())
        book.rating = rating.toInt();
    return book;
}

QtAuthor readAuthor(const QSqlQuery &query, int at)
{
    return {query.value(at).toLongLong(), query.value(at + 1).toString(),
            query.value(at + 2).toDate(), query.value(at + 3).toLongLong()};
}

std::int64_t checkOf(const QtBook &b)
{
    static const QDate epoch(1970, 1, 1);
    return bench::checkOf(b.id, std::int32_t(epoch.daysTo(b.published)), b.rating, b.authorId);
}

QString selectBooks()
{
    return u"SELECT "_s + QLatin1String(bookColumns) + u" FROM book"_s;
}

QSqlQuery executed(const QSqlDatabase &database, const QString &sql)
{
    QSqlQuery query(database);
    query.setForwardOnly(true);
    require(query.exec(sql), query.lastError());
    return query;
}

} // namespace

void qtAllBooks(const Target &target)
{
    const QSqlDatabase database = opened(target, target.url);
    const auto begin = Clock::now();
    std::vector<QtBook> books;
    QSqlQuery query = executed(database, selectBooks());
    while (query.next())
        books.push_back(readBook(query));
    Measured m{since(begin), qint64(books.size()), 0};
    for (const QtBook &b : books)
        m.check += checkOf(b);
    print(target, "QSqlQuery", "P1", m);
}

void qtPointGets(const Target &target)
{
    const QSqlDatabase database = opened(target, target.url);
    const auto begin = Clock::now();
    std::vector<QtBook> books;
    QSqlQuery query(database);
    query.setForwardOnly(true);
    require(query.prepare(selectBooks() + u" WHERE id = ?"_s), query.lastError());
    for (int n = 0; n < pointGetCount; ++n) {
        query.bindValue(0, qint64(pointKey(n)));
        require(query.exec() && query.next(), query.lastError());
        books.push_back(readBook(query));
    }
    Measured m{since(begin), qint64(books.size()), 0};
    for (const QtBook &b : books)
        m.check += checkOf(b);
    print(target, "QSqlQuery", "P2", m);
}

void qtInsert(const Target &target)
{
    std::vector<QtBook> books;
    for (const PlainBook &b : booksToInsert())
        books.push_back({b.id, QString::fromStdString(b.title), b.price,
                         QDate(1970, 1, 1).addDays(b.published), b.rating, b.authorId});
    QSqlDatabase database = opened(target, target.insertUrl);
    const auto begin = Clock::now();
    require(database.transaction(), database.lastError());
    QSqlQuery query(database);
    require(query.prepare(u"INSERT INTO book_copy (title, price, published, rating, author_id) "
                          "VALUES (?, ?, ?, ?, ?)"_s),
            query.lastError());
    for (const QtBook &b : books) {
        query.bindValue(0, b.title);
        query.bindValue(1, b.price);
        query.bindValue(2, b.published);
        query.bindValue(3, b.rating ? QVariant(*b.rating) : QVariant(QMetaType::fromType<int>()));
        query.bindValue(4, b.authorId);
        require(query.exec(), query.lastError());
    }
    require(database.commit(), database.lastError());
    print(target, "QSqlQuery", "P3", {since(begin), insertCount, 0});
}

void qtJoined(const Target &target)
{
    struct Full {
        QtBook book;
        QtAuthor author;
        qint64 publisherId;
        QString publisher;
    };
    const QSqlDatabase database = opened(target, target.url);
    const auto begin = Clock::now();
    std::vector<Full> books;
    QSqlQuery query = executed(database, QString::fromLatin1(joinSql));
    while (query.next())
        books.push_back({readBook(query), readAuthor(query, 6), query.value(10).toLongLong(),
                         query.value(11).toString()});
    Measured m{since(begin), qint64(books.size()), 0};
    for (const Full &b : books)
        m.check += checkOf(b.book) + b.author.id + b.publisherId;
    print(target, "QSqlQuery", "P4", m);
}

void qtPrefetched(const Target &target)
{
    struct WithBooks {
        QtAuthor author;
        std::vector<QtBook> books;
    };
    const QSqlDatabase database = opened(target, target.url);
    const auto begin = Clock::now();
    std::vector<WithBooks> authors;
    QSqlQuery query = executed(
        database,
        u"SELECT id, name, born, publisher_id FROM author WHERE id <= %1"_s.arg(prefetchAuthors));
    QHash<qint64, std::size_t> place;
    QStringList keys;
    while (query.next()) {
        authors.push_back({readAuthor(query, 0), {}});
        place.insert(authors.back().author.id, authors.size() - 1);
        keys << QString::number(authors.back().author.id);
    }
    query = executed(database, selectBooks() + u" WHERE author_id IN (%1)"_s.arg(keys.join(u',')));
    while (query.next()) {
        QtBook book = readBook(query);
        authors[place.value(book.authorId)].books.push_back(std::move(book));
    }
    Measured m{since(begin), 0, 0};
    for (const WithBooks &a : authors) {
        m.rows += qint64(a.books.size());
        m.check += a.author.id;
        for (const QtBook &b : a.books)
            m.check += checkOf(b);
    }
    print(target, "QSqlQuery", "P5", m);
}

} // namespace heddle::bench
