#include "orm/notation/syntax.h"

#include <QTest>

using namespace heddle;
using namespace heddle::notation;
using namespace Qt::Literals::StringLiterals;

class TestParser : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void literals_data();
    void literals();
    void precedence_data();
    void precedence();
    void anErrorIsSaidAsPythonSaysIt_data();
    void anErrorIsSaidAsPythonSaysIt();
    void whatTheNotationLeavesOutIsRefusedByName_data();
    void whatTheNotationLeavesOutIsRefusedByName();
    void oneErrorDoesNotHideTheRest_data();
    void oneErrorDoesNotHideTheRest();
    void spansCountCodePointsAndOffsetsUnits();
    void spansOfLinksAndFields();
    void commentsStayWhereTheyAre();
    void adjacentStringsAreOne();
    void anFStringIsSplitIntoItsParts();
    void invalidEscapesAreWarnings();
    void onlyTheModulesOwnAwaitsMakeItAsync_data();
    void onlyTheModulesOwnAwaitsMakeItAsync();
    void anExpressionIsOneExpression_data();
    void anExpressionIsOneExpression();
    void statementsKeepTheirParts();
};

namespace {

QString firstError(const ParseResult &parsed)
{
    for (const Diagnostic &diagnostic : parsed.diagnostics)
        if (diagnostic.severity == Severity::Error)
            return u"%1:%2 %3"_s.arg(diagnostic.span.line)
                .arg(diagnostic.span.column)
                .arg(diagnostic.message);
    return {};
}

/// An expression with all its groups in brackets.
QString grouped(const Node &node)
{
    const auto item = [&node](std::size_t i) { return grouped(*node.items[i]); };
    switch (node.kind) {
    case NodeKind::Name:
        return node.name;
    case NodeKind::Constant:
        return node.constant == ConstantKind::Int ? QString::number(node.value.asInt()) : u"?"_s;
    case NodeKind::BinOp:
        return u'[' + item(0) + node.op + item(1) + u']';
    case NodeKind::UnaryOp:
        return u'[' + node.op + u' ' + item(0) + u']';
    case NodeKind::Await:
        return u"[await "_s + item(0) + u']';
    case NodeKind::Attribute:
        return item(0) + u'.' + node.name;
    case NodeKind::Call:
        return item(0) + u"()"_s;
    case NodeKind::IfExp:
        return u'[' + item(1) + u" if "_s + item(0) + u" else "_s + item(2) + u']';
    case NodeKind::BoolOp:
    case NodeKind::Compare: {
        QString out = u"["_s;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (i > 0)
                out += u' ' +
                       (node.kind == NodeKind::BoolOp ? node.op : node.ops[qsizetype(i) - 1]) +
                       u' ';
            out += item(i);
        }
        return out + u']';
    }
    default:
        return u"?"_s;
    }
}

} // namespace

void TestParser::literals_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("value"); // text, digits, or bytes in hexadecimal
    const auto row = [](const QString &text, ConstantKind kind, const QString &value) {
        QTest::newRow(qPrintable(text)) << text << int(kind) << value;
    };
    row(u"1_000"_s, ConstantKind::Int, u"1000"_s);
    row(u"0xDead_beef"_s, ConstantKind::Int, u"3735928559"_s);
    row(u"0o17"_s, ConstantKind::Int, u"15"_s);
    row(u"0b1_01"_s, ConstantKind::Int, u"5"_s);
    row(u"00"_s, ConstantKind::Int, u"0"_s);
    row(u"9223372036854775807"_s, ConstantKind::Int, u"9223372036854775807"_s);
    row(u"9223372036854775808"_s, ConstantKind::Int, u"9223372036854775808"_s);
    row(u"0x1_0000_0000_0000_0000"_s, ConstantKind::Int, u"18446744073709551616"_s);
    row(u"1.5"_s, ConstantKind::Float, u"1.5"_s);
    row(u".5e1_0"_s, ConstantKind::Float, u"5e+09"_s);
    row(u"1e400"_s, ConstantKind::Float, u"inf"_s);
    row(u"1e-400"_s, ConstantKind::Float, u"0"_s);
    row(u"'a\\x41\\101\\u00e9\\U0001F600\\n'"_s, ConstantKind::Str, u"aAA\u00e9\U0001F600\n"_s);
    row(u"'\\N{EM DASH}'"_s, ConstantKind::Str, u"\u2014"_s);
    row(u"r'\\n'"_s, ConstantKind::Str, u"\\n"_s);
    row(u"U'a'"_s, ConstantKind::Str, u"a"_s);
    row(u"'a\\\nb'"_s, ConstantKind::Str, u"ab"_s);
    row(u"'''a\r\n'b\"'''"_s, ConstantKind::Str, u"a\n'b\""_s);
    row(u"'\\d'"_s, ConstantKind::Str, u"\\d"_s);
    row(u"b'\\xff\\0'"_s, ConstantKind::Bytes, u"ff00"_s);
    row(u"Rb'\\x'"_s, ConstantKind::Bytes, u"5c78"_s);
}

