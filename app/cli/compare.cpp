#include "orm/analysis/comparison.h"

#include "app/cli/cli.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using analysis::ComparedLine;
using analysis::ComparedStatement;
using analysis::RunFigures;

std::optional<std::vector<TraceRecord>> read(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        complain(Cli::tr("cannot read %1: %2").arg(path, file.errorString()));
        return std::nullopt;
    }
    QString why;
    auto records = traceFromJson(file.readAll(), &why);
    if (!records)
        complain(Cli::tr("%1 is no trace of Heddle's (run --trace FILE --trace-format heddle "
                         "writes one): %2")
                     .arg(path, why));
    return records;
}

QJsonObject figuresJson(const RunFigures &figures)
{
    return {{u"queries"_s, figures.queries},
            {u"ms"_s, double(figures.ns) / 1e6},
            {u"rows"_s, qint64(figures.rows)},
            {u"bytes"_s, qint64(figures.bytes)}};
}

QJsonObject json(const analysis::RunComparison &comparison)
{
    QJsonArray lines;
    for (const ComparedLine &line : comparison.lines) {
        QJsonArray statements;
        for (const ComparedStatement &statement : line.statements)
            statements.append(QJsonObject{{u"sql"_s, QString::fromUtf8(statement.sql)},
                                          {u"before"_s, figuresJson(statement.before)},
                                          {u"after"_s, figuresJson(statement.after)}});
        lines.append(QJsonObject{{u"line"_s, line.line > 0 ? line.line : line.lineBefore},
                                 {u"before"_s, figuresJson(line.before)},
                                 {u"after"_s, figuresJson(line.after)},
                                 {u"statements"_s, statements}});
    }
    QJsonObject before = figuresJson(comparison.before), after = figuresJson(comparison.after);
    before[u"wall_ms"_s] = double(comparison.wallBefore) / 1e6;
    after[u"wall_ms"_s] = double(comparison.wallAfter) / 1e6;
    return {{u"before"_s, before}, {u"after"_s, after}, {u"lines"_s, lines}};
}

QString msText(std::int64_t ns)
{
    return Cli::tr("%1 ms").arg(double(ns) / 1e6, 0, 'f', 2);
}

QString change(int before, int after)
{
    if (before == after)
        return Cli::tr("same");
    if (before == 0)
        return Cli::tr("new");
    if (after == 0)
        return Cli::tr("gone");
    return after < before ? Cli::tr("%1 fewer").arg(before - after)
                          : Cli::tr("%1 more").arg(after - before);
}

QStringList row(const QString &name, const RunFigures &before, const RunFigures &after)
{
    const QString arrow = u"%1 -> %2"_s;
    return {name, arrow.arg(before.queries).arg(after.queries),
            arrow.arg(msText(before.ns), msText(after.ns)), arrow.arg(before.rows).arg(after.rows),
            change(before.queries, after.queries)};
}

void printText(const analysis::RunComparison &comparison, Output &out)
{
    QList<QStringList> rows{
        {Cli::tr("line"), Cli::tr("queries"), Cli::tr("time"), Cli::tr("rows"), Cli::tr("change")}};
    for (const ComparedLine &line : comparison.lines) {
        const int number = line.line > 0 ? line.line : line.lineBefore;
        rows << row(number > 0 ? QString::number(number) : u"-"_s, line.before, line.after);
    }
    rows << row(Cli::tr("all"), comparison.before, comparison.after);
    QList<qsizetype> widths(rows.front().size());
    for (const QStringList &one : std::as_const(rows)) {
        for (qsizetype i = 0; i < one.size(); ++i)
            widths[i] = std::max(widths[i], one[i].size());
    }
    for (const QStringList &one : std::as_const(rows)) {
        QString text;
        for (qsizetype i = 0; i < one.size(); ++i)
            text += i == 0
                        ? one[i].rightJustified(widths[i])
                        : u"  "_s + (i + 1 < one.size() ? one[i].leftJustified(widths[i]) : one[i]);
        out.writeLine(text.toUtf8());
    }
    out.writeLine(Cli::tr("wall clock: %1 -> %2")
                      .arg(msText(comparison.wallBefore), msText(comparison.wallAfter))
                      .toUtf8());
}

} // namespace

int compareCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments,
        Cli::tr("Compares two runs line by line: queries, time and rows. The traces are what "
                "run --trace FILE --trace-format heddle wrote, or the window's export."));
    const QCommandLineOption format(u"format"_s, Cli::tr("text (the default) or json."),
                                    u"FORMAT"_s, u"text"_s);
    parser.options().addOption(format);
    parser.restrict(format, {u"text"_s, u"json"_s});
    parser.options().addPositionalArgument(u"BEFORE"_s, Cli::tr("The trace of the earlier run."));
    parser.options().addPositionalArgument(u"AFTER"_s, Cli::tr("The trace of the later run."));
    if (const auto status = parser.parse({u"BEFORE"_s, u"AFTER"_s}))
        return *status;
    const auto before = read(parser.positional(0)), after = read(parser.positional(1));
    if (!before || !after)
        return ExitError;
    const analysis::RunComparison comparison = analysis::compareRuns(*before, *after);
    if (parser.value(format) == "json"_L1)
        out.write(QJsonDocument(json(comparison)).toJson());
    else
        printText(comparison, out);
    return ExitOk;
}

} // namespace heddle::app
