// What a C program would write for the same tasks: sqlite3 into structs, nothing between.

#include "tests/benchmarks/dataset.h"

#include <chrono>
#include <sqlite3.h>
#include <stdexcept>
#include <vector>

namespace heddle::bench {

namespace {

std::int32_t daysOf(const char *iso)
{
    const auto digits = [iso](int at, int n) {
        int v = 0;
        for (int i = at; i < at + n; ++i)
            v = v * 10 + (iso[i] - '0');
        return v;
    };
    const int month = digits(5, 2), year = digits(0, 4) - (month <= 2), era = year / 400,
              inEra = year - era * 400;
    const int inYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + digits(8, 2) - 1;
    return era * 146097 + inEra * 365 + inEra / 4 - inEra / 100 + inYear - 719468;
}

void readBook(sqlite3_stmt *stmt, PlainBook &b)
{
    b.id = sqlite3_column_int64(stmt, 0);
    const auto *title = reinterpret_cast<const char *>(sqlite3_column_text(stmt, 1));
    b.title.assign(title, std::size_t(sqlite3_column_bytes(stmt, 1)));
    b.price = sqlite3_column_double(stmt, 2);
    b.published = daysOf(reinterpret_cast<const char *>(sqlite3_column_text(stmt, 3)));
    if (sqlite3_column_type(stmt, 4) != SQLITE_NULL)
        b.rating = sqlite3_column_int(stmt, 4);
    b.authorId = sqlite3_column_int64(stmt, 5);
}

sqlite3 *opened(const std::string &path)
{
    sqlite3 *db = nullptr;
    if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) !=
        SQLITE_OK)
        throw std::runtime_error("cannot open " + path);
    return db;
}

sqlite3_stmt *prepared(sqlite3 *db, const std::string &sql)
{
    sqlite3_stmt *stmt = nullptr;
    if (sqlite3_prepare_v2(db, sql.c_str(), -1, &stmt, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(db));
    return stmt;
}

Measured summed(const std::vector<PlainBook> &books, double seconds)
{
    Measured m{seconds, std::int64_t(books.size()), 0};
    for (const PlainBook &b : books)
        m.check += checkOf(b);
    return m;
}

double since(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

Measured plainAllBooks(const std::string &path)
{
    sqlite3 *db = opened(path);
    const auto begin = std::chrono::steady_clock::now();
    std::vector<PlainBook> books;
    sqlite3_stmt *stmt = prepared(db, std::string("SELECT ") + bookColumns + " FROM book");
    while (sqlite3_step(stmt) == SQLITE_ROW)
        readBook(stmt, books.emplace_back());
    sqlite3_finalize(stmt);
    const double seconds = since(begin);
    sqlite3_close(db);
    return summed(books, seconds);
}

Measured plainPointGets(const std::string &path)
{
    sqlite3 *db = opened(path);
    const auto begin = std::chrono::steady_clock::now();
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    sqlite3_stmt *stmt =
        prepared(db, std::string("SELECT ") + bookColumns + " FROM book WHERE id = ?");
    for (int n = 0; n < pointGetCount; ++n) {
        sqlite3_bind_int64(stmt, 1, pointKey(n));
        if (sqlite3_step(stmt) != SQLITE_ROW)
            throw std::runtime_error("a book is missing");
        readBook(stmt, books.emplace_back());
        sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
    const double seconds = since(begin);
    sqlite3_close(db);
    return summed(books, seconds);
}

} // namespace heddle::bench
