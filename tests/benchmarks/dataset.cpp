#include "tests/benchmarks/dataset.h"

#include <array>
#include <cstdio>

namespace heddle::bench {

namespace {

constexpr std::array firstNames{"Amara", "Bela", "Chloë", "Dario",
                                "Edda",  "Femi", "Greta", "Håkon"};
constexpr std::array lastNames{"Bleacher", "Comber",  "Felter", "Knitter",
                               "Mender",   "Plaiter", "Roper",  "Twister"};
constexpr std::array moods{"Quiet",  "Amber",   "Frayed",  "Secret", "Plaited", "Remote",
                           "Sour",   "Scarlet", "Pleated", "Tender", "Empty",   "Pearl",
                           "Ragged", "Sister",  "Clear",   "Señor's"};
constexpr std::array things{"Frame",   "Pirn",   "Yarn",  "Harness", "Reel", "Distaff",
                            "Curtain", "Border", "Chain", "Filling", "Pin",  "Cloth",
                            "Draft",   "Mantle", "Braid", "Crêpe"};

} // namespace

PlainPublisher publisherOf(std::int64_t id)
{
    return {id, "Press No. " + std::to_string(id)};
}

PlainAuthor authorOf(std::int64_t id)
{
    const std::uint64_t h = scrambled(std::uint64_t(id) * 41 + 11);
    return {id,
            std::string(firstNames[h & 7]) + ' ' + lastNames[(h >> 3) & 7] + ' ' +
                std::to_string(id),
            std::int32_t((h >> 8) % 20000) - 20000, std::int64_t((h >> 24) % publisherCount) + 1};
}

PlainBook bookOf(std::int64_t id)
{
    const std::uint64_t h = scrambled(std::uint64_t(id) * 13 + 7), g = scrambled(h + 1);
    PlainBook book;
    book.id = id;
    book.title = std::string("The ") + moods[h & 15] + ' ' + things[(h >> 4) & 15] + ' ' +
                 std::to_string(1'000'000 + (h >> 8) % 9'000'000);
    book.price = double(100 + (h >> 32) % 19900) / 100;
    book.published = std::int32_t(g % 45000) - 25000;
    if ((g >> 20) % 10 != 0)
        book.rating = int((g >> 24) % 100) + 1;
    book.authorId = std::int64_t((g >> 32) % authorCount) + 1;
    return book;
}

std::vector<PlainBook> booksToInsert()
{
    std::vector<PlainBook> books;
    books.reserve(insertCount);
    for (int id = 1; id <= insertCount; ++id)
        books.push_back(bookOf(id));
    return books;
}

std::string isoDate(std::int32_t days)
{
    const int z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, inEra = z - era * 146097;
    const int year = (inEra - inEra / 1460 + inEra / 36524 - inEra / 146096) / 365;
    const int inYear = inEra - (365 * year + year / 4 - year / 100),
              shifted = (5 * inYear + 2) / 153;
    const int day = inYear - (153 * shifted + 2) / 5 + 1,
              month = shifted < 10 ? shifted + 3 : shifted - 9;
    const int full = year + era * 400 + (month <= 2);
    std::string text = "0000-00-00";
    const auto put = [&text](std::size_t at, int n, int v) {
        for (std::size_t i = at + std::size_t(n); i-- > at; v /= 10)
            text[i] = char('0' + v % 10);
    };
    put(0, 4, full);
    put(5, 2, month);
    put(8, 2, day);
    return text;
}

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

Measured measured(const std::vector<PlainBook> &books, double seconds)
{
    Measured m{seconds, std::int64_t(books.size()), 0};
    for (const PlainBook &b : books)
        m.check += checkOf(b);
    return m;
}

Measured measured(const std::vector<PlainFullBook> &books, double seconds)
{
    Measured m{seconds, std::int64_t(books.size()), 0};
    for (const PlainFullBook &b : books)
        m.check += checkOf(b.book) + b.author.id + b.publisher.id;
    return m;
}

Measured measured(const std::vector<PlainAuthorWithBooks> &authors, double seconds)
{
    Measured m{seconds, 0, 0};
    for (const PlainAuthorWithBooks &a : authors) {
        m.rows += std::int64_t(a.books.size());
        m.check += a.author.id;
        for (const PlainBook &b : a.books)
            m.check += checkOf(b);
    }
    return m;
}

} // namespace heddle::bench
