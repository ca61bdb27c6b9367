#include "ui/style/style.h"

#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

Style::Style() : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
{
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_SmallIconSize:
    case PM_ToolBarIconSize:
    case PM_ButtonIconSize:
        return metrics::iconSize;
    case PM_DockWidgetTitleMargin:
        return 4;
    case PM_DockWidgetFrameWidth:
    case PM_ToolBarFrameWidth:
        return 0;
    case PM_SplitterWidth:
        return 5;
    case PM_TreeViewIndentation:
        return 14;
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
        return 0;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                     QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DockWidget_ButtonsHaveFrame:
    case SH_TabBar_ElideMode:
    case SH_Table_GridLineColor:
        if (hint == SH_Table_GridLineColor)
            return int((option ? Theme::of(option->palette) : Theme::day()).gridLine.rgb());
        return hint == SH_TabBar_ElideMode ? int(Qt::ElideRight) : 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    case SH_ToolTip_WakeUpDelay:
        return 350;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

namespace {

/// A box that is filled where it is on. Fusion's outline is too dark to be seen on a dark panel.
void paintCheckBox(QPainter &painter, const QStyleOption &option)
{
    const Theme &theme = Theme::of(option.palette);
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool on = option.state & (QStyle::State_On | QStyle::State_NoChange);
    const bool marked = option.state & (QStyle::State_HasFocus | QStyle::State_MouseOver);
    const double side = std::min(option.rect.width(), option.rect.height()) - 1;
    QRectF box(0, 0, side, side);
    box.moveCenter(QRectF(option.rect).center());
    const QColor fill = enabled ? theme.accent : theme.placeholder;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(on ? fill : marked ? theme.accent : theme.muted, 1));
    painter.setBrush(on ? fill : theme.raised);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), metrics::barRadius,
                            metrics::barRadius);
    painter.setPen(QPen(theme.onAccent, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const auto at = [&box](double x, double y) {
        return QPointF(box.left() + x * box.width(), box.top() + y * box.height());
    };
    if (option.state & QStyle::State_NoChange)
        painter.drawLine(at(0.28, 0.5), at(0.72, 0.5));
    else if (on)
        painter.drawPolyline(QPolygonF({at(0.26, 0.53), at(0.43, 0.7), at(0.75, 0.33)}));
    painter.restore();
}

} // namespace

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    if (element == PE_IndicatorBranch) {
        // Fusion's triangles depend on the palette's button colours; ours are the chevrons of the
        // rest of the window.
        if (option->state & State_Children) {
            const Theme &theme = Theme::of(option->palette);
            const QPointF center = QRectF(option->rect).center();
            const QRectF box(center - QPointF(6, 6), QSizeF(12, 12));
            paintIcon(*painter, option->state & State_Open ? Icon::ChevronDown : Icon::ChevronRight,
                      box, theme.muted);
        }
        return;
    }
    if (element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck) {
        paintCheckBox(*painter, *option);
        return;
    }
    if (element == PE_IndicatorHeaderArrow) {
        // Up means growing, as on the timeline's and builder's "title ↑"; Fusion draws the
        // opposite.
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            if (header->sortIndicator != QStyleOptionHeader::None) {
                const QPointF center = QRectF(option->rect).center();
                painter->save();
                painter->translate(center);
                if (header->sortIndicator ==
                    QStyleOptionHeader::SortDown) // Qt's word for ascending
                    painter->rotate(180);
                paintIcon(*painter, Icon::ChevronDown, QRectF(-6, -6, 12, 12),
                          Theme::of(option->palette).muted);
                painter->restore();
            }
            return;
        }
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

} // namespace heddle::ui
