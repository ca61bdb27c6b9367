#pragma once

#include <QStyledItemDelegate>

namespace heddle::ui {

/// Paints grid cells: plain text, NULL dim and italic. Much faster than the style's own item
/// painting, which a style sheet slows down; a screen holds a thousand cells.
class ResultDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace heddle::ui
