#include "orm/notation/dependencies.h"

#include <QTest>

using namespace heddle::notation;
using namespace Qt::Literals::StringLiterals;

namespace {

NameSets bookshop()
{
    NameSets names;
    names.models = {u"Book"_s, u"Author"_s, u"Sale"_s, u"Audit"_s};
    names.relations[u"Book"_s] = {
        {u"author"_s, u"Author"_s}, {u"sale"_s, u"Sale"_s}, {u"sale_set"_s, u"Sale"_s}};
    names.relations[u"Author"_s] = {{u"book"_s, u"Book"_s}, {u"book_set"_s, u"Book"_s}};
    names.relations[u"Sale"_s] = {{u"book"_s, u"Book"_s}};
    names.cascades[u"Book"_s] = {u"Sale"_s};
    names.reaching = {u"Audit"_s};
    names.functions = builtinFunctions();
    return names;
}

CellDependencies look(const QString &text)
{
    return analyze(*parseModule(text).tree, bookshop());
}

QStringList sorted(const QSet<QString> &names)
{
    QStringList out(names.begin(), names.end());
    out.sort();
    return out;
}

} // namespace

class TestDependencies : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesAndTables_data();
    void namesAndTables();
    void whatCannotBeSeenThrough_data();
    void whatCannotBeSeenThrough();
    void cellsInSteps_data();
    void cellsInSteps();
    void aReasonIsGiven();
};

void TestDependencies::namesAndTables_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("reads");
    QTest::addColumn<QStringList>("binds");
    QTest::addColumn<QStringList>("tablesRead");
    QTest::addColumn<QStringList>("tablesWritten");
    const auto row = [](const QString &text, QStringList reads, QStringList binds, QStringList read,
                        QStringList written) {
        QTest::newRow(qPrintable(text)) << text << reads << binds << read << written;
    };
    row(u"n = Book.objects.count()"_s, {}, {u"n"_s}, {u"Book"_s}, {});
    row(u"print(n)"_s, {u"n"_s}, {}, {}, {});
    row(u"n = 1\nprint(n)"_s, {}, {u"n"_s}, {}, {});
    row(u"if a:\n  n = 1\nprint(n)"_s, {u"a"_s, u"n"_s}, {u"n"_s}, {}, {});
    row(u"n += 1"_s, {u"n"_s}, {u"n"_s}, {}, {});
    row(u"[x for x in q]"_s, {u"q"_s}, {}, {}, {});
    row(u"rows.append(1)"_s, {u"rows"_s}, {u"rows"_s}, {}, {});
    row(u"Book.objects.filter(author__name='a')"_s, {}, {}, {u"Author"_s, u"Book"_s}, {});
    row(u"Book.objects.order_by('-author__name')"_s, {}, {}, {u"Author"_s, u"Book"_s}, {});
    row(u"for b in Book.objects.all(): print(b.author.name)"_s, {}, {u"b"_s},
        {u"Author"_s, u"Book"_s}, {});
    row(u"Book.objects.create(title='a')"_s, {}, {}, {u"Book"_s}, {u"Book"_s});
    row(u"await Book.objects.filter(a=1).aupdate(b=2)"_s, {}, {}, {u"Book"_s}, {u"Book"_s});
    row(u"Book.objects.all().delete()"_s, {}, {}, {u"Book"_s}, {u"Book"_s, u"Sale"_s});
    row(u"b = Book.objects.first()\nb.title = 'x'\nb.save()"_s, {}, {u"b"_s}, {u"Book"_s},
        {u"Book"_s});
    row(u"b, new = Book.objects.get_or_create(title='x')"_s, {}, {u"b"_s, u"new"_s}, {u"Book"_s},
        {u"Book"_s});
    row(u"seen = set()\nseen.add(1)"_s, {}, {u"seen"_s}, {}, {});
    row(u"Book.objects.select_for_update().first()"_s, {}, {}, {u"Book"_s}, {u"Book"_s});
    row(u"def f():\n  Book.objects.create()\n  return y"_s, {}, {u"f"_s}, {}, {});
    row(u"Book = 1\nBook.objects.create()"_s, {}, {u"Book"_s}, {}, {});
}

void TestDependencies::namesAndTables()
{
    QFETCH(QString, text);
    QFETCH(QStringList, reads);
    QFETCH(QStringList, binds);
    QFETCH(QStringList, tablesRead);
    QFETCH(QStringList, tablesWritten);
    const CellDependencies cell = look(text);
    QCOMPARE(sorted(cell.reads), reads);
    QCOMPARE(sorted(cell.binds), binds);
    QCOMPARE(sorted(cell.tablesRead), tablesRead);
    QCOMPARE(sorted(cell.tablesWritten), tablesWritten);
}

