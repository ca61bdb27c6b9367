#include "ui/plan/plangraphpainter.h"

#include "ui/models/planmodel.h"
#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double inset = 8, lineHeight = 16, signSize = 14;

QModelIndex cell(const PlanGraphLayout::Box &box, PlanModel::Column column)
{
    return QModelIndex(box.index).siblingAtColumn(column);
}

double rowsGiven(const PlanGraphLayout::Box &box)
{
    const QVariant rows = box.index.data(PlanModel::RowsGivenRole);
    return rows.isValid() ? rows.toDouble() : -1;
}

QFont inPixels(QFont font, double pixels)
{
    font.setPixelSize(int(pixels)); // boxes have a size of their own; the zoom makes them larger
    return font;
}

void paintLine(QPainter &painter, const QRectF &rect, const QString &text, Qt::Alignment side)
{
    painter.drawText(rect, int(side | Qt::AlignVCenter) | Qt::TextSingleLine,
                     QFontMetricsF(painter.font()).elidedText(text, Qt::ElideRight, rect.width()));
}

// The rows go from right to left, as the arrow at the line's end says.
void paintEdge(QPainter &painter, const QPointF &from, const QPointF &to, double rows,
               const Theme &theme)
{
    const double width = planEdgeWidth(rows), head = 5 + width / 2;
    const QPointF tip = to, neck(to.x() + head, to.y());
    const double bend = (from.x() - neck.x()) / 2;
    QPainterPath path(from);
    path.cubicTo(QPointF(from.x() - bend, from.y()), QPointF(neck.x() + bend, neck.y()), neck);
    painter.setBrush(Qt::NoBrush);
    const QColor color = planEdgeColor(theme);
    QPen pen(color, width);
    pen.setCapStyle(Qt::FlatCap);
    if (rows < 0)
        pen.setStyle(Qt::DashLine); // the database does not say how many
    painter.setPen(pen);
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(
        QPolygonF({tip, QPointF(neck.x(), neck.y() - head), QPointF(neck.x(), neck.y() + head)}));
}

void paintShare(QPainter &painter, const PlanGraphLayout::Box &box, bool worst, const Theme &theme)
{
    const QVariant share = box.index.data(PlanModel::ShareRole);
    if (!share.isValid())
        return;
    QRectF bar(box.rect.left() + inset, box.rect.bottom() - 7, box.rect.width() - 2 * inset, 3);
    painter.fillRect(bar, theme.gridLine);
    bar.setWidth(bar.width() * share.toDouble());
    painter.fillRect(bar, worst ? theme.alarm.fill : theme.read.fill);
}

/// "1 000 rows" where they are known, at the end of the box's last line; the time at its start.
void paintFigures(QPainter &painter, const PlanGraphLayout::Box &box, const QRectF &line)
{
    QStringList left;
    for (const PlanModel::Column column : {PlanModel::TimeColumn, PlanModel::ShareColumn}) {
        if (const QString text = cell(box, column).data().toString(); !text.isEmpty())
            left << text;
    }
    const QString rows = cell(box, PlanModel::RowsColumn).data().toString();
    const QString right = rows.isEmpty()   ? QString()
                          : rows == "1"_L1 ? PlanModel::tr("1 row")
                                           : PlanModel::tr("%1 rows").arg(rows);
    if (left.isEmpty() && right.isEmpty()) {
        // SQLite measures no steps; what it looks for is worth more than an empty line.
        paintLine(painter, line, box.index.data(PlanModel::DetailRole).toString(), Qt::AlignLeft);
        return;
    }
    const double width =
        std::min(line.width(), QFontMetricsF(painter.font()).horizontalAdvance(right) + 1);
    paintLine(painter, line.adjusted(line.width() - width, 0, 0, 0), right, Qt::AlignRight);
    paintLine(painter, line.adjusted(0, 0, -width - 4, 0), left.join(u" · "_s), Qt::AlignLeft);
}

