#pragma once

#include "orm/trace/trace.h"

#include <QString>
#include <algorithm>
#include <vector>

namespace heddle::testing {

/// A trace of about `bars` bars in which everything occurs that the timeline draws: sync cells with
/// N+1 groups of twenty loads, coroutines that wait, eight workers whose statements queue for them,
/// and transactions with savepoints, some of which are rolled back.
class BigTrace {
public:
    static std::vector<TraceRecord> make(int bars)
    {
        BigTrace trace;
        trace.m_records.reserve(std::size_t(bars) + 64);
        const int half = bars / 2;
        trace.syncCells(half);
        trace.asyncCells(bars - half);
        return std::move(trace.m_records);
    }

private:
    static constexpr std::int64_t us = 1'000;
    static constexpr std::int64_t origin = 1'000'000'000;
    static constexpr std::uint32_t workers = 8;

    TraceRecord &add(TraceKind kind, std::int64_t fromNs, std::int64_t toNs, std::uint16_t thread,
                     int line, const QByteArray &label)
    {
        TraceRecord r;
        r.id = std::uint64_t(m_records.size()) + 1;
        r.run = 1;
        r.kind = kind;
        r.thread = thread;
        r.site = {line, 1, nullptr};
        r.label = label;
        r.createdNs = fromNs;
        r.releasedNs = toNs;
        m_records.push_back(r);
        return m_records.back();
    }

    TraceRecord &statement(TraceKind kind, std::int64_t fromNs, std::int64_t toNs,
                           std::uint16_t thread, std::uint32_t connection, int line,
                           const QByteArray &label)
    {
        TraceRecord &r = add(kind, fromNs, toNs, thread, line, label);
        const std::int64_t length = toNs - fromNs;
        r.connection = connection;
        r.sql = m_sql;
        r.queuedNs = fromNs;
        r.leasedNs = fromNs + length / 50;
        r.sentNs = fromNs + length / 10;
        r.firstRowNs = fromNs + length / 2;
        r.lastRowNs = fromNs + length * 4 / 5;
        r.decodedNs = fromNs + length * 9 / 10;
        r.rows = 1 + line % 40;
        return r;
    }

    void syncCells(int bars)
    {
        const std::int64_t end = origin + std::int64_t(bars) * 60 * us;
        add(TraceKind::Cell, origin, end, 1, 1, "A slow page");
        std::int64_t now = origin + 50 * us;
        for (int i = 0; i < bars; ++i) {
            const int inGroup = i % 21;
            const int line = 2 + (i / 21) % 40;
            TraceRecord &r =
                statement(TraceKind::Read, now, now + (20 + i % 23) * us, 1, 1, line, "Book");
            if (inGroup > 0) {
                r.link = TraceLink::Relation;
                r.relation = i % 42 < 21 ? "author" : "publisher__country";
                r.parentSet = std::uint64_t(i / 21) + 1;
                r.parentRow = inGroup - 1;
            }
            now += 60 * us;
        }
    }

    void asyncCells(int bars)
    {
        const int rounds = bars / int(workers);
        std::int64_t now = origin + 20 * us;
        for (int round = 0; round < rounds; ++round, now += 480 * us) {
            for (std::uint32_t w = 0; w < workers; ++w)
                workerBar(round, w, now + std::int64_t(w) * 7 * us);
            if (round % 10 == 0) {
                TraceRecord &await =
                    add(TraceKind::Await, now, now + 4'700 * us, 2, 60, "gather(8)");
                await.lane = std::uint16_t(1 + round / 10 % 3);
                await.async = true;
            }
        }
    }

    // Rounds of ten: BEGIN, two writes, SAVEPOINT, two writes, RELEASE or ROLLBACK TO, a read that
    // had to queue, COMMIT or ROLLBACK, and a read outside.
    void workerBar(int round, std::uint32_t worker, std::int64_t now)
    {
        static constexpr TraceKind kinds[] = {TraceKind::Begin,
                                              TraceKind::Write,
                                              TraceKind::Write,
                                              TraceKind::Savepoint,
                                              TraceKind::Write,
                                              TraceKind::Write,
                                              TraceKind::ReleaseSavepoint,
                                              TraceKind::Read,
                                              TraceKind::Commit,
                                              TraceKind::Read};
        const int step = round % 10;
        TraceKind kind = kinds[step];
        const bool bad = (round / 10 + int(worker)) % 9 == 0;
        if (bad && kind == TraceKind::ReleaseSavepoint)
            kind = TraceKind::RollbackToSavepoint;
        if (bad && kind == TraceKind::Commit)
            kind = TraceKind::Rollback;
        TraceRecord &r = statement(kind, now, now + (200 + round % 37 * 5) * us,
                                   std::uint16_t(10 + worker), 10 + worker, 50 + step, "stock");
        r.async = true;
        r.lane = std::uint16_t(1 + worker % 3);
        if (step == 7)
            r.queuedNs = r.createdNs = now - 400 * us;
    }

    std::vector<TraceRecord> m_records;
    QByteArray m_sql =
        "SELECT \"book\".\"id\", \"book\".\"title\" FROM \"book\" WHERE \"book\".\"id\" = ?";
};

} // namespace heddle::testing
