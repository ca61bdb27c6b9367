#include "orm/notation/textedit.h"

#include <QTest>

using namespace heddle::notation;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The text without its caret "|", and where the caret was.
std::pair<QString, int> withCaret(QString text)
{
    const int caret = int(text.indexOf(u'|'));
    return {text.remove(caret, 1), caret};
}

QString textOf(const QString &source, const NodePtr &node)
{
    return node ? source.mid(node->span.begin, node->span.end - node->span.begin) : QString();
}

} // namespace

class TestTextEdit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void editsCountInTheOldText();
    void editsThatOverlapAreRefused();
    void theChainAtTheCaret_data();
    void theChainAtTheCaret();
    void aChainKnowsItsLinks();
    void theStatementAroundAPlace_data();
    void theStatementAroundAPlace();
    void whatRanBefore();
};

void TestTextEdit::editsCountInTheOldText()
{
    const auto span = [](int begin, int end) {
        Span s;
        s.begin = begin;
        s.end = end;
        return s;
    };
    QCOMPARE(apply(u"abcdef"_s, {{span(4, 5), u"XY"_s},
                                 {span(0, 1), QString()},
                                 {span(2, 2), u"1"_s},
                                 {span(2, 2), u"2"_s}}),
             u"b12cdXYf"_s);
    QCOMPARE(apply(u"ab"_s, {}), u"ab"_s);
    QCOMPARE(apply(u"ab"_s, {{span(2, 2), u"c"_s}}), u"abc"_s);
}

void TestTextEdit::editsThatOverlapAreRefused()
{
    const auto span = [](int begin, int end) {
        Span s;
        s.begin = begin;
        s.end = end;
        return s;
    };
    QVERIFY(!apply(u"abcdef"_s, {{span(1, 4), u"x"_s}, {span(3, 5), u"y"_s}}));
    QVERIFY(!apply(u"ab"_s, {{span(1, 4), u"x"_s}}));
    QVERIFY(!apply(u"ab"_s, {{span(2, 1), u"x"_s}}));
}

void TestTextEdit::theChainAtTheCaret_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("outermost");
    QTest::addColumn<QString>("innermost");
    const auto row = [](const QString &text, const QString &outer, const QString &inner) {
        QTest::newRow(qPrintable(text)) << text << outer << inner;
    };
    const QString chain = u"Book.objects.filter(a=1).count()"_s;
    row(u"Book.ob|jects.filter(a=1).count()"_s, chain, chain);
    row(u"Book.objects.filter(a=|1).count()"_s, chain, chain);
    row(u"|Book.objects.filter(a=1).count()"_s, chain, chain);
    row(u"Book.objects.filter(a=1).count()|"_s, chain, chain);
    row(u"n| = Book.objects.filter(a=1).count()"_s, chain, chain);
    row(u"n = Book.objects.filter(a=1).count()  # no|te"_s, chain, chain);
    row(u"Book.objects.filter(a__in=Author.objects.al|l())"_s,
        u"Book.objects.filter(a__in=Author.objects.all())"_s, u"Author.objects.all()"_s);
    row(u"x = await Book.objects.aco|unt()"_s, u"Book.objects.acount()"_s,
        u"Book.objects.acount()"_s);
    row(u"for b in Book.objects.a|ll():\n    print(b.author.name)"_s, u"Book.objects.all()"_s,
        u"Book.objects.all()"_s);
    row(u"for b in Book.objects.all():\n    print(b.auth|or.name)"_s, u"print(b.author.name)"_s,
        u"b.author.name"_s);
    row(u"q[:|5]"_s, u"q[:5]"_s, u"q[:5]"_s);
    row(u"a.b() + c.d|()"_s, u"c.d()"_s, u"c.d()"_s);
    row(u"x = 1 + |2"_s, QString(), QString());
    row(u"(Book.objects\n    .all()\n    .filter|(a=1))"_s,
        u"Book.objects\n    .all()\n    .filter(a=1)"_s,
        u"Book.objects\n    .all()\n    .filter(a=1)"_s);
}

void TestTextEdit::theChainAtTheCaret()
{
    QFETCH(QString, text);
    QFETCH(QString, outermost);
    QFETCH(QString, innermost);
    const auto [source, caret] = withCaret(text);
    const ParseResult parsed = parseModule(source);
    QVERIFY(parsed.ok());
    const CallChain outer = chainAt(parsed, caret);
    QCOMPARE(outer ? textOf(source, outer.expression()) : QString(), outermost);
    const CallChain inner = chainAt(parsed, caret, ChainChoice::Innermost);
    QCOMPARE(inner ? textOf(source, inner.expression()) : QString(), innermost);
}

void TestTextEdit::aChainKnowsItsLinks()
{
    const ParseResult parsed = parseModule(u"Book.objects.filter(a=1)[:5]"_s);
    const CallChain chain = chainAt(parsed, 3);
    QCOMPARE(chain.root->name, u"Book"_s);
    QCOMPARE(chain.links.size(), std::size_t(4));
    QCOMPARE(chain.links[1]->name, u"filter"_s);
    QCOMPARE(chain.links[2]->kind, NodeKind::Call);
    QVERIFY(!chainOf(parseExpression(u"(a + b).c"_s).tree));
    QVERIFY(!chainOf(parseExpression(u"a"_s).tree));
}

void TestTextEdit::theStatementAroundAPlace_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("statement");
    QTest::newRow("simple") << u"a = 1\nb = |2\nc"_s << u"b = 2"_s;
    QTest::newRow("in a block") << u"if x:\n  a\n  b|b\nc"_s << u"bb"_s;
    QTest::newRow("in a header") << u"if x|x:\n  a"_s << u"if xx:\n  a"_s;
    QTest::newRow("in a handler") << u"try: a\nexcept B:\n  c|c"_s << u"cc"_s;
    QTest::newRow("between two") << u"a;| b"_s << QString();
}

void TestTextEdit::theStatementAroundAPlace()
{
    QFETCH(QString, text);
    QFETCH(QString, statement);
    const auto [source, caret] = withCaret(text);
    QCOMPARE(textOf(source, enclosingStatement(parseModule(source).tree, caret)), statement);
}

void TestTextEdit::whatRanBefore()
{
    const auto [source, caret] = withCaret(
        u"a = 1\nif a:\n  b = 2\nelse:\n  c = 3\n  for x in c:\n    d = 4\n    e|e\n    f\ng"_s);
    QStringList texts;
    for (const NodePtr &node : statementsBefore(parseModule(source).tree, caret))
        texts.push_back(textOf(source, node));
    QCOMPARE(texts, (QStringList{u"a = 1"_s, u"c = 3"_s, u"d = 4"_s}));
}

QTEST_GUILESS_MAIN(TestTextEdit)
#include "tst_textedit.moc"
