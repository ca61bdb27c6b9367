#include "orm/trace/jsonobject.h"
#include "orm/trace/threadnames.h"
#include "orm/trace/trace.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace heddle {
namespace {

using detail::JsonObject;

// One list of the plain members, so that writing and reading cannot drift apart.
struct TimeMember {
    const char *key;
    std::int64_t TraceRecord::*member;
};
constexpr std::array<TimeMember, 11> Numbers = {{
    {"createdNs", &TraceRecord::createdNs},
    {"compiledNs", &TraceRecord::compiledNs},
    {"queuedNs", &TraceRecord::queuedNs},
    {"leasedNs", &TraceRecord::leasedNs},
    {"sentNs", &TraceRecord::sentNs},
    {"firstRowNs", &TraceRecord::firstRowNs},
    {"lastRowNs", &TraceRecord::lastRowNs},
    {"decodedNs", &TraceRecord::decodedNs},
    {"releasedNs", &TraceRecord::releasedNs},
    {"rows", &TraceRecord::rows},
    {"bytes", &TraceRecord::bytes},
}};

struct TextMember {
    const char *key;
    QByteArray TraceRecord::*member;
};
constexpr std::array<TextMember, 6> Texts = {{
    {"relation", &TraceRecord::relation},
    {"label", &TraceRecord::label},
    {"database", &TraceRecord::database},
    {"sql", &TraceRecord::sql},
    {"parameters", &TraceRecord::parameters},
    {"error", &TraceRecord::error},
}};

/// A text that lives as long as the process, as records want the names of files and methods.
const char *interned(const QString &text)
{
    static std::mutex mutex;
    static auto *texts = new std::set<std::string>; // leaked: call sites outlive the statics
    const std::lock_guard lock(mutex);
    return texts->insert(text.toStdString()).first->c_str();
}

void writeSite(JsonObject &out, const char *key, const CallSite &site)
{
    if (site == CallSite{})
        return;
    QByteArray text;
    JsonObject object(text);
    object.add("line", site.line);
    object.add("column", site.column);
    if (site.file)
        object.addText("file", site.file);
    object.end();
    out.addRaw(key, text);
}

CallSite readSite(const QJsonValue &value)
{
    const QJsonObject object = value.toObject();
    CallSite site;
    site.line = object.value(QLatin1String("line")).toInt();
    site.column = object.value(QLatin1String("column")).toInt();
    if (const QJsonValue file = object.value(QLatin1String("file")); file.isString())
        site.file = interned(file.toString());
    return site;
}

void writeTexts(JsonObject &out, const char *key, const std::vector<QByteArray> &texts)
{
    if (texts.empty())
        return;
    QByteArray array = "[";
    for (const QByteArray &text : texts) {
        if (array.size() > 1)
            array += ',';
        detail::appendJsonText(array, text);
    }
    out.addRaw(key, array + ']');
}

std::vector<QByteArray> readTexts(const QJsonValue &value)
{
    std::vector<QByteArray> texts;
    for (const QJsonValue &text : value.toArray())
        texts.push_back(text.toString().toUtf8());
    return texts;
}

void writeLock(JsonObject &out, const LockWait &lock)
{
    QByteArray text;
    JsonObject object(text);
    object.addIfSet("holder", lock.holder);
    object.addTextIfSet("holderName", lock.holderName);
    object.addTextIfSet("mode", lock.mode);
    object.addTextIfSet("on", lock.on);
    object.end();
    out.addRaw("lock", text);
}

std::shared_ptr<const LockWait> readLock(const QJsonValue &value)
{
    if (!value.isObject())
        return nullptr;
    const QJsonObject in = value.toObject();
    LockWait lock;
    lock.holder = std::uint32_t(in.value(QLatin1String("holder")).toInteger());
    lock.holderName = in.value(QLatin1String("holderName")).toString().toUtf8();
    lock.mode = in.value(QLatin1String("mode")).toString().toUtf8();
    lock.on = in.value(QLatin1String("on")).toString().toUtf8();
    return std::make_shared<const LockWait>(std::move(lock));
}

void writeUsage(JsonObject &out, const RowUsage &usage)
{
    QByteArray text;
    JsonObject object(text);
    object.addIfSet("rows", usage.rows);
    for (const auto &[key, value] : {std::pair{"counted", usage.counted},
                                     {"tested", usage.tested},
                                     {"listed", usage.listed}}) {
        if (value)
            object.addRaw(key, "true");
    }
    writeTexts(object, "unreadColumns", usage.unreadColumns);
    writeTexts(object, "unusedRelations", usage.unusedRelations);
    object.addIfSet("unreadBytes", usage.unreadBytes);
    object.end();
    out.addRaw("usage", text);
}

std::shared_ptr<const RowUsage> readUsage(const QJsonValue &value)
{
    if (!value.isObject())
        return nullptr;
    const QJsonObject in = value.toObject();
    RowUsage usage;
    usage.rows = in.value(QLatin1String("rows")).toInteger();
    usage.counted = in.value(QLatin1String("counted")).toBool();
    usage.tested = in.value(QLatin1String("tested")).toBool();
    usage.listed = in.value(QLatin1String("listed")).toBool();
    usage.unreadColumns = readTexts(in.value(QLatin1String("unreadColumns")));
    usage.unusedRelations = readTexts(in.value(QLatin1String("unusedRelations")));
    usage.unreadBytes = in.value(QLatin1String("unreadBytes")).toInteger();
    return std::make_shared<const RowUsage>(std::move(usage));
}

void writeRecord(QByteArray &text, const TraceRecord &record)
{
    JsonObject out(text);
    out.add("id", std::int64_t(record.id));
    out.addIfSet("parent", std::int64_t(record.parent));
    out.addIfSet("run", record.run);
    out.addText("kind", toText(record.kind));
    out.addText("outcome", toText(record.outcome));
    if (record.async)
        out.addRaw("async", "true");
    out.addIfSet("thread", record.thread);
    out.addIfSet("lane", record.lane);
    out.addIfSet("connection", record.connection);
    writeSite(out, "site", record.site);
    writeSite(out, "origin", record.origin);
    if (*record.method)
        out.addText("method", record.method);
    out.addIfSet("set", std::int64_t(record.set));
    out.addIfSet("digest", std::int64_t(record.digest));
    out.addIfSet("parentSet", std::int64_t(record.parentSet));
    if (record.link != TraceLink::None)
        out.addText("link", toText(record.link));
    if (record.parentRow >= 0)
        out.add("parentRow", record.parentRow);
    for (const TextMember &entry : Texts)
        out.addTextIfSet(entry.key, record.*entry.member);
    for (const TimeMember &entry : Numbers)
        out.addIfSet(entry.key, record.*entry.member);
    if (record.lock)
        writeLock(out, *record.lock);
    if (record.usage)
        writeUsage(out, *record.usage);
    out.end();
}

std::optional<TraceRecord> readRecord(const QJsonObject &in,
                                      const QHash<int, std::uint16_t> &threads)
{
    const auto number = [&in](const char *key) { return in.value(QLatin1String(key)).toInteger(); };
    const auto kind = traceKindFromText(in.value(QLatin1String("kind")).toString());
    const auto outcome = traceOutcomeFromText(in.value(QLatin1String("outcome")).toString());
    TraceRecord record;
    record.id = std::uint64_t(number("id"));
    if (!kind || !outcome || record.id == 0)
        return std::nullopt;
    record.kind = *kind;
    record.outcome = *outcome;
    record.parent = std::uint64_t(number("parent"));
    record.run = std::uint32_t(number("run"));
    record.async = in.value(QLatin1String("async")).toBool();
    record.thread = threads.value(int(number("thread")));
    record.lane = std::uint16_t(number("lane"));
    record.connection = std::uint32_t(number("connection"));
    record.site = readSite(in.value(QLatin1String("site")));
    record.origin = readSite(in.value(QLatin1String("origin")));
    if (const QString method = in.value(QLatin1String("method")).toString(); !method.isEmpty())
        record.method = interned(method);
    record.set = std::uint64_t(number("set"));
    record.digest = std::uint64_t(number("digest"));
    record.parentSet = std::uint64_t(number("parentSet"));
    if (const auto link = traceLinkFromText(in.value(QLatin1String("link")).toString()))
        record.link = *link;
    record.parentRow = in.value(QLatin1String("parentRow")).toInteger(-1);
    for (const TextMember &entry : Texts)
        record.*entry.member = in.value(QLatin1String(entry.key)).toString().toUtf8();
    for (const TimeMember &entry : Numbers)
        record.*entry.member = number(entry.key);
    record.lock = readLock(in.value(QLatin1String("lock")));
    record.usage = readUsage(in.value(QLatin1String("usage")));
    return record;
}

/// From the numbers in the file to numbers of this process.
QHash<int, std::uint16_t> readThreads(const QJsonObject &names)
{
    QHash<int, std::uint16_t> result;
    std::vector<std::uint16_t> used;
    for (auto it = names.begin(); it != names.end(); ++it) {
        const std::uint16_t number = detail::claimThreadNumber(it.value().toString(), used);
        used.push_back(number);
        result.insert(it.key().toInt(), number);
    }
    return result;
}

std::optional<std::vector<TraceRecord>> failed(QString *error, const QString &message)
{
    if (error)
        *error = message;
    return std::nullopt;
}

} // namespace

