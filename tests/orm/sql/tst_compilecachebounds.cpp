#include "orm/sql/compilecache.h"
#include "orm/sql/dialects.h"
#include "tests/support/schemafile.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;

/// The cache of compiled texts stays small. What building and compiling cost is a benchmark's
/// business: `heddle_bench sqlite cost`.
class TestCompileCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
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

QTEST_GUILESS_MAIN(TestCompileCache)
#include "tst_compilecachebounds.moc"
