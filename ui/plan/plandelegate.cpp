#include "ui/plan/plandelegate.h"

#include "ui/models/planmodel.h"
#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QPainter>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int gap = 6;
constexpr int signSize = 14;

/// Paints `text` at the left of `rest` and takes its width away from it.
void paintWords(QPainter &painter, QRect &rest, const QString &text, const QFont &font,
                const QColor &color)
{
    if (text.isEmpty() || rest.width() < 12)
        return;
    const QFontMetrics metrics(font);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, rest.width());
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    rest.setLeft(rest.left() + metrics.horizontalAdvance(shown) + gap);
}

/// A remark in a soft box, as the badges of the editor.
void paintRemark(QPainter &painter, QRect &rest, const QString &text, const QFont &font,
                 const Theme::Role &colors)
{
    const int width = QFontMetrics(font).horizontalAdvance(text) + 10;
    if (width > rest.width())
        return;
    const QRectF box(rest.left(), rest.center().y() - 7.5, width, 16);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.soft);
    painter.drawRoundedRect(box, metrics::barRadius, metrics::barRadius);
    painter.setPen(colors.onSoft);
    painter.setFont(font);
    painter.drawText(box, Qt::AlignCenter, text);
    rest.setLeft(rest.left() + width + gap);
}

void paintStep(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
               const Theme &theme)
{
    const bool selected = option.state & QStyle::State_Selected;
    QRect rest = option.rect.adjusted(3, 0, -4, 0);
    if (index.data(PlanModel::IsWorstRole).toBool()) {
        const QRectF box(rest.left(), rest.center().y() - signSize / 2.0 + 0.5, signSize, signSize);
        paintIcon(painter, Icon::Warning, box, theme.alarm.fill);
        rest.setLeft(rest.left() + signSize + gap);
    }
    paintWords(painter, rest, index.data().toString(), option.font,
               selected ? theme.onAccentSoft : theme.text);
    const QFont small = smallFont();
    for (const QString &remark : index.data(PlanModel::RemarksRole).toStringList())
        paintRemark(painter, rest, remark, small, theme.alarm);
    if (const QString change = index.data(PlanModel::ChangeRole).toString(); !change.isEmpty())
        paintRemark(painter, rest, change, small, theme.neutral);
    paintWords(painter, rest, index.data(PlanModel::DetailRole).toString(), small,
               selected ? theme.onAccentSoft : theme.muted);
}

void paintShare(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                const Theme &theme)
{
    const QVariant share = index.data(PlanModel::ShareRole);
    if (!share.isValid())
        return;
    const bool selected = option.state & QStyle::State_Selected;
    const int words = QFontMetrics(option.font).horizontalAdvance(u"100 %"_s) + 8;
    QRectF bar = QRectF(option.rect).adjusted(6, 6, -words, -6);
    painter.fillRect(bar, theme.gridLine);
    bar.setWidth(bar.width() * share.toDouble());
    const bool worst = index.data(PlanModel::IsWorstRole).toBool();
    painter.fillRect(bar, worst ? theme.alarm.fill : theme.read.fill);
    painter.setFont(option.font);
    painter.setPen(selected ? theme.onAccentSoft : theme.text);
    painter.drawText(option.rect.adjusted(0, 0, -6, 0), Qt::AlignRight | Qt::AlignVCenter,
                     index.data().toString());
}

} // namespace

void PlanDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    if (index.column() != PlanModel::StepColumn && index.column() != PlanModel::ShareColumn) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    const Theme &theme = Theme::of(option.palette);
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    painter->save();
    if (index.column() == PlanModel::StepColumn)
        paintStep(*painter, option, index, theme);
    else
        paintShare(*painter, option, index, theme);
    painter->restore();
}

QSize PlanDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(metrics::treeRowHeight);
    if (index.column() == PlanModel::ShareColumn)
        size.setWidth(110);
    return size;
}

} // namespace heddle::ui