void TestParser::literals()
{
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(QString, value);
    const ParseResult parsed = parseExpression(text);
    QVERIFY2(parsed.ok(), qPrintable(firstError(parsed)));
    QCOMPARE(int(parsed.tree->constant), kind);
    const Value &found = parsed.tree->value;
    switch (found.type()) {
    case Value::Type::Int:
        QCOMPARE(QString::number(found.asInt()), value);
        break;
    case Value::Type::BigInt:
        QCOMPARE(QString::fromStdString(found.asBigInt().digits), value);
        break;
    case Value::Type::Double:
        QCOMPARE(QString::number(found.asDouble()), value);
        break;
    case Value::Type::Text:
        QCOMPARE(found.asString(), value);
        break;
    case Value::Type::Bytes:
        QCOMPARE(QString::fromLatin1(found.asBytes().toHex()), value);
        break;
    default:
        QFAIL("no literal of this type");
    }
}

void TestParser::precedence_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("groups");
    const auto row = [](const QString &text, const QString &groups) {
        QTest::newRow(qPrintable(text)) << text << groups;
    };
    row(u"a+b*c-d"_s, u"[[a+[b*c]]-d]"_s);
    row(u"-a**-b**c"_s, u"[- [a**[- [b**c]]]]"_s);
    row(u"a**b**c"_s, u"[a**[b**c]]"_s);
    row(u"await a**b"_s, u"[[await a]**b]"_s);
    row(u"await a.b()"_s, u"[await a.b()]"_s);
    row(u"a|b^c&d<<e+f"_s, u"[a|[b^[c&[d<<[e+f]]]]]"_s);
    row(u"~a|b"_s, u"[[~ a]|b]"_s);
    row(u"not a==b"_s, u"[not [a == b]]"_s);
    row(u"not a in b or c is not d"_s, u"[[not [a in b]] or [c is not d]]"_s);
    row(u"a not in b<c"_s, u"[a not in b < c]"_s);
    row(u"a or b and c or d"_s, u"[a or [b and c] or d]"_s);
    row(u"a if b else c if d else e"_s, u"[a if b else [c if d else e]]"_s);
    row(u"a or b if c else d"_s, u"[[a or b] if c else d]"_s);
    row(u"a//b%c@d"_s, u"[[[a//b]%c]@d]"_s);
    row(u"(a or b) and c"_s, u"[[a or b] and c]"_s);
}

void TestParser::precedence()
{
    QFETCH(QString, text);
    QFETCH(QString, groups);
    const ParseResult parsed = parseExpression(text);
    QVERIFY2(parsed.ok(), qPrintable(firstError(parsed)));
    QCOMPARE(grouped(*parsed.tree), groups);
}

