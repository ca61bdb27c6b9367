#include "orm/analysis/htmlreport.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>
#include <algorithm>
#include <map>
#include <tuple>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double drawingWidth = 1000; // the drawing's own units: it grows with the page
constexpr double namesWidth = 150;
constexpr double laneHeight = 22;

QString tr(const char *text)
{
    return QCoreApplication::translate("heddle::analysis::HtmlReport", text);
}

QString milliseconds(std::int64_t ns)
{
    return QLocale::c().toString(double(ns) / 1e6, 'f', ns < 10'000'000 ? 2 : 1) + u" ms"_s;
}

QString number(double value)
{
    return QString::number(value, 'f', 2);
}

bool isStatement(TraceKind kind)
{
    return kind == TraceKind::Read || kind == TraceKind::Write;
}

// What a bar's colour says, its tool tip says in words.
QString classOf(const TraceRecord &r)
{
    if (r.outcome == TraceOutcome::Failed)
        return u"failed"_s;
    if (r.kind == TraceKind::Write)
        return u"write"_s;
    if (r.kind == TraceKind::Read)
        return r.link == TraceLink::None || r.link == TraceLink::Prefetch ? u"read"_s
                                                                          : u"implicit"_s;
    return u"other"_s;
}

class Page {
public:
    Page(const std::vector<TraceRecord> &records, const HtmlReportOptions &options)
        : m_records(records), m_options(options)
    {
        for (const TraceRecord &r : records) {
            const TraceSpan span = spanOf(r);
            if (span.startNs == 0)
                continue;
            m_first = m_first == 0 ? span.startNs : std::min(m_first, span.startNs);
            m_last = std::max(m_last, span.endNs);
        }
    }

    QByteArray write(const std::vector<Finding> &findings)
    {
        const QString title = m_options.title.toHtmlEscaped();
        m_html = u"<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
                 u"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                 u"style-src 'unsafe-inline'\"><title>"_s +
                 title + u"</title><style>"_s + style() + u"</style></head><body><h1>"_s + title +
                 u"</h1>\n"_s;
        addSummary();
        addTimeline();
        addFindings(findings);
        addStatements();
        addTransactions();
        m_html += u"</body></html>\n"_s;
        return m_html.toUtf8();
    }

private:
    static QString style()
    {
        return u"body{font:14px system-ui,sans-serif;margin:24px;color:#1d2433;background:#fff}"
               "h1{font-size:20px}h2{font-size:16px;margin-top:28px}"
               "table{border-collapse:collapse;width:100%}"
               "th,td{text-align:left;padding:4px 8px;border-bottom:1px solid #d9dee8;"
               "vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}"
               "code{font:12px ui-monospace,monospace;white-space:pre-wrap;word-break:break-word}"
               "svg{width:100%;border:1px solid #d9dee8}svg text{font-size:11px;fill:#1d2433}"
               ".read{fill:#3b82c4}.write{fill:#b7791f}.implicit{fill:#d9534f}"
               ".failed{fill:#8b1e1e}.other{fill:#9aa5b8}"
               "@media(prefers-color-scheme:dark){body{background:#1b1f27;color:#e4e8ef}"
               "svg text{fill:#e4e8ef}th,td,svg{border-color:#3a4252}}"_s;
    }

    void heading(const QString &text) { m_html += u"<h2>"_s + text.toHtmlEscaped() + u"</h2>\n"_s; }
    void paragraph(const QString &text) { m_html += u"<p>"_s + text.toHtmlEscaped() + u"</p>\n"_s; }
    void cell(const QString &text, bool isNumber = false)
    {
        m_html +=
            (isNumber ? u"<td class=\"n\">"_s : u"<td>"_s) + text.toHtmlEscaped() + u"</td>"_s;
    }
    void header(std::initializer_list<QString> names, int firstNumber)
    {
        m_html += u"<table><tr>"_s;
        int at = 0;
        for (const QString &name : names)
            m_html += (at++ >= firstNumber ? u"<th class=\"n\">"_s : u"<th>"_s) +
                      name.toHtmlEscaped() + u"</th>"_s;
        m_html += u"</tr>\n"_s;
    }

    void addSummary()
    {
        int queries = 0;
        std::int64_t busy = 0;
        for (const TraceRecord &r : m_records) {
            if (!isStatement(r.kind))
                continue;
            ++queries;
            const TraceSpan span = spanOf(r);
            busy += span.endNs - span.startNs;
        }
        paragraph(tr("%1 queries, %2 of query time, %3 from the first moment to the last.")
                      .arg(queries)
                      .arg(milliseconds(busy), milliseconds(m_last - m_first)));
    }

