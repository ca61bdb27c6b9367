#include "orm/notation/literals.h"
#include "orm/notation/parser.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

/// The parts of adjacent string tokens: texts that are not yet nodes, and replacement fields.
struct Parser::Pieces {
    Nodes items;
    QString text; // of the Constant that is being collected
    int textBegin = -1, textEnd = 0;

    void add(const QString &more, int begin, int end)
    {
        if (more.isEmpty())
            return;
        text += more;
        if (textBegin < 0)
            textBegin = begin;
        textEnd = end;
    }
    /// Puts the collected text, if any, behind the items.
    void flush(const SourceMap &map)
    {
        if (textBegin < 0)
            return;
        auto constant = std::make_shared<Node>();
        constant->kind = NodeKind::Constant;
        constant->constant = ConstantKind::Str;
        constant->value = Value(text);
        constant->span = map.span(textBegin, textEnd);
        items.push_back(constant);
        text.clear();
        textBegin = -1;
    }
};

void Parser::literalProblems(int offset, const std::vector<LiteralProblem> &problems)
{
    for (const LiteralProblem &problem : problems)
        report(offset + problem.offset, offset + problem.offset + problem.length, problem.message,
               problem.severity,
               problem.severity == Severity::Error ? u"syntax-error"_s : u"invalid-escape"_s);
}

/// One string, or several in a row, which Python joins.
Parser::Built Parser::strings()
{
    const int from = begin();
    bool formatted = false, bytes = false, first = true;
    Pieces pieces;
    QByteArray byteValue;
    for (; at(TokenKind::String); advance(), first = false) {
        const Token token = current();
        const QStringView whole = text(token);
        const StringPrefix prefix = stringPrefix(whole);
        if (!first && bytes != prefix.bytes)
            fail(from, token.end, u"cannot mix bytes and nonbytes literals"_s);
        bytes = prefix.bytes;
        formatted |= prefix.formatted;
        if (prefix.formatted) {
            formattedString(token, &pieces);
            continue;
        }
        const QStringView body = whole.mid(prefix.bodyBegin, prefix.bodyEnd - prefix.bodyBegin);
        std::vector<LiteralProblem> problems;
        if (bytes)
            byteValue += decodeBytes(body, prefix.raw, &problems);
        else
            pieces.add(decodeText(body, prefix.raw, &problems), token.begin, token.end);
        literalProblems(token.begin + prefix.bodyBegin, problems);
    }
    if (formatted) {
        pieces.flush(m_state.map);
        Built joined = node(NodeKind::JoinedStr);
        joined->items = std::move(pieces.items);
        return finish(joined, from);
    }
    Built constant = node(NodeKind::Constant);
    constant->constant = bytes ? ConstantKind::Bytes : ConstantKind::Str;
    constant->value = bytes ? Value::bytes(byteValue) : Value(pieces.text);
    return finish(constant, from);
}

void Parser::formattedString(const Token &token, Pieces *pieces)
{
    const StringPrefix prefix = stringPrefix(text(token));
    int position = token.begin + prefix.bodyBegin;
    formattedBody(&position, token.begin + prefix.bodyEnd, prefix.raw, 0, pieces);
}

/// Literal text and replacement fields up to `end`, or, in a format spec (level > 0), up to its
/// closing brace. The rules, of braces above all, are those of CPython 3.11's fstring_find_literal.
void Parser::formattedBody(int *position, int end, bool raw, int level, Pieces *pieces)
{
    const QStringView source(m_state.source);
    while (*position < end) {
        const int literalBegin = *position;
        int literalEnd = end, next = end;
        bool field = false;
        for (int i = literalBegin; i < end; ++i) {
            QChar c = source[i];
            if (c == u'\\' && !raw && i + 1 < end) {
                c = source[++i];
                if (c == u'N' && i + 1 < end && source[i + 1] == u'{') {
                    const qsizetype close = source.indexOf(u'}', i);
                    i = close < 0 || close >= end ? end : int(close);
                    continue;
                }
            }
            if (c != u'{' && c != u'}')
                continue;
            if (level == 0 && i + 1 < end && source[i + 1] == c) {
                literalEnd = i + 1; // one of the two braces stands for both
                next = i + 2;
            } else if (level == 0 && c == u'}') {
                fail(i, i + 1, u"f-string: single '}' is not allowed"_s);
            } else {
                literalEnd = next = i;
                field = true;
            }
            break;
        }
        std::vector<LiteralProblem> problems;
        const QString literal =
            decodeText(source.mid(literalBegin, literalEnd - literalBegin), raw, &problems);
        literalProblems(literalBegin, problems);
        pieces->add(literal, literalBegin, next);
        *position = next;
        if (!field)
            continue;
        if (source[next] == u'}')
            return; // the end of the field that this format spec belongs to
        Built value = replacementField(position, end, raw, level, pieces);
        pieces->flush(m_state.map);
        pieces->items.push_back(value);
    }
}

