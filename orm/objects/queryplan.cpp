#include "orm/objects/queryplan.h"

#include "orm/objects/queryplanreader.h"
#include "orm/sql/compilecache.h"
#include "orm/values/errors.h"

#include <QRegularExpression>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

using Remark = QueryPlanNode::Remark;

/// Reads every column as it comes, and keeps the names.
class NameKeeper final : public ColumnChooser {
public:
    std::shared_ptr<const std::vector<ColumnType>>
    choose(const std::vector<QString> &names) const override
    {
        *m_names = names;
        return std::make_shared<const std::vector<ColumnType>>(names.size());
    }
    const std::vector<QString> &names() const { return *m_names; }

private:
    const std::shared_ptr<std::vector<QString>> m_names = std::make_shared<std::vector<QString>>();
};

QString cellText(const RowBatch &batch, int row, int column)
{
    const Value value = batch.value(row, column);
    return value.type() == Value::Type::Json ? QString::fromUtf8(value.asJson().text)
                                             : value.toDisplay();
}

detail::ExplainAnswer answerOf(const StatementResult &result, const NameKeeper &names)
{
    detail::ExplainAnswer answer;
    answer.columns = names.names();
    for (const RowBatchPtr &batch : result.batches) {
        for (int row = 0; row < batch->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < batch->columnCount(); ++column)
                cells << cellText(*batch, row, column);
            answer.rows.push_back(cells);
        }
    }
    return answer;
}

/// Whether the database measures each step itself.
bool measuresSteps(const Features &features)
{
    return features.explainOptions.contains(u"ANALYZE"_s);
}

QByteArray explainWords(const Features &features, bool run)
{
    if (!measuresSteps(features))
        return features.explain + ' ';
    return features.explain + (run ? " (FORMAT JSON, ANALYZE true) " : " (FORMAT JSON) ");
}

Plan<QueryPlan> planPlan(QByteArray sql, Statement explaining, std::shared_ptr<NameKeeper> names,
                         std::optional<Statement> running)
{
    StatementResult answered = co_await send(std::move(explaining));
    QueryPlan plan = detail::readQueryPlan(answerOf(answered, *names));
    plan.sql = std::move(sql);
    if (!running)
        co_return plan;
    auto count = std::make_shared<qint64>(0);
    Statement statement = std::move(*running);
    statement.gathers = true;
    BatchSink counting = [count](RowBatchPtr batch) {
        *count += batch->rowCount();
        return true;
    };
    const std::int64_t begin = monotonicNs();
    StatementResult ignored = co_await send(std::move(statement), std::move(counting));
    plan.executionMs = double(monotonicNs() - begin) / 1e6;
    plan.rows = *count;
    plan.wasRun = true;
    co_return plan;
}

/// Rather too often than once too few: PostgreSQL's WITH may change data too.
bool changesData(const QByteArray &sql)
{
    static const QRegularExpression writes(u"\\b(INSERT|UPDATE|DELETE|MERGE)\\b"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    const QByteArray start = sql.trimmed().left(7).toUpper();
    if (start.startsWith("WITH"))
        return QString::fromUtf8(sql).contains(writes);
    return !start.startsWith("SELECT") && !start.startsWith("(") && !start.startsWith("VALUES");
}

const QueryPlanNode *firstWith(const std::vector<QueryPlanNode> &nodes,
                               std::optional<Remark> wanted)
{
    for (const QueryPlanNode &node : nodes) {
        if (wanted ? node.has(*wanted) : !node.remarks.empty())
            return &node;
        if (const QueryPlanNode *inner = firstWith(node.children, wanted))
            return inner;
    }
    return nullptr;
}

Plan<QueryPlan> nothingPlan()
{
    co_return QueryPlan();
}

} // namespace

bool QueryPlanNode::has(Remark remark) const
{
    return std::find(remarks.begin(), remarks.end(), remark) != remarks.end();
}

const QueryPlanNode *QueryPlan::worst() const
{
    if (const QueryPlanNode *longest = firstWith(nodes, Remark::TookLongest))
        return longest;
    return firstWith(nodes, std::nullopt);
}

namespace operations {

Operation<QueryPlan> queryPlan(const Database &database, const QByteArray &sql,
                               const ValueList &parameters, bool run, const CallInfo &call)
{
    if (run && changesData(sql))
        throw NotSupportedError(
            u"This statement changes data: its plan can be shown, but it is not run for it."_s);
    const Features &features = database.dialect().features();
    PlanContext context = contextFor(call, "explain", "EXPLAIN");
    auto names = std::make_shared<NameKeeper>();
    Statement explaining;
    explaining.sql = explainWords(features, run) + sql;
    explaining.parameters = parameters;
    explaining.chooser = names;
    explaining.label = context.label;
    std::optional<Statement> running;
    if (run && !measuresSteps(features)) {
        running.emplace();
        running->sql = sql;
        running->parameters = parameters;
        running->columns = std::make_shared<const std::vector<ColumnType>>();
        running->label = context.label;
    }
    return {planPlan(sql, std::move(explaining), std::move(names), std::move(running)),
            std::move(context)};
}

Operation<QueryPlan> queryPlan(const Database &database, const Query &query, bool run,
                               const CallInfo &call)
{
    CompiledQuery compiled =
        compile(query, Ask::Rows, database.dialect(), {}, database.compileCache());
    if (compiled.empty)
        return {nothingPlan(), contextFor(call, "explain", "EXPLAIN")};
    const Statement statement = statementOf(std::move(compiled));
    Operation<QueryPlan> operation =
        queryPlan(database, statement.sql, statement.parameters, run, call);
    return operation;
}

} // namespace operations

} // namespace heddle
