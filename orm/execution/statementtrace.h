#pragma once

#include "orm/execution/connection.h"
#include "orm/execution/runner.h"

#include <optional>

namespace heddle::detail {

/// What must go on although its plan has been cancelled: the end of a transaction is never
/// disturbed half-way.
bool isProtected(TraceKind kind);
/// A cancelled plan may still clean up, but begins nothing new; COMMIT is something new.
bool mayStartAfterCancel(TraceKind kind);

/// The records of one plan: one a statement. A record waits until the next one begins or the lease
/// ends, because only then its last times are known. Without a sink nothing is measured.
class StatementTrace {
public:
    /// `context` must outlive it.
    StatementTrace(TraceSink *sink, const PlanContext &context, std::int64_t queuedNs,
                   std::int64_t leasedNs, bool async)
        : m_sink(sink), m_context(context), m_queuedNs(queuedNs), m_leasedNs(leasedNs),
          m_async(async)
    {
    }

    bool isOn() const { return m_sink != nullptr; }
    StatementTimes *times() { return m_sink ? &m_times : nullptr; }
    /// The plan holds a connection since then.
    void leasedAt(std::int64_t ns) { m_leasedNs = ns; }

    void begin(const Statement &statement);
    void leasedBy(std::uint32_t connection)
    {
        if (m_sink && m_record)
            m_record->connection = connection;
    }
    void end(const PlanBase::Request &request);
    /// What a sink took.
    void sunk(std::int64_t rows, std::int64_t bytes)
    {
        if (!m_record)
            return;
        m_record->rows = rows;
        m_record->bytes = bytes;
    }
    /// The plan has made of the rows what it wanted.
    void decoded()
    {
        if (m_sink && m_record)
            m_record->decodedNs = m_lastNs = monotonicNs();
    }
    /// What began is begun again, elsewhere: there is no record of it yet.
    void forget()
    {
        m_open = false;
        m_first = m_beganFirst;
    }
    void release() { flush(m_lastNs); }

private:
    void flush(std::int64_t releasedNs);
    void tellOfLock() const;

    TraceSink *const m_sink;
    const PlanContext &m_context;
    const std::int64_t m_queuedNs;
    std::int64_t m_leasedNs;
    std::int64_t m_lastNs = 0;
    const bool m_async;
    bool m_first = true, m_beganFirst = false, m_open = false;
    std::optional<TraceRecord>
        m_record; // of the statement that began last; large, so not made unasked
    StatementTimes m_times;
};

} // namespace heddle::detail