void TestParser::anErrorIsSaidAsPythonSaysIt_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("error");
    const auto row = [](const QString &text, const QString &error) {
        QTest::newRow(qPrintable(text)) << text << error;
    };
    row(u"(a, b"_s, u"1:1 '(' was never closed"_s);
    row(u"x = 'abc"_s, u"1:5 unterminated string literal (detected at line 1)"_s);
    row(u"'''abc"_s, u"1:1 unterminated triple-quoted string literal (detected at line 1)"_s);
    row(u"if x\n  y"_s, u"1:5 expected ':'"_s);
    row(u"if x:\ny"_s, u"2:1 expected an indented block after 'if' statement on line 1"_s);
    row(u"def f():\nx"_s, u"2:1 expected an indented block after function definition on line 1"_s);
    row(u"x\n  y"_s, u"2:3 unexpected indent"_s);
    row(u"if x:\n    a\n  b"_s, u"3:1 unindent does not match any outer indentation level"_s);
    row(u"if x:\n\ta\n        b"_s, u"3:1 inconsistent use of tabs and spaces in indentation"_s);
    row(u"f(a=1, b)"_s, u"1:8 positional argument follows keyword argument"_s);
    row(u"f(**a, b)"_s, u"1:8 positional argument follows keyword argument unpacking"_s);
    row(u"f(**a, *b)"_s, u"1:8 iterable argument unpacking follows keyword argument unpacking"_s);
    row(u"f(a=1, a=2)"_s, u"1:8 keyword argument repeated: a"_s);
    row(u"f(a.b=1)"_s, u"1:3 expression cannot contain assignment, perhaps you meant \"==\"?"_s);
    row(u"f(x for x in y, 1)"_s, u"1:3 Generator expression must be parenthesized"_s);
    row(u"f(a b)"_s, u"1:3 invalid syntax. Perhaps you forgot a comma?"_s);
    row(u"f() = 1"_s,
        u"1:1 cannot assign to function call here. Maybe you meant '==' instead of '='?"_s);
    row(u"None = 1"_s, u"1:1 cannot assign to None"_s);
    row(u"(a, 1) = x"_s, u"1:5 cannot assign to literal"_s);
    row(u"*a = x"_s, u"1:1 starred assignment target must be in a list or tuple"_s);
    row(u"*a, *b = x"_s, u"1:1 multiple starred expressions in assignment"_s);
    row(u"f() += 1"_s, u"1:1 'function call' is an illegal expression for augmented assignment"_s);
    row(u"del f()"_s, u"1:5 cannot delete function call"_s);
    row(u"for f() in x: pass"_s, u"1:5 cannot assign to function call"_s);
    row(u"if x = 3: pass"_s, u"1:4 invalid syntax. Maybe you meant '==' or ':=' instead of '='?"_s);
    row(u"x = 5 if y"_s, u"1:5 expected 'else' after 'if' expression"_s);
    row(u"{1:}"_s, u"1:3 expression expected after dictionary key and ':'"_s);
    row(u"{1: 2, 3}"_s, u"1:8 ':' expected after dictionary key"_s);
    row(u"print 'x'"_s, u"1:1 Missing parentheses in call to 'print'. Did you mean print(...)?"_s);
    row(u"(]"_s, u"1:2 closing parenthesis ']' does not match opening parenthesis '('"_s);
    row(u"a)"_s, u"1:2 unmatched ')'"_s);
    row(u"0777"_s,
        u"1:1 leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"_s);
    row(u"1a"_s, u"1:1 invalid decimal literal"_s);
    row(u"a \u00b2"_s, u"1:3 invalid character '\u00b2' (U+00B2)"_s);
    row(u"'a' b'b'"_s, u"1:1 cannot mix bytes and nonbytes literals"_s);
    row(u"b'\u00e9'"_s, u"1:3 bytes can only contain ASCII literal characters"_s);
    row(u"f'{a'"_s, u"1:3 f-string: expecting '}'"_s);
    row(u"f'}'"_s, u"1:3 f-string: single '}' is not allowed"_s);
    row(u"f'{}'"_s, u"1:3 f-string: empty expression not allowed"_s);
    row(u"f'{a!x}'"_s, u"1:6 f-string: invalid conversion character: expected 's', 'r', or 'a'"_s);
    row(u"f'{\"\\n\"}'"_s, u"1:5 f-string expression part cannot include a backslash"_s);
    row(u"f'{a +}'"_s, u"1:7 f-string: invalid syntax"_s);
    row(u"return 1"_s, u"1:1 'return' outside function"_s);
    row(u"break"_s, u"1:1 'break' outside loop"_s);
    row(u"def f():\n  await x"_s, u"2:3 'await' outside async function"_s);
    row(u"def f():\n  async with x: pass"_s, u"2:3 'async with' outside async function"_s);
    row(u"try:\n  a\nx"_s, u"3:1 expected 'except' or 'finally' block"_s);
    row(u"try: a\nexcept A, B: pass"_s, u"2:8 multiple exception types must be parenthesized"_s);
    row(u"try: a\nexcept: b\nexcept C: d"_s, u"2:1 default 'except:' must be last"_s);
    row(u"def f(a=1, b): pass"_s, u"1:12 non-default argument follows default argument"_s);
    row(u"def f(a, a): pass"_s, u"1:10 duplicate argument 'a' in function definition"_s);
    row(u"from a import b,"_s,
        u"1:17 trailing comma not allowed without surrounding parentheses"_s);
    row(u"a \\ b"_s, u"1:3 unexpected character after line continuation character"_s);
    row(u"x = "_s, u"1:5 invalid syntax"_s);
    row(u"a\0b"_s, u"1:2 source code cannot contain null bytes"_s);
    row(u"("_s.repeated(300), u"1:201 too many nested parentheses"_s);
}

