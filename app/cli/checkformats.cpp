#include "app/cli/checkformats.h"

#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "app/cli/report.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamWriter>
#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using analysis::Finding;
using analysis::Rule;
using analysis::Severity;

bool failsAt(const Finding &finding, Severity level)
{
    return finding.severity != Severity::Good && finding.severity >= level;
}

QString budgetSentence(const CheckedFile &file)
{
    return Cli::tr("%1 queries were sent, %2 are allowed")
        .arg(file.queries)
        .arg(file.allowedQueries);
}

QString placed(const CheckedFile &file, const Finding &finding)
{
    return u"%1:%2:%3: "_s.arg(file.file).arg(finding.site.line).arg(finding.site.column) +
           QLatin1String(analysis::toText(finding.severity)) + u": "_s + finding.message +
           (finding.fix.isEmpty() ? QString() : u" -> "_s + finding.fix) + u" ["_s +
           QLatin1String(analysis::toText(finding.rule)) + u']';
}

/// As SARIF names levels.
QString sarifLevel(Severity severity)
{
    switch (severity) {
    case Severity::Good:
        return u"none"_s;
    case Severity::Info:
        return u"note"_s;
    case Severity::Warning:
        return u"warning"_s;
    case Severity::Severe:
        return u"error"_s;
    }
    return {};
}

QJsonObject sarifResult(const QString &file, const QString &rule, const QString &level,
                        const QString &message, int line, int column)
{
    QJsonObject place{{u"artifactLocation"_s, QJsonObject{{u"uri"_s, file}}}};
    if (line > 0)
        place.insert(u"region"_s,
                     QJsonObject{{u"startLine"_s, line}, {u"startColumn"_s, std::max(1, column)}});
    return {{u"ruleId"_s, rule},
            {u"level"_s, level},
            {u"message"_s, QJsonObject{{u"text"_s, message}}},
            {u"locations"_s, QJsonArray{QJsonObject{{u"physicalLocation"_s, place}}}}};
}

QJsonObject sarifRule(const QString &id, const QString &text)
{
    return {{u"id"_s, id}, {u"shortDescription"_s, QJsonObject{{u"text"_s, text}}}};
}

/// SARIF's fix object; its regions count from 1 and end before their end column.
QJsonArray sarifFixes(const QString &file, const AdvisedFinding &finding)
{
    QJsonArray replacements;
    for (const notation::TextEdit &edit : finding.edits) {
        const QJsonObject region{{u"startLine"_s, edit.span.line},
                                 {u"startColumn"_s, edit.span.column},
                                 {u"endLine"_s, edit.span.endLine},
                                 {u"endColumn"_s, edit.span.endColumn}};
        replacements.append(
            QJsonObject{{u"deletedRegion"_s, region},
                        {u"insertedContent"_s, QJsonObject{{u"text"_s, edit.replacement}}}});
    }
    const QJsonObject change{{u"artifactLocation"_s, QJsonObject{{u"uri"_s, file}}},
                             {u"replacements"_s, replacements}};
    return {QJsonObject{{u"description"_s, QJsonObject{{u"text"_s, finding.fix}}},
                        {u"artifactChanges"_s, QJsonArray{change}}}};
}

const QString budgetRule = u"query-budget"_s, errorRule = u"workbook-error"_s;

/// One <testcase>; with sentences it failed.
void writeCase(QXmlStreamWriter &xml, const CheckedFile &file, const QString &name,
               const QStringList &failures)
{
    xml.writeStartElement(u"testcase"_s);
    xml.writeAttribute(u"classname"_s, file.file);
    xml.writeAttribute(u"name"_s, name);
    if (!failures.isEmpty()) {
        xml.writeStartElement(u"failure"_s);
        xml.writeAttribute(u"type"_s, name);
        xml.writeAttribute(u"message"_s, failures.front());
        xml.writeCharacters(failures.join(u'\n'));
        xml.writeEndElement();
    }
    xml.writeEndElement();
}

std::vector<std::pair<QString, QStringList>> casesOf(const CheckedFile &file, Severity level)
{
    std::vector<std::pair<QString, QStringList>> cases;
    cases.emplace_back(errorRule, file.error.isEmpty() ? QStringList() : QStringList{file.error});
    cases.emplace_back(budgetRule,
                       file.isOverBudget() ? QStringList{budgetSentence(file)} : QStringList());
    for (const Rule rule : analysis::allRules()) {
        if (rule == Rule::RanInParallel)
            continue;
        QStringList failures;
        for (const Finding &finding : file.findings)
            if (finding.rule == rule && failsAt(finding, level))
                failures.append(placed(file, finding));
        cases.emplace_back(QLatin1String(analysis::toText(rule)), failures);
    }
    return cases;
}

} // namespace

bool CheckedFile::fails(Severity level) const
{
    return !error.isEmpty() || isOverBudget() ||
           std::any_of(findings.begin(), findings.end(),
                       [&](const Finding &finding) { return failsAt(finding, level); });
}

