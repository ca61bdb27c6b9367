#include "app/lab/labtext.h"

#include <QCoreApplication>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using analysis::Anomaly;
using analysis::AnomalyFinding;

QString tr(const char *text)
{
    return QCoreApplication::translate("IsolationLab", text);
}

/// Rows in one line, and not too many of them.
QString inLine(const QString &text)
{
    constexpr int longest = 80;
    QString line = text;
    line.replace(u'\n', u" | "_s);
    return line.size() > longest ? line.first(longest) + u'\u2026' : line;
}

} // namespace

QString sessionName(int session)
{
    return session == 0 ? u"A"_s : u"B"_s;
}

QString anomalyTitle(Anomaly anomaly)
{
    switch (anomaly) {
    case Anomaly::DirtyRead:
        return tr("Dirty read");
    case Anomaly::NonRepeatableRead:
        return tr("Non-repeatable read");
    case Anomaly::PhantomRead:
        return tr("Phantom read");
    case Anomaly::ReadSkew:
        return tr("Read skew");
    case Anomaly::LostUpdate:
        return tr("Lost update");
    case Anomaly::WriteSkew:
        return tr("Write skew");
    }
    return {};
}

QString anomalyKey(Anomaly anomaly)
{
    switch (anomaly) {
    case Anomaly::DirtyRead:
        return u"dirty-read"_s;
    case Anomaly::NonRepeatableRead:
        return u"non-repeatable-read"_s;
    case Anomaly::PhantomRead:
        return u"phantom-read"_s;
    case Anomaly::ReadSkew:
        return u"read-skew"_s;
    case Anomaly::LostUpdate:
        return u"lost-update"_s;
    case Anomaly::WriteSkew:
        return u"write-skew"_s;
    }
    return {};
}

QString anomalySentence(const AnomalyFinding &finding)
{
    const QString me = sessionName(finding.session), other = sessionName(1 - finding.session);
    const int first = finding.firstStep + 1, step = finding.step + 1;
    switch (finding.kind) {
    case Anomaly::DirtyRead:
        if (finding.now.isEmpty())
            return tr("Dirty read: in step %1 %2 read what %3 had written in step %4 and wanted to "
                      "take back.")
                .arg(step)
                .arg(me, other)
                .arg(first);
        return tr("Dirty read: in step %1 %2 read %3, which %4 wrote in step %5 and has not saved; "
                  "saved is %6.")
            .arg(step)
            .arg(me, inLine(finding.now), other)
            .arg(first)
            .arg(inLine(finding.before));
    case Anomaly::NonRepeatableRead:
        return tr("Non-repeatable read: %1 read %2 in step %3 and %4 in step %5, in one "
                  "transaction.")
            .arg(me, inLine(finding.before))
            .arg(first)
            .arg(inLine(finding.now))
            .arg(step);
    case Anomaly::PhantomRead:
        return tr("Phantom read: in step %1 %2 got other rows for the question of step %3: %4, "
                  "before %5.")
            .arg(step)
            .arg(me)
            .arg(first)
            .arg(inLine(finding.now), inLine(finding.before));
    case Anomaly::ReadSkew:
        return tr("Read skew: what %1 read in steps %2 and %3 was never true at the same time.")
            .arg(me)
            .arg(first)
            .arg(step);
    case Anomaly::LostUpdate:
        return tr("Lost update: step %1 of %2 wrote over what %3 had written in step %4, without "
                  "having seen it.")
            .arg(step)
            .arg(other, me)
            .arg(first);
    case Anomaly::WriteSkew:
        return tr("Write skew: steps %1 and %2 wrote different rows, each because of what the "
                  "other one changed; one after the other they would not have ended so.")
            .arg(first)
            .arg(step);
    }
    return {};
}

QString stepStateTitle(LabStepState state)
{
    switch (state) {
    case LabStepState::Pending:
        return tr("To come");
    case LabStepState::Running:
        return tr("Running");
    case LabStepState::Waiting:
        return tr("Waits for a lock");
    case LabStepState::Done:
        return tr("Done");
    case LabStepState::Refused:
        return tr("Refused");
    case LabStepState::Skipped:
        return tr("Not run");
    }
    return {};
}

QString stepResultText(const LabStepResult &result)
{
    QStringList lines;
    if (!result.error.isEmpty())
        lines << (result.code.isEmpty() ? result.error
                                        : result.error + u" ["_s + result.code + u']');
    else if (!result.shown.isEmpty())
        lines << result.shown;
    if (result.savedThen)
        lines << tr("(its snapshot; saved is %1)").arg(inLine(*result.savedThen));
    if (result.waited && result.ended > 0)
        lines << tr("(waited for the other's lock)");
    return lines.join(u'\n');
}

QString outcomeWord(const LabOutcome &outcome, bool mayHappen)
{
    if (!outcome.found.empty()) {
        QStringList names;
        for (const AnomalyFinding &finding : outcome.found)
            names << anomalyTitle(finding.kind);
        names.removeDuplicates();
        return names.join(u", "_s);
    }
    if (!outcome.refusal.isEmpty())
        return tr("refused (%1)")
            .arg(outcome.refusedCode.isEmpty() ? outcome.refusal.section(u':', 0, 0)
                                               : outcome.refusedCode);
    if (outcome.waited)
        return tr("waits");
    if (outcome.keptSnapshot)
        return tr("snapshot");
    return mayHappen ? tr("reads what is saved") : tr("nothing happens");
}

QString outcomeText(const LabOutcome &outcome, bool mayHappen)
{
    const QString word = outcomeWord(outcome, mayHappen);
    return mayHappen && outcome.found.empty() ? tr("Prevented: %1").arg(word) : word;
}

QString levelNote(LabDatabase::Kind kind, LabLevel level)
{
    switch (level) {
    case LabLevel::Autocommit:
        return tr("BEGIN, COMMIT and ROLLBACK do nothing here: each statement is saved at once.");
    case LabLevel::ReadUncommitted:
        if (kind == LabDatabase::Kind::Postgres)
            return tr("PostgreSQL takes this for read committed.");
        return tr("Reads take whatever is there, saved or not.");
    case LabLevel::ReadCommitted:
        return tr("Each statement sees what is saved when it begins.");
    case LabLevel::RepeatableRead:
        if (kind == LabDatabase::Kind::Postgres)
            return tr("One snapshot for the whole transaction; a write to a row that another one "
                      "has changed since is refused.");
        return tr("One snapshot for reads; writes go by what is saved now.");
    case LabLevel::Serializable:
        if (kind == LabDatabase::Kind::Postgres)
            return tr("As if one transaction came after the other: what would not fit is refused.");
        return tr("As if one transaction came after the other: each read locks its rows.");
    case LabLevel::Deferred:
        return tr("A snapshot from the first read; the lock for writing is taken at the first "
                  "write, and refused if somebody else has written since.");
    case LabLevel::Immediate:
        return tr("The lock for writing is taken at BEGIN: the other one waits there.");
    }
    return {};
}

} // namespace heddle::app
