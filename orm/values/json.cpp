#include "orm/values/json.h"

#include "orm/values/pythontext.h"
#include "orm/values/value.h"

#include <cmath>
#include <cstdlib>

namespace heddle {
namespace {

constexpr int MaxDepth = 500;

void appendEscaped(QByteArray &out, QByteArrayView valid)
{
    static constexpr char Hex[] = "0123456789abcdef";
    for (const char c : valid) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out += Hex[(c >> 4) & 15];
                out += Hex[c & 15];
            } else {
                out += c;
            }
        }
    }
}

/// JSON's escapes can spell half of a character, which UTF-8 cannot.
void replaceLoneSurrogates(QString &text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool pair =
            text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        if (pair)
            ++i;
        else if (text[i].isSurrogate())
            text[i] = QChar::ReplacementCharacter;
    }
}

/// Copies one JSON document token by token. Every method returns false at the first thing that is
/// not JSON.
class Rewriter {
public:
    Rewriter(QByteArrayView text, JsonStyle style) : m_text(text), m_style(style) {}

    std::optional<QByteArray> run()
    {
        if (!value(0))
            return std::nullopt;
        skipSpace();
        return m_at == m_text.size() ? std::optional(m_out) : std::nullopt;
    }

private:
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool accept(char c)
    {
        if (peek() != c || c == '\0')
            return false;
        ++m_at;
        return true;
    }
    void skipSpace()
    {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t')
            ++m_at;
    }
    bool word(QByteArrayView json, QByteArrayView python)
    {
        if (!m_text.sliced(m_at).startsWith(json))
            return false;
        m_at += json.size();
        m_out += m_style == JsonStyle::Json ? json : python;
        return true;
    }

    bool value(int depth)
    {
        if (depth > MaxDepth)
            return false;
        skipSpace();
        switch (peek()) {
        case '{':
            return sequence(depth, '}', true);
        case '[':
            return sequence(depth, ']', false);
        case '"':
            return string();
        case 't':
            return word("true", "True");
        case 'f':
            return word("false", "False");
        case 'n':
            return word("null", "None");
        default:
            return number();
        }
    }

    bool sequence(int depth, char close, bool keyed)
    {
        m_out += m_text[m_at++];
        skipSpace();
        for (bool first = true; !accept(close); first = false) {
            if (!first) {
                if (!accept(','))
                    return false;
                m_out += ", ";
                skipSpace();
            }
            if (keyed) {
                if (!string())
                    return false;
                skipSpace();
                if (!accept(':'))
                    return false;
                m_out += ": ";
            }
            if (!value(depth + 1))
                return false;
            skipSpace();
        }
        m_out += close;
        return true;
    }

    bool number()
    {
        const qsizetype start = m_at;
        accept('-');
        if (!accept('0') && !digits())
            return false;
        bool whole = true;
        if (accept('.')) {
            whole = false;
            if (!digits())
                return false;
        }
        if (accept('e') || accept('E')) {
            whole = false;
            if (!accept('+'))
                accept('-');
            if (!digits())
                return false;
        }
        const QByteArray text = m_text.sliced(start, m_at - start).toByteArray();
        if (whole || m_style == JsonStyle::Json)
            m_out += text;
        else
            m_out += pythonFloat(std::strtod(text.constData(), nullptr));
        return true;
    }

    bool digits()
    {
        const qsizetype start = m_at;
        while (peek() >= '0' && peek() <= '9')
            ++m_at;
        return m_at > start;
    }

    std::optional<char16_t> hexUnit()
    {
        if (m_text.size() - m_at < 4)
            return std::nullopt;
        bool ok = false;
        const QByteArray hex = m_text.sliced(m_at, 4).toByteArray();
        const ushort unit = hex.toUShort(&ok, 16);
        if (!ok || hex.front() == '+' || hex.front() == '-')
            return std::nullopt;
        m_at += 4;
        return char16_t(unit);
    }

