#pragma once

#include "orm/backends/postgres/postgresadapter.h"
#include "orm/execution/adapter.h"
#include "orm/values/errors.h"

#include <functional>

namespace heddle::test {

/// Opens a database through the adapter registry, as the program does.
inline std::unique_ptr<Runner> openPostgres(const QString &url)
{
    registerPostgresAdapter();
    const ConnectionTarget target = ConnectionTarget::parse(url);
    return AdapterRegistry::find(target.backend).open(target);
}

/// A statement that gives rows: as PostgreSQL typed their cells, unless types are given.
inline Statement asking(const QByteArray &sql, ValueList parameters = {},
                        std::vector<ColumnType> types = {})
{
    Statement s;
    s.sql = sql;
    s.parameters = std::move(parameters);
    s.columns = std::make_shared<const std::vector<ColumnType>>(std::move(types));
    return s;
}

inline Statement telling(const QByteArray &sql, TraceKind kind = TraceKind::Write,
                         ValueList parameters = {})
{
    Statement s;
    s.sql = sql;
    s.parameters = std::move(parameters);
    s.kind = kind;
    return s;
}

inline Plan<StatementResult> resultOf(Statement s)
{
    co_return co_await send(std::move(s));
}

inline Plan<StatementResult> streamOf(Statement s, BatchSink sink)
{
    co_return co_await send(std::move(s), std::move(sink));
}

/// Runs a statement here and now.
inline StatementResult run(Runner &runner, Statement s)
{
    return runner.run(resultOf(std::move(s)), {});
}

inline StatementResult write(Runner &runner, const QByteArray &sql, ValueList parameters = {})
{
    return run(runner, telling(sql, TraceKind::Write, std::move(parameters)));
}

/// The first cell of an answer; null if it has none.
inline Value scalar(Runner &runner, const QByteArray &sql, ValueList parameters = {},
                    std::vector<ColumnType> types = {})
{
    const StatementResult r = run(runner, asking(sql, std::move(parameters), std::move(types)));
    return r.batches.empty() ? Value() : r.batches.at(0)->value(0, 0);
}

/// The error that a call ends with; null if it ends well.
inline std::unique_ptr<OrmError> failureOf(const std::function<void()> &call)
{
    try {
        call();
    } catch (const OrmError &e) {
        return std::unique_ptr<OrmError>(e.clone());
    }
    return nullptr;
}

} // namespace heddle::test
