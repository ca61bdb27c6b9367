#pragma once

#include <QString>
#include <cstdint>

namespace heddle::app::words {

/// A small generator of our own (splitmix64), so that every system makes the same bookshop.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// 0 ... n - 1.
    int below(int n) { return int(next() % std::uint64_t(n)); }
    int between(int low, int high) { return low + below(high - low + 1); }
    /// Low numbers far more often than high ones: a few books sell most copies.
    int skewed(int n)
    {
        return int((std::uint64_t(below(n)) * std::uint64_t(below(n))) / std::uint64_t(n));
    }
    bool chance(int percent) { return below(100) < percent; }

private:
    std::uint64_t m_state;
};

QString person(Random &random);
QString city(Random &random);
QString publisher(Random &random, int index);
QString title(Random &random);
QString genre(int index);
QString shop(int index);
QString reviewText(Random &random, int rating);

} // namespace heddle::app::words
