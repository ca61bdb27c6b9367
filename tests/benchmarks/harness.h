#pragma once

#include "orm/values/rowbatch.h"
#include "tests/benchmarks/dataset.h"

#include <chrono>
#include <string>
#include <vector>

/// What the tasks of heddle_bench share: the clock, the process's memory and the line that is
/// printed.
namespace heddle::bench {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point begin);
/// A line of /proc/self/status in kB: "VmHWM" is the most that this process ever had in memory,
/// "VmRSS" what it has now.
long memoryKb(const char *name);
void print(const char *system, const char *task, const Measured &m);
/// The file named by BENCH_SQLITE. Throws std::runtime_error without it.
std::string databasePath();
std::int64_t checkOfBatches(const std::vector<RowBatchPtr> &batches);
/// What the process grew by, against the batches' own bytes, to standard error.
void reportMemory(const std::vector<RowBatchPtr> &batches, long grownKb);

// The same tasks through querysets: what a user of the engine pays.
void querysetAllBooks();
void querysetPointGets();
void querysetAsyncPointGets();
void querysetTracingCost();

} // namespace heddle::bench
