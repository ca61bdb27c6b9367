#include "orm/notation/lexer.h"

#include <array>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

constexpr int maximumBrackets = 200; // Python's MAXLEVEL
constexpr int maximumIndents = 100;  // Python's MAXINDENT
constexpr int maximumRestarts = 20;  // after unclosed brackets; keeps lexing linear
bool isDigitOf(QChar c, int base)
{
    const char16_t u = c.unicode();
    if (base <= 10)
        return u >= u'0' && u < u'0' + base;
    return (u >= u'0' && u <= u'9') || (u >= u'a' && u <= u'f') || (u >= u'A' && u <= u'F');
}

bool isStringPrefix(QStringView text)
{
    if (text.size() > 2)
        return false;
    const QString lower = text.toString().toLower();
    return lower == u"r" || lower == u"u" || lower == u"b" || lower == u"f" || lower == u"br" ||
           lower == u"rb" || lower == u"fr" || lower == u"rf";
}

class Lexer {
public:
    Lexer(QStringView source, const SourceMap &map, int begin, int end, LexMode mode)
        : m_source(source), m_map(map), m_pos(begin), m_begin(begin), m_end(end), m_mode(mode)
    {
    }

    LexResult run();

private:
    struct Bracket {
        QChar open;
        int offset;
    };
    struct IndentLevel {
        int column, alternative; // tabs to 8, tabs to 1: Python compares both
        bool silent;             // opened by a wrong dedent: gives no Dedent token when it ends
    };

    QChar at(int offset) const { return offset < m_end ? m_source[offset] : QChar(0); }
    bool inLines() const { return m_mode == LexMode::Module && m_brackets.empty(); }
    void emitToken(TokenKind kind, int begin, int end)
    {
        m_result.tokens.push_back({kind, begin, end, -1});
    }
    void emitError(int begin, int end, const QString &message);
    void emitNewline(int begin, int end);
    bool isLineEnd(QChar c) const { return c == u'\n' || c == u'\r'; }
    int afterLineEnd(int offset) const
    {
        return at(offset) == u'\r' && at(offset + 1) == u'\n' ? offset + 2 : offset + 1;
    }
    int endOfLine(int offset) const;

    void lineStart();
    void indentTo(int column, int alternative, int begin);
    void dedentTo(int column, int alternative, int begin);
    void bracketLineStart();
    void token();
    void comment();
    void continuation();
    void word();
    void number();
    bool digits(int base, bool leadingUnderscore);
    void finishNumber(int begin, const QString &kind);
    void string(int begin);
    void openBracket(TokenKind kind);
    void closeBracket(TokenKind kind, QChar open);
    void punctuation();
    void strangeCharacter();
    void neverClosed(int resumeAt);
    void finish();

    QStringView m_source;
    const SourceMap &m_map;
    int m_pos;
    const int m_begin, m_end;
    const LexMode m_mode;
    LexResult m_result;
    std::vector<Bracket> m_brackets;
    std::vector<IndentLevel> m_indents{{0, 0, false}};
    bool m_lineStart = true;
    bool m_newBracketLine = false; // a line began inside brackets
    int m_restarts = 0;
};

void Lexer::emitError(int begin, int end, const QString &message)
{
    m_result.tokens.push_back({TokenKind::Error, begin, end, int(m_result.messages.size())});
    m_result.messages.push_back(message);
}

void Lexer::emitNewline(int begin, int end)
{
    if (!m_result.tokens.empty()) {
        const TokenKind last = m_result.tokens.back().kind;
        if (last != TokenKind::Newline && last != TokenKind::Indent && last != TokenKind::Dedent)
            emitToken(TokenKind::Newline, begin, end);
    }
    m_lineStart = true;
}

int Lexer::endOfLine(int offset) const
{
    while (offset < m_end && !isLineEnd(m_source[offset]))
        ++offset;
    return offset;
}

LexResult Lexer::run()
{
    if (m_pos < m_end && m_source[m_pos] == QChar(0xfeff) && m_pos == 0)
        ++m_pos;
    m_lineStart = m_mode == LexMode::Module;
    while (true) {
        if (m_lineStart)
            lineStart();
        else if (m_newBracketLine)
            bracketLineStart();
        if (m_pos >= m_end) {
            if (m_mode == LexMode::Module && !m_brackets.empty()) {
                neverClosed(-1);
                continue;
            }
            break;
        }
        if (!m_lineStart)
            token();
    }
    finish();
    return std::move(m_result);
}

