#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// The benchmark's data: publishers, authors and books made from their number alone, so that every
/// run and every machine has the same.
namespace heddle::bench {

inline constexpr std::int64_t publisherCount = 1'000;
inline constexpr std::int64_t authorCount = 50'000;
inline constexpr std::int64_t bookCount = 1'000'000;
inline constexpr int pointGetCount = 20'000;
inline constexpr int outstandingGets = 1'000;

inline constexpr const char *bookColumns = "id, title, price, published, rating, author_id";
/// About 0.4 s of work for the processor on a million books.
inline constexpr const char *aggregateSql =
    "SELECT count(*), avg(price * 1.1 + length(title)), sum(rating * author_id % 97),"
    " max(price * price - length(title)) FROM book WHERE title LIKE '%e%'";

/// A book as a plain program would hold it.
struct PlainBook {
    std::int64_t id = 0;
    std::string title;
    double price = 0;
    std::int32_t published = 0; // days since 1970
    std::optional<int> rating;
    std::int64_t authorId = 0;
};

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

/// Writes the whole dataset into a new SQLite file with a write-ahead log. Throws
/// std::runtime_error.
void generateSqlite(const std::string &path);

// The plain C loops: the measure of everything else. Each gives its seconds, rows and check.
struct Measured {
    double seconds = 0;
    std::int64_t rows = 0;
    std::int64_t check = 0;
};
Measured plainAllBooks(const std::string &path);
Measured plainPointGets(const std::string &path);

} // namespace heddle::bench
