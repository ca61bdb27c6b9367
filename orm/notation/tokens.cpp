#include "orm/notation/tokens.h"

#include <QHash>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

const QHash<QStringView, TokenKind> &keywords()
{
    using K = TokenKind;
    static const QHash<QStringView, TokenKind> table = {
        {u"False", K::False},
        {u"None", K::None},
        {u"True", K::True},
        {u"and", K::And},
        {u"as", K::As},
        {u"assert", K::Assert},
        {u"async", K::Async},
        {u"await", K::Await},
        {u"break", K::Break},
        {u"class", K::Class},
        {u"continue", K::Continue},
        {u"def", K::Def},
        {u"del", K::Del},
        {u"elif", K::Elif},
        {u"else", K::Else},
        {u"except", K::Except},
        {u"finally", K::Finally},
        {u"for", K::For},
        {u"from", K::From},
        {u"global", K::Global},
        {u"if", K::If},
        {u"import", K::Import},
        {u"in", K::In},
        {u"is", K::Is},
        {u"lambda", K::Lambda},
        {u"nonlocal", K::Nonlocal},
        {u"not", K::Not},
        {u"or", K::Or},
        {u"pass", K::Pass},
        {u"raise", K::Raise},
        {u"return", K::Return},
        {u"try", K::Try},
        {u"while", K::While},
        {u"with", K::With},
        {u"yield", K::Yield},
    };
    return table;
}

/// Operators and punctuation but for brackets, longest first. Error: what Python has no token for.
constexpr std::array<std::pair<QStringView, TokenKind>, 46> operators = {{
    {u"**=", TokenKind::AugmentedAssign},
    {u"//=", TokenKind::AugmentedAssign},
    {u">>=", TokenKind::AugmentedAssign},
    {u"<<=", TokenKind::AugmentedAssign},
    {u"...", TokenKind::Ellipsis},
    {u"**", TokenKind::DoubleStar},
    {u"//", TokenKind::DoubleSlash},
    {u">>", TokenKind::RightShift},
    {u"<<", TokenKind::LeftShift},
    {u"==", TokenKind::Equal},
    {u"!=", TokenKind::NotEqual},
    {u"<=", TokenKind::LessEqual},
    {u">=", TokenKind::GreaterEqual},
    {u"->", TokenKind::Arrow},
    {u":=", TokenKind::ColonEqual},
    {u"+=", TokenKind::AugmentedAssign},
    {u"-=", TokenKind::AugmentedAssign},
    {u"*=", TokenKind::AugmentedAssign},
    {u"/=", TokenKind::AugmentedAssign},
    {u"%=", TokenKind::AugmentedAssign},
    {u"&=", TokenKind::AugmentedAssign},
    {u"|=", TokenKind::AugmentedAssign},
    {u"^=", TokenKind::AugmentedAssign},
    {u"@=", TokenKind::AugmentedAssign},
    {u"+", TokenKind::Plus},
    {u"-", TokenKind::Minus},
    {u"*", TokenKind::Star},
    {u"/", TokenKind::Slash},
    {u"%", TokenKind::Percent},
    {u"&", TokenKind::Ampersand},
    {u"|", TokenKind::Bar},
    {u"^", TokenKind::Caret},
    {u"~", TokenKind::Tilde},
    {u"<", TokenKind::Less},
    {u">", TokenKind::Greater},
    {u"=", TokenKind::Assign},
    {u",", TokenKind::Comma},
    {u":", TokenKind::Colon},
    {u";", TokenKind::Semicolon},
    {u".", TokenKind::Dot},
    {u"@", TokenKind::At},
    {u"<>", TokenKind::Error},
    {u"!", TokenKind::Error},
    {u"$", TokenKind::Error},
    {u"?", TokenKind::Error},
    {u"`", TokenKind::Error},
}};
} // namespace

bool startsOnlyStatements(QStringView word)
{
    static constexpr std::array<QStringView, 15> words = {
        u"def", u"class", u"with",  u"while",    u"try",    u"return",   u"raise",  u"import",
        u"del", u"pass",  u"break", u"continue", u"global", u"nonlocal", u"assert",
    };
    for (QStringView candidate : words)
        if (word == candidate)
            return true;
    return false;
}

QString codePointName(char32_t c)
{
    return u"U+%1"_s.arg(QString::number(uint(c), 16).toUpper(), 4, u'0');
}

TokenKind wordKind(QStringView word)
{
    return keywords().value(word, TokenKind::Name);
}

std::pair<int, TokenKind> operatorAt(QStringView text)
{
    for (const auto &[spelling, kind] : operators)
        if (text.startsWith(spelling))
            return {int(spelling.size()), kind};
    return {0, TokenKind::Error};
}

char32_t codePointAt(QStringView text, int offset)
{
    const QChar c = text[offset];
    if (c.isHighSurrogate() && offset + 1 < text.size() && text[offset + 1].isLowSurrogate())
        return QChar::surrogateToUcs4(c, text[offset + 1]);
    return c.unicode();
}

bool isIdentifierStart(char32_t c)
{
    if (c < 0x80)
        return c == U'_' || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
    switch (QChar::category(c)) {
    case QChar::Letter_Uppercase:
    case QChar::Letter_Lowercase:
    case QChar::Letter_Titlecase:
    case QChar::Letter_Modifier:
    case QChar::Letter_Other:
    case QChar::Number_Letter:
        break;
    default: // QChar's categories are not our enum
        return false;
    }
    // XID_Start: what stays a name when Python normalizes it.
    const QString normal = QString::fromUcs4(&c, 1).normalized(QString::NormalizationForm_KC);
    const QChar first = normal.isEmpty() ? QChar(u' ') : normal[0];
    return first.isSurrogate() || first == u'_' || first.isLetter() ||
           first.category() == QChar::Number_Letter;
}

bool isIdentifierContinue(char32_t c)
{
    if (c < 0x80)
        return isIdentifierStart(c) || (c >= U'0' && c <= U'9');
    switch (QChar::category(c)) {
    case QChar::Mark_NonSpacing:
    case QChar::Mark_SpacingCombining:
    case QChar::Number_DecimalDigit:
    case QChar::Punctuation_Connector:
        return QString::fromUcs4(&c, 1).normalized(QString::NormalizationForm_KC).indexOf(u' ') < 0;
    default:
        return c == 0xb7 || isIdentifierStart(c);
    }
}

bool isKeyword(TokenKind kind)
{
    return kind >= TokenKind::False;
}

bool isIdentifier(QStringView text)
{
    if (text.isEmpty() || keywords().contains(text) || !isIdentifierStart(codePointAt(text, 0)))
        return false;
    for (int i = 0; i < text.size();) {
        const char32_t c = codePointAt(text, i);
        if (!isIdentifierContinue(c))
            return false;
        i += c > 0xffff ? 2 : 1;
    }
    return true;
}

} // namespace heddle::notation
