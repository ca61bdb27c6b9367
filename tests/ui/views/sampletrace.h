#pragma once

#include "orm/trace/trace.h"

#include <algorithm>
#include <vector>

namespace heddle::testing {

/// A trace made by hand, in milliseconds since an arbitrary moment: what the sample workbook of the
/// design picture does.
class SampleTrace {
public:
    static constexpr std::int64_t ms = 1'000'000;
    static constexpr std::int64_t origin = 5'000 * ms;

    std::vector<TraceRecord> records;

    TraceRecord &add(TraceKind kind, double fromMs, double toMs, int thread, int line,
                     const char *label)
    {
        TraceRecord r;
        r.id = ++m_lastId;
        r.kind = kind;
        r.thread = std::uint16_t(thread);
        r.site = {line, 1, nullptr};
        r.label = label;
        r.createdNs = at(fromMs);
        r.releasedNs = at(toMs);
        records.push_back(r);
        return records.back();
    }

    TraceRecord &statement(TraceKind kind, double fromMs, double toMs, int thread, int connection,
                           int line, const char *label, bool async = false)
    {
        TraceRecord &r = add(kind, fromMs, toMs, thread, line, label);
        const double length = toMs - fromMs;
        r.async = async;
        r.connection = std::uint32_t(connection);
        r.sql = "SELECT 1";
        r.queuedNs = at(fromMs);
        r.leasedNs = at(fromMs + std::min(length * 0.02, 0.1));
        r.sentNs = at(fromMs + length * 0.06);
        r.firstRowNs = at(fromMs + length * 0.6);
        r.lastRowNs = at(fromMs + length * 0.85);
        r.decodedNs = at(fromMs + length * 0.95);
        r.rows = 1;
        return r;
    }

    TraceRecord &implicitLoad(double fromMs, double toMs, int thread, int line, std::uint64_t set,
                              int row, const char *relation)
    {
        TraceRecord &r = statement(TraceKind::Read, fromMs, toMs, thread, 1, line, "Author");
        r.relation = relation;
        r.parentSet = set;
        r.parentRow = row;
        r.origin = {2, 9, nullptr};
        return r;
    }

    static std::int64_t at(double milliseconds)
    {
        return origin + std::int64_t(milliseconds * double(ms));
    }

    /// Threads: 1 sync, 2 the event loop, 11 to 13 workers.
    static SampleTrace workbook()
    {
        SampleTrace t;
        t.add(TraceKind::Cell, 2, 128, 1, 1, "Slow page");
        t.statement(TraceKind::Read, 5, 17, 1, 1, 2, "Book").rows = 40;
        for (int i = 0; i < 40; ++i)
            t.implicitLoad(19 + i * 2.7, 20.8 + i * 2.7, 1, 4, 77, i, "author");
        t.add(TraceKind::Cell, 146, 232, 2, 6, "Three counts").async = true;
        t.add(TraceKind::Await, 149, 230, 2, 7, "await gather(3)");
        t.statement(TraceKind::Read, 151, 205, 11, 3, 8, "Author · COUNT(*)", true);
        t.statement(TraceKind::Read, 151.5, 228, 12, 4, 9, "Review · COUNT(*)", true);
        t.statement(TraceKind::Read, 152, 217, 13, 5, 10, "Sale · SUM(price)", true);
        t.add(TraceKind::Cell, 255, 395, 2, 12, "Move stock").async = true;
        t.add(TraceKind::Await, 257, 393, 2, 13, "async with atomic()");
        t.statement(TraceKind::Begin, 258, 259, 11, 3, 13, "BEGIN", true);
        t.statement(TraceKind::Write, 275, 306, 11, 3, 14, "UPDATE stock", true);
        t.statement(TraceKind::Savepoint, 312, 313, 11, 3, 15, "SAVEPOINT", true);
        t.statement(TraceKind::Write, 331, 363, 11, 3, 16, "UPDATE stock", true);
        t.statement(TraceKind::ReleaseSavepoint, 365, 366, 11, 3, 15, "RELEASE", true);
        t.statement(TraceKind::Commit, 389, 391, 11, 3, 13, "COMMIT", true);
        for (TraceRecord &r : t.records) {
            if (r.async || r.kind == TraceKind::Await)
                r.lane = 1;
        }
        return t;
    }

    /// `count` short reads on `lanes` worker threads, back to back.
    static SampleTrace manyBars(int count, int lanes)
    {
        SampleTrace t;
        t.records.reserve(std::size_t(count));
        for (int i = 0; i < count; ++i) {
            const double start = double(i / lanes) * 0.05;
            t.statement(i % 50 == 7 ? TraceKind::Write : TraceKind::Read, start,
                        start + 0.03 + (i % 7) * 0.002, 20 + i % lanes, 20 + i % lanes, 1 + i % 30,
                        "Book", true);
        }
        return t;
    }

private:
    std::uint64_t m_lastId = 0;
};

} // namespace heddle::testing
