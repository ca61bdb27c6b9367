#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The benchmark's data: publishers, authors and books made from their number alone, so that every
/// run, every machine and every database has the same.
namespace heddle::bench {

inline constexpr std::int64_t publisherCount = 1'000;
inline constexpr std::int64_t authorCount = 50'000;
inline constexpr std::int64_t bookCount = 1'000'000;
inline constexpr int pointGetCount = 20'000;
inline constexpr int outstandingGets = 1'000;
inline constexpr int insertCount = 200'000;   // P3
inline constexpr int joinCount = 200'000;     // P4
inline constexpr int prefetchAuthors = 2'000; // P5

inline constexpr const char *bookColumns = "id, title, price, published, rating, author_id";
/// About 0.4 s of work for the processor on a million books.
inline constexpr const char *aggregateSql =
    "SELECT count(*), avg(price * 1.1 + length(title)), sum(rating * author_id % 97),"
    " max(price * price - length(title)) FROM book WHERE title LIKE '%e%'";
inline constexpr const char *joinSql =
    "SELECT book.id, book.title, book.price, book.published, book.rating, book.author_id,"
    " author.id, author.name, author.born, author.publisher_id, publisher.id, publisher.name"
    " FROM book JOIN author ON book.author_id = author.id"
    " JOIN publisher ON author.publisher_id = publisher.id WHERE book.id <= 200000";

/// The tables as plain programs would hold their rows. Dates are days since 1970.
struct PlainPublisher {
    std::int64_t id = 0;
    std::string name;
};
struct PlainAuthor {
    std::int64_t id = 0;
    std::string name;
    std::int32_t born = 0;
    std::int64_t publisherId = 0;
};
struct PlainBook {
    std::int64_t id = 0;
    std::string title;
    double price = 0;
    std::int32_t published = 0;
    std::optional<int> rating;
    std::int64_t authorId = 0;
};
struct PlainFullBook {
    PlainBook book;
    PlainAuthor author;
    PlainPublisher publisher;
};
struct PlainAuthorWithBooks {
    PlainAuthor author;
    std::vector<PlainBook> books;
};

PlainPublisher publisherOf(std::int64_t id);
PlainAuthor authorOf(std::int64_t id);
PlainBook bookOf(std::int64_t id);
/// The books that P3 inserts.
std::vector<PlainBook> booksToInsert();

/// "1987-05-23" for a day counted from 1970, through the calendar of 400-year eras; and back.
std::string isoDate(std::int32_t days);
std::int32_t daysOf(const char *iso);

/// The generator's only source of variety (splitmix64).
constexpr std::uint64_t scrambled(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

/// The key of the n-th point get.
constexpr std::int64_t pointKey(int n)
{
    return std::int64_t(scrambled(std::uint64_t(n) + 777) % std::uint64_t(bookCount)) + 1;
}

/// What every program of the harness sums up over its books, so that a wrong reader is found out.
inline std::int64_t checkOf(std::int64_t id, std::int32_t days, std::optional<int> rating,
                            std::int64_t author)
{
    return id + days + rating.value_or(7777) + 3 * author;
}

inline std::int64_t checkOf(const PlainBook &b)
{
    return checkOf(b.id, b.published, b.rating, b.authorId);
}

/// What a task took and gave.
struct Measured {
    double seconds = 0;
    std::int64_t rows = 0;
    std::int64_t check = 0;
};
Measured measured(const std::vector<PlainBook> &books, double seconds);
Measured measured(const std::vector<PlainFullBook> &books, double seconds);
Measured measured(const std::vector<PlainAuthorWithBooks> &authors, double seconds);

} // namespace heddle::bench