void TestParser::anErrorIsSaidAsPythonSaysIt()
{
    QFETCH(QString, text);
    QFETCH(QString, error);
    QCOMPARE(firstError(parseModule(text)), error);
}

void TestParser::whatTheNotationLeavesOutIsRefusedByName_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("what");
    QTest::newRow("lambda") << u"f(key=lambda x, y=1: x + y)"_s << u"lambda"_s;
    QTest::newRow("walrus") << u"if (n := f()): pass"_s << u":="_s;
    QTest::newRow("class") << u"class A(B):\n  x = 1"_s << u"class"_s;
    QTest::newRow("yield") << u"def f():\n  x = yield y"_s << u"yield"_s;
    QTest::newRow("match") << u"match x:\n  case [1, *_] | {'a': b}:\n    pass"_s << u"match"_s;
    QTest::newRow("complex") << u"x = 1.5j"_s << u"complex numbers"_s;
    QTest::newRow("positional only")
        << u"def f(a, /, b): pass"_s << u"A positional-only parameter ('/')"_s;
}

void TestParser::whatTheNotationLeavesOutIsRefusedByName()
{
    QFETCH(QString, text);
    QFETCH(QString, what);
    const ParseResult parsed = parseModule(text + u"\ny = 1\n"_s);
    QCOMPARE(parsed.diagnostics.size(), std::size_t(1));
    QVERIFY2(parsed.diagnostics[0].message.startsWith(what),
             qPrintable(parsed.diagnostics[0].message));
    QVERIFY(parsed.diagnostics[0].message.contains(u"not available"));
    QCOMPARE(parsed.tree->body.back()->kind, NodeKind::Assign);
}

void TestParser::oneErrorDoesNotHideTheRest_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("errorLines");
    QTest::addColumn<bool>("lastIsRead"); // the last statement is `last = 1`
    const auto row = [](const char *name, const QString &text, const QList<int> &lines) {
        QTest::newRow(name) << QString(text + u"\nlast = 1"_s) << lines << true;
    };
    row("two lines", u"x = = 1\ny = 2\nz = )"_s, {1, 3});
    row("an unclosed bracket", u"x = f(1,\n  2\ny = +"_s, {1, 3});
    row("an unclosed bracket before a def", u"x = f(1,\ndef g(): pass\ny = +"_s, {1, 3});
    row("an unclosed string", u"x = f('abc)\ny = +"_s, {1, 2});
    row("a header", u"if x = 1:\n  y = +\n  z = 1\nelse:\n  a b\nq ="_s, {1, 2, 5, 6});
    row("a return in a broken function", u"def f(:\n  return await x"_s, {1});
    row("an indent", u"x = 1\n    y = 2\n    z = 3"_s, {2});
    row("a wrong dedent", u"if x:\n        a\n    b\n    c"_s, {3});
    row("in a block", u"for x in y:\n  a b\n  c\n  d e"_s, {2, 4});
}

void TestParser::oneErrorDoesNotHideTheRest()
{
    QFETCH(QString, text);
    QFETCH(QList<int>, errorLines);
    const ParseResult parsed = parseModule(text);
    QList<int> lines;
    for (const Diagnostic &diagnostic : parsed.diagnostics)
        lines.push_back(diagnostic.span.line);
    QCOMPARE(lines, errorLines);
    QCOMPARE(parsed.tree->body.back()->kind, NodeKind::Assign);
    QCOMPARE(parsed.tree->body.back()->items[0]->name, u"last"_s);
}