/// Measures the indentation of a logical line and opens or closes blocks. Lines without a token do
/// not count.
void Lexer::lineStart()
{
    const int begin = m_pos;
    int column = 0, alternative = 0;
    int continued = 0; // the indentation before the first backslash counts, unless it is none
    for (; m_pos < m_end; ++m_pos) {
        const QChar c = m_source[m_pos];
        if (c == u' ') {
            ++column;
            ++alternative;
        } else if (c == u'\t') {
            column = (column / 8 + 1) * 8;
            ++alternative;
        } else if (c == u'\f') {
            column = alternative = 0;
        } else if (c == u'\\' && isLineEnd(at(m_pos + 1)) && afterLineEnd(m_pos + 1) < m_end) {
            if (continued == 0)
                continued = column;
            m_pos = afterLineEnd(m_pos + 1) - 1;
        } else {
            break;
        }
    }
    if (at(m_pos) == u'#')
        comment();
    if (m_pos >= m_end)
        return;
    if (isLineEnd(m_source[m_pos])) {
        m_pos = afterLineEnd(m_pos);
        return; // a blank line; the next one starts
    }
    m_lineStart = false;
    if (continued > 0)
        column = alternative = continued;
    const IndentLevel top = m_indents.back();
    if (column == top.column && alternative == top.alternative)
        return;
    if (column > top.column && alternative > top.alternative)
        indentTo(column, alternative, begin);
    else if (column < top.column && alternative <= top.alternative)
        dedentTo(column, alternative, begin);
    else
        emitError(begin, m_pos, u"inconsistent use of tabs and spaces in indentation"_s);
}

void Lexer::indentTo(int column, int alternative, int begin)
{
    if (int(m_indents.size()) >= maximumIndents) {
        emitError(begin, m_pos, u"too many levels of indentation"_s);
        m_indents.push_back({column, alternative, true});
        return;
    }
    m_indents.push_back({column, alternative, false});
    emitToken(TokenKind::Indent, begin, m_pos);
}

void Lexer::dedentTo(int column, int alternative, int begin)
{
    while (m_indents.size() > 1 && column < m_indents.back().column) {
        if (!m_indents.back().silent)
            emitToken(TokenKind::Dedent, m_pos, m_pos);
        m_indents.pop_back();
    }
    const IndentLevel top = m_indents.back();
    if (column != top.column) {
        emitError(begin, m_pos, u"unindent does not match any outer indentation level"_s);
        m_indents.push_back({column, alternative, true});
    } else if (alternative != top.alternative) {
        emitError(begin, m_pos, u"inconsistent use of tabs and spaces in indentation"_s);
    }
}

/// Inside brackets a line that can only be a new statement ends the search for the closing bracket.
void Lexer::bracketLineStart()
{
    m_newBracketLine = false;
    int wordBegin = m_pos;
    while (wordBegin < m_end && (m_source[wordBegin] == u' ' || m_source[wordBegin] == u'\t'))
        ++wordBegin;
    int wordEnd = wordBegin;
    while (wordEnd < m_end && wordEnd - wordBegin < 10 && m_source[wordEnd].isLower())
        ++wordEnd;
    if (wordEnd < m_end && isIdentifierContinue(m_source[wordEnd].unicode()))
        return;
    if (startsOnlyStatements(m_source.mid(wordBegin, wordEnd - wordBegin)))
        neverClosed(m_pos);
}

