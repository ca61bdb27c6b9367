#include "orm/notation/equality.h"
#include "orm/notation/formatter.h"
#include "tests/orm/notation/randomtext.h"

#include <QTest>

using namespace heddle::notation;
using namespace Qt::Literals::StringLiterals;

class TestFormatter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layout_data();
    void layout();
    void aTextWithErrorsStays();
    void formattingTwiceChangesNothingMore();
};

void TestFormatter::layout_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("formatted");
    const auto row = [](const char *name, const QString &text, const QString &formatted) {
        QTest::newRow(name) << text << formatted;
    };
    row("blanks", u"x=Book . objects.filter( a = 'b' )"_s, u"x = Book.objects.filter(a=\"b\")\n"_s);
    row("comments", u"#a\nx=1 #b\n\n\n\n\n# %% cell\ny=2\n#c"_s,
        u"#a\nx = 1  #b\n\n\n# %% cell\ny = 2\n#c\n"_s);
    row("blocks", u"if x :\n  y\n  # in\nelif z:\n\tw\nelse :\n a"_s,
        u"if x:\n    y\n    # in\nelif z:\n    w\nelse:\n    a\n"_s);
    row("one line each", u"if x: y\nz ; w"_s, u"if x:\n    y\nz\nw\n"_s);
    row("try", u"try :\n a\nexcept  E as e :\n b\nfinally:\n c"_s,
        u"try:\n    a\nexcept E as e:\n    b\nfinally:\n    c\n"_s);
    row("def keeps annotations", u"def f( a : int )->str :\n  return  a"_s,
        u"def f( a : int )->str :\n    return a\n"_s);
    row("a comment inside", u"x = [ 1, # one\n 2 ]\ny=1"_s, u"x = [ 1, # one\n 2 ]\ny = 1\n"_s);
    row("a short line that was broken", u"x = f(\n  1\n)"_s, u"x = f(1)\n"_s);
    row("a list laid out by hand", u"x = [\n  1,\n  2,\n]"_s, u"x = [\n  1,\n  2,\n]\n"_s);
    row("a long chain",
        u"x = (Book.objects\n     .filter(title__icontains='something', author__name='somebody')\n     .order_by('title'))"_s,
        u"x = (Book.objects\n     .filter(title__icontains='something', author__name='somebody')\n     .order_by('title'))\n"_s);
    row("literals", u"x = 0xFF+1_000+1e5 , r'\\d'"_s, u"x = 0xFF + 1_000 + 1e5, r'\\d'\n"_s);
    row("triple quotes", u"x  = '''a\n b'''"_s, u"x  = '''a\n b'''\n"_s);
    row("line ends", u"x=1\r\ny=2\r\n"_s, u"x = 1\ny = 2\n"_s);
    row("nothing", u"\n\n"_s, QString());
    row("only a comment", u"\n# a"_s, u"# a\n"_s);
}

void TestFormatter::layout()
{
    QFETCH(QString, text);
    QFETCH(QString, formatted);
    const ParseResult parsed = parseModule(text);
    QVERIFY(parsed.ok());
    QCOMPARE(formatModule(parsed), formatted);
    QCOMPARE(formatModule(parseModule(formatted)), formatted);
}

void TestFormatter::aTextWithErrorsStays()
{
    const QString text = u"x=1\ny = = 2"_s;
    QCOMPARE(formatModule(parseModule(text)), text);
}

void TestFormatter::formattingTwiceChangesNothingMore()
{
    RandomText random(5);
    int changed = 0;
    for (int i = 0; i < 1500; ++i) {
        const ParseResult parsed = parseModule(random.module(4));
        const QString once = formatModule(parsed);
        const ParseResult again = parseModule(once);
        QVERIFY2(sameTree(parsed.tree, again.tree), qPrintable(parsed.source));
        QCOMPARE(again.comments.size(), parsed.comments.size());
        QCOMPARE(formatModule(again), once);
        changed += once != parsed.source;
    }
    QVERIFY(changed > 1400);
}

QTEST_GUILESS_MAIN(TestFormatter)
#include "tst_formatter.moc"
