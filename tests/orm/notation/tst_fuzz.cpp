#include "orm/notation/dependencies.h"
#include "orm/notation/diagnostics.h"
#include "orm/notation/equality.h"
#include "orm/notation/formatter.h"
#include "orm/notation/printer.h"
#include "orm/notation/textedit.h"
#include "tests/orm/notation/randomtext.h"

#include <QElapsedTimer>
#include <QTest>

using namespace heddle::notation;
using namespace Qt::Literals::StringLiterals;

namespace {

/// How many texts each test tries; HEDDLE_FUZZ sets it.
int rounds()
{
    bool ok = false;
    const int wanted = qEnvironmentVariableIntValue("HEDDLE_FUZZ", &ok);
    return ok && wanted > 0 ? wanted : 10'000;
}

/// Runs everything that reads a text; nothing may crash, hang or lose its place.
void chew(const QString &text, int offset)
{
    const ParseResult parsed = parseModule(text);
    QVERIFY(parsed.tree);
    for (const Diagnostic &diagnostic : parsed.diagnostics) {
        QVERIFY2(!diagnostic.message.isEmpty(), qPrintable(text));
        QVERIFY(diagnostic.span.begin >= 0 && diagnostic.span.begin <= diagnostic.span.end);
        QVERIFY2(diagnostic.span.end <= text.size(), qPrintable(text));
        QVERIFY(diagnostic.span.line >= 1 && diagnostic.span.column >= 1);
    }
    parseExpression(text);
    nodeAt(parsed.tree, offset);
    chainAt(parsed, offset);
    statementsBefore(parsed.tree, offset);
    checkNames(parsed, {u"Book"_s});
    NameSets names;
    names.models = {u"Book"_s};
    independentGroups({analyze(*parsed.tree, names), analyze(*parsed.tree, names)}, names);
    if (!parsed.ok())
        return;
    formatModule(parsed);
    Printer printer;
    const QString printed = printer.print(*parsed.tree);
    if (!printer.complete())
        return;
    const ParseResult again = parseModule(printed);
    QVERIFY2(again.ok() && sameTree(parsed.tree, again.tree),
             qPrintable(text + u"\n---\n"_s + printed));
}

} // namespace

class TestFuzz : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void randomCharacters();
    void randomTokens();
    void validTextsWithMistakes();
    void deepAndLongTexts_data();
    void deepAndLongTexts();
};

void TestFuzz::randomCharacters()
{
    RandomText random(1);
    for (int i = 0; i < rounds(); ++i) {
        QByteArray bytes;
        for (int length = random.below(60); length > 0; --length)
            bytes += char(random.below(3) ? 32 + random.below(96) : random.below(256));
        const QString text = i % 2 ? QString::fromUtf8(bytes) : QString::fromLatin1(bytes);
        chew(text, random.below(int(text.size()) + 1));
        if (QTest::currentTestFailed())
            return;
    }
    QString halves;
    for (int i = 0; i < 50; ++i)
        halves += QChar(char16_t(0xd800 + random.below(0x800)));
    chew(halves, 3);
    chew(u"'"_s + halves + u"'"_s, 3);
}

void TestFuzz::randomTokens()
{
    static const QStringList tokens = {
        u"("_s,       u")"_s,       u"["_s,       u"]"_s,        u"{"_s,       u"}"_s,
        u":"_s,       u","_s,       u"."_s,       u"="_s,        u"=="_s,      u"**"_s,
        u"*"_s,       u"-"_s,       u"@"_s,       u":="_s,       u"\n"_s,      u"\n"_s,
        u"\n    "_s,  u"\n  "_s,    u"\n\t"_s,    u" "_s,        u"\\\n"_s,    u"#c\n"_s,
        u"if "_s,     u"else "_s,   u"for "_s,    u"in "_s,      u"not "_s,    u"is "_s,
        u"def "_s,    u"async "_s,  u"await "_s,  u"with "_s,    u"as "_s,     u"try"_s,
        u"except "_s, u"finally"_s, u"lambda "_s, u"class "_s,   u"import "_s, u"from "_s,
        u"del "_s,    u"return "_s, u"raise "_s,  u"match "_s,   u"case "_s,   u"yield "_s,
        u"x"_s,       u"Book"_s,    u"1"_s,       u"1.5"_s,      u"'s'"_s,     u"f'{"_s,
        u"f'{x}'"_s,  u"'"_s,       u"\"\"\""_s,  u"f\"\"\"{"_s, u"!r"_s,      u";"_s,
        u"->"_s,      u"..."_s,     u"global "_s,
    };
    RandomText random(2);
    for (int i = 0; i < rounds(); ++i) {
        QString text;
        for (int length = random.below(25); length > 0; --length)
            text += tokens[random.below(int(tokens.size()))];
        chew(text, random.below(int(text.size()) + 1));
        if (QTest::currentTestFailed())
            return;
    }
}