void Lexer::token()
{
    const QChar c = m_source[m_pos];
    switch (c.unicode()) {
    case u' ':
    case u'\t':
    case u'\f':
        ++m_pos;
        return;
    case u'\n':
    case u'\r': {
        const int begin = m_pos;
        m_pos = afterLineEnd(m_pos);
        if (inLines())
            emitNewline(begin, m_pos);
        else
            m_newBracketLine = m_mode == LexMode::Module;
        return;
    }
    case u'#':
        comment();
        return;
    case u'\\':
        continuation();
        return;
    case u'"':
    case u'\'':
        string(m_pos);
        return;
    case u'(':
        openBracket(TokenKind::LeftParen);
        return;
    case u'[':
        openBracket(TokenKind::LeftBracket);
        return;
    case u'{':
        openBracket(TokenKind::LeftBrace);
        return;
    case u')':
        closeBracket(TokenKind::RightParen, u'(');
        return;
    case u']':
        closeBracket(TokenKind::RightBracket, u'[');
        return;
    case u'}':
        closeBracket(TokenKind::RightBrace, u'{');
        return;
    default:
        break;
    }
    if (isDigitOf(c, 10) || (c == u'.' && isDigitOf(at(m_pos + 1), 10)))
        number();
    else if (c == u'_' || c.isLetter() || c.unicode() >= 0x80)
        word();
    else
        punctuation();
}

void Lexer::comment()
{
    const int begin = m_pos;
    m_pos = endOfLine(m_pos);
    m_result.comments.push_back(
        {m_map.span(begin, m_pos), m_source.mid(begin, m_pos - begin).toString()});
}

void Lexer::continuation()
{
    const int begin = m_pos++;
    if (m_pos >= m_end) {
        emitError(begin, m_pos, u"unexpected EOF while parsing"_s);
    } else if (isLineEnd(m_source[m_pos])) {
        m_pos = afterLineEnd(m_pos);
        if (m_pos >= m_end)
            emitError(begin, begin + 1, u"unexpected EOF while parsing"_s);
    } else {
        emitError(begin, m_pos, u"unexpected character after line continuation character"_s);
    }
}

void Lexer::word()
{
    const int begin = m_pos;
    if (!isIdentifierStart(codePointAt(m_source, m_pos))) {
        strangeCharacter();
        return;
    }
    bool ascii = true;
    while (m_pos < m_end) {
        const char32_t c = codePointAt(m_source, m_pos);
        if (!isIdentifierContinue(c))
            break;
        ascii &= c < 0x80;
        m_pos += c > 0xffff ? 2 : 1;
    }
    const QStringView text = m_source.mid(begin, m_pos - begin);
    if ((at(m_pos) == u'"' || at(m_pos) == u'\'') && isStringPrefix(text)) {
        string(begin);
        return;
    }
    emitToken(ascii ? wordKind(text) : TokenKind::Name, begin, m_pos);
}

void Lexer::strangeCharacter()
{
    const int begin = m_pos;
    const char32_t c = codePointAt(m_source, m_pos);
    m_pos += c > 0xffff ? 2 : 1;
    if (QChar::isSurrogate(c))
        emitError(begin, m_pos, u"invalid character: half of a surrogate pair"_s);
    else if (!QChar::isPrint(c))
        emitError(begin, m_pos, u"invalid non-printable character %1"_s.arg(codePointName(c)));
    else
        emitError(begin, m_pos,
                  u"invalid character '%1' (%2)"_s.arg(QString::fromUcs4(&c, 1), codePointName(c)));
}

/// Digits with single underscores between them. False if an underscore has no digit behind it.
bool Lexer::digits(int base, bool leadingUnderscore)
{
    if (leadingUnderscore && at(m_pos) == u'_')
        ++m_pos;
    if (!isDigitOf(at(m_pos), base))
        return false;
    while (true) {
        while (isDigitOf(at(m_pos), base))
            ++m_pos;
        if (at(m_pos) != u'_')
            return true;
        ++m_pos;
        if (!isDigitOf(at(m_pos), base))
            return false;
    }
}

