#pragma once

#include "orm/objects/queryplan.h"

namespace heddle::testing {

/// A join of two tables that was run in `ms`; the scan of the first took nine tenths of that.
inline QueryPlan samplePlan(double ms)
{
    using namespace Qt::Literals::StringLiterals;
    QueryPlanNode scan;
    scan.operation = u"Seq Scan"_s;
    scan.target = u"book"_s;
    scan.details = {u"Filter: (title ~~ '%AB%')"_s, u"Rows Removed by Filter: 999000"_s};
    scan.expectedRows = 100;
    scan.actualRows = 1000;
    scan.ownMs = ms * 0.9;
    scan.remarks = {QueryPlanNode::Remark::FullScan, QueryPlanNode::Remark::TookLongest};
    QueryPlanNode index;
    index.operation = u"Index Scan"_s;
    index.target = u"author using author_pkey"_s;
    index.expectedRows = index.actualRows = 1;
    index.ownMs = ms * 0.05;
    QueryPlanNode join;
    join.operation = u"Nested Loop"_s;
    join.ownMs = ms * 0.05;
    join.expectedRows = 100;
    join.actualRows = 1000;
    join.children = {scan, index};
    QueryPlan plan;
    plan.sql = "SELECT 1";
    plan.nodes = {join};
    plan.wasRun = true;
    plan.executionMs = ms;
    plan.rows = 1000;
    return plan;
}

} // namespace heddle::testing
