#include "ui/schema/schemadelegate.h"

#include "ui/models/schemamodel.h"
#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QPainter>
#include <optional>

namespace heddle::ui {

namespace {

constexpr int gap = 5; // between sign, name and detail
constexpr int signSize = 14;

struct Look {
    std::optional<Icon> sign;
    QColor color;
    QFont font;
};

Look lookOf(const QModelIndex &index, const Theme &theme, const QFont &base)
{
    Look look{std::nullopt, theme.text, base};
    switch (SchemaNodeKind(index.data(SchemaModel::KindRole).toInt())) {
    case SchemaNodeKind::Database:
        break;
    case SchemaNodeKind::Model:
        look.font.setWeight(QFont::DemiBold);
        break;
    case SchemaNodeKind::Field:
        if (index.data(SchemaModel::IsKeyRole).toBool())
            look.sign = Icon::Key;
        break;
    case SchemaNodeKind::ForwardRelation:
        look.sign = Icon::ForwardRelation;
        look.color = theme.forward;
        break;
    case SchemaNodeKind::ReverseRelation:
        look.sign = Icon::ReverseRelation;
        look.color = theme.relation;
        break;
    case SchemaNodeKind::ManyToMany:
        look.sign = Icon::ManyToMany;
        look.color = theme.relation;
        break;
    }
    return look;
}

} // namespace

void SchemaDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.palette);
    // The row's own background (hover, selection, focus) is the style's.
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);

    const bool selected = option.state & QStyle::State_Selected;
    const Look look = lookOf(index, theme, option.font);
    QRect rest = option.rect.adjusted(2, 0, -4, 0);
    if (look.sign) {
        const QRectF box(rest.left(), rest.center().y() - signSize / 2.0 + 0.5, signSize, signSize);
        paintIcon(*painter, *look.sign, box, selected ? theme.onAccentSoft : look.color);
        rest.setLeft(rest.left() + signSize + gap);
    }
    painter->setFont(look.font);
    painter->setPen(selected ? theme.onAccentSoft : look.color);
    const QFontMetrics nameMetrics(look.font);
    const QString name =
        nameMetrics.elidedText(index.data().toString(), Qt::ElideRight, rest.width());
    painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, name);
    rest.setLeft(rest.left() + nameMetrics.horizontalAdvance(name) + gap);

    const QFont small = smallFont();
    const QString detail = QFontMetrics(small).elidedText(
        index.data(SchemaModel::DetailRole).toString(), Qt::ElideRight, rest.width());
    if (rest.width() < 12 || detail.isEmpty())
        return;
    painter->setFont(small);
    painter->setPen(selected ? theme.onAccentSoft : theme.muted);
    painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, detail);
}

QSize SchemaDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const int name = QFontMetrics(option.font).horizontalAdvance(index.data().toString());
    const int detail =
        QFontMetrics(smallFont()).horizontalAdvance(index.data(SchemaModel::DetailRole).toString());
    return {name + detail + signSize + 3 * gap,
            std::max(metrics::treeRowHeight, option.fontMetrics.height() + 4)};
}

} // namespace heddle::ui
