#pragma once

#include "orm/objects/database.h"

#include <QTest>

namespace heddle::test {

/// Listens to a database for a scope: how many statements were sent, and which. The connections'
/// own housekeeping does not count.
class QueryCounter {
public:
    explicit QueryCounter(Database database) : m_database(std::move(database)), m_recorder(true)
    {
        m_database.setTraceSink(&m_recorder);
    }
    ~QueryCounter() { m_database.setTraceSink(nullptr); }
    QueryCounter(const QueryCounter &) = delete;

    /// A plan is recorded when its connection goes back, which for an `a` call may be a moment
    /// after its future is ready: compare with QTRY_COMPARE there.
    int count() const { return int(records().size()); }
    std::vector<TraceRecord> records() const
    {
        std::vector<TraceRecord> out;
        for (TraceRecord &record : m_recorder.snapshot())
            if (record.kind == TraceKind::Read || record.kind == TraceKind::Write)
                out.push_back(std::move(record));
        return out;
    }
    /// SQL and parameters, in the order sent.
    QByteArrayList statements() const
    {
        QByteArrayList out;
        for (const TraceRecord &record : records())
            out << record.sql + ' ' + record.parameters;
        return out;
    }

private:
    Database m_database;
    TraceRecorder m_recorder;
};

} // namespace heddle::test
