#include "orm/notation/formatter.h"

#include "orm/notation/equality.h"
#include "orm/notation/lexer.h"
#include "orm/notation/printer.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

constexpr int maximumWidth = 88;

/// From the first token of a line to the last one before its NEWLINE.
struct LogicalLine {
    int begin = 0, end = 0;
    int depth = 0;
    std::vector<Token> tokens;
};

std::vector<LogicalLine> logicalLines(const LexResult &lexed)
{
    std::vector<LogicalLine> lines;
    LogicalLine line;
    int depth = 0;
    for (const Token &token : lexed.tokens) {
        switch (token.kind) {
        case TokenKind::Indent:
            ++depth;
            break;
        case TokenKind::Dedent:
            --depth;
            break;
        case TokenKind::Newline:
        case TokenKind::End:
            if (!line.tokens.empty())
                lines.push_back(std::move(line));
            line = LogicalLine();
            break;
        default: // part of the line
            if (line.tokens.empty()) {
                line.begin = token.begin;
                line.depth = depth;
            }
            line.end = token.end;
            line.tokens.push_back(token);
        }
    }
    return lines;
}

/// The words of a text without what printing may add or drop: parentheses, commas, the kind of
/// quotes of plain strings.
QStringList essence(const QString &text)
{
    const SourceMap map(text);
    QStringList out;
    for (const Token &token : lex(text, map, 0, int(text.size()), LexMode::Module).tokens) {
        switch (token.kind) {
        case TokenKind::LeftParen:
        case TokenKind::RightParen:
        case TokenKind::Comma:
        case TokenKind::Newline:
        case TokenKind::Indent:
        case TokenKind::Dedent:
        case TokenKind::End:
        case TokenKind::Semicolon:
            continue;
        default: // counts
            break;
        }
        QString word = text.mid(token.begin, token.end - token.begin);
        if (token.kind == TokenKind::String && word.startsWith(u'\'') && !word.contains(u'"') &&
            !word.contains(u'\\') && !word.startsWith(u"'''"))
            word = u'"' + word.mid(1, word.size() - 2) + u'"';
        out.push_back(word);
    }
    return out;
}

class Formatter {
public:
    explicit Formatter(const ParseResult &parsed)
        : m_parsed(parsed), m_source(parsed.source), m_map(m_source)
    {
    }
    QString run();

private:
    QString line(const LogicalLine &line);
    std::optional<QString> printed(const LogicalLine &line);
    void gap(int begin, int end, const LogicalLine *before, const LogicalLine *after);
    int columnOf(int offset) const { return m_map.position(offset).column; }

    const ParseResult &m_parsed;
    const QString &m_source;
    const SourceMap m_map;
    QString m_out;
};

/// A line as a text that parses alone: a header gets a block, a clause gets the statement that it
/// belongs to. `skip`: how many printed lines come before the one that is meant.
struct Standalone {
    QString text;
    int skip = 0;
    bool header = false;
};

Standalone standalone(const QString &text, TokenKind first, bool header)
{
    Standalone out{text, 0, header};
    if (first == TokenKind::Elif)
        out.text = text.mid(2);
    else if (first == TokenKind::Except || first == TokenKind::Finally)
        out = {u"try:\n pass\n"_s + text, 2, header};
    else if (first == TokenKind::Else)
        out = {u"if x:\n pass\n"_s + text, 2, header};
    if (header)
        out.text += u"\n pass"_s;
    if (first == TokenKind::Try && header)
        out.text += u"\nfinally:\n pass"_s;
    return out;
}

std::optional<QString> Formatter::printed(const LogicalLine &line)
{
    const QString text = m_source.mid(line.begin, line.end - line.begin);
    const TokenKind first = line.tokens.front().kind;
    const bool header = line.tokens.back().kind == TokenKind::Colon;
    const Standalone alone = standalone(text, first, header);
    const ParseResult parsed = parseModule(alone.text);
    for (const NodePtr &statement : parsed.tree->body)
        if (statement->kind == NodeKind::Error)
            return std::nullopt;
    Printer printer(alone.text);
    const QString margin(line.depth * 4, u' ');
    QStringList lines = printer.print(*parsed.tree).split(u'\n');
    if (!printer.complete() || lines.size() <= alone.skip)
        return std::nullopt;
    lines = lines.mid(alone.skip);
    lines.removeLast(); // what stands behind the last newline
    if (header)
        lines = lines.mid(0, 1);
    if (first == TokenKind::Elif)
        lines[0].prepend(u"el"_s);
    if (essence(lines.join(u'\n')) != essence(text))
        return std::nullopt;
    for (QString &part : lines)
        part.prepend(margin);
    return lines.join(u'\n');
}

