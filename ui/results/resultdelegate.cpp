#include "ui/results/resultdelegate.h"

#include "ui/models/resultmodel.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace heddle::ui {

void ResultDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.palette);
    const bool selected = option.state & QStyle::State_Selected;
    if (selected)
        painter->fillRect(option.rect, theme.accentSoft);
    const bool null = index.data(ResultModel::NullRole).toBool();
    QColor ink = selected ? theme.onAccentSoft : theme.text;
    QFont font = option.font;
    if (null) {
        font.setItalic(true);
        ink = selected ? theme.onAccentSoft : theme.placeholder;
    }
    painter->setFont(font);
    painter->setPen(ink);
    const QRect inner = option.rect.adjusted(metrics::padding, 0, -metrics::padding, 0);
    const QString text = option.fontMetrics.elidedText(index.data(Qt::DisplayRole).toString(),
                                                       Qt::ElideRight, inner.width());
    const int alignment = index.data(Qt::TextAlignmentRole).toInt();
    painter->drawText(inner, alignment | Qt::TextSingleLine, text);
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(theme.accent);
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
}

} // namespace heddle::ui
