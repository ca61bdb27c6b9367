#include "ui/models/timelinegeometry.h"
#include "ui/models/tracemodel.h"

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString titleOf(const TraceRecord &r)
{
    if (r.kind == TraceKind::LockWait)
        return TraceModel::tr("waits for a lock");
    if (!r.relation.isEmpty())
        return QString::fromUtf8(r.relation);
    if (!r.label.isEmpty())
        return QString::fromUtf8(r.label);
    switch (r.kind) {
    case TraceKind::Read:
        return TraceModel::tr("query");
    case TraceKind::Write:
        return TraceModel::tr("write");
    case TraceKind::Begin:
        return u"BEGIN"_s;
    case TraceKind::Commit:
        return u"COMMIT"_s;
    case TraceKind::Rollback:
        return u"ROLLBACK"_s;
    case TraceKind::Savepoint:
        return u"SAVEPOINT"_s;
    case TraceKind::ReleaseSavepoint:
        return u"RELEASE SAVEPOINT"_s;
    case TraceKind::RollbackToSavepoint:
        return u"ROLLBACK TO SAVEPOINT"_s;
    case TraceKind::Cell:
        return TraceModel::tr("cell");
    case TraceKind::Coroutine:
        return TraceModel::tr("coroutine");
    case TraceKind::Await:
        return u"await"_s;
    case TraceKind::Sleep:
        return u"sleep"_s;
    case TraceKind::Pragma:
        return u"PRAGMA"_s;
    case TraceKind::Crossing:
        return TraceModel::tr("crossing");
    case TraceKind::LockWait:
        return TraceModel::tr("waits for a lock");
    case TraceKind::Usage:
        return TraceModel::tr("use of rows");
    }
    return {};
}

QString outcomeText(const TraceRecord &r)
{
    switch (r.outcome) {
    case TraceOutcome::Running:
        return TraceModel::tr("still running");
    case TraceOutcome::Ok:
        return {};
    case TraceOutcome::Failed:
        return TraceModel::tr("failed: %1").arg(QString::fromUtf8(r.error));
    case TraceOutcome::Cancelled:
        return TraceModel::tr("cancelled");
    }
    return {};
}

QString rowsText(std::int64_t rows)
{
    return rows == 1 ? TraceModel::tr("1 row") : TraceModel::tr("%1 rows").arg(rows);
}

QString phaseText(const TraceRecord &r)
{
    const BarPhases p = phasesOf(r);
    QStringList parts;
    const auto add = [&parts](const QString &name, std::int64_t ns) {
        if (ns > 0)
            parts.append(name + u' ' + durationText(ns));
    };
    add(TraceModel::tr("waiting"), p.leasedNs - p.waitStartNs);
    add(TraceModel::tr("preparing"), p.sentNs - p.leasedNs);
    add(TraceModel::tr("server"), p.firstRowNs - p.sentNs);
    add(TraceModel::tr("rows"), p.lastRowNs - p.firstRowNs);
    add(TraceModel::tr("decoding"), p.endNs - p.lastRowNs);
    return parts.join(u" · "_s);
}

/// "ShareLock on a row of transaction 742, held by connection 3, pid 12 (psql)".
QString lockText(const TraceRecord &r)
{
    QString text = TraceModel::tr("%1 on %2")
                       .arg(QString::fromUtf8(r.lock->mode), QString::fromUtf8(r.lock->on));
    QStringList holder;
    if (r.lock->holder != 0)
        holder << TraceModel::tr("connection %1").arg(r.lock->holder);
    if (!r.lock->holderName.isEmpty())
        holder << QString::fromUtf8(r.lock->holderName);
    if (!holder.isEmpty())
        text += TraceModel::tr(", held by %1").arg(holder.join(u", "_s));
    return text;
}

} // namespace

QString TraceModel::title(RecordIndex index) const
{
    return titleOf(record(index));
}

QString TraceModel::describe(RecordIndex index) const
{
    const TraceRecord &r = record(index);
    QString text = titleOf(r);
    if (r.site.line > 0)
        text += tr(", line %1").arg(r.site.line);
    const TraceBar *drawn = bar(placeOf(index));
    if (drawn)
        text += u": "_s + durationText(drawn->endNs - drawn->startNs);
    if (isQuery(r.kind))
        text += u", "_s + rowsText(r.rows);
    const QString outcome = outcomeText(r);
    return outcome.isEmpty() ? text : text + u", "_s + outcome;
}

QString TraceModel::details(RecordIndex index) const
{
    constexpr qsizetype longestSql = 600;
    const TraceRecord &r = record(index);
    QStringList lines{describe(index)};
    if (isStatement(r.kind))
        lines.append(phaseText(r));
    if (!r.relation.isEmpty() && r.origin.line > 0)
        lines.append(tr("loaded for a row of the queryset at line %1").arg(r.origin.line));
    if (r.connection != 0)
        lines.append(
            tr("connection %1, thread %2").arg(r.connection).arg(traceThreadName(r.thread)));
    if (r.lock)
        lines.append(lockText(r));
    if (!r.database.isEmpty())
        lines.append(tr("database %1").arg(QString::fromUtf8(r.database)));
    if (!r.sql.isEmpty()) {
        QString sql = QString::fromUtf8(r.sql);
        if (sql.size() > longestSql)
            sql = sql.left(longestSql) + u" …"_s;
        lines.append(sql);
    }
    if (!r.parameters.isEmpty() && r.parameters != "[]")
        lines.append(QString::fromUtf8(r.parameters.left(longestSql)));
    lines.removeAll(QString());
    return lines.join(u'\n');
}

QString TraceModel::describe(GroupIndex index) const
{
    const TraceGroup &group = groups()[std::size_t(index.value)];
    const TraceRecord &first = record(group.records.front());
    return tr("%1 × %2, one a row")
        .arg(group.records.size())
        .arg(QString::fromUtf8(first.relation));
}

} // namespace heddle::ui
