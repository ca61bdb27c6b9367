#include "orm/analysis/finding.h"

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

const char *toText(Rule rule)
{
    switch (rule) {
    case Rule::NPlusOneRelation:
        return "n-plus-one-relation";
    case Rule::NPlusOneRelatedSet:
        return "n-plus-one-related-set";
    case Rule::NPlusOneDeferred:
        return "n-plus-one-deferred";
    case Rule::NPlusOneByHand:
        return "n-plus-one-by-hand";
    case Rule::RepeatedQuery:
        return "repeated-query";
    case Rule::CountThenList:
        return "count-then-list";
    case Rule::SyncInAsync:
        return "sync-in-async";
    case Rule::SerialAwaits:
        return "serial-awaits";
    case Rule::IdleInTransaction:
        return "idle-in-transaction";
    case Rule::LongTransaction:
        return "long-transaction";
    case Rule::NestedWithoutNeed:
        return "nested-without-need";
    case Rule::WriteOutsideTransaction:
        return "write-outside-transaction";
    case Rule::RolledBack:
        return "rolled-back";
    case Rule::LockWait:
        return "lock-wait";
    case Rule::Retried:
        return "retried";
    case Rule::UnusedEagerLoad:
        return "unused-eager-load";
    case Rule::UnusedColumns:
        return "unused-columns";
    case Rule::LenForCount:
        return "len-for-count";
    case Rule::ListForExists:
        return "list-for-exists";
    case Rule::JoinExplosion:
        return "join-explosion";
    case Rule::RanInParallel:
        return "ran-in-parallel";
    }
    return "";
}

QString describe(Rule rule)
{
    switch (rule) {
    case Rule::NPlusOneRelation:
        return u"A related object is loaded with a query of its own for each row."_s;
    case Rule::NPlusOneRelatedSet:
        return u"A reverse or many-to-many relation is asked with a query for each row."_s;
    case Rule::NPlusOneDeferred:
        return u"A deferred field is loaded with a query of its own for each row."_s;
    case Rule::NPlusOneByHand:
        return u"Objects are fetched one by one by their keys."_s;
    case Rule::RepeatedQuery:
        return u"The same query is sent again although nothing was written since."_s;
    case Rule::CountThenList:
        return u"Rows are counted by the database and then fetched all the same."_s;
    case Rule::SyncInAsync:
        return u"A sync call stands in async code."_s;
    case Rule::SerialAwaits:
        return u"Awaits that need nothing of each other wait for each other."_s;
    case Rule::IdleInTransaction:
        return u"A transaction stays open while nothing is asked in it."_s;
    case Rule::LongTransaction:
        return u"A transaction stays open for long."_s;
    case Rule::NestedWithoutNeed:
        return u"A transaction holds nothing but another one."_s;
    case Rule::WriteOutsideTransaction:
        return u"Many rows are written one by one, each in a transaction of its own."_s;
    case Rule::RolledBack:
        return u"Much was written and then undone."_s;
    case Rule::LockWait:
        return u"A statement waits for a lock that another transaction holds."_s;
    case Rule::Retried:
        return u"A transaction is run again after the database refused it."_s;
    case Rule::UnusedEagerLoad:
        return u"Related rows are loaded with their parents and never read."_s;
    case Rule::UnusedColumns:
        return u"Large columns are loaded and never read."_s;
    case Rule::LenForCount:
        return u"Rows are fetched only to be counted."_s;
    case Rule::ListForExists:
        return u"Rows are fetched only to see whether there are any."_s;
    case Rule::JoinExplosion:
        return u"Joins over two to-many relations multiply each other's rows."_s;
    case Rule::RanInParallel:
        return u"Queries ran at the same time."_s;
    }
    return {};
}

const char *toText(Severity severity)
{
    switch (severity) {
    case Severity::Good:
        return "good";
    case Severity::Info:
        return "info";
    case Severity::Warning:
        return "warning";
    case Severity::Severe:
        return "severe";
    }
    return "";
}

std::vector<Rule> allRules()
{
    std::vector<Rule> rules;
    for (int i = 0; i <= int(Rule::RanInParallel); ++i)
        rules.push_back(Rule(i));
    return rules;
}

std::optional<Rule> ruleFromText(const QString &text)
{
    for (const Rule rule : allRules())
        if (text == QLatin1String(toText(rule)))
            return rule;
    return std::nullopt;
}

std::optional<Severity> severityFromText(const QString &text)
{
    for (int i = 0; i <= int(Severity::Severe); ++i)
        if (text == QLatin1String(toText(Severity(i))))
            return Severity(i);
    return std::nullopt;
}

} // namespace heddle::analysis
