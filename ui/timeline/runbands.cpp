#include "ui/timeline/runbands.h"

#include "ui/models/timelinegeometry.h"
#include "ui/style/fonts.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace heddle::ui {
namespace {

constexpr double nameWidth = 92, axisHeight = 18, gap = 6;
constexpr int mostRows = 8; // more lie on the last one

} // namespace

RunBands::RunBands(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("Both runs on one axis of time"));
}

RunBands::Band RunBands::bandOf(const QString &name, const std::vector<TraceRecord> &records)
{
    Band band;
    band.name = name;
    std::int64_t first = 0, last = 0;
    for (const TraceRecord &record : records) {
        if (record.kind == TraceKind::Usage)
            continue;
        const TraceSpan span = spanOf(record);
        first = first == 0 ? span.startNs : std::min(first, span.startNs);
        last = std::max(last, span.endNs);
    }
    band.lengthNs = last - first;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const TraceRecord &record = records[i];
        if (!isQuery(record.kind))
            continue;
        const TraceSpan span = spanOf(record);
        Mark mark;
        mark.startNs = span.startNs - first;
        mark.endNs = span.endNs - first;
        mark.record = int(i);
        mark.write = record.kind == TraceKind::Write;
        mark.failed = record.outcome == TraceOutcome::Failed;
        mark.implicit = record.link == TraceLink::Relation || record.link == TraceLink::Deferred;
        mark.text = QString::fromUtf8(record.label);
        if (record.site.line > 0)
            mark.text += tr(", line %1").arg(record.site.line);
        mark.text += QStringLiteral(": ") + durationText(mark.endNs - mark.startNs);
        band.marks.push_back(std::move(mark));
    }
    std::stable_sort(band.marks.begin(), band.marks.end(),
                     [](const Mark &a, const Mark &b) { return a.startNs < b.startNs; });
    std::vector<std::int64_t> ends; // of the rows
    for (Mark &mark : band.marks) {
        const auto free = std::find_if(ends.begin(), ends.end(),
                                       [&](std::int64_t end) { return end <= mark.startNs; });
        const auto row = std::size_t(free - ends.begin());
        if (row == ends.size() && row < std::size_t(mostRows))
            ends.push_back(0);
        mark.row = int(std::min(row, ends.size() - 1));
        ends[std::size_t(mark.row)] = std::max(ends[std::size_t(mark.row)], mark.endNs);
    }
    band.rows = std::max(1, int(ends.size()));
    return band;
}

void RunBands::setRuns(const QStringList &names, const std::vector<TraceRecord> &before,
                       const std::vector<TraceRecord> &after)
{
    m_bands[0] = bandOf(names.value(0), before);
    m_bands[1] = bandOf(names.value(1), after);
    QStringList said;
    for (const Band &band : m_bands)
        said << tr("%1: %2 queries in %3")
                    .arg(band.name)
                    .arg(band.marks.size())
                    .arg(durationText(band.lengthNs));
    setAccessibleDescription(said.join(QStringLiteral("; ")));
    update();
}

void RunBands::highlight(std::set<int> before, std::set<int> after)
{
    m_bands[0].chosen = std::move(before);
    m_bands[1].chosen = std::move(after);
    update();
}

int RunBands::highlighted() const
{
    int count = 0;
    for (const Band &band : m_bands) {
        for (const Mark &mark : band.marks)
            count += int(band.chosen.contains(mark.record));
    }
    return count;
}

std::int64_t RunBands::longestNs() const
{
    return std::max<std::int64_t>(1, std::max(m_bands[0].lengthNs, m_bands[1].lengthNs));
}

QRectF RunBands::bandRect(int run) const
{
    const double height = (this->height() - axisHeight - gap) / 2;
    return {nameWidth, run == 0 ? 0 : height + gap, width() - nameWidth - 8, height};
}

QRectF RunBands::markRect(int run, const Mark &mark) const
{
    const QRectF band = bandRect(run);
    const double row = std::min(band.height() / m_bands[run].rows, double(metrics::laneBarHeight));
    const double scale = band.width() / double(longestNs());
    return {band.left() + double(mark.startNs) * scale, band.top() + 2 + mark.row * row,
            std::max(double(mark.endNs - mark.startNs) * scale, 1.0), std::max(row - 2, 1.0)};
}

void RunBands::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.panel);
    painter.setFont(smallFont());
    for (int run = 0; run < 2; ++run) {
        const Band &band = m_bands[run];
        const QRectF area = bandRect(run);
        painter.fillRect(QRectF(0, area.top(), nameWidth - 4, area.height()), theme.strip);
        painter.setPen(theme.text);
        painter.drawText(QRectF(6, area.top() + 2, nameWidth - 12, area.height() - 4),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                         band.name + u'\n' + durationText(band.lengthNs));
        double drawnTo[mostRows];
        std::fill(std::begin(drawnTo), std::end(drawnTo), -1.0);
        for (const Mark &mark : band.marks) {
            const QRectF rect = markRect(run, mark);
            const bool chosen = band.chosen.contains(mark.record);
            // What would lie on pixels that are drawn already shows nothing more.
            if (!chosen && rect.right() <= drawnTo[mark.row])
                continue;
            drawnTo[mark.row] = rect.right();
            const Theme::Role &role = mark.failed || mark.implicit ? theme.alarm
                                      : mark.write                 ? theme.write
                                                                   : theme.read;
            painter.fillRect(rect, role.fill);
            if (chosen) {
                painter.setPen(QPen(theme.text, 2));
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
            }
        }
    }
    const QRectF band = bandRect(1);
    const double nsPerPixel = double(longestNs()) / std::max(band.width(), 1.0);
    const std::int64_t step = tickStep(nsPerPixel, 90);
    painter.setPen(theme.muted);
    for (std::int64_t at = 0; at <= longestNs(); at += step) {
        const double x = band.left() + double(at) / nsPerPixel;
        painter.drawLine(QPointF(x, height() - axisHeight), QPointF(x, height() - axisHeight + 4));
        painter.drawText(QPointF(x + 2, height() - 4), tickText(at, step));
    }
}

const RunBands::Mark *RunBands::markAt(const QPointF &position, int *run) const
{
    constexpr double slop = 3;
    for (int r = 0; r < 2; ++r) {
        for (const Mark &mark : m_bands[r].marks) {
            if (markRect(r, mark).adjusted(-slop, 0, slop, 0).contains(position)) {
                *run = r;
                return &mark;
            }
        }
    }
    return nullptr;
}

void RunBands::mousePressEvent(QMouseEvent *event)
{
    int run = 0;
    if (const Mark *mark = markAt(event->position(), &run);
        mark && event->button() == Qt::LeftButton)
        Q_EMIT recordClicked(run, mark->record);
}

bool RunBands::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    int run = 0;
    if (const Mark *mark = markAt(help->pos(), &run))
        QToolTip::showText(help->globalPos(), mark->text, this);
    else
        QToolTip::hideText();
    return true;
}

} // namespace heddle::ui
