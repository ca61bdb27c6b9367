#pragma once

#include "orm/trace/trace.h"

namespace heddle {

struct OtlpOptions {
    QByteArray system; // db.system.name: "postgresql", "sqlite", "mariadb"; empty: not said
    /// db.query.parameter.N, where the trace has parameters. They may be private: off unless asked.
    bool parameters = false;
    /// Added to monotonicNs() it gives nanoseconds since 1970; absent: as this process's clocks
    /// stand now.
    std::optional<std::int64_t> unixOffsetNs = {};
    std::uint64_t seed = 0; // of the trace ids; 0: random ones
};

/// The records as OpenTelemetry's collectors take them: one ExportTraceServiceRequest in OTLP's
/// JSON form, one trace a run, one span a record, with the database attributes of the semantic
/// conventions. What did not happen (a record without times) is left out.
QByteArray toOtlpTrace(const std::vector<TraceRecord> &records, const OtlpOptions &options = {});

} // namespace heddle
