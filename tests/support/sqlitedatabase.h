#pragma once

#include "orm/backends/sqlite/sqliteadapter.h"
#include "orm/execution/adapter.h"
#include "orm/values/errors.h"

#include <QTemporaryDir>

namespace heddle::test {

/// Opens a database through the adapter registry, as the program does.
inline std::unique_ptr<Runner> openDatabase(const QString &url)
{
    registerSqliteAdapter();
    const ConnectionTarget target = ConnectionTarget::parse(url);
    return AdapterRegistry::find(target.backend).open(target);
}

inline Statement statement(const char *sql, ValueList parameters = {},
                           TraceKind kind = TraceKind::Read, std::vector<ColumnType> types = {})
{
    Statement s;
    s.sql = sql;
    s.parameters = std::move(parameters);
    s.columns = std::make_shared<const std::vector<ColumnType>>(std::move(types));
    s.kind = kind;
    return s;
}

inline Plan<StatementResult> resultOf(Statement s)
{
    co_return co_await send(std::move(s));
}

/// Runs a statement here and now. Rows come as SQLite typed their cells, unless types are given.
inline StatementResult execute(Runner &runner, const char *sql, ValueList parameters = {},
                               TraceKind kind = TraceKind::Read, std::vector<ColumnType> types = {})
{
    return runner.run(resultOf(statement(sql, std::move(parameters), kind, std::move(types))), {});
}

inline StatementResult write(Runner &runner, const char *sql, ValueList parameters = {})
{
    return execute(runner, sql, std::move(parameters), TraceKind::Write);
}

/// The one cell of a one-cell answer.
inline Value scalar(Runner &runner, const char *sql, ValueList parameters = {},
                    std::vector<ColumnType> types = {})
{
    const StatementResult r =
        execute(runner, sql, std::move(parameters), TraceKind::Read, std::move(types));
    return r.batches.empty() ? Value() : r.batches.at(0)->value(0, 0);
}

} // namespace heddle::test