void TestFuzz::validTextsWithMistakes()
{
    RandomText random(3);
    for (int i = 0; i < rounds(); ++i) {
        QString text = random.module(3);
        for (int mistakes = random.below(4); mistakes > 0 && !text.isEmpty(); --mistakes) {
            const int at = random.below(int(text.size()));
            switch (random.below(4)) {
            case 0:
                text.remove(at, 1 + random.below(8));
                break;
            case 1:
                text.insert(at, QChar(char16_t(32 + random.below(95))));
                break;
            case 2:
                text.insert(at, text.mid(random.below(int(text.size())), random.below(20)));
                break;
            default:
                text.truncate(at);
                break;
            }
        }
        chew(text, random.below(int(text.size()) + 1));
        if (QTest::currentTestFailed())
            return;
    }
}

void TestFuzz::deepAndLongTexts_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const QString &text) { QTest::newRow(name) << text; };
    const int many = 50'000;
    row("opening brackets", u"("_s.repeated(many));
    row("opening brackets on lines", u"(\n"_s.repeated(many));
    row("opened and closed", u"("_s.repeated(many) + u")"_s.repeated(many));
    row("closing brackets", u")"_s.repeated(many));
    row("lists", u"["_s.repeated(190) + u"]"_s.repeated(190));
    row("dicts", u"{1:"_s.repeated(190));
    row("calls", u"f("_s.repeated(190) + u")"_s.repeated(190));
    row("signs", u"-"_s.repeated(many) + u"1"_s);
    row("nots", u"not "_s.repeated(many) + u"x"_s);
    row("awaits", u"await "_s.repeated(many) + u"x"_s);
    row("sum", u"1"_s + u"+1"_s.repeated(many));
    row("powers", u"1"_s + u"**1"_s.repeated(many));
    row("and", u"x"_s + u" and x"_s.repeated(many));
    row("comparisons", u"x"_s + u"<x"_s.repeated(many));
    row("chain", u"x"_s + u".a()"_s.repeated(many));
    row("subscripts", u"x"_s + u"[0]"_s.repeated(many));
    row("conditionals", u"x if x else "_s.repeated(many) + u"x"_s);
    row("lambdas", u"lambda: "_s.repeated(many) + u"x"_s);
    row("elifs", u"if x: y\n"_s + u"elif x: y\n"_s.repeated(many));
    row("decorators", u"@x\n"_s.repeated(many));
    row("semicolons", u"x;"_s.repeated(many));
    row("keyword arguments", u"f("_s + u"a=1,"_s.repeated(many) + u")"_s);
    row("strings in a row", u"'a' "_s.repeated(many));
    row("fields", u"f'"_s + u"{x}"_s.repeated(many) + u"'"_s);
    row("unclosed fields", u"f'"_s + u"{"_s.repeated(many) + u"'"_s);
    row("doubled braces", u"f'"_s + u"{{"_s.repeated(many) + u"'"_s);
    row("digits", u"9"_s.repeated(many));
    row("hexadecimal digits", u"0x"_s + u"f"_s.repeated(many));
    row("assignments", u"x = "_s.repeated(many) + u"1"_s);
    row("backslashes", u"\\\n"_s.repeated(many));
    row("quotes", u"'"_s.repeated(many));
    row("triple quotes", u"'''x"_s.repeated(many));
    row("broken lines", u"x = = 1\n"_s.repeated(many));
    row("unclosed with", u"with ("_s.repeated(many));
    row("matches", u"match x:\n"_s.repeated(many));
    row("generators", u"(x "_s + u"for x in y "_s.repeated(many) + u")"_s);
    row("characters outside the first plane", u"x = '\U0001F600' + "_s.repeated(many) + u"1"_s);
    QString blocks;
    for (int i = 0; i < 300; ++i)
        blocks += QString(i, u' ') + u"if x:\n"_s;
    row("blocks", blocks);
    QString staircase;
    for (int i = 300; i > 0; --i)
        staircase += QString(i, u' ') + u"x\n"_s;
    row("dedents that match nothing", staircase);
}

void TestFuzz::deepAndLongTexts()
{
    QFETCH(QString, text);
    QElapsedTimer timer;
    timer.start();
    chew(text, int(text.size()) / 2);
    // Linear time: 50,000 of anything take tenths of a second; quadratic ones would take minutes.
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_GUILESS_MAIN(TestFuzz)
#include "tst_fuzz.moc"
