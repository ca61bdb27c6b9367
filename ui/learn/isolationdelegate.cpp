#include "ui/learn/isolationdelegate.h"

#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QTableView>
#include <optional>

namespace heddle::ui {
namespace {

constexpr int margin = 6, sign = 14, gap = 6, lineGap = 2;
constexpr int wrapped = Qt::TextWordWrap | Qt::TextWrapAnywhere | Qt::AlignLeft | Qt::AlignTop;

struct Look {
    Icon icon = Icon::ChevronRight;
    QColor sign, soft;
    bool hatched = false;
};

/// None while there is nothing to mark.
std::optional<Look> lookOf(IsolationStep::State state, const Theme &theme)
{
    switch (state) {
    case IsolationStep::State::ToCome:
        return std::nullopt;
    case IsolationStep::State::Next:
        return Look{Icon::Run, theme.accent, theme.currentLine, false};
    case IsolationStep::State::Running:
        return Look{Icon::Run, theme.accent, theme.currentLine, false};
    case IsolationStep::State::Waiting:
        return Look{Icon::Stop, theme.text, theme.waiting.soft, true};
    case IsolationStep::State::Done:
        return Look{Icon::Success, theme.parallel.onSoft, theme.panel, false};
    case IsolationStep::State::Refused:
        return Look{Icon::Failure, theme.alarm.onSoft, theme.alarm.soft, false};
    case IsolationStep::State::NotRun:
        return Look{Icon::Close, theme.muted, theme.panel, false};
    }
    return std::nullopt;
}

/// Who waits has the two bars of a pause.
void paintSign(QPainter &painter, const Look &look, const QRectF &rect)
{
    if (!look.hatched) {
        paintIcon(painter, look.icon, rect, look.sign);
        return;
    }
    const qreal bar = rect.width() / 4;
    for (const qreal left : {rect.left() + bar / 2, rect.right() - bar * 1.5})
        painter.fillRect(QRectF(left, rect.top() + 1, bar, rect.height() - 2), look.sign);
}

/// The word of a state before what came of it, where the result does not say it.
QString resultLine(IsolationStep::State state, const QString &result)
{
    const bool ended = state == IsolationStep::State::Done || state == IsolationStep::State::ToCome;
    if (ended)
        return result;
    const QString word = isolationStateText(state);
    return result.isEmpty() ? word : word + QStringLiteral(": ") + result;
}

QFont boldOf(QFont font)
{
    font.setBold(true);
    return font;
}

} // namespace

void IsolationDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                              const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.palette);
    painter->save();
    const QRect cell = option.rect;
    const QRect inner = cell.adjusted(margin, margin, -margin, -margin);
    if (index.data(IsolationModel::AnomalyRole).toBool()) {
        painter->fillRect(cell, theme.alarm.soft);
        paintIcon(*painter, Icon::Warning, QRectF(inner.left(), inner.top(), sign, sign),
                  theme.alarm.onSoft);
        painter->setPen(theme.alarm.onSoft);
        painter->setFont(boldOf(interfaceFont()));
        painter->drawText(inner.adjusted(sign + gap, 0, 0, 0), wrapped,
                          index.data(Qt::DisplayRole).toString());
    } else {
        const QVariant held = index.data(IsolationModel::StateRole);
        const auto state = IsolationStep::State(held.toInt());
        const auto look = held.isValid() ? lookOf(state, theme) : std::nullopt;
        painter->fillRect(cell, look && index.column() != IsolationModel::NumberColumn
                                    ? look->soft
                                    : theme.panel);
        if (look && look->hatched && index.column() != IsolationModel::NumberColumn)
            painter->fillRect(cell, QBrush(theme.hatch, Qt::BDiagPattern));
        if (index.column() == IsolationModel::NumberColumn) {
            painter->setFont(interfaceFont());
            painter->setPen(theme.muted);
            painter->drawText(inner, Qt::AlignLeft | Qt::AlignTop,
                              index.data(Qt::DisplayRole).toString());
            if (look)
                paintSign(*painter, *look, QRectF(inner.right() - sign, inner.top(), sign, sign));
        } else if (held.isValid()) {
            const QString text = index.data(Qt::DisplayRole).toString();
            painter->setFont(codeFont());
            painter->setPen(state == IsolationStep::State::NotRun ? theme.muted : theme.text);
            const QRect used =
                painter->boundingRect(inner, wrapped, text.isEmpty() ? QStringLiteral(" ") : text);
            painter->drawText(inner, wrapped, text);
            const QString result =
                resultLine(state, index.data(IsolationModel::ResultRole).toString());
            if (look && !result.isEmpty()) {
                const QRect below = inner.adjusted(0, used.height() + lineGap, 0, 0);
                paintSign(*painter, *look, QRectF(below.left(), below.top() + 1, sign, sign));
                painter->setFont(interfaceFont());
                painter->setPen(state == IsolationStep::State::Refused ? theme.alarm.onSoft
                                                                       : theme.text);
                painter->drawText(below.adjusted(sign + gap, 0, 0, 0), wrapped, result);
            }
        }
    }
    painter->setPen(theme.gridLine);
    painter->drawLine(cell.bottomLeft(), cell.bottomRight());
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(theme.accent, 2));
        painter->drawRect(cell.adjusted(1, 1, -1, -2));
    }
    painter->restore();
}

