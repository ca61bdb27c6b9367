#include "orm/notation/literals.h"

#include <QHash>
#include <charconv>
#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

constexpr int maximumDigits = 4300; // Python's limit for integers in decimal

/// Decimal digits of a number in base 2, 8 or 16, by repeated multiplication in base 10^9. Empty if
/// there are too many.
std::string toDecimal(const std::string &digits, unsigned base)
{
    std::vector<std::uint32_t> groups; // least significant first
    const std::size_t limit = maximumDigits / 9 + 1;
    for (char c : digits) {
        std::uint64_t carry =
            c <= '9' ? std::uint64_t(c - '0') : std::uint64_t((c | 32) - 'a' + 10);
        for (std::uint32_t &group : groups) {
            carry += std::uint64_t(group) * base;
            group = std::uint32_t(carry % 1'000'000'000);
            carry /= 1'000'000'000;
        }
        if (carry)
            groups.push_back(std::uint32_t(carry));
        if (groups.size() > limit)
            return {};
    }
    std::string text;
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
        const std::string part = std::to_string(*group);
        if (!text.empty())
            text.append(9 - part.size(), '0');
        text += part;
    }
    return int(text.size()) > maximumDigits ? std::string() : text.empty() ? "0" : text;
}

Value decodeInteger(const std::string &text, QString *problem)
{
    std::string digits = text;
    const char marker = text.size() > 1 && text[0] == '0' ? char(text[1] | 32) : '0';
    const unsigned base = marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 10;
    if (base != 10)
        digits.erase(0, 2);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    std::int64_t small = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), small, int(base));
    if (error == std::errc() && end == digits.data() + digits.size())
        return Value((long long)(small));
    if (base != 10)
        digits = toDecimal(digits, base);
    if (digits.empty() || int(digits.size()) > maximumDigits) {
        *problem = u"Exceeds the limit (%1 digits) for integers"_s.arg(maximumDigits);
        return Value(0);
    }
    return Value(BigInt{digits});
}

