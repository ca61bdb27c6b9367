#include "ui/builder/sqltext.h"

#include "ui/style/theme.h"

#include <QRegularExpression>
#include <QSet>
#include <QWidget>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

/// Words, quoted names, strings and operators, in order; blanks between them are dropped. An
/// operator of several signs is one token: with a blank inside it means something else.
QStringList tokensOf(const QString &sql)
{
    static const QRegularExpression token(
        uR"re(\b[EeXxBbNn]'(?:[^']|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|)re"
        uR"re(\?[|&]|\?\d*|[\w.$]+|::|[-+*/%<>=!|&~#@^]+|[^\s])re"_s);
    QStringList tokens;
    for (auto it = token.globalMatch(sql); it.hasNext();)
        tokens.append(it.next().captured());
    return tokens;
}

const QSet<QString> &keywords()
{
    static const QSet<QString> words = {
        u"SELECT"_s,    u"DISTINCT"_s,  u"FROM"_s,  u"WHERE"_s,  u"AND"_s,       u"OR"_s,
        u"NOT"_s,       u"IN"_s,        u"IS"_s,    u"NULL"_s,   u"LIKE"_s,      u"ESCAPE"_s,
        u"BETWEEN"_s,   u"EXISTS"_s,    u"ORDER"_s, u"GROUP"_s,  u"BY"_s,        u"HAVING"_s,
        u"LIMIT"_s,     u"OFFSET"_s,    u"ASC"_s,   u"DESC"_s,   u"AS"_s,        u"ON"_s,
        u"INNER"_s,     u"LEFT"_s,      u"OUTER"_s, u"CROSS"_s,  u"JOIN"_s,      u"UNION"_s,
        u"ALL"_s,       u"CASE"_s,      u"WHEN"_s,  u"THEN"_s,   u"ELSE"_s,      u"END"_s,
        u"CAST"_s,      u"INSERT"_s,    u"INTO"_s,  u"VALUES"_s, u"UPDATE"_s,    u"SET"_s,
        u"DELETE"_s,    u"RETURNING"_s, u"WITH"_s,  u"OVER"_s,   u"PARTITION"_s, u"EXCEPT"_s,
        u"INTERSECT"_s, u"NULLS"_s,     u"FIRST"_s, u"LAST"_s,   u"COLLATE"_s,   u"BEGIN"_s,
        u"COMMIT"_s,    u"ROLLBACK"_s};
    return words;
}

/// Whether a token starts a line of its own, at bracket depth 0.
bool startsClause(const QStringList &tokens, qsizetype i)
{
    static const QSet<QString> first = {u"FROM"_s,      u"WHERE"_s,  u"GROUP"_s,    u"ORDER"_s,
                                        u"HAVING"_s,    u"LIMIT"_s,  u"UNION"_s,    u"EXCEPT"_s,
                                        u"INTERSECT"_s, u"INNER"_s,  u"LEFT"_s,     u"CROSS"_s,
                                        u"SET"_s,       u"VALUES"_s, u"RETURNING"_s};
    const QString word = tokens[i].toUpper();
    if (!first.contains(word))
        return word == u"JOIN" && i > 0 && tokens[i - 1].toUpper() != u"INNER" &&
               tokens[i - 1].toUpper() != u"OUTER" && tokens[i - 1].toUpper() != u"LEFT" &&
               tokens[i - 1].toUpper() != u"CROSS";
    return true;
}

bool sticksToPrevious(const QString &previous, const QString &token)
{
    static const QString noBlankBefore = u",).;"_s, noBlankAfter = u"(."_s, cast = u"::"_s;
    if (token == cast || previous == cast)
        return true;
    if (token.size() == 1 && noBlankBefore.contains(token))
        return true;
    if (previous.size() == 1 && noBlankAfter.contains(previous))
        return true;
    if (token == u"(")
        return !keywords().contains(previous.toUpper()) && !previous.isEmpty() &&
               (previous.back().isLetterOrNumber() || previous.back() == u'_' ||
                previous.back() == u'"');
    return false;
}

} // namespace

QString layOutSql(const QString &sql, int width)
{
    const QStringList tokens = tokensOf(sql);
    QString result, line;
    int depth = 0, hanging = 0;
    const auto breakLine = [&](int indent) {
        result += line + u'\n';
        line = QString(indent, u' ');
    };
    for (qsizetype i = 0; i < tokens.size(); ++i) {
        const QString &token = tokens[i];
        const QString previous = i > 0 ? tokens[i - 1] : QString();
        if (i > 0 && depth == 0 && startsClause(tokens, i)) {
            breakLine(0);
            hanging = int(token.size()) + 1;
            line += token;
        } else {
            const bool glued = i == 0 || sticksToPrevious(previous, token);
            // A name is joined to its dot: look at how long the whole piece will be before it is
            // put on the line.
            int piece = int(token.size());
            for (qsizetype j = i + 1;
                 j < tokens.size() && sticksToPrevious(tokens[j - 1], tokens[j]) && piece < width;
                 ++j)
                piece += int(tokens[j].size());
            if (!glued && line.trimmed().size() > hanging && line.size() + 1 + piece > width)
                breakLine(hanging);
            else if (!glued && !line.trimmed().isEmpty())
                line += u' ';
            if (i == 0)
                hanging = int(token.size()) + 1;
            line += token;
        }
        if (token == u"(")
            ++depth;
        else if (token == u")")
            --depth;
    }
    return result + line;
}

SqlHighlighter::SqlHighlighter(QTextDocument *document, const QWidget *colours)
    : QSyntaxHighlighter(document), m_colours(colours)
{
}

void SqlHighlighter::highlightBlock(const QString &text)
{
    static const QRegularExpression part(
        uR"re(--.*$|'(?:[^']|'')*'|"(?:[^"]|"")*"|\b[A-Za-z_]+\b|\b\d+(?:\.\d+)?\b)re"_s);
    const Theme &theme = Theme::of(m_colours->palette());
    for (auto it = part.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        const QString word = match.captured();
        QTextCharFormat format;
        if (word.startsWith(u"--"))
            format.setForeground(theme.muted);
        else if (word.startsWith(u'\''))
            format.setForeground(theme.parallel.onSoft);
        else if (word.front().isDigit())
            format.setForeground(theme.write.onSoft);
        else if (keywords().contains(word))
            format.setForeground(theme.relation);
        else
            continue;
        setFormat(int(match.capturedStart()), int(match.capturedLength()), format);
    }
}

} // namespace heddle::ui