void Lexer::number()
{
    const int begin = m_pos;
    const QChar second = at(m_pos + 1).toLower();
    if (at(m_pos) == u'0' && (second == u'x' || second == u'o' || second == u'b')) {
        const int base = second == u'x' ? 16 : second == u'o' ? 8 : 2;
        const QString kind = second == u'x'   ? u"hexadecimal"_s
                             : second == u'o' ? u"octal"_s
                                              : u"binary"_s;
        m_pos += 2;
        if (!digits(base, true)) {
            while (isIdentifierContinue(at(m_pos).unicode()))
                ++m_pos;
            emitError(begin, m_pos, u"invalid %1 literal"_s.arg(kind));
            return;
        }
        if (base < 10 && isDigitOf(at(m_pos), 10)) {
            const QChar digit = at(m_pos);
            while (isDigitOf(at(m_pos), 10))
                ++m_pos;
            emitError(begin, m_pos, u"invalid digit '%1' in %2 literal"_s.arg(digit).arg(kind));
            return;
        }
        finishNumber(begin, kind);
        return;
    }
    bool good = at(m_pos) == u'.' || digits(10, false);
    bool isFloat = false;
    if (good && at(m_pos) == u'.') {
        isFloat = true;
        ++m_pos;
        if (isDigitOf(at(m_pos), 10))
            good = digits(10, false);
    }
    if (good && (at(m_pos) == u'e' || at(m_pos) == u'E')) {
        const int sign = at(m_pos + 1) == u'+' || at(m_pos + 1) == u'-' ? 1 : 0;
        if (isDigitOf(at(m_pos + 1 + sign), 10)) {
            isFloat = true;
            m_pos += 1 + sign;
            good = digits(10, false);
        }
    }
    if (!good) {
        emitError(begin, m_pos, u"invalid decimal literal"_s);
        return;
    }
    if (at(m_pos) == u'j' || at(m_pos) == u'J') {
        ++m_pos;
        emitError(begin, m_pos, u"complex numbers are not available: databases have none"_s);
        return;
    }
    const QStringView text = m_source.mid(begin, m_pos - begin);
    if (!isFloat && text.size() > 1 && text[0] == u'0') {
        for (QChar c : text) {
            if (c != u'0' && c != u'_') {
                emitError(
                    begin, m_pos,
                    u"leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"_s);
                return;
            }
        }
    }
    finishNumber(begin, u"decimal"_s);
}

/// A name may not touch a number, but for the keywords that Python 3.11 still allows there: 1if x
/// else 2.
void Lexer::finishNumber(int begin, const QString &kind)
{
    if (m_pos < m_end && isIdentifierContinue(codePointAt(m_source, m_pos))) {
        static constexpr std::array<QStringView, 8> allowed = {u"and", u"else", u"for", u"if",
                                                               u"in",  u"is",   u"or",  u"not"};
        const QStringView rest = m_source.mid(m_pos, m_end - m_pos);
        bool keyword = false;
        for (QStringView candidate : allowed)
            keyword |= rest.startsWith(candidate);
        if (!keyword) {
            while (m_pos < m_end && isIdentifierContinue(m_source[m_pos].unicode()))
                ++m_pos;
            if (m_pos < m_end && m_source[m_pos].isSurrogate())
                ++m_pos; // at least one character further, whatever it is
            emitError(begin, m_pos, u"invalid %1 literal"_s.arg(kind));
            return;
        }
    }
    emitToken(TokenKind::Number, begin, m_pos);
}

/// From the quote at m_pos; `begin` is where the prefix starts.
void Lexer::string(int begin)
{
    const QChar quote = m_source[m_pos];
    const bool triple = at(m_pos + 1) == quote && at(m_pos + 2) == quote;
    const int quoteBegin = m_pos;
    m_pos += triple ? 3 : 1;
    while (m_pos < m_end) {
        const QChar c = m_source[m_pos];
        if (c == u'\\') {
            m_pos = m_pos + 1 < m_end && isLineEnd(m_source[m_pos + 1]) ? afterLineEnd(m_pos + 1)
                                                                        : m_pos + 2;
            continue;
        }
        if (c == quote && (!triple || (at(m_pos + 1) == quote && at(m_pos + 2) == quote))) {
            m_pos += triple ? 3 : 1;
            emitToken(TokenKind::String, begin, m_pos);
            return;
        }
        if (!triple && isLineEnd(c))
            break;
        ++m_pos;
    }
    m_pos = std::min(m_pos, m_end);
    const int line = m_map.line(std::max(quoteBegin, triple ? m_pos : m_pos - 1));
    emitError(begin, m_pos,
              (triple ? u"unterminated triple-quoted string literal (detected at line %1)"_s
                      : u"unterminated string literal (detected at line %1)"_s)
                  .arg(line));
    if (!triple && m_mode == LexMode::Module) {
        m_brackets
            .clear(); // the closing bracket was most likely in the string: the statement ends here
        if (m_pos < m_end) {
            emitNewline(m_pos, afterLineEnd(m_pos));
            m_pos = afterLineEnd(m_pos);
        }
    }
}

