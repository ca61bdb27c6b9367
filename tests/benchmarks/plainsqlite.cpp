#include "tests/benchmarks/harness.h"
#include "tests/benchmarks/plain.h"

#include <cstdio>
#include <sqlite3.h>
#include <stdexcept>

namespace heddle::bench {

namespace {

/// A connection that closes itself.
class File {
public:
    explicit File(const std::string &path, int flags = SQLITE_OPEN_READWRITE)
    {
        if (sqlite3_open_v2(path.c_str(), &m_db, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
            throw std::runtime_error("cannot open " + path);
    }
    ~File() { sqlite3_close(m_db); }
    File(const File &) = delete;
    void run(const char *sql)
    {
        if (sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(m_db));
    }
    sqlite3_stmt *prepare(const std::string &sql)
    {
        sqlite3_stmt *stmt = nullptr;
        if (sqlite3_prepare_v2(m_db, sql.c_str(), -1, &stmt, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(m_db));
        return stmt;
    }
    void finish(sqlite3_stmt *stmt, int rc) const
    {
        if (rc != SQLITE_DONE)
            throw std::runtime_error(sqlite3_errmsg(m_db));
        sqlite3_reset(stmt);
    }

private:
    sqlite3 *m_db = nullptr;
};

void readText(sqlite3_stmt *stmt, int column, std::string &out)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(stmt, column));
    out.assign(text, std::size_t(sqlite3_column_bytes(stmt, column)));
}

std::int32_t readDate(sqlite3_stmt *stmt, int column)
{
    return daysOf(reinterpret_cast<const char *>(sqlite3_column_text(stmt, column)));
}

void readBook(sqlite3_stmt *stmt, PlainBook &b)
{
    b.id = sqlite3_column_int64(stmt, 0);
    readText(stmt, 1, b.title);
    b.price = sqlite3_column_double(stmt, 2);
    b.published = readDate(stmt, 3);
    if (sqlite3_column_type(stmt, 4) != SQLITE_NULL)
        b.rating = sqlite3_column_int(stmt, 4);
    b.authorId = sqlite3_column_int64(stmt, 5);
}

void readAuthor(sqlite3_stmt *stmt, int at, PlainAuthor &a)
{
    a.id = sqlite3_column_int64(stmt, at);
    readText(stmt, at + 1, a.name);
    a.born = readDate(stmt, at + 2);
    a.publisherId = sqlite3_column_int64(stmt, at + 3);
}

const std::string &selectBooks()
{
    static const std::string sql = std::string("SELECT ") + bookColumns + " FROM book";
    return sql;
}

Measured allBooks()
{
    File file(databasePath());
    const auto begin = Clock::now();
    std::vector<PlainBook> books;
    sqlite3_stmt *stmt = file.prepare(selectBooks());
    while (sqlite3_step(stmt) == SQLITE_ROW)
        readBook(stmt, books.emplace_back());
    sqlite3_finalize(stmt);
    return measured(books, since(begin));
}

Measured pointGets()
{
    File file(databasePath());
    const auto begin = Clock::now();
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    sqlite3_stmt *stmt = file.prepare(selectBooks() + " WHERE id = ?");
    for (int n = 0; n < pointGetCount; ++n) {
        sqlite3_bind_int64(stmt, 1, pointKey(n));
        if (sqlite3_step(stmt) != SQLITE_ROW)
            throw std::runtime_error("a book is missing");
        readBook(stmt, books.emplace_back());
        sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
    return measured(books, since(begin));
}

/// Binds a book's columns from `at` on.
void bindBook(sqlite3_stmt *stmt, int at, const PlainBook &b)
{
    const std::string date = isoDate(b.published);
    sqlite3_bind_text(stmt, at, b.title.data(), int(b.title.size()), SQLITE_STATIC);
    sqlite3_bind_double(stmt, at + 1, b.price);
    sqlite3_bind_text(stmt, at + 2, date.data(), int(date.size()), SQLITE_TRANSIENT);
    if (b.rating)
        sqlite3_bind_int(stmt, at + 3, *b.rating);
    else
        sqlite3_bind_null(stmt, at + 3);
    sqlite3_bind_int64(stmt, at + 4, b.authorId);
}

Measured insert()
{
    const std::vector<PlainBook> books = booksToInsert();
    File file(insertPath());
    const auto begin = Clock::now();
    file.run("BEGIN");
    sqlite3_stmt *stmt = file.prepare("INSERT INTO book_copy (title, price, published, rating, "
                                      "author_id) VALUES (?, ?, ?, ?, ?)");
    for (const PlainBook &b : books) {
        bindBook(stmt, 1, b);
        file.finish(stmt, sqlite3_step(stmt));
    }
    sqlite3_finalize(stmt);
    file.run("COMMIT");
    return {since(begin), insertCount, 0};
}

Measured joined()
{
    File file(databasePath());
    const auto begin = Clock::now();
    std::vector<PlainFullBook> books;
    sqlite3_stmt *stmt = file.prepare(joinSql);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        PlainFullBook &b = books.emplace_back();
        readBook(stmt, b.book);
        readAuthor(stmt, 6, b.author);
        b.publisher.id = sqlite3_column_int64(stmt, 10);
        readText(stmt, 11, b.publisher.name);
    }
    sqlite3_finalize(stmt);
    return measured(books, since(begin));
}

Measured prefetched()
{
    File file(databasePath());
    const auto begin = Clock::now();
    std::vector<PlainAuthorWithBooks> authors;
    sqlite3_stmt *stmt =
        file.prepare("SELECT id, name, born, publisher_id FROM author WHERE id <= ?");
    sqlite3_bind_int(stmt, 1, prefetchAuthors);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        readAuthor(stmt, 0, authors.emplace_back().author);
    sqlite3_finalize(stmt);
    std::string sql = selectBooks() + " WHERE author_id IN (?";
    for (std::size_t i = 1; i < authors.size(); ++i)
        sql += ",?";
    stmt = file.prepare(sql + ')');
    std::vector<std::size_t> place(std::size_t(authorCount) + 1);
    for (std::size_t i = 0; i < authors.size(); ++i) {
        sqlite3_bind_int64(stmt, int(i) + 1, authors[i].author.id);
        place[std::size_t(authors[i].author.id)] = i;
    }
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        PlainBook book;
        readBook(stmt, book);
        authors[place[std::size_t(book.authorId)]].books.push_back(std::move(book));
    }
    sqlite3_finalize(stmt);
    return measured(authors, since(begin));
}

void removeFile(const std::string &path)
{
    for (const char *part : {"", "-wal", "-shm", "-journal"})
        std::remove((path + part).c_str());
}

constexpr int newFile = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

void insertAll(File &file)
{
    sqlite3_stmt *stmt = file.prepare("INSERT INTO publisher VALUES (?, ?)");
    for (std::int64_t id = 1; id <= publisherCount; ++id) {
        const PlainPublisher p = publisherOf(id);
        sqlite3_bind_int64(stmt, 1, p.id);
        sqlite3_bind_text(stmt, 2, p.name.data(), int(p.name.size()), SQLITE_STATIC);
        file.finish(stmt, sqlite3_step(stmt));
    }
    sqlite3_finalize(stmt);
    stmt = file.prepare("INSERT INTO author VALUES (?, ?, ?, ?)");
    for (std::int64_t id = 1; id <= authorCount; ++id) {
        const PlainAuthor a = authorOf(id);
        const std::string date = isoDate(a.born);
        sqlite3_bind_int64(stmt, 1, a.id);
        sqlite3_bind_text(stmt, 2, a.name.data(), int(a.name.size()), SQLITE_STATIC);
        sqlite3_bind_text(stmt, 3, date.data(), int(date.size()), SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 4, a.publisherId);
        file.finish(stmt, sqlite3_step(stmt));
    }
    sqlite3_finalize(stmt);
    stmt = file.prepare("INSERT INTO book VALUES (?, ?, ?, ?, ?, ?)");
    for (std::int64_t id = 1; id <= bookCount; ++id) {
        const PlainBook b = bookOf(id);
        sqlite3_bind_int64(stmt, 1, b.id);
        bindBook(stmt, 2, b);
        file.finish(stmt, sqlite3_step(stmt));
    }
    sqlite3_finalize(stmt);
}

void generate()
{
    const std::string path = databasePath();
    removeFile(path);
    File file(path, newFile);
    file.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN;"
             "CREATE TABLE publisher (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
             "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE NOT NULL,"
             " publisher_id INTEGER NOT NULL REFERENCES publisher (id));"
             "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price REAL NOT NULL,"
             " published DATE NOT NULL, rating INTEGER NULL,"
             " author_id INTEGER NOT NULL REFERENCES author (id));");
    insertAll(file);
    file.run("CREATE INDEX book_author ON book (author_id); COMMIT; ANALYZE;"
             "PRAGMA wal_checkpoint(TRUNCATE);");
}

void empty()
{
    const std::string path = insertPath();
    removeFile(path);
    File file(path, newFile);
    file.run("PRAGMA journal_mode = WAL;"
             "CREATE TABLE book_copy (id INTEGER PRIMARY KEY, title TEXT NOT NULL,"
             " price REAL NOT NULL, published DATE NOT NULL, rating INTEGER NULL,"
             " author_id INTEGER NOT NULL);"
             "CREATE INDEX book_copy_author ON book_copy (author_id);");
}

} // namespace

const PlainLoops sqliteLoops{generate, empty, allBooks, pointGets, insert, joined, prefetched};

} // namespace heddle::bench
