#include "app/sample/bookshop.h"

#include "app/sample/words.h"
#include "orm/execution/adapter.h"
#include "orm/heddle.h"
#include "orm/values/errors.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QtEndian>
#include <algorithm>
#include <functional>
#include <initializer_list>
#include <memory>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

// In the file's header, so that a look at 100 bytes tells whether it is ours and of which version.
constexpr quint32 applicationId = 0x48444C45; // "HDLE"
constexpr quint32 bookshopVersion =
    1; // of the tables and the generator; raise it when either changes
constexpr int versionOffset = 60, applicationIdOffset = 68; // of SQLite's file format

constexpr const char *tables[] = {
    "CREATE TABLE publisher (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, city VARCHAR(40) "
    "NOT NULL, founded INTEGER NOT NULL)",
    "CREATE TABLE author (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, born DATE, "
    "publisher_id INTEGER NOT NULL REFERENCES publisher(id))",
    "CREATE TABLE genre (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE)",
    "CREATE TABLE book (id INTEGER PRIMARY KEY, title VARCHAR(200) NOT NULL, price DECIMAL(8,2) "
    "NOT NULL, published DATE NOT NULL, "
    "pages INTEGER NOT NULL, rating REAL, author_id INTEGER NOT NULL REFERENCES author(id))",
    "CREATE TABLE book_genre (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES "
    "book(id), "
    "genre_id INTEGER NOT NULL REFERENCES genre(id))",
    "CREATE TABLE review (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES book(id), "
    "rating INTEGER NOT NULL, "
    "reviewer VARCHAR(80) NOT NULL, text TEXT NOT NULL, created DATETIME NOT NULL)",
    "CREATE TABLE shop (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, city VARCHAR(40) NOT "
    "NULL)",
    "CREATE TABLE stock (id INTEGER PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES shop(id), "
    "book_id INTEGER NOT NULL REFERENCES book(id), copies INTEGER NOT NULL)",
    "CREATE TABLE sale (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES book(id), "
    "shop_id INTEGER NOT NULL REFERENCES shop(id), sold DATETIME NOT NULL, copies INTEGER NOT "
    "NULL, price DECIMAL(8,2) NOT NULL)",
};

constexpr const char *indexes[] = {
    "CREATE INDEX author_publisher ON author(publisher_id)",
    "CREATE INDEX author_name ON author(name)",
    "CREATE INDEX book_author ON book(author_id)",
    "CREATE INDEX book_title ON book(title)",
    "CREATE INDEX book_published ON book(published)",
    "CREATE INDEX book_genre_book ON book_genre(book_id)",
    "CREATE INDEX book_genre_genre ON book_genre(genre_id)",
    "CREATE INDEX review_book ON review(book_id)",
    "CREATE INDEX stock_shop ON stock(shop_id)",
    "CREATE INDEX stock_book ON stock(book_id)",
    "CREATE INDEX sale_book ON sale(book_id)",
    "CREATE INDEX sale_shop ON sale(shop_id)",
    "ANALYZE",
};

/// A table's columns after its id, how many rows it gets, and what one row is.
struct TableRows {
    const char *table;
    const char *columns;
    int width;
    int rows;
    std::function<void(int id, ValueList &row)> make;
};

Statement statement(QByteArray sql, ValueList parameters = {}, TraceKind kind = TraceKind::Write)
{
    Statement made;
    made.sql = std::move(sql);
    made.parameters = std::move(parameters);
    made.kind = kind;
    return made;
}

QByteArray insertSql(const TableRows &rows, int count)
{
    const QByteArray one = '(' + QByteArray("?,").repeated(rows.width) + "?)";
    QByteArray sql =
        QByteArray("INSERT INTO ") + rows.table + " (id, " + rows.columns + ") VALUES " + one;
    sql.reserve(sql.size() + (count - 1) * (one.size() + 1));
    for (int i = 1; i < count; ++i)
        sql += ',' + one;
    return sql;
}

std::vector<Statement> beforeRows()
{
    std::vector<Statement> statements;
    // No rollback journal: the file is thrown away if this fails.
    statements.push_back(statement("PRAGMA journal_mode = OFF", {}, TraceKind::Pragma));
    statements.push_back(statement("PRAGMA synchronous = OFF", {}, TraceKind::Pragma));
    statements.push_back(statement("BEGIN IMMEDIATE", {}, TraceKind::Begin));
    for (const char *sql : tables)
        statements.push_back(statement(sql));
    return statements;
}

