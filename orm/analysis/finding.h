#pragma once

#include "orm/trace/trace.h"

#include <QString>
#include <optional>
#include <vector>

namespace heddle::analysis {

/// What a finding is about. toText() gives the name that reports, CI and people use.
enum class Rule {
    NPlusOneRelation,   // an object behind a foreign key was loaded for each row
    NPlusOneRelatedSet, // a reverse or many-to-many relation was asked for each row
    NPlusOneDeferred,   // a field that only() or defer() left out was loaded for each row
    NPlusOneByHand,     // get() in a loop, one key after another
    RepeatedQuery,      // the same query with the same parameters, and no write between
    CountThenList,      // count(), and then the rows themselves
    SyncInAsync,        // a sync call in async code
    SerialAwaits,       // awaits one after another that need nothing of each other
    IdleInTransaction,
    LongTransaction,
    NestedWithoutNeed,       // a transaction that holds nothing but another one
    WriteOutsideTransaction, // many writes, each a transaction of its own
    RolledBack,              // much was written, and undone
    LockWait,                // a statement stood still for a lock that somebody else held
    Retried,                 // a transaction was run again after the database had refused it
    UnusedEagerLoad,         // select_related or prefetch_related, and nobody read it
    UnusedColumns,           // large columns came with the rows and were not read
    LenForCount,             // rows were fetched to be counted
    ListForExists,           // rows were fetched to see whether there are any
    JoinExplosion,           // joins over two to-many relations multiplied each other's rows
    RanInParallel,           // queries of one run overlapped, and what that saved
};

/// In ascending order. Good is no complaint; it never fails a check.
enum class Severity { Good, Info, Warning, Severe };

/// "n-plus-one-relation", ...; and "good", "info", "warning", "severe".
const char *toText(Rule rule);
const char *toText(Severity severity);
std::optional<Rule> ruleFromText(const QString &text);
std::optional<Severity> severityFromText(const QString &text);
/// Every rule, in the order of the enumeration.
std::vector<Rule> allRules();
/// One sentence about what is wrong with it in general, for lists of rules.
QString describe(Rule rule);

/// Something that a trace shows, as a value. Built from records alone, so that a saved trace gives
/// the same findings; and from what was asked, not from when, so that a slow machine does too.
struct Finding {
    Rule rule = Rule::NPlusOneRelation;
    Severity severity = Severity::Info;
    QString message;       // a sentence
    QString fix;           // what to write instead: ".select_related('author')"; may be empty
    CallSite site;         // what asked
    CallSite origin;       // where the queryset of the parent rows was evaluated, if there is one
    QByteArray relation;   // the path from a parent row: "album__artist", "track_set"
    QByteArray model;      // whose rows its first query asked for: "Track"
    bool parallel = false; // its queries were on their way at the same time
    int queries = 0;
    std::int64_t totalNs = 0; // of these queries, from their start to their last row
    std::int64_t rowsWasted = 0, bytesWasted = 0;
    std::vector<std::uint64_t> records; // TraceRecord::id, ascending
};

} // namespace heddle::analysis