QString Formatter::line(const LogicalLine &line)
{
    const QString margin(line.depth * 4, u' ');
    const QString written = margin + m_source.mid(line.begin, line.end - line.begin);
    const auto comment =
        std::lower_bound(m_parsed.comments.begin(), m_parsed.comments.end(), line.begin,
                         [](const Comment &c, int offset) { return c.span.begin < offset; });
    if (comment != m_parsed.comments.end() && comment->span.end < line.end)
        return written;
    const bool broken = m_map.line(line.begin) != m_map.line(line.end);
    for (std::size_t i = 1; broken && i < line.tokens.size(); ++i) {
        const TokenKind kind = line.tokens[i].kind;
        const bool closes = kind == TokenKind::RightParen || kind == TokenKind::RightBracket ||
                            kind == TokenKind::RightBrace;
        const bool tripleQuoted = kind == TokenKind::String && m_map.line(line.tokens[i].begin) !=
                                                                   m_map.line(line.tokens[i].end);
        if (tripleQuoted || (closes && line.tokens[i - 1].kind == TokenKind::Comma))
            return written;
    }
    const std::optional<QString> fresh = printed(line);
    if (!fresh)
        return written;
    for (const QString &part : fresh->split(u'\n'))
        if (broken && part.size() > maximumWidth)
            return written;
    return *fresh;
}

/// What stands between two lines: a comment behind the first, blank lines, comments of their own.
void Formatter::gap(int begin, int end, const LogicalLine *before, const LogicalLine *after)
{
    const QStringList lines = m_source.mid(begin, end - begin)
                                  .replace(u"\r\n"_s, u"\n"_s)
                                  .replace(u'\r', u'\n')
                                  .split(u'\n');
    int blank = 0;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString text = lines[i].trimmed();
        const bool beside = i == 0 && before; // on the line of the statement
        if (beside) {
            if (text.startsWith(u'#'))
                m_out += u"  "_s + text;
            m_out += u'\n';
            continue;
        }
        if (i == lines.size() - 1 && after)
            return; // the next statement's indentation
        if (text.isEmpty() || !text.startsWith(u'#')) {
            blank += text.isEmpty() ? 1 : 0;
            if (text.isEmpty() && blank <= 2 && !m_out.isEmpty())
                m_out += u'\n';
            continue;
        }
        blank = 0;
        qsizetype column = 0;
        while (column < lines[i].size() && lines[i][column].isSpace())
            ++column;
        int depth = after ? after->depth : 0;
        if (before && before->depth > depth && column + 1 >= columnOf(before->begin))
            depth = before->depth; // a last word in the block above
        m_out += QString(depth * 4, u' ') + text + u'\n';
    }
}

QString Formatter::run()
{
    const std::vector<LogicalLine> lines =
        logicalLines(lex(m_source, m_map, 0, int(m_source.size()), LexMode::Module));
    int position = m_source.startsWith(QChar(0xfeff)) ? 1 : 0;
    const LogicalLine *before = nullptr;
    for (const LogicalLine &next : lines) {
        gap(position, next.begin, before, &next);
        m_out += line(next);
        position = next.end;
        before = &next;
    }
    gap(position, int(m_source.size()), before, nullptr);
    while (m_out.endsWith(u"\n\n"_s))
        m_out.chop(1);
    if (!m_out.isEmpty() && !m_out.endsWith(u'\n'))
        m_out += u'\n';
    return m_out == u"\n" ? QString() : m_out;
}

} // namespace

QString formatModule(const ParseResult &parsed)
{
    if (!parsed.ok())
        return parsed.source;
    const QString out = Formatter(parsed).run();
    const ParseResult again = parseModule(out);
    return again.ok() && sameTree(again.tree, parsed.tree) &&
                   again.comments.size() == parsed.comments.size()
               ? out
               : parsed.source;
}

} // namespace heddle::notation
