#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "app/cli/interrupt.h"
#include "app/lab/labtext.h"
#include "orm/values/errors.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

QStringList scenarioKeys()
{
    QStringList keys;
    for (const LabScenario &scenario : labScenarios())
        keys << scenario.key;
    return keys;
}

QString cellText(const LabScenario &scenario, const LabOutcome &outcome)
{
    const QString word = outcomeWord(outcome, scenario.shows.has_value());
    return outcome.found.empty() ? word : u"! "_s + word;
}

QJsonObject cellJson(const LabCell &cell)
{
    QJsonArray found;
    for (const analysis::AnomalyFinding &finding : cell.outcome.found)
        found.append(QJsonObject{{u"anomaly"_s, anomalyKey(finding.kind)},
                                 {u"first_step"_s, finding.firstStep + 1},
                                 {u"step"_s, finding.step + 1},
                                 {u"message"_s, anomalySentence(finding)}});
    return {{u"scenario"_s, cell.scenario},
            {u"level"_s, labLevelKey(cell.level)},
            {u"anomalies"_s, found},
            {u"waited"_s, cell.outcome.waited},
            {u"kept_snapshot"_s, cell.outcome.keptSnapshot},
            {u"refused"_s,
             cell.outcome.refusal.isEmpty() ? QJsonValue() : QJsonValue(cell.outcome.refusedCode)},
            {u"refusal"_s, cell.outcome.refusal}};
}

/// A table in Markdown, which is readable as it is.
void printMatrix(const QList<LabCell> &cells, const QList<LabLevel> &levels, Output &out)
{
    QList<QStringList> rows{{QString()}};
    for (const LabLevel level : levels)
        rows.front() << labLevelTitle(level);
    for (const LabCell &cell : cells) {
        const LabScenario *scenario = findLabScenario(cell.scenario);
        if (cell.level == levels.front())
            rows << QStringList{scenario->title};
        rows.back() << cellText(*scenario, cell.outcome);
    }
    QList<qsizetype> widths(levels.size() + 1);
    for (const QStringList &row : rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    for (qsizetype r = 0; r < rows.size(); ++r) {
        QString line, rule;
        for (qsizetype i = 0; i < rows[r].size(); ++i) {
            line += u"| "_s + rows[r][i].leftJustified(widths[i]) + u' ';
            rule += u"|"_s + QString(widths[i] + 2, u'-');
        }
        out.writeLine((line + u'|').toUtf8());
        if (r == 0)
            out.writeLine((rule + u'|').toUtf8());
    }
}

/// One run, a line a step in the order in which they ended.
void printRun(const LabState &state, const LabOutcome &outcome, Output &out)
{
    std::vector<int> order(state.steps.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = int(i);
    std::sort(order.begin(), order.end(), [&](int a, int b) {
        return state.steps[std::size_t(a)].ended < state.steps[std::size_t(b)].ended;
    });
    for (const int i : order) {
        const LabStep &step = state.scenario.steps[i];
        const LabStepResult &result = state.steps[std::size_t(i)];
        out.writeLine(
            u"%1 %2: %3"_s.arg(i + 1, 2)
                .arg(sessionName(step.session), QString(step.text).replace(u'\n', u"\n      "_s))
                .toUtf8());
        QString text = stepResultText(result);
        if (result.state == LabStepState::Skipped)
            text = stepStateTitle(result.state);
        for (const QString &line : text.split(u'\n', Qt::SkipEmptyParts))
            out.writeLine(u"      -> %1"_s.arg(line).toUtf8());
        for (const analysis::AnomalyFinding &finding : state.found) {
            if (finding.step == i)
                out.writeLine(u"      ! %1"_s.arg(anomalySentence(finding)).toUtf8());
        }
    }
    out.writeLine(outcomeText(outcome, state.scenario.shows.has_value()).toUtf8());
}

} // namespace

int isolationCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments,
        Cli::tr("Runs two sessions against each other, step by step, on every isolation level, and "
                "names what happens: dirty, non-repeatable and phantom reads, read skew, lost "
                "updates, write skew. Works in a place of its own (a temporary SQLite file, or "
                "a new schema or database on a server), which is dropped afterwards."));
    const QCommandLineOption db(u"db"_s,
                                Cli::tr("A database on a PostgreSQL or MariaDB server (usually: "
                                        "a temporary SQLite file)."),
                                u"URL"_s);
    const QCommandLineOption scenario(u"scenario"_s, Cli::tr("Only this scenario."), u"NAME"_s);
    const QCommandLineOption level(
        u"level"_s, Cli::tr("Only this level; with a scenario every step is shown."), u"NAME"_s);
    const QCommandLineOption format(u"format"_s, Cli::tr("text (the default) or json."),
                                    u"FORMAT"_s, u"text"_s);
    parser.options().addOptions({db, scenario, level, format});
    parser.restrict(format, {u"text"_s, u"json"_s});
    parser.restrict(scenario, scenarioKeys());
    if (const auto status = parser.parse({}))
        return *status;
    try {
        Lab lab(parser.value(db));
        const Interrupt::Scope scope([&lab] { lab.interrupt(); });
        QList<LabLevel> levels = lab.place().levels();
        if (parser.isSet(level)) {
            QStringList keys;
            for (const LabLevel one : std::as_const(levels))
                keys << labLevelKey(one);
            levels.removeIf([&](LabLevel one) { return labLevelKey(one) != parser.value(level); });
            if (levels.isEmpty())
                return parser.wrong(Cli::tr("--level %1 is not one of %2")
                                        .arg(parser.value(level), keys.join(u", "_s)));
        }
        QList<LabCell> cells;
        for (const LabScenario &one : labScenarios()) {
            if (parser.isSet(scenario) && one.key != parser.value(scenario))
                continue;
            for (const LabLevel each : std::as_const(levels)) {
                lab.prepare(one, each);
                lab.runToEnd();
                if (Interrupt::wasRequested())
                    return ExitInterrupted;
                cells << LabCell{one.key, each, lab.outcome()};
            }
        }
        if (parser.value(format) == "json"_L1) {
            QJsonArray all;
            for (const LabCell &cell : std::as_const(cells))
                all.append(cellJson(cell));
            out.write(QJsonDocument(QJsonObject{{u"outcomes"_s, all}}).toJson());
        } else if (cells.size() == 1) {
            printRun(lab.state(), cells.front().outcome, out);
        } else {
            printMatrix(cells, levels, out);
        }
        return ExitOk;
    } catch (const OrmError &e) {
        complain(errorLine(script::toScriptError(e)));
        return ExitError;
    }
}

} // namespace heddle::app