/// Python turns what is too large into infinity and what is too small into zero; from_chars says
/// only "out of range".
double beyondRange(const std::string &text)
{
    const std::size_t e = text.find_first_of("eE");
    const std::string mantissa = text.substr(0, e);
    long long exponent = 0;
    if (e != std::string::npos) {
        const bool negative = text[e + 1] == '-';
        for (char c : text.substr(e + 1))
            if (c >= '0' && c <= '9')
                exponent = std::min(exponent * 10 + (c - '0'), 1'000'000'000'000LL);
        if (negative)
            exponent = -exponent;
    }
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::size_t first = mantissa.find_first_of("123456789");
    const long long magnitude =
        first == std::string::npos ? -1 : (long long)(point) - (long long)(first) + exponent;
    return magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

/// The names that people write in \N{...}. Unicode's whole table is not in Qt.
const QHash<QString, char32_t> &characterNames()
{
    static const QHash<QString, char32_t> names = {
        {u"SPACE"_s, 0x20},
        {u"NO-BREAK SPACE"_s, 0xa0},
        {u"SOFT HYPHEN"_s, 0xad},
        {u"BULLET"_s, 0x2022},
        {u"EN DASH"_s, 0x2013},
        {u"EM DASH"_s, 0x2014},
        {u"HYPHEN-MINUS"_s, 0x2d},
        {u"MINUS SIGN"_s, 0x2212},
        {u"LEFT SINGLE QUOTATION MARK"_s, 0x2018},
        {u"RIGHT SINGLE QUOTATION MARK"_s, 0x2019},
        {u"LEFT DOUBLE QUOTATION MARK"_s, 0x201c},
        {u"RIGHT DOUBLE QUOTATION MARK"_s, 0x201d},
        {u"HORIZONTAL ELLIPSIS"_s, 0x2026},
        {u"DEGREE SIGN"_s, 0xb0},
        {u"MICRO SIGN"_s, 0xb5},
        {u"SECTION SIGN"_s, 0xa7},
        {u"COPYRIGHT SIGN"_s, 0xa9},
        {u"REGISTERED SIGN"_s, 0xae},
        {u"TRADE MARK SIGN"_s, 0x2122},
        {u"EURO SIGN"_s, 0x20ac},
        {u"POUND SIGN"_s, 0xa3},
        {u"YEN SIGN"_s, 0xa5},
        {u"CENT SIGN"_s, 0xa2},
        {u"MULTIPLICATION SIGN"_s, 0xd7},
        {u"DIVISION SIGN"_s, 0xf7},
        {u"PLUS-MINUS SIGN"_s, 0xb1},
        {u"INFINITY"_s, 0x221e},
        {u"ALMOST EQUAL TO"_s, 0x2248},
        {u"NOT EQUAL TO"_s, 0x2260},
        {u"LESS-THAN OR EQUAL TO"_s, 0x2264},
        {u"GREATER-THAN OR EQUAL TO"_s, 0x2265},
        {u"LEFTWARDS ARROW"_s, 0x2190},
        {u"UPWARDS ARROW"_s, 0x2191},
        {u"RIGHTWARDS ARROW"_s, 0x2192},
        {u"DOWNWARDS ARROW"_s, 0x2193},
        {u"CHECK MARK"_s, 0x2713},
        {u"BALLOT X"_s, 0x2717},
        {u"BLACK STAR"_s, 0x2605},
        {u"WHITE STAR"_s, 0x2606},
        {u"SNOWMAN"_s, 0x2603},
        {u"GREEK SMALL LETTER ALPHA"_s, 0x3b1},
        {u"GREEK SMALL LETTER BETA"_s, 0x3b2},
        {u"GREEK SMALL LETTER GAMMA"_s, 0x3b3},
        {u"GREEK SMALL LETTER DELTA"_s, 0x3b4},
        {u"GREEK CAPITAL LETTER DELTA"_s, 0x394},
        {u"GREEK SMALL LETTER PI"_s, 0x3c0},
        {u"GREEK SMALL LETTER MU"_s, 0x3bc},
        {u"GREEK CAPITAL LETTER OMEGA"_s, 0x3a9},
        {u"LATIN SMALL LETTER SHARP S"_s, 0xdf},
        {u"LATIN SMALL LETTER E WITH ACUTE"_s, 0xe9},
        {u"ZERO WIDTH SPACE"_s, 0x200b},
        {u"ZERO WIDTH JOINER"_s, 0x200d},
        {u"ZERO WIDTH NO-BREAK SPACE"_s, 0xfeff},
        {u"REPLACEMENT CHARACTER"_s, 0xfffd},
        {u"COMBINING ACUTE ACCENT"_s, 0x301},
    };
    return names;
}

int hexValue(QChar c)
{
    const char16_t u = c.unicode();
    if (u >= u'0' && u <= u'9')
        return u - u'0';
    if (u >= u'a' && u <= u'f')
        return u - u'a' + 10;
    if (u >= u'A' && u <= u'F')
        return u - u'A' + 10;
    return -1;
}

/// Walks over the escapes of one literal and hands characters to its owner. `wide`: text; otherwise
/// bytes.
class EscapeReader {
public:
    EscapeReader(QStringView text, bool wide, std::vector<LiteralProblem> *problems)
        : m_text(text), m_wide(wide), m_problems(problems)
    {
    }

    /// Reads the escape at `offset` (a backslash), appends what it means to *out, and returns the
    /// offset behind it.
    int read(int offset, std::u32string *out);

private:
    int hex(int offset, int length, std::u32string *out);
    int named(int offset, std::u32string *out);
    void problem(int offset, int end, const QString &message, Severity severity = Severity::Error)
    {
        m_problems->push_back({offset, end - offset, message, severity});
    }

    QStringView m_text;
    bool m_wide;
    std::vector<LiteralProblem> *m_problems;
};

int EscapeReader::read(int offset, std::u32string *out)
{
    if (offset + 1 >= m_text.size()) {
        out->push_back(U'\\');
        return offset + 1;
    }
    const QChar c = m_text[offset + 1];
    switch (c.unicode()) {
    case u'\n':
        return offset + 2;
    case u'\r':
        return offset + 2 < m_text.size() && m_text[offset + 2] == u'\n' ? offset + 3 : offset + 2;
    case u'\\':
    case u'\'':
    case u'"':
        out->push_back(c.unicode());
        return offset + 2;
    case u'a':
        out->push_back(7);
        return offset + 2;
    case u'b':
        out->push_back(8);
        return offset + 2;
    case u't':
        out->push_back(9);
        return offset + 2;
    case u'n':
        out->push_back(10);
        return offset + 2;
    case u'v':
        out->push_back(11);
        return offset + 2;
    case u'f':
        out->push_back(12);
        return offset + 2;
    case u'r':
        out->push_back(13);
        return offset + 2;
    case u'x':
        return hex(offset, 2, out);
    case u'0':
    case u'1':
    case u'2':
    case u'3':
    case u'4':
    case u'5':
    case u'6':
    case u'7': {
        int end = offset + 1;
        char32_t value = 0;
        for (;
             end < m_text.size() && end < offset + 4 && m_text[end] >= u'0' && m_text[end] <= u'7';
             ++end)
            value = value * 8 + char32_t(m_text[end].unicode() - u'0');
        out->push_back(m_wide ? value : value & 0xff);
        return end;
    }
    case u'u':
        if (m_wide)
            return hex(offset, 4, out);
        break;
    case u'U':
        if (m_wide)
            return hex(offset, 8, out);
        break;
    case u'N':
        if (m_wide)
            return named(offset, out);
        break;
    default:
        break;
    }
    problem(offset, offset + 2, u"invalid escape sequence '\\%1'"_s.arg(c), Severity::Warning);
    out->push_back(U'\\');
    return offset + 1;
}

int EscapeReader::hex(int offset, int length, std::u32string *out)
{
    char32_t value = 0;
    int end = offset + 2;
    for (; end < m_text.size() && end < offset + 2 + length && hexValue(m_text[end]) >= 0; ++end)
        value = value * 16 + char32_t(hexValue(m_text[end]));
    if (end < offset + 2 + length) {
        const QString form = length == 2   ? u"\\xXX"_s
                             : length == 4 ? u"\\uXXXX"_s
                                           : u"\\UXXXXXXXX"_s;
        problem(
            offset, end,
            m_wide
                ? u"(unicode error) 'unicodeescape' codec can't decode bytes in position %1-%2: truncated %3 escape"_s
                      .arg(offset)
                      .arg(end - 1)
                      .arg(form)
                : u"(value error) invalid \\x escape at position %1"_s.arg(offset));
        return end;
    }
    if (value > 0x10ffff)
        problem(
            offset, end,
            u"(unicode error) 'unicodeescape' codec can't decode bytes in position %1-%2: illegal Unicode character"_s
                .arg(offset)
                .arg(end - 1));
    else if (m_wide && value >= 0xd800 && value <= 0xdfff)
        problem(offset, end,
                u"half of a surrogate pair is no character that a database can hold"_s);
    else
        out->push_back(value);
    return end;
}

int EscapeReader::named(int offset, std::u32string *out)
{
    const int open = offset + 2;
    const int close =
        open < m_text.size() && m_text[open] == u'{' ? int(m_text.indexOf(u'}', open)) : -1;
    if (close < 0 || close == open + 1) {
        problem(
            offset, open,
            u"(unicode error) 'unicodeescape' codec can't decode bytes in position %1-%2: malformed \\N character escape"_s
                .arg(offset)
                .arg(offset + 1));
        return open;
    }
    const QString name = m_text.mid(open + 1, close - open - 1).toString().toUpper();
    const auto found = characterNames().constFind(name);
    if (found == characterNames().constEnd())
        problem(
            offset, close + 1,
            u"the character name '%1' is not known here: write it as \\uXXXX"_s.arg(name.left(40)));
    else
        out->push_back(*found);
    return close + 1;
}

} // namespace

