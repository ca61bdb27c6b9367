#pragma once

#include <QStyledItemDelegate>

namespace heddle::ui {

/// A schema row: a sign for keys and relations, the name, and behind it the detail smaller and
/// dimmer.
class SchemaDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace heddle::ui
