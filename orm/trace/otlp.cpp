#include "orm/trace/otlp.h"

#include "orm/trace/jsonobject.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <chrono>
#include <set>

namespace heddle {
namespace {

using detail::JsonObject;

// OTLP's numbers.
constexpr int kindInternal = 1, kindClient = 3;
constexpr int statusUnset = 0, statusError = 2;

/// The attributes of one span: [{"key": ..., "value": {...}}, ...].
class Attributes {
public:
    void text(const char *key, const QByteArray &value)
    {
        if (!value.isEmpty())
            add(key, [&](JsonObject &out) { out.addText("stringValue", value); });
    }
    void number(const char *key, std::int64_t value)
    {
        // 64-bit integers are texts in protobuf's JSON.
        add(key,
            [&](JsonObject &out) { out.addText("intValue", QByteArray::number(qint64(value))); });
    }
    void flag(const char *key, bool value)
    {
        add(key, [&](JsonObject &out) { out.addRaw("boolValue", value ? "true" : "false"); });
    }
    QByteArray json() const { return '[' + m_json + ']'; }

private:
    template <typename Write>
    void add(const char *key, Write write)
    {
        if (!m_json.isEmpty())
            m_json += ',';
        QByteArray value;
        JsonObject inner(value);
        write(inner);
        inner.end();
        JsonObject out(m_json);
        out.addText("key", key);
        out.addRaw("value", value);
        out.end();
    }
    QByteArray m_json;
};

bool isStatement(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Read:
    case TraceKind::Write:
    case TraceKind::Begin:
    case TraceKind::Commit:
    case TraceKind::Rollback:
    case TraceKind::Savepoint:
    case TraceKind::ReleaseSavepoint:
    case TraceKind::RollbackToSavepoint:
    case TraceKind::Pragma:
        return true;
    case TraceKind::Cell:
    case TraceKind::Coroutine:
    case TraceKind::Await:
    case TraceKind::Sleep:
    case TraceKind::Crossing:
    case TraceKind::LockWait:
    case TraceKind::Usage:
        return false;
    }
    return false;
}

/// The SQL's first word: "SELECT", "BEGIN".
QByteArray operationOf(const TraceRecord &record)
{
    qsizetype end = 0;
    while (end < record.sql.size() && record.sql[end] > ' ')
        ++end;
    return record.sql.left(end).toUpper();
}

void addParameters(const QByteArray &json, Attributes &out)
{
    const QJsonArray values = QJsonDocument::fromJson(json).array();
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QJsonValue value = values[i];
        const QByteArray text =
            value.isString() ? value.toString().toUtf8()
                             : QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        out.text(("db.query.parameter." + QByteArray::number(i)).constData(),
                 value.isString() ? text : text.mid(1, text.size() - 2));
    }
}

QByteArray attributesOf(const TraceRecord &record, const OtlpOptions &options)
{
    Attributes out;
    if (isStatement(record.kind)) {
        out.text("db.system.name", options.system);
        out.text("db.operation.name", operationOf(record));
        out.text("db.query.text", record.sql);
        if (record.kind == TraceKind::Read)
            out.number("db.response.returned_rows", record.rows);
        if (options.parameters && !record.parameters.isEmpty())
            addParameters(record.parameters, out);
        out.number("heddle.connection", record.connection);
    }
    if (record.outcome == TraceOutcome::Failed)
        out.text("error.type", record.error.left(record.error.indexOf(':')));
    if (record.site.line > 0) {
        out.number("code.line.number", record.site.line);
        out.number("code.column.number", record.site.column);
        out.text("code.file.path", record.site.file ? record.site.file : "");
    }
    out.text("thread.name", traceThreadName(record.thread).toUtf8());
    out.text("heddle.kind", toText(record.kind));
    out.text("heddle.method", record.method);
    out.text("heddle.relation", record.relation);
    out.flag("heddle.async", record.async);
    return out.json();
}

QByteArray hexText(std::uint64_t number)
{
    return QByteArray::number(quint64(number), 16).rightJustified(16, '0');
}

/// The ids of one export: spans keep the records' numbers, traces get one of their own a run.
class Ids {
public:
    explicit Ids(std::uint64_t seed)
        : m_seed(seed ? seed : QRandomGenerator::system()->generate64() | 1)
    {
    }
    QByteArray trace(std::uint32_t run) const { return hexText(m_seed) + hexText(run); }

private:
    std::uint64_t m_seed;
};

std::int64_t offsetNow()
{
    const auto unix = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(unix).count() - monotonicNs();
}

QByteArray nameOf(const TraceRecord &record)
{
    if (!record.label.isEmpty())
        return record.label;
    const QByteArray operation = operationOf(record);
    return operation.isEmpty() ? QByteArray(toText(record.kind)) : operation;
}

} // namespace

QByteArray toOtlpTrace(const std::vector<TraceRecord> &records, const OtlpOptions &options)
{
    const Ids ids(options.seed);
    const std::int64_t offset = options.unixOffsetNs.value_or(offsetNow());
    std::set<std::uint64_t> known;
    for (const TraceRecord &record : records)
        if (spanOf(record).startNs != 0)
            known.insert(record.id);
    QByteArray spans;
    for (const TraceRecord &record : records) {
        const TraceSpan time = spanOf(record);
        if (time.startNs == 0)
            continue;
        spans += spans.isEmpty() ? "\n" : ",\n";
        JsonObject out(spans);
        out.addText("traceId", ids.trace(record.run));
        out.addText("spanId", hexText(record.id));
        if (known.contains(record.parent))
            out.addText("parentSpanId", hexText(record.parent));
        out.addText("name", nameOf(record));
        out.add("kind", isStatement(record.kind) ? kindClient : kindInternal);
        out.addText("startTimeUnixNano", QByteArray::number(qint64(time.startNs + offset)));
        out.addText("endTimeUnixNano", QByteArray::number(qint64(time.endNs + offset)));
        out.addRaw("attributes", attributesOf(record, options));
        QByteArray status;
        JsonObject state(status);
        state.add("code", record.outcome == TraceOutcome::Failed ? statusError : statusUnset);
        state.addTextIfSet("message", record.error);
        state.end();
        out.addRaw("status", status);
        out.end();
    }
    Attributes resource;
    resource.text("service.name", "heddle");
    return "{\"resourceSpans\":[{\"resource\":{\"attributes\":" + resource.json() +
           "},\"scopeSpans\":[{\"scope\":{\"name\":\"heddle\"},\"spans\":[" + spans + "\n]}]}]}\n";
}

} // namespace heddle
