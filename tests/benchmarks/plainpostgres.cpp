#include "tests/benchmarks/harness.h"
#include "tests/benchmarks/plain.h"

#include <QtEndian>
#include <libpq-fe.h>
#include <stdexcept>

namespace heddle::bench {

namespace {

constexpr std::int32_t postgresEpoch = 10957; // 2000-01-01 in days since 1970
constexpr Oid int8Type = 20;

/// A connection from libpq's environment variables that closes itself.
class Server {
public:
    Server() : m_connection(PQconnectdb(""))
    {
        if (PQstatus(m_connection) != CONNECTION_OK)
            throw std::runtime_error(PQerrorMessage(m_connection));
    }
    ~Server() { PQfinish(m_connection); }
    Server(const Server &) = delete;
    PGconn *get() const { return m_connection; }
    /// The caller clears the result.
    PGresult *checked(PGresult *result) const
    {
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
            throw std::runtime_error(PQerrorMessage(m_connection));
        return result;
    }
    void run(const char *sql) const { PQclear(checked(PQexec(m_connection, sql))); }
    /// Rows in binary.
    PGresult *query(const std::string &sql) const
    {
        return checked(
            PQexecParams(m_connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1));
    }
    void put(std::string &bytes, bool all) const
    {
        if (bytes.empty() || (!all && bytes.size() < 65536))
            return;
        if (PQputCopyData(m_connection, bytes.data(), int(bytes.size())) != 1)
            throw std::runtime_error(PQerrorMessage(m_connection));
        bytes.clear();
    }
    void endCopy() const
    {
        PQputCopyEnd(m_connection, nullptr);
        while (PGresult *result = PQgetResult(m_connection))
            PQclear(checked(result));
    }

private:
    PGconn *m_connection;
};

std::int64_t readInt64(const PGresult *r, int row, int column)
{
    return qFromBigEndian<std::int64_t>(PQgetvalue(r, row, column));
}
std::int32_t readInt32(const PGresult *r, int row, int column)
{
    return qFromBigEndian<std::int32_t>(PQgetvalue(r, row, column));
}
std::string readText(const PGresult *r, int row, int column)
{
    return {PQgetvalue(r, row, column), std::size_t(PQgetlength(r, row, column))};
}

void readBook(const PGresult *r, int row, PlainBook &b)
{
    b.id = readInt64(r, row, 0);
    b.title.assign(PQgetvalue(r, row, 1), std::size_t(PQgetlength(r, row, 1)));
    b.price = qFromBigEndian<double>(PQgetvalue(r, row, 2));
    b.published = readInt32(r, row, 3) + postgresEpoch;
    if (!PQgetisnull(r, row, 4))
        b.rating = readInt32(r, row, 4);
    b.authorId = readInt64(r, row, 5);
}

PlainAuthor readAuthor(const PGresult *r, int row, int at)
{
    return {readInt64(r, row, at), readText(r, row, at + 1),
            readInt32(r, row, at + 2) + postgresEpoch, readInt64(r, row, at + 3)};
}

const std::string &selectBooks()
{
    static const std::string sql = std::string("SELECT ") + bookColumns + " FROM book";
    return sql;
}

template <typename T>
void append(std::string &out, T value)
{
    char bytes[sizeof(T)];
    qToBigEndian(value, bytes);
    out.append(bytes, sizeof bytes);
}

Measured allBooks()
{
    const Server server;
    const auto begin = Clock::now();
    PGresult *r = server.query(selectBooks());
    const int n = PQntuples(r);
    std::vector<PlainBook> books(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i)
        readBook(r, i, books[std::size_t(i)]);
    PQclear(r);
    return measured(books, since(begin));
}

Measured pointGets()
{
    const Server server;
    const auto begin = Clock::now();
    PQclear(server.checked(
        PQprepare(server.get(), "get", (selectBooks() + " WHERE id = $1").c_str(), 1, &int8Type)));
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    for (int n = 0; n < pointGetCount; ++n) {
        char key[8];
        qToBigEndian(pointKey(n), key);
        const char *const values[] = {key};
        const int lengths[] = {8}, formats[] = {1};
        PGresult *r =
            server.checked(PQexecPrepared(server.get(), "get", 1, values, lengths, formats, 1));
        if (PQntuples(r) != 1)
            throw std::runtime_error("a book is missing");
        readBook(r, 0, books.emplace_back());
        PQclear(r);
    }
    return measured(books, since(begin));
}

/// A row as binary COPY wants it: the number of columns, then each with its length.
void copyRow(std::string &out, const PlainBook &b)
{
    append(out, std::int16_t(5));
    append(out, std::int32_t(b.title.size()));
    out += b.title;
    append(out, std::int32_t(8));
    append(out, b.price);
    append(out, std::int32_t(4));
    append(out, b.published - postgresEpoch);
    if (b.rating) {
        append(out, std::int32_t(4));
        append(out, std::int32_t(*b.rating));
    } else {
        append(out, std::int32_t(-1));
    }
    append(out, std::int32_t(8));
    append(out, b.authorId);
}

Measured insert()
{
    const std::vector<PlainBook> books = booksToInsert();
    const Server server;
    const auto begin = Clock::now();
    server.run("BEGIN");
    server.run("COPY book_copy (title, price, published, rating, author_id) FROM STDIN "
               "(FORMAT binary)");
    std::string bytes("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    for (const PlainBook &b : books) {
        copyRow(bytes, b);
        server.put(bytes, false);
    }
    append(bytes, std::int16_t(-1));
    server.put(bytes, true);
    server.endCopy();
    server.run("COMMIT");
    return {since(begin), insertCount, 0};
}

Measured joined()
{
    const Server server;
    const auto begin = Clock::now();
    PGresult *r = server.query(joinSql);
    const int n = PQntuples(r);
    std::vector<PlainFullBook> books(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
        PlainFullBook &b = books[std::size_t(i)];
        readBook(r, i, b.book);
        b.author = readAuthor(r, i, 6);
        b.publisher = {readInt64(r, i, 10), readText(r, i, 11)};
    }
    PQclear(r);
    return measured(books, since(begin));
}

Measured prefetched()
{
    const Server server;
    const auto begin = Clock::now();
    std::vector<PlainAuthorWithBooks> authors;
    PGresult *r = server.query("SELECT id, name, born, publisher_id FROM author WHERE id <= " +
                               std::to_string(prefetchAuthors));
    for (int i = 0; i < PQntuples(r); ++i)
        authors.push_back({readAuthor(r, i, 0), {}});
    PQclear(r);
    std::vector<std::size_t> place(std::size_t(authorCount) + 1);
    std::string keys;
    for (const std::int32_t head : {1, 0, std::int32_t(int8Type), std::int32_t(authors.size()), 1})
        append(keys, head);
    for (std::size_t i = 0; i < authors.size(); ++i) {
        append(keys, std::int32_t(8));
        append(keys, authors[i].author.id);
        place[std::size_t(authors[i].author.id)] = i;
    }
    const char *const values[] = {keys.data()};
    const int lengths[] = {int(keys.size())}, formats[] = {1};
    r = server.checked(PQexecParams(server.get(),
                                    (selectBooks() + " WHERE author_id = ANY($1::int8[])").c_str(),
                                    1, nullptr, values, lengths, formats, 1));
    for (int i = 0; i < PQntuples(r); ++i) {
        PlainBook book;
        readBook(r, i, book);
        authors[place[std::size_t(book.authorId)]].books.push_back(std::move(book));
    }
    PQclear(r);
    return measured(authors, since(begin));
}

void generate()
{
    const Server server;
    server.run("SET client_min_messages = warning;"
               "DROP TABLE IF EXISTS book, author, publisher;"
               "CREATE TABLE publisher (id bigint PRIMARY KEY, name text NOT NULL);"
               "CREATE TABLE author (id bigint PRIMARY KEY, name text NOT NULL, born date NOT NULL,"
               " publisher_id bigint NOT NULL REFERENCES publisher (id));"
               "CREATE TABLE book (id bigint PRIMARY KEY, title text NOT NULL,"
               " price double precision NOT NULL, published date NOT NULL, rating integer NULL,"
               " author_id bigint NOT NULL REFERENCES author (id));");
    std::string rows;
    const auto copy = [&](const char *table, std::int64_t count, auto line) {
        server.run((std::string("COPY ") + table + " FROM STDIN").c_str());
        for (std::int64_t id = 1; id <= count; ++id) {
            line(id);
            server.put(rows, false);
        }
        server.put(rows, true);
        server.endCopy();
    };
    copy("publisher", publisherCount,
         [&](std::int64_t id) { rows += std::to_string(id) + '\t' + publisherOf(id).name + '\n'; });
    copy("author", authorCount, [&](std::int64_t id) {
        const PlainAuthor a = authorOf(id);
        rows += std::to_string(id) + '\t' + a.name + '\t' + isoDate(a.born) + '\t' +
                std::to_string(a.publisherId) + '\n';
    });
    copy("book", bookCount, [&](std::int64_t id) {
        const PlainBook b = bookOf(id);
        rows += std::to_string(id) + '\t' + b.title + '\t' + std::to_string(b.price) + '\t' +
                isoDate(b.published) + '\t' + (b.rating ? std::to_string(*b.rating) : "\\N") +
                '\t' + std::to_string(b.authorId) + '\n';
    });
    server.run("CREATE INDEX book_author ON book (author_id)");
    server.run("VACUUM (ANALYZE, FREEZE)");
}

void empty()
{
    const Server server;
    server.run("SET client_min_messages = warning;"
               "DROP TABLE IF EXISTS book_copy;"
               "CREATE TABLE book_copy (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
               " title text NOT NULL, price double precision NOT NULL, published date NOT NULL,"
               " rating integer NULL, author_id bigint NOT NULL);"
               "CREATE INDEX book_copy_author ON book_copy (author_id);");
}

} // namespace

const PlainLoops postgresLoops{generate, empty, allBooks, pointGets, insert, joined, prefetched};

} // namespace heddle::bench