    bool escape(QString &decoded)
    {
        const char c = peek();
        ++m_at;
        switch (c) {
        case '"':
        case '\\':
        case '/':
            decoded += QLatin1Char(c);
            return true;
        case 'b':
            decoded += QLatin1Char('\b');
            return true;
        case 'f':
            decoded += QLatin1Char('\f');
            return true;
        case 'n':
            decoded += QLatin1Char('\n');
            return true;
        case 'r':
            decoded += QLatin1Char('\r');
            return true;
        case 't':
            decoded += QLatin1Char('\t');
            return true;
        case 'u':
            if (const auto unit = hexUnit()) {
                decoded += QChar(*unit);
                return true;
            }
            return false;
        default:
            return false;
        }
    }

    bool string()
    {
        if (!accept('"'))
            return false;
        QString decoded;
        while (!accept('"')) {
            if (m_at >= m_text.size() || static_cast<unsigned char>(peek()) < 0x20)
                return false;
            if (accept('\\')) {
                if (!escape(decoded))
                    return false;
                continue;
            }
            const qsizetype start = m_at;
            while (m_at < m_text.size() && peek() != '"' && peek() != '\\' &&
                   static_cast<unsigned char>(peek()) >= 0x20)
                ++m_at;
            decoded += QString::fromUtf8(m_text.sliced(start, m_at - start));
        }
        replaceLoneSurrogates(decoded);
        if (m_style == JsonStyle::Json)
            appendJsonString(m_out, decoded.toUtf8());
        else
            m_out += pythonQuoted(decoded).toUtf8();
        return true;
    }

    QByteArrayView m_text;
    JsonStyle m_style;
    qsizetype m_at = 0;
    QByteArray m_out;
};

QByteArray quoted(QByteArrayView text)
{
    QByteArray out;
    out.reserve(text.size() + 2);
    appendJsonString(out, text);
    return out;
}

/// JSON has no word for what is no number; a string keeps it visible and the document valid.
QByteArray jsonFloat(double value)
{
    if (std::isnan(value))
        return "\"NaN\"";
    if (std::isinf(value))
        return value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
    return QByteArray::fromStdString(pythonFloat(value));
}

QByteArray jsonArray(const ValueList &items)
{
    QByteArray out = "[";
    for (const Value &item : items) {
        if (out.size() > 1)
            out += ", ";
        out += toJson(item);
    }
    return out + ']';
}

} // namespace

void appendJsonString(QByteArray &out, QByteArrayView utf8)
{
    out += '"';
    if (utf8.isValidUtf8())
        appendEscaped(out, utf8);
    else
        appendEscaped(out, QString::fromUtf8(utf8).toUtf8());
    out += '"';
}

std::optional<QByteArray> rewriteJson(QByteArrayView text, JsonStyle style)
{
    return Rewriter(text, style).run();
}

QByteArray toJson(const Value &value)
{
    using Type = Value::Type;
    switch (value.type()) {
    case Type::Null:
        return "null";
    case Type::Bool:
        return value.asBool() ? "true" : "false";
    case Type::Int:
        return QByteArray::number(qint64(value.asInt()));
    case Type::BigInt:
        return QByteArray::fromStdString(value.asBigInt().digits);
    case Type::Double:
        return jsonFloat(value.asDouble());
    case Type::Text:
        return quoted(value.asUtf8());
    case Type::Bytes:
        return quoted(value.asBytes().toBase64());
    case Type::Decimal:
    case Type::Date:
    case Type::Time:
    case Type::Uuid:
        return quoted(value.toDisplay().toUtf8());
    case Type::DateTime:
        return quoted(value.asDateTime().toString().toUtf8());
    case Type::Duration:
        return jsonFloat(double(value.asDuration().us) / 1e6);
    case Type::Json:
        // SQLite checks no JSON column: what is not JSON is shown as the text that it is.
        if (auto text = rewriteJson(value.asJson().text, JsonStyle::Json))
            return *text;
        return quoted(value.asJson().text);
    case Type::Array:
        return jsonArray(value.asArray());
    }
    return "null";
}

} // namespace heddle
