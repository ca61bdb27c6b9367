#include "orm/notation/printer.h"

#include <array>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

const std::array<QString, 4> &quoteStyles()
{
    static const std::array<QString, 4> styles = {u"\""_s, u"'"_s, u"\"\"\""_s, u"'''"_s};
    return styles;
}

QString escaped(char32_t c)
{
    switch (c) {
    case U'\\':
        return u"\\\\"_s;
    case U'\n':
        return u"\\n"_s;
    case U'\r':
        return u"\\r"_s;
    case U'\t':
        return u"\\t"_s;
    default:
        break;
    }
    const int width = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    const QChar letter = width == 2 ? u'x' : width == 4 ? u'u' : u'U';
    return u"\\%1%2"_s.arg(letter).arg(uint(c), width, 16, QChar(u'0'));
}

bool needsEscape(char32_t c)
{
    return c == U'\\' || c < 0x20 || c == 0x7f || (c >= 0x80 && !QChar::isPrint(c));
}

/// Double quotes, unless there are some inside and no single ones.
QChar preferredQuote(bool hasDouble, bool hasSingle)
{
    return hasDouble && !hasSingle ? u'\'' : u'"';
}

} // namespace

QString quoted(const QString &text)
{
    const QChar quote = preferredQuote(text.contains(u'"'), text.contains(u'\''));
    QString out(quote);
    for (char32_t c : text.toUcs4()) {
        if (c == quote.unicode())
            out += u'\\';
        if (needsEscape(c))
            out += escaped(c);
        else
            out += QString::fromUcs4(&c, 1);
    }
    return out + quote;
}

QString Printer::text(const QString &value)
{
    return m_enclosing.isEmpty() ? quoted(value) : verbatim(value, QString());
}

QString Printer::bytes(const QByteArray &value)
{
    if (!m_enclosing.isEmpty())
        return verbatim(QString::fromLatin1(value), u"b"_s);
    const QChar quote = preferredQuote(value.contains('"'), value.contains('\''));
    QString out = u"b"_s + quote;
    for (char byte : value) {
        const char32_t c = static_cast<unsigned char>(byte);
        if (c == quote.unicode())
            out += u'\\';
        out += needsEscape(c) || c >= 0x80 ? escaped(c) : QString(QChar(char16_t(c)));
    }
    return out + quote;
}

/// A string without a backslash, for the inside of an f-string: if no kind of quotes holds all of
/// it, as several strings in a row, which Python joins.
QString Printer::verbatim(const QString &value, const QString &prefix)
{
    const auto allowed = [this](const QString &spelled) {
        for (const QString &quote : m_enclosing)
            if (spelled.contains(quote) || (quote.size() == 1 && spelled.contains(u'\n')))
                return false;
        return !spelled.contains(u'\\') && !spelled.contains(u'\r') && !spelled.contains(QChar(0));
    };
    const auto holds = [&](const QString &quote, const QString &part) {
        return !part.contains(quote) && !(quote.size() == 3 && part.endsWith(quote[0])) &&
               !(quote.size() == 1 && part.contains(u'\n')) && allowed(quote + part + quote);
    };
    for (const QString &quote : quoteStyles())
        if (holds(quote, value))
            return prefix + quote + value + quote;
    QStringList parts;
    for (qsizetype begin = 0; begin < value.size();) {
        QString best, spelled;
        for (const QString &quote : quoteStyles()) {
            QString part;
            while (begin + part.size() < value.size() &&
                   holds(quote, part + value[begin + part.size()]))
                part += value[begin + part.size()];
            if (part.size() > best.size()) {
                best = part;
                spelled = prefix + quote + part + quote;
            }
        }
        if (best.isEmpty()) {
            m_complete = false;
            return prefix + quoted(value);
        }
        parts.push_back(spelled);
        begin += best.size();
    }
    return parts.join(u' ');
}

/// An f-string by the rules of Python 3.11: what stands in a replacement field uses neither the
/// quotes of the f-strings around it nor a backslash. The first kind of quotes with which that
/// works is taken.
QString Printer::formatted(const Node &node)
{
    const bool complete = m_complete;
    for (const QString &quote : quoteStyles()) {
        m_complete = complete;
        const std::optional<QString> body = formattedBody(node, quote, false);
        if (!body || !m_complete)
            continue;
        const QString spelled = u'f' + quote + *body + quote;
        bool fits = true;
        for (const QString &outer : m_enclosing)
            fits &= !spelled.contains(outer) && !(outer.size() == 1 && spelled.contains(u'\n'));
        if (fits)
            return spelled;
    }
    m_complete = false;
    return u"f\"\""_s;
}

std::optional<QString> Printer::formattedBody(const Node &node, const QString &quote, bool spec)
{
    QString out;
    for (const NodePtr &item : node.items) {
        const std::optional<QString> part =
            item->kind == NodeKind::FormattedValue
                ? field(*item, quote)
                : literal(item->value.type() == Value::Type::Text ? item->value.asString()
                                                                  : QString(),
                          quote, spec);
        if (!part)
            return std::nullopt;
        out += *part;
    }
    return out;
}

std::optional<QString> Printer::field(const Node &node, const QString &quote)
{
    m_enclosing.push_back(quote);
    const QString value = expression(*node.items[0], 1);
    m_enclosing.pop_back();
    if (value.contains(quote) || value.contains(u'\\') ||
        (quote.size() == 1 && value.contains(u'\n')))
        return std::nullopt;
    QString out = value.startsWith(u'{') ? u"{ "_s : u"{"_s;
    out += value;
    if (!node.op.isEmpty())
        out += u'!' + node.op;
    if (node.items.size() > 1 && node.items[1]) {
        const std::optional<QString> spec = formattedBody(*node.items[1], quote, true);
        if (!spec)
            return std::nullopt;
        out += u':' + *spec;
    }
    return out + u'}';
}

/// Literal text of an f-string. In a format spec braces cannot be doubled, so they are escaped.
std::optional<QString> Printer::literal(const QString &value, const QString &quote, bool spec) const
{
    const bool mayEscape = m_enclosing.isEmpty();
    QString out;
    for (char32_t c : value.toUcs4()) {
        const bool brace = c == U'{' || c == U'}';
        const bool isQuote = c == quote[0].unicode();
        if (brace && !spec) {
            out += QChar(char16_t(c));
            out += QChar(char16_t(c));
        } else if (brace || needsEscape(c) || isQuote) {
            const bool asItIs = !brace && c != U'\\' && c != U'\r' && c != 0 &&
                                !(isQuote || (c == U'\n' && quote.size() == 1));
            if (mayEscape)
                out += isQuote ? u'\\' + quote[0] : escaped(c);
            else if (asItIs)
                out += QString::fromUcs4(&c, 1);
            else
                return std::nullopt;
        } else {
            out += QString::fromUcs4(&c, 1);
        }
    }
    return out;
}

} // namespace heddle::notation
