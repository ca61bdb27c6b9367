#include "tests/benchmarks/dataset.h"

#include <array>
#include <cstdio>
#include <sqlite3.h>
#include <stdexcept>

namespace heddle::bench {

namespace {

void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(db));
}

/// "1987-05-23" for a day counted from 1970, through the calendar of 400-year eras.
std::string isoDate(std::int32_t days)
{
    const int z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, inEra = z - era * 146097;
    const int year = (inEra - inEra / 1460 + inEra / 36524 - inEra / 146096) / 365;
    const int inYear = inEra - (365 * year + year / 4 - year / 100),
              shifted = (5 * inYear + 2) / 153;
    const int day = inYear - (153 * shifted + 2) / 5 + 1,
              month = shifted < 10 ? shifted + 3 : shifted - 9;
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", year + era * 400 + (month <= 2), month, day);
    return text;
}

class Insert {
public:
    Insert(sqlite3 *db, const char *sql) : m_db(db)
    {
        if (sqlite3_prepare_v2(db, sql, -1, &m_stmt, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(db));
    }
    ~Insert() { sqlite3_finalize(m_stmt); }
    Insert &operator<<(std::int64_t v) { return sqlite3_bind_int64(m_stmt, ++m_at, v), *this; }
    Insert &operator<<(double v) { return sqlite3_bind_double(m_stmt, ++m_at, v), *this; }
    Insert &operator<<(std::nullptr_t) { return sqlite3_bind_null(m_stmt, ++m_at), *this; }
    Insert &operator<<(const std::string &v)
    {
        sqlite3_bind_text(m_stmt, ++m_at, v.data(), int(v.size()), SQLITE_TRANSIENT);
        return *this;
    }
    void done()
    {
        if (sqlite3_step(m_stmt) != SQLITE_DONE)
            throw std::runtime_error(sqlite3_errmsg(m_db));
        sqlite3_reset(m_stmt);
        m_at = 0;
    }

private:
    sqlite3 *m_db;
    sqlite3_stmt *m_stmt = nullptr;
    int m_at = 0;
};

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

std::string titleOf(std::uint64_t h)
{
    return std::string("The ") + moods[h & 15] + ' ' + things[(h >> 4) & 15] + ' ' +
           std::to_string(1'000'000 + (h >> 8) % 9'000'000);
}

void insertAll(sqlite3 *db)
{
    Insert publishers(db, "INSERT INTO publisher VALUES (?, ?)");
    for (std::int64_t id = 1; id <= publisherCount; ++id)
        (publishers << id << "Press No. " + std::to_string(id)).done();
    Insert authors(db, "INSERT INTO author VALUES (?, ?, ?, ?)");
    for (std::int64_t id = 1; id <= authorCount; ++id) {
        const std::uint64_t h = scrambled(std::uint64_t(id) * 41 + 11);
        const std::string name = std::string(firstNames[h & 7]) + ' ' + lastNames[(h >> 3) & 7] +
                                 ' ' + std::to_string(id);
        (authors << id << name << isoDate(std::int32_t((h >> 8) % 20000) - 20000)
                 << std::int64_t((h >> 24) % publisherCount) + 1)
            .done();
    }
    Insert books(db, "INSERT INTO book VALUES (?, ?, ?, ?, ?, ?)");
    for (std::int64_t id = 1; id <= bookCount; ++id) {
        const std::uint64_t h = scrambled(std::uint64_t(id) * 13 + 7), g = scrambled(h + 1);
        books << id << titleOf(h) << double(100 + (h >> 32) % 19900) / 100
              << isoDate(std::int32_t(g % 45000) - 25000);
        if ((g >> 20) % 10 != 0)
            books << std::int64_t((g >> 24) % 100) + 1;
        else
            books << nullptr;
        (books << std::int64_t((g >> 32) % authorCount) + 1).done();
    }
}

} // namespace

void generateSqlite(const std::string &path)
{
    for (const char *part : {"", "-wal", "-shm"})
        std::remove((path + part).c_str());
    sqlite3 *db = nullptr;
    if (sqlite3_open(path.c_str(), &db) != SQLITE_OK)
        throw std::runtime_error("cannot write " + path);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN;"
            "CREATE TABLE publisher (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
            "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE NOT NULL,"
            " publisher_id INTEGER NOT NULL REFERENCES publisher (id));"
            "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price REAL NOT NULL, "
            "published DATE NOT NULL,"
            " rating INTEGER NULL, author_id INTEGER NOT NULL REFERENCES author (id));");
    insertAll(db);
    run(db, "CREATE INDEX book_author ON book (author_id); COMMIT; ANALYZE; PRAGMA "
            "wal_checkpoint(TRUNCATE);");
    sqlite3_close(db);
}

} // namespace heddle::bench