void TestParser::spansCountCodePointsAndOffsetsUnits()
{
    const ParseResult parsed =
        parseModule(u"x = '\U0001F600'; größe\r\n\ty2"_s.replace(u'\t', QString()));
    QVERIFY(parsed.ok());
    const Node &second = *parsed.tree->body[1];
    QCOMPARE(second.span.begin, 10);
    QCOMPARE(second.span.line, 1);
    QCOMPARE(second.span.column, 10);
    QCOMPARE(second.span.endColumn, 15);
    const Node &third = *parsed.tree->body[2];
    QCOMPARE(third.span.line, 2);
    QCOMPARE(third.span.column, 1);
    QCOMPARE(third.span.begin, 17);
}

void TestParser::spansOfLinksAndFields()
{
    const QString text = u"(Book.objects).filter(a=1)[:3]"_s;
    const ParseResult parsed = parseExpression(text);
    const auto slice = [&text](const Span &span) {
        return text.mid(span.begin, span.end - span.begin);
    };
    const Node &subscript = *parsed.tree;
    const Node &call = *subscript.items[0];
    const Node &filter = *call.items[0];
    QCOMPARE(slice(subscript.span), text);
    QCOMPARE(slice(call.span), u"(Book.objects).filter(a=1)"_s);
    QCOMPARE(slice(filter.nameSpan), u"filter"_s);
    QCOMPARE(slice(filter.items[0]->span), u"Book.objects"_s);
    QVERIFY(filter.items[0]->parenthesized);
    QCOMPARE(slice(call.arguments[0].nameSpan), u"a"_s);
    QCOMPARE(slice(subscript.items[1]->span), u":3"_s);
    const ParseResult formatted = parseExpression(u"f'a{x.y:>{w}}'"_s);
    QCOMPARE(formatted.tree->items[1]->span.column, 4);
    QCOMPARE(formatted.tree->items[1]->items[0]->nameSpan.column, 7);
    QCOMPARE(formatted.tree->items[1]->items[1]->items[1]->items[0]->span.column, 11);
}

void TestParser::commentsStayWhereTheyAre()
{
    const ParseResult parsed = parseModule(u"# %% one\nx = [ # in\n 1]  # behind\n'# none'"_s);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed.comments.size(), std::size_t(3));
    QCOMPARE(parsed.comments[0].text, u"# %% one"_s);
    QCOMPARE(parsed.comments[1].span.line, 2);
    QCOMPARE(parsed.comments[2].span.column, 6);
}

void TestParser::adjacentStringsAreOne()
{
    const ParseResult parsed = parseExpression(u"('a' \"b\"\n r'\\c')"_s);
    QCOMPARE(parsed.tree->value.asString(), u"ab\\c"_s);
    const ParseResult mixed = parseExpression(u"'a' f'b{c}' 'd'"_s);
    QCOMPARE(mixed.tree->kind, NodeKind::JoinedStr);
    QCOMPARE(mixed.tree->items.size(), std::size_t(3));
    QCOMPARE(mixed.tree->items[0]->value.asString(), u"ab"_s);
}

void TestParser::anFStringIsSplitIntoItsParts()
{
    const ParseResult parsed = parseExpression(u"f'{{{a.b!r}}} {c = :>{d}.2f}'"_s);
    QVERIFY2(parsed.ok(), qPrintable(firstError(parsed)));
    const Nodes &items = parsed.tree->items;
    QCOMPARE(items.size(), std::size_t(4));
    QCOMPARE(items[0]->value.asString(), u"{"_s);
    QCOMPARE(items[1]->op, u"r"_s);
    QCOMPARE(items[1]->items.size(), std::size_t(1));
    QCOMPARE(items[2]->value.asString(), u"} c = "_s);
    QCOMPARE(items[3]->op, QString());
    QCOMPARE(items[3]->items[1]->items.size(), std::size_t(3));
    // Without a format spec, "=" shows the repr.
    QCOMPARE(parseExpression(u"f'{c=}'"_s).tree->items[1]->op, u"r"_s);
}

