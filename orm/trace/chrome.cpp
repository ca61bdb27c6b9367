#include "orm/trace/jsonobject.h"
#include "orm/trace/trace.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heddle {
namespace {

using detail::JsonObject;

// Perfetto groups tracks by process: threads are one group, the coroutines of each run another.
constexpr std::int64_t ThreadsGroup = 1;
constexpr std::int64_t FirstRunGroup = 1000;
// What overlaps on one track moves to a track this much further on.
constexpr std::int64_t RowStride = 65'536;

/// A place where slices are drawn; `row` counts the tracks that one thread or lane needs side by
/// side.
struct Track {
    std::int64_t group = ThreadsGroup;
    std::int64_t number =
        0; // thread or lane; thread 0: asynchronous plans of C++ waiting for a connection
    std::int64_t row = 0;
    auto operator<=>(const Track &) const = default;
    std::int64_t id() const { return number + row * RowStride; }
};

struct Slice {
    Track track;
    TraceSpan span;
    const TraceRecord *record = nullptr;
    bool isPlace = false; // the worker's slice of a plan that another lane asked for
};

bool isScriptSpan(TraceKind kind)
{
    return kind == TraceKind::Cell || kind == TraceKind::Coroutine || kind == TraceKind::Await ||
           kind == TraceKind::Sleep || kind == TraceKind::Crossing;
}

const char *categoryOf(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Read:
    case TraceKind::Write:
        return "query";
    case TraceKind::Begin:
    case TraceKind::Commit:
    case TraceKind::Rollback:
    case TraceKind::Savepoint:
    case TraceKind::ReleaseSavepoint:
    case TraceKind::RollbackToSavepoint:
        return "transaction";
    case TraceKind::Cell:
    case TraceKind::Coroutine:
    case TraceKind::Await:
    case TraceKind::Sleep:
    case TraceKind::Crossing:
        return "script";
    case TraceKind::LockWait:
        return "lock";
    case TraceKind::Usage:
        return "usage";
    case TraceKind::Pragma:
        return "connection";
    }
    return "";
}

/// When a worker took an asynchronous plan up; 0 if none ever did.
std::int64_t takenNs(const TraceRecord &record)
{
    if (record.thread == 0)
        return 0;
    return record.leasedNs != 0 ? record.leasedNs : record.sentNs;
}

Track askingTrack(const TraceRecord &record)
{
    if (record.lane != 0)
        return {FirstRunGroup + record.run, record.lane};
    return {ThreadsGroup, 0};
}

/// Slices of one track must nest, so each goes to the first row where it lies wholly inside or
/// beside what is there.
class RowFinder {
public:
    /// Slices must come ordered by start, the longer first.
    std::int64_t rowFor(const Track &track, const TraceSpan &span)
    {
        auto &rows = m_open[{track.group, track.number}];
        for (std::size_t row = 0;; ++row) {
            if (row == rows.size())
                rows.emplace_back();
            auto &ends = rows[row];
            while (!ends.empty() && ends.back() <= span.startNs)
                ends.pop_back();
            if (ends.empty() || span.endNs <= ends.back()) {
                ends.push_back(span.endNs);
                return std::int64_t(row);
            }
        }
    }

private:
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::vector<std::int64_t>>> m_open;
};

/// An asynchronous plan is seen twice: in the lane that asked, from its creation to its result, and
/// on the worker from the lease on. A synchronous one has one thread for all of it.
std::vector<Slice> slicesOf(const std::vector<TraceRecord> &records)
{
    std::vector<Slice> slices;
    for (const TraceRecord &record : records) {
        const TraceSpan whole = spanOf(record);
        if (whole.startNs == 0 || record.kind == TraceKind::Usage)
            continue;
        if (isScriptSpan(record.kind) || !record.async) {
            const bool inLane = isScriptSpan(record.kind) && record.lane != 0;
            const Track track = inLane ? askingTrack(record) : Track{ThreadsGroup, record.thread};
            slices.push_back({track, whole, &record, false});
            continue;
        }
        slices.push_back({askingTrack(record), whole, &record, false});
        if (const std::int64_t taken = takenNs(record); taken != 0)
            slices.push_back({{ThreadsGroup, record.thread}, {taken, whole.endNs}, &record, true});
    }
    std::stable_sort(slices.begin(), slices.end(), [](const Slice &a, const Slice &b) {
        return std::tuple(a.span.startNs, -a.span.endNs) <
               std::tuple(b.span.startNs, -b.span.endNs);
    });
    RowFinder rows;
    for (Slice &slice : slices)
        slice.track.row = rows.rowFor(slice.track, slice.span);
    return slices;
}

class ChromeWriter {
public:
    explicit ChromeWriter(std::int64_t zeroNs) : m_zeroNs(zeroNs) { m_out = "{\"traceEvents\":["; }

    void write(const Slice &slice)
    {
        const TraceRecord &record = *slice.record;
        m_named.insert({slice.track, record.run});
        QByteArray arguments = argumentsOf(record);
        const QByteArray name =
            record.label.isEmpty() ? QByteArray(toText(record.kind)) : record.label;
        complete(slice.track, name, categoryOf(record.kind), slice.span, arguments);
        if (isScriptSpan(record.kind))
            return;
        if (!slice.isPlace)
            phase(slice, "waiting for a connection", record.queuedNs, record.leasedNs);
        if (slice.isPlace || !record.async) {
            const std::int64_t answered =
                record.firstRowNs != 0 ? record.firstRowNs : record.lastRowNs;
            phase(slice, "server", record.sentNs, answered);
            phase(slice, "rows", record.firstRowNs, record.lastRowNs);
            phase(slice, "decoding", record.lastRowNs, record.decodedNs);
        }
        if (record.async && takenNs(record) != 0)
            flow(slice);
    }

