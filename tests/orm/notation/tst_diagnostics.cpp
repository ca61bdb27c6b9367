#include "orm/notation/diagnostics.h"

#include <QTest>

using namespace heddle::notation;
using namespace Qt::Literals::StringLiterals;

class TestDiagnostics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theNearestWordIsMeant_data();
    void theNearestWordIsMeant();
    void unknownNamesAreFoundWithoutRunning_data();
    void unknownNamesAreFoundWithoutRunning();
    void aFindingSaysWhereAndWhat();
};

void TestDiagnostics::theNearestWordIsMeant_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QStringList>("candidates");
    QTest::addColumn<QString>("meant");
    const auto row = [](const char *name, const QString &word, const QStringList &candidates,
                        const QString &meant) {
        QTest::newRow(name) << word << candidates << meant;
    };
    row("a letter missing", u"titel"_s, {u"author"_s, u"title"_s}, u"title"_s);
    row("letters swapped", u"auhtor"_s, {u"author"_s, u"auditor"_s}, u"author"_s);
    row("case only", u"book"_s, {u"books"_s, u"Book"_s}, u"Book"_s);
    row("case is the smaller mistake", u"BOOKS"_s, {u"BOOK"_s, u"books"_s}, u"books"_s);
    row("a short word in the wrong case", u"q"_s, {u"F"_s, u"Q"_s}, u"Q"_s);
    row("a short word", u"X"_s, {u"F"_s, u"Q"_s}, QString());
    row("too far", u"price"_s, {u"title"_s, u"author"_s}, QString());
    row("itself is no suggestion", u"title"_s, {u"title"_s}, QString());
    row("three mistakes in a long word", u"selct_relatde"_s, {u"select_related"_s},
        u"select_related"_s);
    row("none", u"a"_s, {}, QString());
}

void TestDiagnostics::theNearestWordIsMeant()
{
    QFETCH(QString, word);
    QFETCH(QStringList, candidates);
    QFETCH(QString, meant);
    QCOMPARE(didYouMean(word, candidates), meant);
    QCOMPARE(suggestionFor(word, candidates),
             meant.isEmpty() ? QString() : u"did you mean '%1'?"_s.arg(meant));
}

void TestDiagnostics::unknownNamesAreFoundWithoutRunning_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("unknown");
    const auto row = [](const QString &text, const QStringList &unknown) {
        QTest::newRow(qPrintable(text)) << text << unknown;
    };
    row(u"print(Book.objects.all())"_s, {});
    row(u"print(Bok)"_s, {u"Bok"_s});
    row(u"x = 1\nprint(x)"_s, {});
    row(u"[y for y in Book.objects.all() if y.a == z]"_s, {u"z"_s});
    row(u"[y for y in Book.objects.all()]\ny"_s, {u"y"_s});
    row(u"[y for y in y]"_s, {u"y"_s});
    row(u"def f(a, b=c):\n  d = a\n  return d + e + f(1)\nd"_s, {u"c"_s, u"e"_s, u"d"_s});
    row(u"def f():\n  global g\n  g = 1\nf()\ng"_s, {});
    row(u"def f():\n  x = 1\n  def h():\n    nonlocal x\n    x = 2\n    return x\n  return h"_s,
        {});
    row(u"for i, (j, *k) in Book.objects.all(): i, j, k\ni"_s, {});
    row(u"with Book.objects as t: t"_s, {});
    row(u"try: pass\nexcept Exception as e: e"_s, {});
    row(u"import a.b, c as d\na, d, b"_s, {u"b"_s});
    row(u"from django.db.models import F as G\nG, F"_s, {u"F"_s});
    row(u"from x import *\nanything"_s, {});
    row(u"f'{q}'"_s, {u"q"_s});
    row(u"Book.objects.filter(nothing=1).x"_s, {});
    row(u"total = = 1\nprint(total)"_s, {});
    row(u"x: undefined = 1"_s, {});
}

void TestDiagnostics::unknownNamesAreFoundWithoutRunning()
{
    QFETCH(QString, text);
    QFETCH(QStringList, unknown);
    QStringList found;
    for (const Diagnostic &diagnostic :
         checkNames(parseModule(text), {u"Book"_s, u"print"_s, u"Exception"_s}))
        found.push_back(diagnostic.parameters[0]);
    QCOMPARE(found, unknown);
}

void TestDiagnostics::aFindingSaysWhereAndWhat()
{
    const auto found = checkNames(parseModule(u"x = 1\ny = Bok.objects"_s), {u"Book"_s});
    QCOMPARE(found.size(), std::size_t(1));
    QCOMPARE(found[0].code, u"unknown-name"_s);
    QCOMPARE(found[0].message, u"name 'Bok' is not defined"_s);
    QCOMPARE(found[0].suggestion, u"did you mean 'Book'?"_s);
    QCOMPARE(found[0].span.line, 2);
    QCOMPARE(found[0].span.column, 5);
}

QTEST_GUILESS_MAIN(TestDiagnostics)
#include "tst_diagnostics.moc"
