#include "orm/sql/compilecache.h"
#include "orm/sql/dialects.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

#include <QTest>
#include <chrono>

using namespace heddle;
using namespace heddle::test;

namespace {

constexpr int kRounds = 3;
constexpr int kTimes = 5'000;

template <typename Work>
void measure(const char *name, double limitNs, const Work &work)
{
    double best = 1e18;
    for (int round = 0; round < kRounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < kTimes; ++i)
            work(i);
        const std::chrono::duration<double, std::nano> took =
            std::chrono::steady_clock::now() - begin;
        best = std::min(best, took.count() / kTimes);
    }
    qInfo("%s: %.0f ns (wanted in an optimised build: under %.0f)", name, best, limitNs);
}

QPtr lookup(const QString &path, Value value)
{
    std::vector<QChild> children(1);
    children[0].path = path;
    children[0].operand = Operand(std::move(value));
    return makeQ(std::move(children));
}

} // namespace

/// What a queryset costs before anything is sent. The times are printed, not asserted: they say
/// something in an optimised build on a quiet machine alone.
class TestCost : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void buildingAndFindingTheText()
    {
        const Query tracks = chinook("Track");
        const QString pk = QStringLiteral("pk"), name = QStringLiteral("name"),
                      genre = QStringLiteral("genre__name");
        measure("one step", 300, [&](int i) { tracks.filter(lookup(pk, Value(i))); });
        const QStringList order{QStringLiteral("-name")};
        const auto five = [&](int i) {
            return tracks.filter(lookup(name, Value(i)))
                .exclude(lookup(genre, Value(i)))
                .orderBy(order)
                .selectRelated({QStringLiteral("album")})
                .slice(0, 10);
        };
        measure("five steps", 3000, [&](int i) { five(i); });

        const Query point = tracks.filter(lookup(pk, Value(1))), long_ = five(1);
        for (const Dialect *dialect : {&sqliteDialect(), &postgresDialect()}) {
            CompileCache cache;
            const bool sqlite = dialect == &sqliteDialect();
            measure(sqlite ? "cache hit, sqlite" : "cache hit, postgresql", 300,
                    [&](int) { compile(point, Ask::Rows, *dialect, {}, cache); });
            measure(sqlite ? "cache hit of five steps, sqlite"
                           : "cache hit of five steps, postgresql",
                    1000, [&](int) { compile(long_, Ask::Rows, *dialect, {}, cache); });
        }
    }

    void theCacheIsBounded()
    {
        CompileCache cache(100);
        const Query tracks = chinook("Track");
        for (int i = 0; i < 500; ++i)
            compile(tracks.slice(0, i + 1), Ask::Rows, sqliteDialect(), {}, cache);
        QCOMPARE(cache.stats().entries, std::size_t(100));
        // The newest stay.
        const std::size_t hits = cache.stats().hits;
        compile(tracks.slice(0, 500), Ask::Rows, sqliteDialect(), {}, cache);
        compile(tracks.slice(0, 401), Ask::Rows, sqliteDialect(), {}, cache);
        QCOMPARE(cache.stats().hits, hits + 2);
        compile(tracks.slice(0, 1), Ask::Rows, sqliteDialect(), {}, cache);
        QCOMPARE(cache.stats().hits, hits + 2);
    }
};

QTEST_GUILESS_MAIN(TestCost)
#include "tst_cost.moc"