QByteArray checkText(const std::vector<CheckedFile> &files, Severity level)
{
    QString text;
    for (const CheckedFile &file : files) {
        if (!file.error.isEmpty())
            text += file.error + u'\n';
        for (const Finding &finding : file.findings)
            if (finding.severity != Severity::Good)
                text += placed(file, finding) + u'\n';
        if (file.isOverBudget())
            text += file.file + u": "_s + budgetSentence(file) + u" ["_s + budgetRule + u"]\n"_s;
        text += Cli::tr("%1: %2, %3 queries")
                    .arg(file.file, file.fails(level) ? Cli::tr("failed") : Cli::tr("passed"))
                    .arg(file.queries);
        if (file.expected > 0)
            text += Cli::tr(", %1 marked as expected").arg(file.expected);
        text += u'\n';
    }
    return text.toUtf8();
}

QByteArray checkJson(const std::vector<CheckedFile> &files, Severity level)
{
    QByteArray all;
    bool failed = false;
    for (const CheckedFile &file : files) {
        failed = failed || file.fails(level);
        all += (all.isEmpty() ? QByteArray() : ", ") + "{\"file\": " + jsonText(file.file) +
               ", \"passed\": " + (file.fails(level) ? "false" : "true") +
               ", \"queries\": " + QByteArray::number(file.queries) + ", \"max_queries\": " +
               (file.allowedQueries < 0 ? QByteArray("null")
                                        : QByteArray::number(file.allowedQueries)) +
               ", \"expected\": " + QByteArray::number(file.expected) + ", \"error\": " +
               (file.error.isEmpty() ? QByteArray("null") : jsonText(file.error)) +
               ", \"findings\": " + findingsJson(file.findings) + '}';
    }
    return QByteArray("{\"passed\": ") + (failed ? "false" : "true") + ", \"files\": [" + all +
           "]}\n";
}

QByteArray checkJUnit(const std::vector<CheckedFile> &files, Severity level)
{
    QByteArray out;
    QXmlStreamWriter xml(&out);
    xml.setAutoFormatting(true);
    xml.writeStartDocument();
    xml.writeStartElement(u"testsuites"_s);
    xml.writeAttribute(u"name"_s, u"heddle-cli check"_s);
    for (const CheckedFile &file : files) {
        const auto cases = casesOf(file, level);
        const auto failures = std::count_if(cases.begin(), cases.end(),
                                            [](const auto &c) { return !c.second.isEmpty(); });
        xml.writeStartElement(u"testsuite"_s);
        xml.writeAttribute(u"name"_s, file.file);
        xml.writeAttribute(u"tests"_s, QString::number(cases.size()));
        xml.writeAttribute(u"failures"_s, QString::number(failures));
        xml.writeAttribute(u"errors"_s, u"0"_s);
        xml.writeAttribute(u"time"_s, QString::number(double(file.wallNs) / 1e9, 'f', 3));
        for (const auto &[name, sentences] : cases)
            writeCase(xml, file, name, sentences);
        xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    return out;
}

QByteArray checkSarif(const std::vector<CheckedFile> &files, Severity)
{
    QJsonArray rules, results;
    for (const Rule rule : analysis::allRules())
        if (rule != Rule::RanInParallel)
            rules.append(
                sarifRule(QLatin1String(analysis::toText(rule)), analysis::describe(rule)));
    rules.append(sarifRule(budgetRule, Cli::tr("More queries were sent than are allowed.")));
    rules.append(sarifRule(errorRule, Cli::tr("The workbook ended with an error.")));
    for (const CheckedFile &file : files) {
        if (!file.error.isEmpty())
            results.append(sarifResult(file.file, errorRule, u"error"_s, file.error, 0, 0));
        if (file.isOverBudget())
            results.append(
                sarifResult(file.file, budgetRule, u"error"_s, budgetSentence(file), 0, 0));
        for (const AdvisedFinding &finding : file.findings) {
            if (finding.severity == Severity::Good)
                continue;
            QJsonObject result = sarifResult(
                file.file, QLatin1String(analysis::toText(finding.rule)),
                sarifLevel(finding.severity),
                finding.fix.isEmpty() ? finding.message : finding.message + u" -> "_s + finding.fix,
                finding.site.line, finding.site.column);
            if (!finding.edits.empty())
                result.insert(u"fixes"_s, sarifFixes(file.file, finding));
            results.append(result);
        }
    }
    const QJsonObject driver{{u"name"_s, u"heddle-cli"_s},
                             {u"version"_s, QCoreApplication::applicationVersion()},
                             {u"rules"_s, rules}};
    const QJsonObject run{{u"tool"_s, QJsonObject{{u"driver"_s, driver}}},
                          {u"columnKind"_s, u"unicodeCodePoints"_s},
                          {u"results"_s, results}};
    return QJsonDocument(
               QJsonObject{{u"$schema"_s, u"https://json.schemastore.org/sarif-2.1.0.json"_s},
                           {u"version"_s, u"2.1.0"_s},
                           {u"runs"_s, QJsonArray{run}}})
        .toJson();
}

} // namespace heddle::app
