#include "orm/objects/queryplanreader.h"

#include "orm/values/errors.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

using Remark = QueryPlanNode::Remark;

// --- PostgreSQL ---

std::optional<double> number(const QJsonObject &object, const QString &key)
{
    const QJsonValue value = object.value(key);
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

QString textOf(const QJsonValue &value)
{
    if (!value.isArray())
        return value.toVariant().toString();
    QStringList parts;
    const QJsonArray items = value.toArray();
    for (const QJsonValue &item : items)
        parts << item.toVariant().toString();
    return parts.join(", "_L1);
}

QString postgresTarget(const QJsonObject &node)
{
    QString table = node.value("Relation Name"_L1).toString();
    const QString alias = node.value("Alias"_L1).toString();
    if (!alias.isEmpty() && alias != table)
        table += table.isEmpty() ? alias : u' ' + alias;
    const QString index = node.value("Index Name"_L1).toString();
    if (index.isEmpty())
        return table.isEmpty() ? node.value("CTE Name"_L1).toString() : table;
    return table.isEmpty() ? index : table + u" using "_s + index;
}

QueryPlanNode postgresNode(const QJsonObject &node)
{
    QueryPlanNode out;
    out.operation = node.value("Node Type"_L1).toString();
    const QString join = node.value("Join Type"_L1).toString();
    if (!join.isEmpty() && join != "Inner"_L1)
        out.operation += u", "_s + join.toLower();
    out.target = postgresTarget(node);
    out.cost = number(node, u"Total Cost"_s);
    out.expectedRows = number(node, u"Plan Rows"_s);
    out.actualRows = number(node, u"Actual Rows"_s);
    out.loops = number(node, u"Actual Loops"_s);
    if (const auto each = number(node, u"Actual Total Time"_s))
        out.totalMs = *each * out.loops.value_or(1);
    for (const char *key : {"Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter",
                            "Filter", "Rows Removed by Filter", "Sort Key", "Sort Method",
                            "Group Key", "Strategy", "Subplan Name", "Heap Fetches"}) {
        const QJsonValue value = node.value(QLatin1String(key));
        if (!value.isUndefined() && !(value.isDouble() && value.toDouble() == 0))
            out.details << QString::fromLatin1(key) + u": "_s + textOf(value);
    }
    const QJsonArray children = node.value("Plans"_L1).toArray();
    double inside = 0;
    for (const QJsonValue &child : children) {
        out.children.push_back(postgresNode(child.toObject()));
        inside += out.children.back().totalMs.value_or(0);
    }
    if (out.totalMs)
        out.ownMs = std::max(0.0, *out.totalMs - inside);
    const double removed = node.value("Rows Removed by Filter"_L1).toDouble();
    if (removed >= 100 && removed >= 9 * out.actualRows.value_or(0))
        out.remarks.push_back(Remark::Discards);
    // A small table is best read whole.
    const double read = removed + out.actualRows.value_or(out.expectedRows.value_or(0));
    if (out.operation.startsWith("Seq Scan"_L1) && read >= 1000 &&
        !node.value("Filter"_L1).isUndefined())
        out.remarks.push_back(Remark::FullScan);
    if (out.operation.startsWith("Sort"_L1) || out.operation.startsWith("Incremental Sort"_L1))
        out.remarks.push_back(Remark::Sorts);
    return out;
}

QueryPlan postgresPlan(const ExplainAnswer &answer)
{
    QString text;
    for (const QStringList &row : answer.rows)
        text += row.value(0);
    const QJsonObject whole = QJsonDocument::fromJson(text.toUtf8()).array().first().toObject();
    if (!whole.contains("Plan"_L1))
        throw InternalError(u"The server's plan could not be read: %1"_s.arg(text.left(200)));
    QueryPlan plan;
    plan.nodes.push_back(postgresNode(whole.value("Plan"_L1).toObject()));
    plan.planningMs = number(whole, u"Planning Time"_s);
    plan.executionMs = number(whole, u"Execution Time"_s);
    plan.wasRun = plan.executionMs.has_value();
    if (plan.wasRun)
        plan.rows = qint64(plan.nodes.front().actualRows.value_or(0) + 0.5);
    return plan;
}

// --- SQLite: id, parent, notused, detail ---

/// "SEARCH b USING INDEX i (x=?)": words in capitals, then what they are about.
QueryPlanNode sqliteNode(const QString &detail)
{
    QueryPlanNode out;
    const QStringList words = detail.split(u' ', Qt::SkipEmptyParts);
    int first = 0;
    while (first < words.size() && words[first] == words[first].toUpper() &&
           words[first].at(0).isLetter() && words[first] != "USING"_L1)
        ++first;
    const bool reads = !words.isEmpty() && (words[0] == "SCAN"_L1 || words[0] == "SEARCH"_L1);
    if (reads) // a table may have a name in capitals
        first = 1;
    out.operation = words.mid(0, first).join(u' ');
    out.target = words.mid(first).join(u' ');
    const qsizetype condition = out.target.indexOf(" ("_L1);
    if (reads && condition > 0) {
        out.details << out.target.mid(condition + 2).chopped(1);
        out.target.truncate(condition);
    }
    if (reads && words[0] == "SCAN"_L1 && !detail.contains(" USING "_L1) &&
        !detail.contains("CONSTANT ROW"_L1))
        out.remarks.push_back(Remark::FullScan);
    if (detail.startsWith("USE TEMP B-TREE"_L1) || detail.contains("AUTOMATIC"_L1))
        out.remarks.push_back(Remark::Sorts);
    return out;
}

std::vector<QueryPlanNode> sqliteChildren(const ExplainAnswer &answer, const QString &parent)
{
    std::vector<QueryPlanNode> out;
    for (const QStringList &row : answer.rows) {
        if (row.value(1) != parent || row.value(0) == parent)
            continue;
        out.push_back(sqliteNode(row.value(3)));
        out.back().children = sqliteChildren(answer, row.value(0));
    }
    return out;
}

// --- MariaDB: a row a table ---

QueryPlan tablePlan(const ExplainAnswer &answer)
{
    const auto cell = [&answer](const QStringList &row, QLatin1String name) {
        const auto at = std::find(answer.columns.begin(), answer.columns.end(), name);
        const QString text = row.value(int(at - answer.columns.begin()));
        return text == "NULL"_L1 || text == "None"_L1 ? QString() : text;
    };
    QueryPlan plan;
    for (const QStringList &row : answer.rows) {
        QueryPlanNode node;
        const QString type = cell(row, "type"_L1);
        node.operation = type.isEmpty() ? cell(row, "select_type"_L1) : type;
        node.target = cell(row, "table"_L1);
        if (const QString key = cell(row, "key"_L1); !key.isEmpty())
            node.target += u" using "_s + key;
        if (const QString extra = cell(row, "Extra"_L1); !extra.isEmpty())
            node.details = extra.split(u"; "_s);
        bool isNumber = false;
        if (const double rows = cell(row, "rows"_L1).toDouble(&isNumber); isNumber)
            node.expectedRows = rows;
        if (type == "ALL"_L1 && node.expectedRows.value_or(0) >= 1000)
            node.remarks.push_back(Remark::FullScan);
        if (node.details.contains("Using filesort"_L1) ||
            node.details.contains("Using temporary"_L1))
            node.remarks.push_back(Remark::Sorts);
        plan.nodes.push_back(std::move(node));
    }
    return plan;
}

// --- Remarks ---

void walk(std::vector<QueryPlanNode> &nodes, QueryPlanNode *&longest)
{
    for (QueryPlanNode &node : nodes) {
        if (node.actualRows && node.expectedRows) {
            const double more = std::max(*node.actualRows, *node.expectedRows);
            const double fewer = std::max(1.0, std::min(*node.actualRows, *node.expectedRows));
            if (node.loops.value_or(1) > 0 && more >= 10 * fewer && more >= 100)
                node.remarks.push_back(Remark::Misjudged);
        }
        if (node.ownMs && (!longest || *node.ownMs > *longest->ownMs))
            longest = &node;
        walk(node.children, longest);
    }
}

} // namespace

void addRemarks(QueryPlan &plan)
{
    QueryPlanNode *longest = nullptr;
    walk(plan.nodes, longest);
    if (longest && *longest->ownMs > 0)
        longest->remarks.push_back(Remark::TookLongest);
}

QueryPlan readQueryPlan(const ExplainAnswer &answer)
{
    const auto has = [&answer](QLatin1String name) {
        return std::find(answer.columns.begin(), answer.columns.end(), name) !=
               answer.columns.end();
    };
    QueryPlan plan;
    if (has("QUERY PLAN"_L1))
        plan = postgresPlan(answer);
    else if (has("parent"_L1) && has("detail"_L1))
        plan.nodes = sqliteChildren(answer, u"0"_s);
    else if (has("select_type"_L1))
        plan = tablePlan(answer);
    else
        throw InternalError(u"This database's plans cannot be read."_s);
    addRemarks(plan);
    return plan;
}

} // namespace heddle::detail