std::vector<Statement> afterRows()
{
    std::vector<Statement> statements;
    for (const char *sql : indexes)
        statements.push_back(statement(sql));
    const QByteArray version = QByteArray::number(bookshopVersion);
    const QByteArray id = QByteArray::number(applicationId);
    statements.push_back(statement("PRAGMA user_version = " + version, {}, TraceKind::Pragma));
    statements.push_back(statement("PRAGMA application_id = " + id, {}, TraceKind::Pragma));
    statements.push_back(statement("COMMIT", {}, TraceKind::Commit));
    statements.push_back(statement("PRAGMA journal_mode = WAL", {}, TraceKind::Pragma));
    return statements;
}

/// Everything in one transaction, on one connection. Statements are made outside of co_await: GCC
/// 12 frees temporaries inside of it twice.
Plan<int> writeTables(std::vector<TableRows> contents)
{
    constexpr int rowsAtOnce = 100;
    int written = 0;
    std::vector<Statement> before = beforeRows(), after = afterRows();
    for (Statement &made : before)
        co_await send(std::move(made));
    for (const TableRows &rows : contents) {
        const QByteArray full = insertSql(rows, rowsAtOnce);
        for (int id = 1; id <= rows.rows;) {
            const int count = std::min(rowsAtOnce, rows.rows - id + 1);
            ValueList parameters;
            parameters.reserve(std::size_t(count) * std::size_t(rows.width + 1));
            for (int i = 0; i < count; ++i, ++id) {
                parameters.emplace_back(id);
                rows.make(id, parameters);
            }
            Statement insert = statement(count == rowsAtOnce ? full : insertSql(rows, count),
                                         std::move(parameters));
            co_await send(std::move(insert));
            written += count;
        }
    }
    for (Statement &made : after)
        co_await send(std::move(made));
    co_return written;
}

Value day(words::Random &random, int fromYear, int toYear)
{
    const int first = Date::fromCivil(fromYear, 1, 1).days;
    return Value(Date{first + random.below(Date::fromCivil(toYear, 12, 31).days - first)});
}

Value moment(words::Random &random, int fromYear, int toYear)
{
    const Date date = day(random, fromYear, toYear).asDate();
    const int seconds = random.between(8 * 3600, 20 * 3600);
    return Value(DateTime::fromParts(date, Time{std::int64_t(seconds) * 1'000'000}));
}

/// 4.50 ... 48.99, ending in what prices end in.
Value price(words::Random &random)
{
    constexpr int endings[] = {0, 50, 90, 95, 99};
    const int whole = random.between(4, 48);
    return Value(Decimal(whole * 100 + endings[random.below(5)], -2));
}

/// Braces keep the order in which the values are drawn; an argument list would not.
void append(ValueList &row, std::initializer_list<Value> values)
{
    row.insert(row.end(), values);
}

/// In the order in which foreign keys allow.
std::vector<TableRows> contentsOf(const BookshopSize &size)
{
    auto random = std::make_shared<words::Random>(20240607);
    words::Random &r = *random;
    // Every book has one genre at least; each second one has another.
    const int links = size.books + size.books / 2;
    return {
        {"publisher", "name, city, founded", 3, size.publishers,
         [&r, random](int id, ValueList &row) {
             append(row, {words::publisher(r, id), words::city(r), r.between(1846, 2019)});
         }},
        {"author", "name, born, publisher_id", 3, size.authors,
         [&r, size](int, ValueList &row) {
             append(row, {words::person(r), r.chance(6) ? Value() : day(r, 1921, 1998),
                          1 + r.skewed(size.publishers)});
         }},
        {"genre", "name", 1, size.genres,
         [](int id, ValueList &row) { append(row, {words::genre(id - 1)}); }},
        {"book", "title, price, published, pages, rating, author_id", 6, size.books,
         [&r, size](int, ValueList &row) {
             append(row, {words::title(r), price(r), day(r, 1962, 2024), r.between(64, 900),
                          r.chance(8) ? Value() : Value(double(r.between(21, 49)) / 10.0),
                          1 + r.below(size.authors)});
         }},
        {"book_genre", "book_id, genre_id", 2, links,
         [&r, size](int id, ValueList &row) {
             // The first genre follows from the book's number; the second is another one.
             const bool second = id > size.books;
             const int book = second ? 2 * (id - size.books) : id;
             const int first = book % size.genres;
             const int other = second && size.genres > 1 ? 1 + r.below(size.genres - 1) : 0;
             append(row, {book, 1 + (first + other) % size.genres});
         }},
        {"review", "book_id, rating, reviewer, text, created", 5, size.reviews,
         [&r, size](int, ValueList &row) {
             const int rating = std::min(5, 1 + r.below(5) + int(r.chance(40)));
             append(row, {1 + r.skewed(size.books), rating, words::person(r),
                          words::reviewText(r, rating), moment(r, 2015, 2024)});
         }},
        {"shop", "name, city", 2, size.shops,
         [&r](int id, ValueList &row) {
             append(row, {words::shop(id), words::city(r)});
         }},
        {"stock", "shop_id, book_id, copies", 3, size.stock,
         [&r, size](int id, ValueList &row) {
             // Shops in turn, each book once in a shop.
             append(row, {1 + id % size.shops, 1 + int(std::int64_t(id) * 7919 % size.books),
                          r.between(0, 24)});
         }},
        {"sale", "book_id, shop_id, sold, copies, price", 5, size.sales,
         [&r, size](int, ValueList &row) {
             append(row, {1 + r.skewed(size.books), 1 + r.below(size.shops), moment(r, 2021, 2024),
                          r.chance(85) ? 1 : r.between(2, 6), price(r)});
         }},
    };
}