QSize IsolationDelegate::sizeHint(const QStyleOptionViewItem &option,
                                  const QModelIndex &index) const
{
    const auto *view = qobject_cast<const QTableView *>(option.widget);
    if (!view)
        return QStyledItemDelegate::sizeHint(option, index);
    int width = view->columnWidth(index.column());
    const auto heightOf = [](const QFont &font, int room, const QString &text) {
        return QFontMetrics(font)
            .boundingRect(QRect(0, 0, std::max(room, 40), 10'000), wrapped, text)
            .height();
    };
    if (index.data(IsolationModel::AnomalyRole).toBool()) {
        if (index.column() != IsolationModel::NumberColumn)
            return {width, 0};
        width = view->viewport()->width();
        return {width, heightOf(boldOf(interfaceFont()), width - 2 * margin - sign - gap,
                                index.data(Qt::DisplayRole).toString()) +
                           2 * margin};
    }
    const QVariant held = index.data(IsolationModel::StateRole);
    if (index.column() == IsolationModel::NumberColumn || !held.isValid())
        return {width, QFontMetrics(interfaceFont()).height() + 2 * margin};
    const QString text = index.data(Qt::DisplayRole).toString();
    int height =
        heightOf(codeFont(), width - 2 * margin, text.isEmpty() ? QStringLiteral(" ") : text);
    const QString result = resultLine(IsolationStep::State(held.toInt()),
                                      index.data(IsolationModel::ResultRole).toString());
    if (!result.isEmpty())
        height += lineGap + heightOf(interfaceFont(), width - 2 * margin - sign - gap, result);
    return {width, height + 2 * margin};
}

QWidget *IsolationDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                                         const QModelIndex &index) const
{
    Q_UNUSED(option)
    auto *editor = new QPlainTextEdit(parent);
    editor->setFont(codeFont());
    editor->setFrameShape(QFrame::Box);
    editor->setAccessibleName(tr("Text of step %1").arg(index.row() + 1));
    editor->setTabChangesFocus(true);
    return editor;
}

void IsolationDelegate::setEditorData(QWidget *editor, const QModelIndex &index) const
{
    auto *text = qobject_cast<QPlainTextEdit *>(editor);
    text->setPlainText(index.data(Qt::EditRole).toString());
    text->selectAll();
}

void IsolationDelegate::setModelData(QWidget *editor, QAbstractItemModel *model,
                                     const QModelIndex &index) const
{
    model->setData(index, qobject_cast<QPlainTextEdit *>(editor)->toPlainText(), Qt::EditRole);
}

bool IsolationDelegate::eventFilter(QObject *object, QEvent *event)
{
    auto *editor = qobject_cast<QWidget *>(object);
    if (editor && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) &&
            key->modifiers().testFlag(Qt::ControlModifier)) {
            Q_EMIT commitData(editor);
            Q_EMIT closeEditor(editor);
            return true;
        }
    }
    return QStyledItemDelegate::eventFilter(object, event);
}

} // namespace heddle::ui