void Lexer::openBracket(TokenKind kind)
{
    const int limit = maximumBrackets;
    if (int(m_brackets.size()) >= limit) {
        emitError(m_pos, m_pos + 1, u"too many nested parentheses"_s);
        m_pos = m_mode == LexMode::Module ? endOfLine(m_pos) : m_end;
        m_brackets.clear();
        return;
    }
    m_brackets.push_back({m_source[m_pos], m_pos});
    emitToken(kind, m_pos, m_pos + 1);
    ++m_pos;
}

void Lexer::closeBracket(TokenKind kind, QChar open)
{
    const QChar close = m_source[m_pos];
    if (m_brackets.empty()) {
        emitError(m_pos, m_pos + 1, u"unmatched '%1'"_s.arg(close));
    } else if (m_brackets.back().open == open) {
        m_brackets.pop_back();
        emitToken(kind, m_pos, m_pos + 1);
    } else {
        const Bracket top = m_brackets.back();
        QString message =
            u"closing parenthesis '%1' does not match opening parenthesis '%2'"_s.arg(close).arg(
                top.open);
        if (m_map.line(top.offset) != m_map.line(m_pos))
            message += u" on line %1"_s.arg(m_map.line(top.offset));
        emitError(m_pos, m_pos + 1, message);
        m_brackets.pop_back();
    }
    ++m_pos;
}

void Lexer::punctuation()
{
    const QStringView rest = m_source.mid(m_pos, m_end - m_pos);
    if (const auto [length, kind] = operatorAt(rest); length > 0) {
        if (kind == TokenKind::Error)
            emitError(m_pos, m_pos + length, u"invalid syntax"_s);
        else
            emitToken(kind, m_pos, m_pos + length);
        m_pos += length;
        return;
    }
    strangeCharacter();
}

/// Reports the innermost open bracket and goes on with the next statement: at `resumeAt`, or, if
/// nothing told (-1), behind the line of the outermost bracket and the deeper indented lines that
/// follow it.
void Lexer::neverClosed(int resumeAt)
{
    const Bracket inner = m_brackets.back(), outer = m_brackets.front();
    int resume = resumeAt;
    if (resume < 0)
        resume = ++m_restarts > maximumRestarts ? m_end : m_map.lineEnd(m_map.line(outer.offset));
    while (!m_result.tokens.empty() && m_result.tokens.back().begin >= resume)
        m_result.tokens.pop_back();
    while (!m_result.comments.empty() && m_result.comments.back().span.begin >= resume)
        m_result.comments.pop_back();
    m_brackets.clear();
    m_newBracketLine = false;
    emitError(inner.offset, inner.offset + 1, u"'%1' was never closed"_s.arg(inner.open));
    emitNewline(resume, resume);
    m_pos = resume;
    if (resumeAt >= 0)
        return;
    while (m_pos < m_end) {
        const int next = isLineEnd(m_source[m_pos]) ? afterLineEnd(m_pos) : m_pos;
        int column = 0, text = next;
        while (text < m_end && (m_source[text] == u' ' || m_source[text] == u'\t'))
            column = m_source[text++] == u'\t' ? (column / 8 + 1) * 8 : column + 1;
        const QChar first = at(text);
        const bool belongs =
            column > m_indents.back().column || first == u')' || first == u']' || first == u'}';
        m_pos = next;
        if (!belongs || text >= m_end)
            return;
        m_pos = endOfLine(text);
    }
}

void Lexer::finish()
{
    if (m_mode == LexMode::Module) {
        if (!m_lineStart || !m_result.tokens.empty())
            emitNewline(m_end, m_end);
        for (; m_indents.size() > 1; m_indents.pop_back())
            if (!m_indents.back().silent)
                emitToken(TokenKind::Dedent, m_end, m_end);
    }
    emitToken(TokenKind::End, m_end, m_end);
}

} // namespace
LexResult lex(QStringView source, const SourceMap &map, int begin, int end, LexMode mode)
{
    return Lexer(source, map, begin, end, mode).run();
}

} // namespace heddle::notation
