#include "ui/models/findingsmodel.h"

#include "ui/models/timelinegeometry.h"

#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;
using analysis::Finding;
using analysis::Severity;

namespace {

// A result that is no complaint stands below those that are.
int weight(Severity severity)
{
    switch (severity) {
    case Severity::Severe:
        return 3;
    case Severity::Warning:
        return 2;
    case Severity::Info:
        return 1;
    case Severity::Good:
        return 0;
    }
    return 0;
}

} // namespace

bool FindingRow::operator==(const FindingRow &other) const
{
    return finding.rule == other.finding.rule && finding.severity == other.finding.severity &&
           finding.site == other.finding.site && finding.message == other.finding.message &&
           finding.records == other.finding.records && fix == other.fix &&
           canApply == other.canApply && applied == other.applied && stale == other.stale;
}

FindingsModel::FindingsModel(QObject *parent) : QObject(parent)
{
}

void FindingsModel::setRows(std::vector<FindingRow> rows, int silenced)
{
    std::stable_sort(rows.begin(), rows.end(), [](const FindingRow &a, const FindingRow &b) {
        return weight(a.finding.severity) > weight(b.finding.severity);
    });
    if (rows == m_rows && silenced == m_silenced)
        return;
    m_rows = std::move(rows);
    m_silenced = silenced;
    Q_EMIT changed();
}

int FindingsModel::complaints() const
{
    return int(std::count_if(m_rows.begin(), m_rows.end(), [](const FindingRow &row) {
        return row.finding.severity != Severity::Good;
    }));
}

QString FindingsModel::sentence(int row) const
{
    return m_rows[std::size_t(row)].finding.message;
}

QString FindingsModel::figures(int row) const
{
    const FindingRow &shown = m_rows[std::size_t(row)];
    const Finding &finding = shown.finding;
    QStringList parts;
    if (finding.site.line > 0)
        parts << tr("line %1").arg(finding.site.line);
    if (finding.queries > 0) // what was refused before it was sent has none, and took no time
        parts << (finding.queries == 1 ? tr("1 query") : tr("%1 queries").arg(finding.queries))
              << durationText(finding.totalNs);
    if (finding.rowsWasted > 0)
        parts << tr("%1 rows for nothing").arg(finding.rowsWasted);
    if (shown.applied)
        parts << tr("the fix is applied: run again");
    else if (shown.stale)
        parts << tr("edited since the run");
    return parts.join(u" \u00b7 "_s);
}

QString FindingsModel::advice(int row) const
{
    const FindingRow &shown = m_rows[std::size_t(row)];
    if (shown.canApply)
        return tr("Fix: %1").arg(shown.fix);
    return shown.finding.fix.isEmpty() ? QString() : tr("Instead: %1").arg(shown.finding.fix);
}

QString FindingsModel::severityWord(int row) const
{
    switch (m_rows[std::size_t(row)].finding.severity) {
    case Severity::Severe:
        return tr("severe");
    case Severity::Warning:
        return tr("warning");
    case Severity::Info:
        return tr("info");
    case Severity::Good:
        return tr("good");
    }
    return {};
}

QString FindingsModel::spoken(int row) const
{
    QString text = severityWord(row) + u": "_s + sentence(row) + u' ' + figures(row) + u'.';
    if (const QString better = advice(row); !better.isEmpty())
        text += u' ' + better;
    return text;
}

int FindingsModel::rowOfRecord(std::uint64_t traceId) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto &records = m_rows[i].finding.records;
        if (std::binary_search(records.begin(), records.end(), traceId))
            return int(i);
    }
    return -1;
}

int FindingsModel::rowAtLine(int line) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (line > 0 && m_rows[i].finding.site.line == line)
            return int(i);
    }
    return -1;
}

} // namespace heddle::ui