    // Sync statements lie on their thread, the others on their worker and connection, spans on
    // their coroutine: as the window's timeline has them.
    QString laneOf(const TraceRecord &r) const
    {
        const bool isSpan = r.kind == TraceKind::Await || r.kind == TraceKind::Sleep ||
                            r.kind == TraceKind::Coroutine || r.kind == TraceKind::Crossing;
        if (isSpan)
            return tr("coroutine %1").arg(r.lane);
        QString name = traceThreadName(r.thread);
        if (name.isEmpty())
            name = tr("thread %1").arg(r.thread);
        return r.connection == 0 ? name : tr("%1, connection %2").arg(name).arg(r.connection);
    }

    void addTimeline()
    {
        struct Lane {
            std::int64_t firstNs = 0;
            std::vector<const TraceRecord *> records;
        };
        std::map<QString, Lane> lanes;
        for (const TraceRecord &r : m_records) {
            const std::int64_t start = spanOf(r).startNs;
            if (start == 0 || r.kind == TraceKind::Cell)
                continue;
            Lane &lane = lanes[laneOf(r)];
            lane.firstNs = lane.records.empty() ? start : std::min(lane.firstNs, start);
            lane.records.push_back(&r);
        }
        std::vector<std::pair<QString, Lane>> ordered(lanes.begin(), lanes.end());
        std::stable_sort(ordered.begin(), ordered.end(), [](const auto &a, const auto &b) {
            return a.second.firstNs < b.second.firstNs;
        });
        heading(tr("Timeline"));
        m_html += u"<svg viewBox=\"0 0 %1 %2\" role=\"img\" aria-label=\"%3\">\n"_s.arg(
            number(drawingWidth), number(laneHeight * double(ordered.size()) + 6),
            tr("Timeline").toHtmlEscaped());
        double y = 3;
        for (auto &[name, lane] : ordered) {
            std::sort(lane.records.begin(), lane.records.end(),
                      [](const TraceRecord *a, const TraceRecord *b) {
                          return std::tuple(spanOf(*a).startNs, a->id) <
                                 std::tuple(spanOf(*b).startNs, b->id);
                      });
            m_html += u"<text x=\"4\" y=\"%1\">"_s.arg(number(y + 15)) + name.toHtmlEscaped() +
                      u"</text>\n"_s;
            addBars(lane.records, y);
            y += laneHeight;
        }
        m_html += u"</svg>\n"_s;
        paragraph(
            tr("Blue: read. Ochre: write. Red: loaded for a row, one by one. Dark red: failed. "
               "Grey: transactions and waiting. Rest the pointer on a bar to read it."));
    }

    // Bars that fall on the same hundredth of the drawing are one, so a page stays small whatever
    // the number of bars.
    void addBars(const std::vector<const TraceRecord *> &records, double y)
    {
        const double perNs =
            (drawingWidth - namesWidth - 4) / double(std::max<std::int64_t>(m_last - m_first, 1));
        for (std::size_t i = 0; i < records.size();) {
            const TraceRecord &r = *records[i];
            const TraceSpan span = spanOf(r);
            const double x = namesWidth + double(span.startNs - m_first) * perNs;
            double right = std::max(x + 0.6, namesWidth + double(span.endNs - m_first) * perNs);
            QString tip = tipOf(r, span);
            std::size_t next = i + 1;
            while (right - x < 1 && next < records.size() &&
                   namesWidth + double(spanOf(*records[next]).endNs - m_first) * perNs - x < 1)
                ++next;
            if (next - i > 1)
                tip = tr("%1 bars, the first: %2").arg(next - i).arg(tip);
            m_html +=
                u"<rect class=\"%1\" x=\"%2\" y=\"%3\" width=\"%4\" height=\"%5\"><title>"_s.arg(
                    classOf(r), number(x), number(y), number(right - x), number(laneHeight - 5)) +
                tip.toHtmlEscaped() + u"</title></rect>\n"_s;
            i = next;
        }
    }

    static QString tipOf(const TraceRecord &r, const TraceSpan &span)
    {
        QString tip = QString::fromUtf8(r.label.isEmpty() ? QByteArray(toText(r.kind)) : r.label);
        if (!r.relation.isEmpty())
            tip += u" · "_s + QString::fromUtf8(r.relation);
        if (r.site.line > 0)
            tip += tr(", line %1").arg(r.site.line);
        tip += u": "_s + milliseconds(span.endNs - span.startNs);
        if (isStatement(r.kind))
            tip += tr(", %1 rows").arg(r.rows);
        if (!r.error.isEmpty())
            tip += tr(", failed: %1").arg(QString::fromUtf8(r.error));
        return tip;
    }

