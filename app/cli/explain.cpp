#include "app/cli/cli.h"
#include "app/cli/databasechoice.h"
#include "app/cli/errortext.h"
#include "orm/heddle.h"
#include "orm/objects/queryplan.h"
#include "orm/script/interpreter.h"
#include "orm/values/errors.h"
#include "orm/values/json.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using Remark = QueryPlanNode::Remark;

QString remarkText(Remark remark)
{
    switch (remark) {
    case Remark::FullScan:
        return Cli::tr("reads the whole table");
    case Remark::Misjudged:
        return Cli::tr("rows misjudged");
    case Remark::Sorts:
        return Cli::tr("sorts");
    case Remark::Discards:
        return Cli::tr("throws most rows away");
    case Remark::TookLongest:
        return Cli::tr("took the longest");
    }
    return {};
}

const char *remarkName(Remark remark)
{
    switch (remark) {
    case Remark::FullScan:
        return "full-scan";
    case Remark::Misjudged:
        return "misjudged";
    case Remark::Sorts:
        return "sorts";
    case Remark::Discards:
        return "discards";
    case Remark::TookLongest:
        return "took-longest";
    }
    return "";
}

QString rounded(double value)
{
    return QString::number(value, 'f', value < 10 && value != double(qint64(value)) ? 2 : 0);
}

QString figures(const QueryPlanNode &node)
{
    QStringList parts;
    if (node.cost)
        parts << Cli::tr("cost %1").arg(rounded(*node.cost));
    if (node.expectedRows && node.actualRows)
        parts << Cli::tr("%1 rows expected, %2 came")
                     .arg(rounded(*node.expectedRows), rounded(*node.actualRows));
    else if (node.expectedRows)
        parts << Cli::tr("%1 rows expected").arg(rounded(*node.expectedRows));
    if (node.loops && *node.loops > 1)
        parts << Cli::tr("%1 times").arg(rounded(*node.loops));
    if (node.ownMs)
        parts << Cli::tr("%1 ms").arg(*node.ownMs, 0, 'f', 2);
    return parts.isEmpty() ? QString() : u"  ("_s + parts.join(u"; "_s) + u')';
}

void printTree(const std::vector<QueryPlanNode> &nodes, const QString &indent, Output &out)
{
    for (const QueryPlanNode &node : nodes) {
        QString line = indent + node.operation;
        if (!node.target.isEmpty())
            line += u' ' + node.target;
        line += figures(node);
        for (const Remark remark : node.remarks)
            line += u"  <- "_s + remarkText(remark);
        out.writeLine(line.toUtf8());
        for (const QString &detail : node.details)
            out.writeLine((indent + u"    "_s + detail).toUtf8());
        printTree(node.children, indent + u"  "_s, out);
    }
}

void printText(const QueryPlan &plan, Output &out)
{
    out.writeLine(plan.sql);
    printTree(plan.nodes, u"  "_s, out);
    if (plan.planningMs)
        out.writeLine(Cli::tr("  planned in %1 ms").arg(*plan.planningMs, 0, 'f', 2).toUtf8());
    if (plan.executionMs)
        out.writeLine(Cli::tr("  run in %1 ms; %2 rows")
                          .arg(*plan.executionMs, 0, 'f', 2)
                          .arg(plan.rows.value_or(0))
                          .toUtf8());
}

void addNumber(QByteArray &json, const char *name, const std::optional<double> &value)
{
    if (value)
        json += QByteArray(", \"") + name + "\": " + QByteArray::number(*value, 'g', 12);
}

QByteArray nodesJson(const std::vector<QueryPlanNode> &nodes)
{
    QByteArrayList items;
    for (const QueryPlanNode &node : nodes) {
        QByteArray json = "{\"operation\": " + jsonText(node.operation) +
                          ", \"target\": " + jsonText(node.target);
        QByteArrayList details, remarks;
        for (const QString &detail : node.details)
            details << jsonText(detail);
        for (const Remark remark : node.remarks)
            remarks << QByteArray("\"") + remarkName(remark) + '"';
        json += ", \"details\": [" + details.join(", ") + "], \"remarks\": [" + remarks.join(", ") +
                ']';
        addNumber(json, "cost", node.cost);
        addNumber(json, "expectedRows", node.expectedRows);
        addNumber(json, "actualRows", node.actualRows);
        addNumber(json, "loops", node.loops);
        addNumber(json, "totalMs", node.totalMs);
        addNumber(json, "ownMs", node.ownMs);
        items << json + ", \"nodes\": " + nodesJson(node.children) + '}';
    }
    return '[' + items.join(", ") + ']';
}

QByteArray planJson(const QueryPlan &plan)
{
    QByteArray json = "{\"sql\": " + jsonText(QString::fromUtf8(plan.sql)) +
                      ", \"run\": " + (plan.wasRun ? "true" : "false");
    addNumber(json, "planningMs", plan.planningMs);
    addNumber(json, "executionMs", plan.executionMs);
    if (plan.rows)
        json += ", \"rows\": " + QByteArray::number(*plan.rows);
    return json + ", \"nodes\": " + nodesJson(plan.nodes) + '}';
}

int explainExpression(const Database &database, const QString &expression, bool run, bool json,
                      Output &out)
{
    script::InterpreterOptions options;
    options.database = database;
    script::Interpreter interpreter(std::move(options));
    const script::SqlPreview preview = interpreter.preview(expression);
    if (preview.error) {
        complain(errorLine(*preview.error));
        const QString caret = caretLines(expression, preview.error->line, preview.error->column);
        if (!caret.isEmpty())
            complain(caret);
        if (json)
            out.writeLine("{\"error\": " + errorJson(*preview.error) + '}');
        return ExitError;
    }
    QByteArrayList plans;
    for (const auto &item : preview.items) {
        Operation<QueryPlan> asking =
            operations::queryPlan(database, item.sql, item.parameters, run, {});
        const QueryPlan plan = database.runner().run(std::move(asking.plan), asking.context);
        if (json)
            plans << planJson(plan);
        else
            printText(plan, out);
    }
    if (json)
        out.writeLine("{\"plans\": [" + plans.join(", ") + "]}");
    else if (preview.items.empty())
        out.writeLine(Cli::tr("-- nothing would be sent").toUtf8());
    return ExitOk;
}

} // namespace

int explainCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(arguments,
                         Cli::tr("Prints how the database would carry out what an expression "
                                 "sends, as a tree, with what stands out at each step."));
    DatabaseChoice db(parser);
    const QCommandLineOption analyze(
        u"analyze"_s, Cli::tr("Also run it, and measure. Not for what changes data."));
    const QCommandLineOption format(u"format"_s, Cli::tr("text (the default) or json."),
                                    u"FORMAT"_s, u"text"_s);
    parser.options().addOptions({analyze, format});
    parser.options().addPositionalArgument(u"EXPR"_s, Cli::tr("The expression, in quotes."));
    parser.restrict(format, {u"text"_s, u"json"_s});
    if (const auto status = parser.parse({u"EXPR"_s}))
        return *status;
    if (const auto status = db.read(parser))
        return *status;
    const bool json = parser.value(format) == "json"_L1;
    try {
        return explainExpression(db.open(), parser.positional(0), parser.isSet(analyze), json, out);
    } catch (const OrmError &e) {
        const script::ScriptError error = script::toScriptError(e);
        complain(errorLine(error));
        if (json)
            out.writeLine("{\"error\": " + errorJson(error) + '}');
        return ExitError;
    }
}

} // namespace heddle::app
