#include "orm/notation/equality.h"
#include "orm/notation/printer.h"
#include "tests/orm/notation/randomtext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace heddle;
using namespace heddle::notation;
using namespace Qt::Literals::StringLiterals;

namespace {

QString complaint(const ParseResult &parsed)
{
    for (const Diagnostic &diagnostic : parsed.diagnostics)
        if (diagnostic.severity == Severity::Error)
            return u"%1:%2 %3\n%4"_s.arg(diagnostic.span.line)
                .arg(diagnostic.span.column)
                .arg(diagnostic.message, parsed.source);
    return {};
}

/// Texts that are valid, and what the printer made of them: Python shall find the same tree in
/// both.
const char *const comparison = R"(
import ast, json, sys, warnings
warnings.simplefilter('ignore')
pairs = json.load(open(sys.argv[1], encoding='utf-8'))
def tree(text):
    module = ast.parse(text)
    for node in ast.walk(module):
        if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef)):
            node.returns = None
        if isinstance(node, ast.AnnAssign):
            node.simple = 0
    return ast.dump(module)
for index, (text, printed) in enumerate(pairs):
    try:
        if tree(text) != tree(printed):
            print('DIFFERENT', repr(text), repr(printed))
    except Exception as error:
        print('REFUSED', error, repr(text), repr(printed))
)";

/// What Python says against pairs of a text and its print; empty if nothing. Nothing at all without
/// a Python 3.11.
std::optional<QString> askPython(const QJsonArray &pairs)
{
    const QString python = QStandardPaths::findExecutable(u"python3"_s);
    QProcess version;
    version.start(python, {u"-c"_s, u"import sys; print(sys.version_info >= (3, 11))"_s});
    if (python.isEmpty() || !version.waitForFinished() ||
        version.readAllStandardOutput().trimmed() != "True")
        return std::nullopt;
    QTemporaryDir folder;
    QFile data(folder.filePath(u"pairs.json"_s)), script(folder.filePath(u"compare.py"_s));
    if (!data.open(QIODevice::WriteOnly) || !script.open(QIODevice::WriteOnly))
        return u"no temporary files"_s;
    data.write(QJsonDocument(pairs).toJson());
    script.write(comparison);
    data.close();
    script.close();
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(python, {script.fileName(), data.fileName()});
    if (!process.waitForFinished(120'000))
        return u"Python did not end"_s;
    return QString::fromUtf8(process.readAllStandardOutput()).left(4000);
}

} // namespace

class TestPrinter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void normalForm_data();
    void normalForm();
    void aStringIsQuotedAsItReadsBest_data();
    void aStringIsQuotedAsItReadsBest();
    void randomTextsSurviveTheWayThereAndBack();
    void pythonReadsTheSameInTextAndPrint();
    void pythonAcceptsWhatIsAccepted();
    void treesThatDifferAreToldApart_data();
    void treesThatDifferAreToldApart();
};