    void addFindings(const std::vector<Finding> &findings)
    {
        heading(tr("Findings"));
        if (findings.empty()) {
            paragraph(tr("None."));
            return;
        }
        header({tr("Severity"), tr("What"), tr("Fix"), tr("Line"), tr("Queries"), tr("Time")}, 3);
        for (const Finding &finding : findings) {
            m_html += u"<tr>"_s;
            cell(QString::fromUtf8(toText(finding.severity)));
            cell(finding.message);
            cell(finding.fix);
            cell(finding.site.line > 0 ? QString::number(finding.site.line) : QString(), true);
            cell(QString::number(finding.queries), true);
            cell(milliseconds(finding.totalNs), true);
            m_html += u"</tr>\n"_s;
        }
        m_html += u"</table>\n"_s;
    }

    void addStatements()
    {
        struct Statement {
            const TraceRecord *first = nullptr;
            int count = 0;
            std::int64_t ns = 0;
            std::int64_t rows = 0;
        };
        std::map<std::pair<int, QByteArray>, Statement> known;
        for (const TraceRecord &r : m_records) {
            if (!isStatement(r.kind))
                continue;
            const TraceSpan span = spanOf(r);
            Statement &statement = known[{r.site.line, r.sql}];
            if (!statement.first)
                statement.first = &r;
            ++statement.count;
            statement.ns += span.endNs - span.startNs;
            statement.rows += r.rows;
        }
        std::vector<Statement> ordered;
        for (const auto &entry : known)
            ordered.push_back(entry.second);
        std::stable_sort(ordered.begin(), ordered.end(),
                         [](const Statement &a, const Statement &b) { return a.ns > b.ns; });
        heading(tr("Statements"));
        header({tr("SQL"), tr("Line"), tr("Times run"), tr("Rows"), tr("Time")}, 1);
        for (const Statement &statement : ordered) {
            const TraceRecord &r = *statement.first;
            m_html += u"<tr><td><code>"_s + QString::fromUtf8(r.sql).toHtmlEscaped() + u"</code>"_s;
            if (m_options.parameters && !r.parameters.isEmpty())
                m_html += u"<br><code>"_s + QString::fromUtf8(r.parameters).toHtmlEscaped() +
                          u"</code>"_s;
            m_html += u"</td>"_s;
            cell(r.site.line > 0 ? QString::number(r.site.line) : QString(), true);
            cell(QString::number(statement.count), true);
            cell(QString::number(statement.rows), true);
            cell(milliseconds(statement.ns), true);
            m_html += u"</tr>\n"_s;
        }
        m_html += u"</table>\n"_s;
    }

    void addTransactions()
    {
        std::vector<const TraceRecord *> ordered;
        for (const TraceRecord &r : m_records) {
            if (r.kind == TraceKind::Begin || r.kind == TraceKind::Commit ||
                r.kind == TraceKind::Rollback)
                ordered.push_back(&r);
        }
        std::sort(ordered.begin(), ordered.end(), [](const TraceRecord *a, const TraceRecord *b) {
            return std::tuple(spanOf(*a).startNs, a->id) < std::tuple(spanOf(*b).startNs, b->id);
        });
        heading(tr("Transactions"));
        if (ordered.empty()) {
            paragraph(tr("None."));
            return;
        }
        header({tr("Outcome"), tr("Line"), tr("Connection"), tr("Began at"), tr("Time")}, 1);
        QHash<std::uint32_t, const TraceRecord *> open;
        for (const TraceRecord *r : ordered) {
            if (r->kind == TraceKind::Begin) {
                open.insert(r->connection, r);
                continue;
            }
            const TraceRecord *begin = open.take(r->connection);
            if (!begin)
                continue;
            const bool failed = r->outcome == TraceOutcome::Failed;
            addTransaction(*begin,
                           failed                         ? tr("✕ failed to commit")
                           : r->kind == TraceKind::Commit ? tr("✓ committed")
                                                          : tr("✕ rolled back"),
                           spanOf(*r).endNs);
        }
        for (const TraceRecord *begin : std::as_const(open))
            addTransaction(*begin, tr("… still open"), m_last);
        m_html += u"</table>\n"_s;
    }

    void addTransaction(const TraceRecord &begin, const QString &outcome, std::int64_t endNs)
    {
        const std::int64_t start = spanOf(begin).startNs;
        m_html += u"<tr>"_s;
        cell(outcome);
        cell(begin.site.line > 0 ? QString::number(begin.site.line) : QString(), true);
        cell(QString::number(begin.connection), true);
        cell(milliseconds(start - m_first), true);
        cell(milliseconds(endNs - start), true);
        m_html += u"</tr>\n"_s;
    }

    const std::vector<TraceRecord> &m_records;
    const HtmlReportOptions &m_options;
    std::int64_t m_first = 0;
    std::int64_t m_last = 0;
    QString m_html;
};

} // namespace

QByteArray htmlReport(const std::vector<TraceRecord> &records, const std::vector<Finding> &findings,
                      const HtmlReportOptions &options)
{
    return Page(records, options).write(findings);
}

} // namespace heddle::analysis
