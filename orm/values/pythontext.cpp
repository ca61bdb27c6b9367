#include "orm/values/pythontext.h"

#include <array>
#include <charconv>
#include <cmath>

namespace heddle {
namespace {

char32_t codePointAt(QStringView text, qsizetype &at)
{
    const QChar unit = text[at++];
    if (unit.isHighSurrogate() && at < text.size() && text[at].isLowSurrogate())
        return QChar::surrogateToUcs4(unit, text[at++]);
    return unit.unicode();
}

/// Python counts separators other than the plain space as unprintable.
bool isPythonPrintable(char32_t c)
{
    if (c == U' ')
        return true;
    switch (QChar::category(c)) {
    case QChar::Separator_Space:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default: // Qt's enum: only the separators need a rule beside isPrint().
        return QChar::isPrint(c);
    }
}

QString hexEscape(QLatin1Char letter, char32_t c, int width)
{
    QString text = QStringLiteral("\\");
    text += letter;
    return text + QString::number(quint32(c), 16).rightJustified(width, QLatin1Char('0'));
}

} // namespace

std::string pythonFloat(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    std::array<char, 40> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::scientific)
                         .ptr;
    // "-d.ddde+XX": take it apart and set the point where Python's repr sets it.
    const std::string_view text(buffer.data(), std::size_t(end - buffer.data()));
    const bool negative = text.front() == '-';
    const std::size_t e = text.find('e');
    int exponent = 0;
    const char *exponentText = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(exponentText, end, exponent);
    std::string digits;
    for (const char c : text.substr(0, e)) {
        if (c >= '0' && c <= '9')
            digits += c;
    }
    std::string out = negative ? "-" : "";
    const int count = int(digits.size());
    if (exponent >= 16 || exponent < -4) {
        out += digits.front();
        if (count > 1)
            out.append(".").append(digits, 1, std::string::npos);
        const int size = exponent < 0 ? -exponent : exponent;
        out.append(exponent < 0 ? "e-" : "e+")
            .append(size < 10 ? "0" : "")
            .append(std::to_string(size));
    } else if (exponent < 0) {
        out.append("0.").append(std::size_t(-exponent - 1), '0').append(digits);
    } else if (count <= exponent + 1) {
        out.append(digits).append(std::size_t(exponent + 1 - count), '0').append(".0");
    } else {
        out.append(digits, 0, std::size_t(exponent + 1)).append(".");
        out.append(digits, std::size_t(exponent + 1), std::string::npos);
    }
    return out;
}

QString pythonQuoted(QStringView text)
{
    const bool useDouble = text.contains(QLatin1Char('\'')) && !text.contains(QLatin1Char('"'));
    const QLatin1Char quote(useDouble ? '"' : '\'');
    QString out;
    out.reserve(text.size() + 2);
    out += quote;
    for (qsizetype i = 0; i < text.size();) {
        const char32_t c = codePointAt(text, i);
        if (c == U'\\' || c == char32_t(quote.toLatin1()))
            out.append(QLatin1Char('\\')).append(QChar(char16_t(c)));
        else if (c == U'\n')
            out += QLatin1String("\\n");
        else if (c == U'\r')
            out += QLatin1String("\\r");
        else if (c == U'\t')
            out += QLatin1String("\\t");
        else if (isPythonPrintable(c))
            out += QChar::fromUcs4(c);
        else if (c < 0x100)
            out += hexEscape(QLatin1Char('x'), c, 2);
        else if (c < 0x10000)
            out += hexEscape(QLatin1Char('u'), c, 4);
        else
            out += hexEscape(QLatin1Char('U'), c, 8);
    }
    return out + quote;
}

QString pythonQuotedBytes(QByteArrayView bytes)
{
    const bool useDouble = bytes.contains('\'') && !bytes.contains('"');
    const char quote = useDouble ? '"' : '\'';
    QString out = QLatin1Char('b') + QString(QLatin1Char(quote));
    for (const char c : bytes) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '\\' || c == quote)
            out.append(QLatin1Char('\\')).append(QLatin1Char(c));
        else if (c == '\n')
            out += QLatin1String("\\n");
        else if (c == '\r')
            out += QLatin1String("\\r");
        else if (c == '\t')
            out += QLatin1String("\\t");
        else if (code >= 0x20 && code < 0x7f)
            out += QLatin1Char(c);
        else
            out += hexEscape(QLatin1Char('x'), code, 2);
    }
    return out + QLatin1Char(quote);
}

} // namespace heddle
