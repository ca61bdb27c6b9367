#include "orm/script/setorder.h"

#include "orm/values/numberhash.h"

#include <cmath>

namespace heddle::script {

namespace {

std::int64_t notMinusOne(std::int64_t hash)
{
    return hash == -1 ? -2 : hash; // -1 says "error" inside CPython
}

std::optional<std::int64_t> hashOfKey(const Object &key, int depth = 0);

/// As xxHash mixes those of the elements.
std::optional<std::int64_t> hashOfTuple(const Objects &items, int depth)
{
    constexpr std::uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u,
                            kPrime5 = 2870177450012600261u;
    std::uint64_t mixed = kPrime5;
    for (const Object &item : items) {
        const std::optional<std::int64_t> lane = hashOfKey(item, depth + 1);
        if (!lane)
            return std::nullopt;
        mixed += std::uint64_t(*lane) * kPrime2;
        mixed = mixed << 31 | mixed >> 33;
        mixed *= kPrime1;
    }
    mixed += items.size() ^ (kPrime5 ^ 3527539u);
    return mixed == std::uint64_t(-1) ? 1546275796 : std::int64_t(mixed);
}

std::optional<std::int64_t> hashOfKey(const Object &key, int depth)
{
    constexpr int kDeepest = 20;
    if (key.isInt() || key.isBool())
        return notMinusOne(std::int64_t(detail::hashOfInt(key.asInt())));
    if (key.isFloat() && !std::isnan(key.asFloat()))
        return notMinusOne(std::int64_t(detail::hashOfDouble(key.asFloat())));
    if (const Tuple *tuple = key.as<Tuple>(); tuple && depth < kDeepest)
        return hashOfTuple(tuple->items(), depth);
    return std::nullopt;
}

/// CPython's table of a set: where each entry lies.
class Table {
public:
    void add(std::size_t entry, std::int64_t hash)
    {
        place(m_places, entry, hash);
        ++m_filled;
        const std::size_t mask = m_places.size() - 1;
        if (m_filled * 5 >= mask * 3)
            resize(m_filled > 50000 ? m_filled * 2 : m_filled * 4);
    }
    struct Place {
        bool used = false;
        std::size_t entry = 0;
        std::int64_t hash = 0;
    };
    const std::vector<Place> &places() const { return m_places; }

private:
    static void place(std::vector<Place> &places, std::size_t entry, std::int64_t hash)
    {
        constexpr std::size_t kInARow = 9;
        const std::size_t mask = places.size() - 1;
        std::size_t perturb = std::size_t(hash), i = perturb & mask;
        for (;;) {
            const std::size_t last = i + kInARow <= mask ? i + kInARow : i;
            for (std::size_t at = i; at <= last; ++at) {
                if (!places[at].used) {
                    places[at] = {true, entry, hash};
                    return;
                }
            }
            perturb >>= 5;
            i = (i * 5 + 1 + perturb) & mask;
        }
    }
    void resize(std::size_t least)
    {
        std::size_t size = 8;
        while (size <= least)
            size *= 2;
        std::vector<Place> places(size);
        for (const Place &old : m_places) {
            if (old.used)
                place(places, old.entry, old.hash);
        }
        m_places = std::move(places);
    }

    std::vector<Place> m_places = std::vector<Place>(8);
    std::size_t m_filled = 0;
};

} // namespace

std::vector<std::size_t> setOrder(const std::vector<HashTable::Entry> &entries)
{
    std::vector<std::size_t> order;
    Table table;
    bool known = true;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].key.isEmpty())
            continue;
        order.push_back(i);
        const std::optional<std::int64_t> hash =
            known ? hashOfKey(entries[i].key) : std::optional<std::int64_t>();
        known = hash.has_value();
        if (known)
            table.add(i, *hash);
    }
    if (!known)
        return order;
    order.clear();
    for (const Table::Place &place : table.places()) {
        if (place.used)
            order.push_back(place.entry);
    }
    return order;
}

} // namespace heddle::script