void TestDependencies::whatCannotBeSeenThrough_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("opaque");
    QTest::newRow("raw") << u"Book.objects.raw('SELECT 1')"_s << true;
    QTest::newRow("a read") << u"list(Book.objects.all())"_s << false;
    QTest::newRow("something computed") << u"fs[0]()"_s << true;
    QTest::newRow("a parameter") << u"def g(f): f()\ng(print)"_s
                                 << false; // the graph follows the call of g
    QTest::newRow("a many-to-many write") << u"b = Book.objects.first()\nb.genres.add(1)"_s << true;
    QTest::newRow("triggers") << u"Audit.objects.create(a=1)"_s << true;
    QTest::newRow("a transaction by hand") << u"transaction.set_autocommit(False)"_s << true;
    QTest::newRow("a transaction") << u"with transaction.atomic(): pass"_s << false;
    QTest::newRow("an error") << u"x = = 1"_s << true;
}

void TestDependencies::whatCannotBeSeenThrough()
{
    QFETCH(QString, text);
    QFETCH(bool, opaque);
    const CellDependencies cell = look(text);
    QCOMPARE(cell.opaque, opaque);
    QCOMPARE(cell.opaqueBecause.isEmpty(), !opaque);
}

void TestDependencies::cellsInSteps_data()
{
    using Steps = QList<QList<int>>;
    QTest::addColumn<QStringList>("cells");
    QTest::addColumn<Steps>("steps");
    const auto row = [](const char *name, const QStringList &cells, const Steps &steps) {
        QTest::newRow(name) << cells << steps;
    };
    row("reads are independent",
        {u"a = Book.objects.count()"_s, u"b = Sale.objects.count()"_s,
         u"c = Book.objects.first()"_s},
        {{0, 1, 2}});
    row("a name", {u"a = Book.objects.count()"_s, u"b = 1"_s, u"print(a)"_s}, {{0, 1}, {2}});
    row("a write between reads",
        {u"Book.objects.count()"_s, u"Book.objects.create()"_s, u"Book.objects.count()"_s},
        {{0}, {1}, {2}});
    row("a write elsewhere",
        {u"Sale.objects.count()"_s, u"Author.objects.create()"_s, u"Sale.objects.first()"_s},
        {{0, 1, 2}});
    row("a write of a related table",
        {u"Book.objects.filter(author__name='x').count()"_s, u"Author.objects.create()"_s},
        {{0}, {1}});
    row("a lazy queryset",
        {u"q = Book.objects.all()"_s, u"Book.objects.create()"_s, u"print(list(q))"_s},
        {{0}, {1}, {2}});
    row("a lazy queryset and a far table",
        {u"q = Book.objects.all()"_s, u"Author.objects.create()"_s,
         u"for b in q: print(b.author.name)"_s},
        {{0, 1}, {2}});
    row("a row saved later",
        {u"b = Book.objects.first()"_s, u"b.title = 'x'\nb.save()"_s, u"Book.objects.count()"_s,
         u"Sale.objects.count()"_s},
        {{0, 3}, {1}, {2}});
    row("raw", {u"a = 1"_s, u"Book.objects.raw('x')"_s, u"c = 1"_s}, {{0}, {1}, {2}});
    row("a function",
        {u"def f(): return Book.objects.create()"_s, u"Book.objects.count()"_s,
         u"Sale.objects.count()"_s, u"f()"_s},
        {{0, 1, 2}, {3}});
    row("a function's globals", {u"def f(): return n"_s, u"n = 1"_s, u"print(f())"_s},
        {{0, 1}, {2}});
    row("a function by its name",
        {u"def f(): Book.objects.create()"_s, u"Book.objects.count()"_s, u"print(f)"_s},
        {{0, 1}, {2}});
    row("an unknown function", {u"a = 1"_s, u"helper()"_s}, {{0}, {1}});
    row("a list that grows", {u"rows = []"_s, u"rows.append(1)"_s, u"print(rows)"_s},
        {{0}, {1}, {2}});
    row("rebinding", {u"x = 1"_s, u"print(x)"_s, u"x = 2"_s}, {{0, 2}, {1}});
    row("async",
        {u"a = await Book.objects.acount()"_s, u"b = await gather(Sale.objects.acount())"_s},
        {{0, 1}});
}

void TestDependencies::cellsInSteps()
{
    QFETCH(QStringList, cells);
    QFETCH(QList<QList<int>>, steps);
    std::vector<CellDependencies> looked;
    for (const QString &cell : cells)
        looked.push_back(look(cell));
    QList<QList<int>> found;
    for (const std::vector<int> &step : independentGroups(looked, bookshop()))
        found.push_back(QList<int>(step.begin(), step.end()));
    QCOMPARE(found, steps);
}

void TestDependencies::aReasonIsGiven()
{
    const DependencyGraph graph({look(u"a = 1"_s), look(u"print(a)"_s),
                                 look(u"Book.objects.create()"_s), look(u"Book.objects.raw('')"_s)},
                                bookshop());
    QCOMPARE(graph.size(), 4);
    QCOMPARE(graph.dependsOn(1), std::vector<int>{0});
    QCOMPARE(graph.reason(1, 0), u"reads 'a'"_s);
    QCOMPARE(graph.dependsOn(2), std::vector<int>{});
    QCOMPARE(graph.dependsOn(3), (std::vector<int>{0, 1, 2}));
    QCOMPARE(graph.reason(3, 0), u"raw() cannot be seen through"_s);
    QCOMPARE(graph.reason(2, 0), QString());
}

QTEST_GUILESS_MAIN(TestDependencies)
#include "tst_dependencies.moc"
