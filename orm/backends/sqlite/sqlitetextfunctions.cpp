// Regular expressions, padding and hashes.

#include "orm/backends/sqlite/sqlitefunctionbase.h"
#include "orm/backends/sqlite/sqlitefunctions.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <algorithm>
#include <vector>

namespace heddle::detail {

namespace {

/// SQLite's own limit of a text.
constexpr std::int64_t largestText = 1'000'000'000;

/// The pattern in PCRE's spelling: Python's \Z is the very end, which PCRE writes \z.
QString pcrePattern(const QString &python)
{
    QString pattern;
    pattern.reserve(python.size());
    for (qsizetype i = 0; i < python.size(); ++i) {
        pattern += python[i];
        if (python[i] == u'\\' && i + 1 < python.size()) {
            ++i;
            pattern += python[i] == u'Z' ? QChar(u'z') : python[i];
        }
    }
    return pattern;
}

struct CachedRegex {
    QString pattern;
    bool insensitive = false;
    QRegularExpression regex;
};

/// The last few patterns of this thread, compiled: a query has one or two and a row for each of a
/// million books.
const QRegularExpression &compiled(const QString &pattern, bool insensitive)
{
    constexpr std::size_t kept = 16;
    thread_local std::vector<CachedRegex> cache;
    const auto known = std::find_if(cache.begin(), cache.end(), [&](const CachedRegex &c) {
        return c.insensitive == insensitive && c.pattern == pattern;
    });
    if (known != cache.end()) {
        std::rotate(cache.begin(), known, known + 1);
        return cache.front().regex;
    }
    QRegularExpression::PatternOptions options = QRegularExpression::UseUnicodePropertiesOption;
    if (insensitive)
        options |= QRegularExpression::CaseInsensitiveOption;
    if (cache.size() == kept)
        cache.pop_back();
    cache.insert(cache.begin(),
                 {pattern, insensitive, QRegularExpression(pcrePattern(pattern), options)});
    cache.front().regex.optimize();
    return cache.front().regex;
}

// heddle_regexp(pattern, value, insensitive): re.search().
void regexp(SqlCall &call)
{
    const QRegularExpression &regex = compiled(call.string(0), call.integer(2) != 0);
    if (!regex.isValid())
        return call.fail(QStringLiteral("invalid regular expression: %1").arg(regex.errorString()));
    call.give(std::int64_t(regex.match(call.string(1)).hasMatch()));
}

/// The text by code points, since a length counts those.
std::u32string pointsOf(const SqlCall &call, int i)
{
    return call.string(i).toStdU32String();
}

void give(SqlCall &call, const std::u32string &text)
{
    call.give(QString::fromStdU32String(text));
}

/// `length` code points of `fill`, over and over; nothing if that cannot be a text.
std::optional<std::u32string> filled(const std::u32string &fill, std::int64_t length)
{
    if (length > largestText)
        return {};
    std::u32string text;
    if (fill.empty() || length <= 0)
        return text;
    text.reserve(std::size_t(length));
    while (std::int64_t(text.size()) < length)
        text.append(fill, 0, std::size_t(length) - text.size());
    return text;
}

void leftPad(SqlCall &call)
{
    const std::u32string text = pointsOf(call, 0);
    const std::int64_t length = call.integer(1), missing = length - std::int64_t(text.size());
    if (missing <= 0)
        return give(call, text.substr(0, std::size_t(std::max<std::int64_t>(length, 0))));
    const auto padding = filled(pointsOf(call, 2), missing);
    padding ? give(call, *padding + text) : call.giveTooBig();
}

void rightPad(SqlCall &call)
{
    const std::u32string text = pointsOf(call, 0);
    const std::int64_t length = call.integer(1), missing = length - std::int64_t(text.size());
    if (missing <= 0)
        return give(call, text.substr(0, std::size_t(std::max<std::int64_t>(length, 0))));
    const auto padding = filled(pointsOf(call, 2), missing);
    padding ? give(call, text + *padding) : call.giveTooBig();
}

void repeat(SqlCall &call)
{
    const QByteArray text(call.text(0).data(), qsizetype(call.text(0).size()));
    const std::int64_t times = std::max<std::int64_t>(call.integer(1), 0);
    if (!text.isEmpty() && times > largestText / text.size())
        return call.giveTooBig();
    call.give(text.repeated(times));
}

void reverse(SqlCall &call)
{
    std::u32string text = pointsOf(call, 0);
    std::reverse(text.begin(), text.end());
    give(call, text);
}

template <QCryptographicHash::Algorithm Algorithm>
void hash(SqlCall &call)
{
    const std::string_view text = call.text(0);
    call.give(
        QCryptographicHash::hash(QByteArrayView(text.data(), qsizetype(text.size())), Algorithm)
            .toHex());
}

} // namespace

void registerSqliteTextFunctions(sqlite3 *db)
{
    addFunction<regexp>(db, "heddle_regexp", 3);
    addFunction<leftPad>(db, "LPAD", 3);
    addFunction<rightPad>(db, "RPAD", 3);
    addFunction<repeat>(db, "REPEAT", 2);
    addFunction<reverse>(db, "REVERSE", 1);
    addFunction<hash<QCryptographicHash::Md5>>(db, "MD5", 1);
    addFunction<hash<QCryptographicHash::Sha1>>(db, "SHA1", 1);
    addFunction<hash<QCryptographicHash::Sha224>>(db, "SHA224", 1);
    addFunction<hash<QCryptographicHash::Sha256>>(db, "SHA256", 1);
    addFunction<hash<QCryptographicHash::Sha384>>(db, "SHA384", 1);
    addFunction<hash<QCryptographicHash::Sha512>>(db, "SHA512", 1);
}

} // namespace heddle::detail