    QByteArray finish()
    {
        std::int64_t lastGroup = 0;
        for (const auto &[track, run] : m_named) {
            if (track.group != lastGroup)
                metadata("process_name", track, groupName(track, run));
            lastGroup = track.group;
            metadata("thread_name", track, trackName(track));
        }
        return m_out + "\n],\"displayTimeUnit\":\"ns\"}\n";
    }

private:
    JsonObject begin(const char *phase, const Track &track)
    {
        m_out += m_first ? "\n" : ",\n";
        m_first = false;
        JsonObject event(m_out);
        event.addText("ph", phase);
        event.add("pid", track.group);
        event.add("tid", track.id());
        return event;
    }

    /// Microseconds with the nanoseconds behind the point.
    static QByteArray microseconds(std::int64_t ns)
    {
        return QByteArray::number(qint64(ns / 1000)) + '.' +
               QByteArray::number(qint64(ns % 1000)).rightJustified(3, '0');
    }

    void complete(const Track &track, QByteArrayView name, const char *category,
                  const TraceSpan &span, QByteArrayView arguments)
    {
        JsonObject event = begin("X", track);
        event.addText("name", name);
        event.addText("cat", category);
        event.addRaw("ts", microseconds(span.startNs - m_zeroNs));
        event.addRaw("dur", microseconds(span.endNs - span.startNs));
        if (!arguments.isEmpty())
            event.addRaw("args", arguments);
        event.end();
    }

    /// Both ends must have happened and lie inside the slice that the phase belongs to.
    void phase(const Slice &slice, const char *name, std::int64_t startNs, std::int64_t endNs)
    {
        if (startNs == 0 || startNs < slice.span.startNs || endNs <= startNs ||
            endNs > slice.span.endNs)
            return;
        complete(slice.track, name, "phase", {startNs, endNs}, {});
    }

    void flow(const Slice &slice)
    {
        JsonObject event = begin(slice.isPlace ? "f" : "s", slice.track);
        event.addText("name", "runs on");
        event.addText("cat", "flow");
        event.add("id", std::int64_t(slice.record->id));
        event.addRaw("ts", microseconds(slice.span.startNs - m_zeroNs));
        if (slice.isPlace)
            event.addText("bp", "e");
        event.end();
    }

    void metadata(const char *what, const Track &track, QByteArrayView name)
    {
        JsonObject event = begin("M", track);
        event.addText("name", what);
        QByteArray arguments;
        JsonObject object(arguments);
        object.addText("name", name);
        object.end();
        event.addRaw("args", arguments);
        event.end();
    }

    static QByteArray groupName(const Track &track, std::uint32_t run)
    {
        if (track.group == ThreadsGroup)
            return "threads";
        return "coroutines of run " + QByteArray::number(run);
    }

    static QByteArray trackName(const Track &track)
    {
        QByteArray name;
        if (track.group != ThreadsGroup)
            name = "coroutine " + QByteArray::number(qint64(track.number));
        else if (track.number == 0)
            name = "asked asynchronously";
        else
            name = traceThreadName(std::uint16_t(track.number)).toUtf8();
        if (track.row != 0)
            name += " (" + QByteArray::number(qint64(track.row + 1)) + ')';
        return name;
    }

    static QByteArray argumentsOf(const TraceRecord &record)
    {
        QByteArray text;
        JsonObject out(text);
        out.add("id", std::int64_t(record.id));
        out.addText("kind", toText(record.kind));
        out.addText("outcome", toText(record.outcome));
        out.addTextIfSet("database", record.database);
        out.addTextIfSet("sql", record.sql);
        out.addTextIfSet("parameters", record.parameters);
        if (record.site.line != 0) {
            out.add("line", record.site.line);
            out.add("column", record.site.column);
        }
        if (record.site.file)
            out.addText("file", record.site.file);
        if (!isScriptSpan(record.kind)) {
            out.add("rows", record.rows);
            out.addIfSet("bytes", record.bytes);
        }
        out.addTextIfSet("relation", record.relation);
        if (record.parentRow >= 0)
            out.add("parentRow", record.parentRow);
        out.addIfSet("originLine", record.origin.line);
        out.addIfSet("connection", record.connection);
        out.addIfSet("parent", std::int64_t(record.parent));
        out.addTextIfSet("error", record.error);
        if (record.lock) {
            out.addIfSet("holder", record.lock->holder);
            out.addTextIfSet("holderName", record.lock->holderName);
            out.addTextIfSet("lockMode", record.lock->mode);
            out.addTextIfSet("lockOn", record.lock->on);
        }
        out.end();
        return text;
    }

    std::int64_t m_zeroNs;
    QByteArray m_out;
    bool m_first = true;
    std::map<Track, std::uint32_t> m_named; // every track that was drawn on, and a run that did
};

} // namespace

QByteArray toChromeTrace(const std::vector<TraceRecord> &records)
{
    const std::vector<Slice> slices = slicesOf(records);
    ChromeWriter writer(slices.empty() ? 0 : slices.front().span.startNs);
    for (const Slice &slice : slices)
        writer.write(slice);
    return writer.finish();
}

} // namespace heddle
