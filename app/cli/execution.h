#pragma once

#include "app/cli/output.h"
#include "orm/objects/database.h"
#include "orm/script/workbookrunner.h"
#include "ui/workbook/workbook.h"

#include <optional>

namespace heddle::app {

struct ExecutionOptions {
    QString url;
    ReplicaOptions replicas;
    QString file; // "-": standard input
    bool parallel = false;
    bool parameters = false; // the trace has them
    LoadMode loadMode = LoadMode::One;
    script::Limits limits;
    Output *printed = nullptr; // takes what cells print as they print it; null: it is kept
};

/// What a workbook did.
struct Execution {
    ui::Workbook workbook;
    QStringList lines;                       // printed, where nobody took them
    std::vector<script::ScriptError> errors; // of cells that failed, in the order they ended
    std::vector<TraceRecord> records;
    std::int64_t wallNs = 0;
    bool outputClosed = false; // nobody reads what is printed any more: the run was stopped
    /// The file could not be read, or the database not be opened: nothing ran.
    std::optional<script::ScriptError> refused;
};

/// Reads a workbook; "-" is standard input. On failure says why in *why.
std::optional<ui::Workbook> loadWorkbook(const QString &path, QString *why);

/// Runs a workbook as `run` and `check` do; Ctrl+C stops it.
Execution executeWorkbook(const ExecutionOptions &options);

} // namespace heddle::app