/// From "{" to behind "}": expression, "=", conversion, format spec.
Parser::Built Parser::replacementField(int *position, int end, bool raw, int level, Pieces *pieces)
{
    const QStringView source(m_state.source);
    const int from = *position;
    if (level >= 2)
        fail(from, from + 1, u"f-string: expressions nested too deeply"_s);
    const int expressionBegin = from + 1;
    const int expressionEnd = fieldExpressionEnd(expressionBegin, end);
    const auto expectMore = [&](int offset) {
        if (offset >= end)
            fail(from, end, u"f-string: expecting '}'"_s);
    };
    expectMore(expressionEnd);
    Built value = fieldExpression(expressionBegin, expressionEnd);
    Built field = node(NodeKind::FormattedValue);
    field->items.push_back(value);
    int i = expressionEnd;
    bool showsText = false;
    if (source[i] == u'=') {
        ++i;
        while (i < end && source[i].unicode() < 0x80 && source[i].isSpace())
            ++i;
        expectMore(i);
        std::vector<LiteralProblem> problems;
        pieces->add(decodeText(source.mid(expressionBegin, i - expressionBegin), true, &problems),
                    expressionBegin, i);
        showsText = true;
    }
    if (source[i] == u'!') {
        expectMore(++i);
        const QChar conversion = source[i];
        if (conversion != u's' && conversion != u'r' && conversion != u'a')
            fail(i, i + 1, u"f-string: invalid conversion character: expected 's', 'r', or 'a'"_s);
        field->op = conversion;
        expectMore(++i);
    }
    if (source[i] == u':') {
        ++i;
        Pieces spec;
        const int specBegin = i;
        formattedBody(&i, end, raw, level + 1, &spec);
        spec.flush(m_state.map);
        Built joined = node(NodeKind::JoinedStr);
        joined->items = std::move(spec.items);
        finish(joined, specBegin);
        joined->span = m_state.map.span(specBegin, i);
        field->items.push_back(joined);
        expectMore(i);
    } else if (showsText && field->op.isEmpty()) {
        field->op = u"r"_s;
    }
    if (source[i] != u'}')
        fail(from, i, u"f-string: expecting '}'"_s);
    *position = i + 1;
    finish(field, from);
    field->span = m_state.map.span(from, i + 1);
    return field;
}

/// Where the expression of a replacement field ends, by CPython 3.11's own scan
/// (fstring_find_expr), which knows quotes and brackets but no grammar. `end` if nothing ends it.
int Parser::fieldExpressionEnd(int from, int end)
{
    const QStringView source(m_state.source);
    QChar quote(0);
    int quotes = 0;
    std::vector<QChar> brackets;
    int i = from;
    for (; i < end; ++i) {
        const QChar c = source[i];
        if (c == u'\\')
            fail(i, i + 1, u"f-string expression part cannot include a backslash"_s);
        const bool triple = i + 2 < end && source[i + 1] == c && source[i + 2] == c;
        if (quotes != 0) {
            if (c == quote && (quotes == 1 || triple)) {
                i += quotes - 1;
                quotes = 0;
            }
            continue;
        }
        const QChar next = i + 1 < end ? source[i + 1] : QChar(0);
        switch (c.unicode()) {
        case u'\'':
        case u'"':
            quote = c;
            quotes = triple ? 3 : 1;
            i += quotes - 1;
            continue;
        case u'(':
        case u'[':
        case u'{':
            brackets.push_back(c);
            continue;
        case u'#':
            fail(i, i + 1, u"f-string expression part cannot include '#'"_s);
        case u'!':
        case u'=':
        case u'<':
        case u'>':
            if (!brackets.empty())
                continue;
            if (next == u'=')
                ++i; // != == <= >=
            else if (c == u'!' || c == u'=')
                return i;
            continue;
        case u':':
            if (brackets.empty())
                return i;
            continue;
        case u')':
        case u']':
        case u'}': {
            if (brackets.empty()) {
                if (c == u'}')
                    return i;
                fail(i, i + 1, u"f-string: unmatched '%1'"_s.arg(c));
            }
            const QChar open = brackets.back();
            brackets.pop_back();
            if ((open == u'(') != (c == u')') || (open == u'[') != (c == u']'))
                fail(i, i + 1,
                     u"f-string: closing parenthesis '%1' does not match opening parenthesis '%2'"_s
                         .arg(c)
                         .arg(open));
            continue;
        }
        default:
            continue;
        }
    }
    if (quotes != 0)
        fail(from, end, u"f-string: unterminated string"_s);
    if (!brackets.empty())
        fail(from, end, u"f-string: unmatched '%1'"_s.arg(brackets.back()));
    return end;
}

/// The expression of a replacement field, parsed as if it stood in parentheses.
Parser::Built Parser::fieldExpression(int from, int end)
{
    const QStringView source(m_state.source);
    if (source.mid(from, end - from).trimmed().isEmpty())
        fail(from - 1, end, u"f-string: empty expression not allowed"_s);
    const Recursion guard(*this);
    Parser inner(m_state, lex(source, m_state.map, from, end, LexMode::Brackets));
    inner.m_scope = m_scope;
    inner.m_inFormattedString = true;
    Built value = inner.starExpressions();
    if (inner.atComprehension()) {
        Built generator = node(NodeKind::GeneratorExp);
        generator->items = {value};
        generator->generators = inner.comprehension();
        value = inner.finish(generator, from);
    }
    if (!inner.at(TokenKind::End))
        inner.failHere();
    return value;
}

} // namespace heddle::notation