void TestPrinter::normalForm_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("normal");
    const auto row = [](const char *name, const QString &text, const QString &normal) {
        QTest::newRow(name) << text << normal;
    };
    row("a chain", u"Book . objects.filter( title='a' ,pages__gt = 3,)  [ : 5 ]"_s,
        u"Book.objects.filter(title=\"a\", pages__gt=3)[:5]"_s);
    row("needless parentheses", u"((a)+(b*c))"_s, u"a + b * c"_s);
    row("needed parentheses", u"(a+b)*c-(d-e)"_s, u"(a + b) * c - (d - e)"_s);
    row("power", u"(-a)**-b**c"_s, u"(-a) ** -b**c"_s);
    row("power of a power", u"(a**b)**c"_s, u"(a**b) ** c"_s);
    row("and in or", u"(a and b) or c and (d or e)"_s, u"a and b or c and (d or e)"_s);
    row("not", u"not(a)==b"_s, u"not a == b"_s);
    row("comparison chain", u"1<a<=b!=c"_s, u"1 < a <= b != c"_s);
    row("a comparison in a comparison", u"(a<b)<c"_s, u"(a < b) < c"_s);
    row("conditional", u"(a if b else c)if d else e"_s, u"(a if b else c) if d else e"_s);
    row("generator argument", u"sum((x for x in y))"_s, u"sum(x for x in y)"_s);
    row("tuple of one", u"x=1,"_s, u"x = (1,)"_s);
    row("tuples", u"(a,b)=c,(d,e)"_s, u"a, b = c, (d, e)"_s);
    row("await", u"(await x).y"_s, u"(await x).y"_s);
    row("number's attribute", u"(1).real"_s, u"(1).real"_s);
    row("slices", u"a[b+1:,::2,...]"_s, u"a[b + 1 :, ::2, ...]"_s);
    row("dict", u"{'a':1,**b}"_s, u"{\"a\": 1, **b}"_s);
    row("f-string", u"f'{a!r:>{width}} {{}}'"_s, u"f\"{a!r:>{width}} {{}}\""_s);
    row("f-string with a string", u"f'{a[\"b\"]}'"_s, u"f\"{a['b']}\""_s);
    row("elif", u"if a: b\nelif c: d\nelse: e"_s, u"if a:\n    b\nelif c:\n    d\nelse:\n    e"_s);
    row("def", u"async def f(a,*,b=1,**c): return"_s,
        u"async def f(a, *, b=1, **c):\n    return"_s);
    row("try", u"try: a\nexcept B as c: d\nfinally: e"_s,
        u"try:\n    a\nexcept B as c:\n    d\nfinally:\n    e"_s);
    row("except*", u"try: a\nexcept *B as c: d"_s, u"try:\n    a\nexcept* B as c:\n    d"_s);
    row("decorators", u"@a\n@b . c(1)\ndef f(): d"_s, u"@a\n@b.c(1)\ndef f():\n    d"_s);
    row("with a tuple", u"with ((a, b)): c"_s, u"with ((a, b)):\n    c"_s);
    row("import", u"from  ..a.b   import (c as d,e)"_s, u"from ..a.b import c as d, e"_s);
    row("infinity", u"1e400"_s, u"1e999"_s);
    row("large and small", u"1e16+1e15+0.0001+0.00001"_s,
        u"1e+16 + 1000000000000000.0 + 0.0001 + 1e-05"_s);
}

void TestPrinter::normalForm()
{
    QFETCH(QString, text);
    QFETCH(QString, normal);
    const ParseResult parsed = parseModule(text);
    QVERIFY2(parsed.ok(), qPrintable(complaint(parsed)));
    QCOMPARE(print(*parsed.tree), normal + u'\n');
    const ParseResult again = parseModule(normal);
    QVERIFY(sameTree(parsed.tree, again.tree));
}

void TestPrinter::aStringIsQuotedAsItReadsBest_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("literal");
    QTest::newRow("plain") << u"a"_s << u"\"a\""_s;
    QTest::newRow("apostrophe") << u"it's"_s << u"\"it's\""_s;
    QTest::newRow("quote") << u"say \"a\""_s << u"'say \"a\"'"_s;
    QTest::newRow("both") << u"'\""_s << u"\"'\\\"\""_s;
    QTest::newRow("controls") << u"\n\t\\\x01"_s << u"\"\\n\\t\\\\\\x01\""_s;
    QTest::newRow("other scripts") << u"größe \U0001F600"_s << u"\"größe \U0001F600\""_s;
    QTest::newRow("invisible") << u"a\u200bb"_s << u"\"a\\u200bb\""_s;
}

void TestPrinter::aStringIsQuotedAsItReadsBest()
{
    QFETCH(QString, value);
    QFETCH(QString, literal);
    QCOMPARE(quoted(value), literal);
    const ParseResult parsed = parseExpression(literal);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed.tree->value.asString(), value);
}

