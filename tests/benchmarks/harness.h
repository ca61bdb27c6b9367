#pragma once

#include "orm/values/rowbatch.h"
#include "tests/benchmarks/plain.h"

#include <QString>
#include <chrono>
#include <string>
#include <vector>

/// What the tasks of heddle_bench share: the clock, the process's memory and the line that is
/// printed.
namespace heddle::bench {

/// One database that the tasks run on.
struct Target {
    const char *name;  // "sqlite", "pg": as the printed line says it
    QString url;       // for Database::open()
    QString insertUrl; // where P3's table is
    const PlainLoops *plain;
};

using Clock = std::chrono::steady_clock;
double since(Clock::time_point begin);
/// A line of /proc/self/status in kB: "VmHWM" is the most that this process ever had in memory,
/// "VmRSS" what it has now.
long memoryKb(const char *name);
void print(const Target &target, const char *system, const char *task, const Measured &m);
/// The file named by BENCH_SQLITE. Throws std::runtime_error without it.
std::string databasePath();
/// The file named by BENCH_SQLITE_P3.
std::string insertPath();
std::int64_t checkOfBatches(const std::vector<RowBatchPtr> &batches);
/// What the process grew by, against the batches' own bytes, to standard error.
void reportMemory(const std::vector<RowBatchPtr> &batches, long grownKb);

// Statements without querysets: what the pool and the backend cost.
void statementAllBooks(const Target &target);
void statementPointGets(const Target &target);
void statementTracedPointGets(const Target &target);
void statementAsyncPointGets(const Target &target);
void statementTracingCost(const Target &target);
void serialAggregates(const Target &target);
void parallelAggregates(const Target &target);

// Querysets of introspected models: what the workbench pays.
void querysetAllBooks(const Target &target);
void querysetPointGets(const Target &target);
void querysetAsyncPointGets(const Target &target);
void querysetTracingCost(const Target &target);
/// Prints a line for each step of building and compiling; no JSON.
void querysetCosts(const Target &target);

// Querysets of typed models: what a program pays, rows in structs with QString and QDate.
void typedAllBooks(const Target &target);
void typedPointGets(const Target &target);
void typedBulkCreate(const Target &target);
void typedSelectRelated(const Target &target);
void typedPrefetch(const Target &target);

// Many at once on PostgreSQL: what the plain programs do, and both adapters.
void plainSleeps(const Target &target);
void sleepsAtOnce(const Target &target);
void sleepsOnThreads(const Target &target);
void plainAggregates(const Target &target);
void aggregatesAtOnce(const Target &target);
void aggregatesOnThreads(const Target &target);
void plainPipeline(const Target &target);
void plainTenThreads(const Target &target);
void nativeStatementGets(const Target &target);
void nativeQuerysetGets(const Target &target);
void threadedQuerysetGets(const Target &target);

// Qt's own SQL classes into the same structs.
void qtAllBooks(const Target &target);
void qtPointGets(const Target &target);
void qtInsert(const Target &target);
void qtJoined(const Target &target);
void qtPrefetched(const Target &target);

} // namespace heddle::bench
