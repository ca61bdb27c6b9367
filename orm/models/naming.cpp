#include "orm/models/schema.h"

#include <QSet>

namespace heddle {
namespace {

QSet<QString> words(const char *text)
{
    const QStringList list = QString::fromLatin1(text).split(QLatin1Char(' '));
    return {list.begin(), list.end()};
}

bool isKeyword(const QString &name)
{
    static const QSet<QString> keywords =
        words("False None True and as assert async await break class continue def del elif else "
              "except finally for "
              "from global if import in is lambda nonlocal not or pass raise return try while with "
              "yield");
    return keywords.contains(name);
}

/// Names that an expression needs for something other than a table.
bool isExpressionName(const QString &name)
{
    static const QSet<QString> names =
        words("Q F Value Case When Subquery OuterRef Exists Window Count Sum Avg Min Max StdDev "
              "Variance ExpressionWrapper "
              "Func Prefetch FilteredRelation Lower Upper Length Concat Coalesce Substr Trim LTrim "
              "RTrim Replace Cast "
              "Greatest Least Now Extract Trunc Abs Round Ceil Floor Mod Power Sqrt Sign Left "
              "Right Repeat Reverse LPad RPad "
              "StrIndex NullIf Chr Ord Collate Pi Exp Ln Log Sin Cos Tan Rank DenseRank RowNumber "
              "Lag Lead Ntile FirstValue "
              "LastValue NthValue CumeDist PercentRank RowRange ValueRange Decimal MD5 SHA1 SHA256 "
              "True False None Random "
              "JSONObject Degrees Radians");
    return names.contains(name);
}

bool isWordCharacter(char32_t c)
{
    return c == U'_' || QChar::isLetterOrNumber(c);
}

// Words are cut at ASCII letters only, as the rule's own code does; other letters never start a
// word.
bool isUpper(QChar c)
{
    return c >= QLatin1Char('A') && c <= QLatin1Char('Z');
}
bool isLower(QChar c)
{
    return c >= QLatin1Char('a') && c <= QLatin1Char('z');
}
bool isAsciiDigit(QChar c)
{
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

bool startsWithDigit(const QString &name)
{
    return !name.isEmpty() && name.front().digitValue() >= 0;
}

/// The name with everything that is no word character replaced by `_`.
QString wordCharactersOf(const QString &name)
{
    QString out;
    for (const char32_t c : name.toUcs4())
        out += isWordCharacter(c) ? QString::fromUcs4(&c, 1) : QStringLiteral("_");
    return out;
}

bool wordStartsAt(const QString &text, qsizetype i)
{
    if (i == 0 || !isUpper(text[i]))
        return false;
    const QChar before = text[i - 1];
    if (isLower(before) || isAsciiDigit(before))
        return true;
    return isUpper(before) && i + 1 < text.size() && isLower(text[i + 1]);
}

/// What a Python name may not be gets a piece in front or behind.
QString guarded(QString name)
{
    if (name.isEmpty())
        name = QStringLiteral("field");
    if (startsWithDigit(name))
        name.prepend(QLatin1String("number_"));
    if (isKeyword(name) || name == QLatin1String("pk") || name == QLatin1String("objects"))
        name += QLatin1String("_field");
    return name;
}

/// One piece of a table's name: "ITEMS" -> "Items", "items" -> "Items", "HTTPLog" stays.
QString capitalised(const QString &piece)
{
    const bool allCapitals =
        piece.size() > 1 && piece == piece.toUpper() && piece != piece.toLower();
    return piece.left(1).toUpper() + (allCapitals ? piece.mid(1).toLower() : piece.mid(1));
}

} // namespace

QString snakeName(const QString &name)
{
    const QString text = wordCharactersOf(name);
    QString out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool gap = text[i] == QLatin1Char('_');
        if ((gap || wordStartsAt(text, i)) && !out.isEmpty() && !out.endsWith(QLatin1Char('_')))
            out += QLatin1Char('_');
        if (!gap)
            out += text[i];
    }
    if (out.endsWith(QLatin1Char('_')))
        out.chop(1);
    return out.toLower();
}

QString fieldNameFor(const QString &column)
{
    return guarded(snakeName(column));
}

QString foreignKeyNameFor(const QString &column)
{
    QString name = snakeName(column);
    if (name.endsWith(QLatin1String("_id")))
        name.chop(3);
    return guarded(name);
}

QString modelNameFor(const QString &table)
{
    QString out;
    for (const QString &piece : wordCharactersOf(table).split(QLatin1Char('_'), Qt::SkipEmptyParts))
        out += capitalised(piece);
    if (out.isEmpty() || startsWithDigit(out))
        out.prepend(QLatin1String("Table"));
    if (isExpressionName(out) || isKeyword(out))
        out += QLatin1String("Model");
    return out;
}

} // namespace heddle