void TestPrinter::randomTextsSurviveTheWayThereAndBack()
{
    RandomText random(20240611);
    for (int i = 0; i < 6000; ++i) {
        const QString text = i % 3 ? random.expression(5) : random.module(4);
        const ParseResult parsed = i % 3 ? parseExpression(text) : parseModule(text);
        QVERIFY2(parsed.ok(), qPrintable(complaint(parsed)));
        Printer printer;
        const QString printed = printer.print(*parsed.tree);
        QVERIFY2(printer.complete(), qPrintable(text));
        const ParseResult again = i % 3 ? parseExpression(printed) : parseModule(printed);
        QVERIFY2(again.ok(), qPrintable(text + u"\n---\n"_s + complaint(again)));
        QVERIFY2(sameTree(parsed.tree, again.tree), qPrintable(text + u"\n---\n"_s + printed));
        QCOMPARE(print(*again.tree), printed);
    }
}

void TestPrinter::pythonReadsTheSameInTextAndPrint()
{
    RandomText random(7);
    QJsonArray pairs;
    for (int i = 0; i < 4000; ++i) {
        const QString text = i % 2 ? random.expression(4) : random.module(3);
        const ParseResult parsed = parseModule(text);
        QVERIFY2(parsed.ok(), qPrintable(complaint(parsed)));
        pairs.push_back(QJsonArray{text, print(*parsed.tree)});
    }
    const std::optional<QString> said = askPython(pairs);
    if (!said)
        QSKIP("python3 is missing or older than 3.11");
    QCOMPARE(*said, QString());
}

void TestPrinter::pythonAcceptsWhatIsAccepted()
{
    RandomText random(99);
    QJsonArray pairs;
    for (int i = 0; i < 20'000; ++i) {
        QString text = i % 2 ? random.expression(3) : random.module(1);
        for (int mistakes = 1 + random.below(3); mistakes > 0 && !text.isEmpty(); --mistakes) {
            const int at = random.below(int(text.size()));
            switch (random.below(3)) {
            case 0:
                text.remove(at, 1 + random.below(3));
                break;
            case 1:
                text.insert(at, QChar(char16_t(32 + random.below(95))));
                break;
            default:
                text.insert(at, text.mid(random.below(int(text.size())), random.below(9)));
                break;
            }
        }
        const ParseResult parsed = parseModule(text);
        if (parsed.ok())
            pairs.push_back(QJsonArray{text, print(*parsed.tree)});
    }
    QVERIFY(pairs.size() > 1000);
    const std::optional<QString> said = askPython(pairs);
    if (!said)
        QSKIP("python3 is missing or older than 3.11");
    QCOMPARE(*said, QString());
}

void TestPrinter::treesThatDifferAreToldApart_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    QTest::addColumn<bool>("same");
    QTest::newRow("layout") << u"a+( b )"_s << u"a + b"_s << true;
    QTest::newRow("spelling") << u"0x10, 'a'"_s << u"16, \"a\""_s << true;
    QTest::newRow("number types") << u"1"_s << u"1.0"_s << false;
    QTest::newRow("text and bytes") << u"'a'"_s << u"b'a'"_s << false;
    QTest::newRow("grouping") << u"a-(b-c)"_s << u"a-b-c"_s << false;
    QTest::newRow("operator") << u"a<b"_s << u"a<=b"_s << false;
    QTest::newRow("keyword") << u"f(a=1)"_s << u"f(b=1)"_s << false;
    QTest::newRow("kind of argument") << u"f(*a)"_s << u"f(**a)"_s << false;
    QTest::newRow("missing part") << u"a[1:]"_s << u"a[:1]"_s << false;
    QTest::newRow("async comprehension")
        << u"[x async for x in y]"_s << u"[x for x in y]"_s << false;
}

void TestPrinter::treesThatDifferAreToldApart()
{
    QFETCH(QString, one);
    QFETCH(QString, other);
    QFETCH(bool, same);
    QCOMPARE(sameTree(parseExpression(one).tree, parseExpression(other).tree), same);
}

QTEST_GUILESS_MAIN(TestPrinter)
#include "tst_printer.moc"