/// A soft box on the upper edge, from `left` on; moves `left` behind it.
void paintBadge(QPainter &painter, const QRectF &box, double &left, const QString &words,
                const Theme::Role &colors, bool sign)
{
    painter.setFont(inPixels(smallFont(), 10));
    const QFontMetricsF metrics(painter.font());
    const double before = sign ? signSize + 4 : 6;
    const double room = box.right() - left - before - 6;
    if (words.isEmpty() || room < 16)
        return;
    const QString text = metrics.elidedText(words, Qt::ElideRight, room);
    const QRectF badge(left, box.top() - 8, metrics.horizontalAdvance(text) + before + 6,
                       lineHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.soft);
    painter.drawRoundedRect(badge, metrics::barRadius, metrics::barRadius);
    if (sign)
        paintIcon(painter, Icon::Warning, QRectF(badge.left() + 3, badge.top() + 2, 12, 12),
                  colors.fill);
    painter.setPen(colors.onSoft);
    painter.drawText(badge.adjusted(before, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
    left = badge.right() + 4;
}

/// The sign and the word that say at a glance where to look, what else stands out, and whether
/// the other plan has the step.
void paintRemarks(QPainter &painter, const PlanGraphLayout::Box &box, bool worst,
                  const Theme &theme)
{
    QStringList words = box.index.data(PlanModel::RemarksRole).toStringList();
    if (worst)
        words.prepend(PlanModel::tr("worst"));
    double left = box.rect.left() + inset;
    paintBadge(painter, box.rect, left, box.index.data(PlanModel::ChangeRole).toString(),
               theme.neutral, false);
    paintBadge(painter, box.rect, left, words.join(u" · "_s), theme.alarm, worst);
}

void paintBox(QPainter &painter, const PlanGraphLayout::Box &box, const PlanGraphScene &scene,
              bool current)
{
    const Theme &theme = scene.theme;
    const bool worst = box.index.data(PlanModel::IsWorstRole).toBool();
    const QColor outline = current ? theme.accent : worst ? theme.alarm.fill : theme.border;
    painter.setPen(QPen(outline, current || worst ? 2 : 1));
    painter.setBrush(current ? theme.accentSoft : theme.raised);
    painter.drawRoundedRect(box.rect, metrics::controlRadius, metrics::controlRadius);
    if (current && scene.focused) {
        painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.rect.adjusted(-4, -4, 4, 4), 8, 8);
    }
    paintShare(painter, box, worst, theme);
    QRectF line(box.rect.left() + inset, box.rect.top() + 7, box.rect.width() - 2 * inset,
                lineHeight);
    QFont bold = inPixels(interfaceFont(), 12);
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(current ? theme.onAccentSoft : theme.text);
    paintLine(painter, line, box.index.data(PlanModel::OperationRole).toString(), Qt::AlignLeft);
    painter.setFont(inPixels(interfaceFont(), 11));
    line.translate(0, lineHeight - 1);
    const QString target = box.index.data(PlanModel::TargetRole).toString();
    paintLine(painter, line,
              target.isEmpty() ? box.index.data(PlanModel::DetailRole).toString() : target,
              Qt::AlignLeft);
    painter.setFont(inPixels(smallFont(), 10));
    painter.setPen(current ? theme.onAccentSoft : theme.muted);
    line.translate(0, lineHeight - 2);
    paintFigures(painter, box, line);
    paintRemarks(painter, box, worst, theme);
}

void paintAnswer(QPainter &painter, const PlanGraphScene &scene)
{
    const QRectF &sign = scene.layout.answer;
    painter.setPen(QPen(scene.theme.border, 1));
    painter.setBrush(scene.theme.strip);
    painter.drawEllipse(sign);
    paintIcon(painter, Icon::Table, sign.adjusted(9, 9, -9, -9), scene.theme.muted);
    painter.setFont(inPixels(smallFont(), 10));
    painter.setPen(scene.theme.muted);
    QRectF line(sign.left() - 16, sign.bottom() + 4, sign.width() + 32, lineHeight - 2);
    for (const QString &text : scene.answer) {
        paintLine(painter, line, text, Qt::AlignHCenter);
        line.translate(0, line.height());
    }
}

} // namespace

QColor planEdgeColor(const Theme &theme)
{
    // The tone of quiet text, with a little of the panel: wide lines weigh more than letters.
    constexpr float own = 0.78F;
    const QColor &ink = theme.placeholder, &behind = theme.panel;
    return QColor::fromRgbF(ink.redF() * own + behind.redF() * (1 - own),
                            ink.greenF() * own + behind.greenF() * (1 - own),
                            ink.blueF() * own + behind.blueF() * (1 - own));
}

void paintPlanGraph(QPainter &painter, const PlanGraphScene &scene)
{
    const PlanGraphLayout &layout = scene.layout;
    if (layout.boxes.empty())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    for (const PlanGraphLayout::Box &box : layout.boxes) {
        const QRectF to =
            box.parent < 0 ? layout.answer : layout.boxes[std::size_t(box.parent)].rect;
        paintEdge(painter, QPointF(box.rect.left(), box.rect.center().y()),
                  QPointF(to.right(), to.center().y()), rowsGiven(box), scene.theme);
    }
    paintAnswer(painter, scene);
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
        // Remarks stand out above the box.
        if (layout.boxes[i].rect.adjusted(-6, -10, 6, 6).intersects(scene.clip))
            paintBox(painter, layout.boxes[i], scene, int(i) == scene.current);
    }
}

} // namespace heddle::ui
