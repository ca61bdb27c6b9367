#pragma once

#include "tests/benchmarks/dataset.h"

/// What a C program would write for the tasks, the driver's own functions into structs and nothing
/// between: the measure of everything else. And who writes the databases that all of them read.
///
/// SQLite: the files named by BENCH_SQLITE and, for the rows that P3 inserts, BENCH_SQLITE_P3.
/// PostgreSQL: the database that libpq's own environment variables name. All throw
/// std::runtime_error.
namespace heddle::bench {

/// One database's plain loops.
struct PlainLoops {
    void (*generate)();     // writes the dataset
    void (*empty)();        // gives P3 an empty table book_copy
    Measured (*allBooks)(); // P1: all books, held in memory
    Measured (*pointGets)();
    Measured (*insert)(); // P3, one transaction with its commit
    Measured (*joined)(); // P4
    Measured (*prefetched)();
};

extern const PlainLoops sqliteLoops;
extern const PlainLoops postgresLoops;

// PostgreSQL alone: P7 pipelined on one thread, and with a thread a connection; P6.
Measured plainPipelinedGets(int connections);
Measured plainThreadedGets(int connections);
Measured plainAtOnce(const char *sql, int count, int connections);

} // namespace heddle::bench