QByteArray traceToJson(const std::vector<TraceRecord> &records)
{
    std::map<int, QByteArray> names;
    for (const TraceRecord &record : records) {
        if (record.thread != 0)
            names.try_emplace(record.thread, traceThreadName(record.thread).toUtf8());
    }
    QByteArray out = "{\"heddleTrace\":1,\n\"threads\":";
    JsonObject threads(out);
    for (const auto &[number, name] : names)
        threads.addText(QByteArray::number(number).constData(), name);
    threads.end();
    out += ",\n\"records\":[";
    const char *separator = "\n";
    for (const TraceRecord &record : records) {
        out += separator;
        writeRecord(out, record);
        separator = ",\n";
    }
    out += "\n]}\n";
    return out;
}

std::optional<std::vector<TraceRecord>> traceFromJson(const QByteArray &json, QString *error)
{
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        return failed(
            error,
            QStringLiteral("%1 at byte %2").arg(parseError.errorString()).arg(parseError.offset));
    }
    const QJsonObject root = document.object();
    if (root.value(QLatin1String("heddleTrace")).toInteger() != 1)
        return failed(error, QStringLiteral("not a trace that Heddle saved"));
    const auto threads = readThreads(root.value(QLatin1String("threads")).toObject());
    if (!root.value(QLatin1String("records")).isArray())
        return failed(error, QStringLiteral("it has no list of records"));
    const QJsonArray array = root.value(QLatin1String("records")).toArray();
    std::vector<TraceRecord> records;
    records.reserve(std::size_t(array.size()));
    for (const QJsonValue &value : array) {
        auto record = readRecord(value.toObject(), threads);
        if (!record)
            return failed(error, QStringLiteral("records[%1] is malformed").arg(records.size()));
        records.push_back(std::move(*record));
    }
    return records;
}

} // namespace heddle