void removeDatabase(const QString &path)
{
    for (const QString &tail : {QString(), u"-wal"_s, u"-shm"_s, u"-journal"_s})
        QFile::remove(path + tail);
}

[[noreturn]] void cannotWrite(const QString &path, const QString &why)
{
    throw OperationalError(QCoreApplication::translate("heddle::app::Bookshop",
                                                       "The bookshop cannot be written to %1: %2")
                               .arg(path, why));
}

} // namespace

BookshopSize BookshopSize::forBooks(int books)
{
    const BookshopSize usual;
    const auto scaled = [books, usual](int rows) {
        return int(
            std::clamp<std::int64_t>(std::int64_t(rows) * books / usual.books, 1, 1'000'000'000));
    };
    BookshopSize size;
    size.publishers = scaled(usual.publishers);
    size.authors = scaled(usual.authors);
    size.books = std::max(1, books);
    size.reviews = scaled(usual.reviews);
    size.shops = std::clamp(scaled(usual.shops), 1, 400); // nobody owns ten thousand shops
    size.stock = scaled(usual.stock);
    size.sales = scaled(usual.sales);
    return size;
}

void makeBookshop(const QString &path, const BookshopSize &size)
{
    registerBackends();
    const QFileInfo info(path);
    if (!QDir().mkpath(info.absolutePath()))
        cannotWrite(path, QCoreApplication::translate("heddle::app::Bookshop",
                                                      "the folder cannot be made"));
    const QString unfinished =
        info.absoluteFilePath() + u".%1.new"_s.arg(QCoreApplication::applicationPid());
    removeDatabase(unfinished);
    {
        QFile empty(unfinished); // an empty file is an empty database; a missing one is an error
        if (!empty.open(QIODevice::WriteOnly))
            cannotWrite(path, empty.errorString());
    }
    try {
        ConnectionTarget target = ConnectionTarget::parse(unfinished);
        const std::unique_ptr<Runner> runner = AdapterRegistry::find(target.backend).open(target);
        PlanContext context;
        context.write = true;
        context.method = "makeBookshop";
        runner->run(writeTables(contentsOf(size)), context);
        runner->shutdown();
    } catch (const OrmError &) {
        removeDatabase(unfinished);
        throw;
    }
    removeDatabase(info.absoluteFilePath());
    if (!QFile::rename(unfinished, info.absoluteFilePath())) {
        removeDatabase(unfinished);
        cannotWrite(
            path, QCoreApplication::translate("heddle::app::Bookshop", "it cannot be moved there"));
    }
}

bool isCurrentBookshop(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray header = file.read(100);
    return header.size() == 100 && header.startsWith("SQLite format 3") &&
           qFromBigEndian<quint32>(header.constData() + versionOffset) == bookshopVersion &&
           qFromBigEndian<quint32>(header.constData() + applicationIdOffset) == applicationId;
}

QString bookshopFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + u"/sample"_s;
}

} // namespace heddle::app