void TestParser::invalidEscapesAreWarnings()
{
    const ParseResult parsed = parseModule(u"x = '\\d'"_s);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed.diagnostics.size(), std::size_t(1));
    QCOMPARE(parsed.diagnostics[0].severity, Severity::Warning);
    QCOMPARE(parsed.diagnostics[0].span.column, 6);
}

void TestParser::onlyTheModulesOwnAwaitsMakeItAsync_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("async");
    QTest::newRow("nothing") << u"x = Book.objects.acount()"_s << false;
    QTest::newRow("await") << u"if a:\n  x = 1 + await b"_s << true;
    QTest::newRow("async for") << u"async for x in y: pass"_s << true;
    QTest::newRow("async with") << u"async with atomic(): pass"_s << true;
    QTest::newRow("async comprehension") << u"[x async for x in y]"_s << true;
    QTest::newRow("in a function") << u"async def f():\n  await x"_s << false;
    QTest::newRow("in a default") << u"def f(a=await b): pass"_s << true;
    QTest::newRow("in an f-string") << u"f'{await x}'"_s << true;
}

void TestParser::onlyTheModulesOwnAwaitsMakeItAsync()
{
    QFETCH(QString, text);
    QFETCH(bool, async);
    const ParseResult parsed = parseModule(text);
    QVERIFY(parsed.ok());
    QCOMPARE(isAsyncModule(*parsed.tree), async);
}

void TestParser::anExpressionIsOneExpression_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("good");
    QTest::newRow("one") << u" Book.objects.all() "_s << true;
    QTest::newRow("lines in brackets") << u"(\nBook\n.objects\n)\n\n"_s << true;
    QTest::newRow("a comment") << u"x # note"_s << true;
    QTest::newRow("nothing") << u""_s << false;
    QTest::newRow("a statement") << u"x = 1"_s << false;
    QTest::newRow("two lines") << u"x\ny"_s << false;
    QTest::newRow("two expressions") << u"x; y"_s << false;
    QTest::newRow("something behind") << u"x y"_s << false;
}

void TestParser::anExpressionIsOneExpression()
{
    QFETCH(QString, text);
    QFETCH(bool, good);
    const ParseResult parsed = parseExpression(text);
    QCOMPARE(parsed.ok(), good);
    QVERIFY(parsed.tree);
}

void TestParser::statementsKeepTheirParts()
{
    const ParseResult parsed = parseModule(u"for a, *b in c:\n  pass\nelse:\n  d\n"
                                           "with x as y, z: pass\n"
                                           "try: pass\nexcept E as e: pass\n"
                                           "def f(a, b=1, *c, d, e=2, **g): return\n"
                                           "from ..m import (p as q, r)\n"
                                           "import s.t as u\n"
                                           "if v: pass\nelif w: pass\n"
                                           "raise\n"_s);
    QVERIFY2(parsed.ok(), qPrintable(firstError(parsed)));
    const Nodes &body = parsed.tree->body;
    QCOMPARE(body[0]->items[0]->items[1]->kind, NodeKind::Starred);
    QCOMPARE(body[0]->orelse.size(), std::size_t(1));
    QCOMPARE(body[1]->items.size(), std::size_t(4));
    QVERIFY(!body[1]->items[3]);
    QCOMPARE(body[2]->handlers[0]->name, u"e"_s);
    QList<int> kinds;
    for (const Parameter &parameter : body[3]->parameters)
        kinds.push_back(parameter.kind);
    QCOMPARE(kinds, (QList<int>{Parameter::PositionalOrKeyword, Parameter::PositionalOrKeyword,
                                Parameter::VarArgs, Parameter::KeywordOnly, Parameter::KeywordOnly,
                                Parameter::KwArgs}));
    QCOMPARE(body[4]->name, u"..m"_s);
    QCOMPARE(body[4]->asNames, (QStringList{u"q"_s, QString()}));
    QCOMPARE(body[5]->names, QStringList{u"s.t"_s});
    QCOMPARE(body[6]->orelse[0]->kind, NodeKind::If);
    QCOMPARE(body[7]->items.size(), std::size_t(2));
}

QTEST_GUILESS_MAIN(TestParser)
#include "tst_parser.moc"