ConstantKind decodeNumber(QStringView text, Value *value, QString *problem)
{
    std::string digits;
    digits.reserve(std::size_t(text.size()));
    bool isFloat = false;
    const bool based =
        text.size() > 1 && text[0] == u'0' && text[1].isLetter() && text[1].toLower() != u'e';
    for (QChar c : text) {
        if (c != u'_')
            digits += char(c.unicode());
        isFloat |= !based && (c == u'.' || c == u'e' || c == u'E');
    }
    if (!isFloat) {
        *value = decodeInteger(digits, problem);
        return ConstantKind::Int;
    }
    double number = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    *value = Value(result.ec == std::errc::result_out_of_range ? beyondRange(digits) : number);
    return ConstantKind::Float;
}

StringPrefix stringPrefix(QStringView token)
{
    StringPrefix prefix;
    int i = 0;
    for (; i < token.size() && token[i] != u'"' && token[i] != u'\''; ++i) {
        const QChar c = token[i].toLower();
        prefix.raw |= c == u'r';
        prefix.bytes |= c == u'b';
        prefix.formatted |= c == u'f';
    }
    prefix.quote = token[i];
    const bool triple =
        i + 2 < token.size() && token[i + 1] == prefix.quote && token[i + 2] == prefix.quote;
    prefix.quotes = triple ? 3 : 1;
    prefix.bodyBegin = i + prefix.quotes;
    prefix.bodyEnd = int(token.size()) - prefix.quotes;
    return prefix;
}

QString decodeText(QStringView text, bool raw, std::vector<LiteralProblem> *problems)
{
    QString out;
    out.reserve(text.size());
    EscapeReader reader(text, true, problems);
    std::u32string escaped;
    for (int i = 0; i < text.size();) {
        const QChar c = text[i];
        if (c == u'\\' && !raw) {
            escaped.clear();
            i = reader.read(i, &escaped);
            out += QString::fromUcs4(escaped.data(), qsizetype(escaped.size()));
        } else if (c == u'\r') {
            out += u'\n';
            i += i + 1 < text.size() && text[i + 1] == u'\n' ? 2 : 1;
        } else if (c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            out += c;
            out += text[i + 1];
            i += 2;
        } else {
            if (c.isSurrogate())
                problems->push_back(
                    {i, 1, u"half of a surrogate pair is no character that a database can hold"_s,
                     Severity::Error});
            else
                out += c;
            ++i;
        }
    }
    return out;
}

QByteArray decodeBytes(QStringView text, bool raw, std::vector<LiteralProblem> *problems)
{
    QByteArray out;
    EscapeReader reader(text, false, problems);
    std::u32string escaped;
    for (int i = 0; i < text.size();) {
        const QChar c = text[i];
        if (c.unicode() >= 0x80) {
            problems->push_back(
                {i, 1, u"bytes can only contain ASCII literal characters"_s, Severity::Error});
            return out;
        }
        if (c == u'\\' && !raw) {
            escaped.clear();
            i = reader.read(i, &escaped);
            for (char32_t byte : escaped)
                out += char(byte);
        } else if (c == u'\r') {
            out += '\n';
            i += i + 1 < text.size() && text[i + 1] == u'\n' ? 2 : 1;
        } else {
            out += char(c.unicode());
            ++i;
        }
    }
    return out;
}

} // namespace heddle::notation
