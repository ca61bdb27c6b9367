// Keys, mouse, drops and painting of the editor.

#include "ui/editor/codeeditor.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QToolTip>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {

void CodeEditor::setUpKeys()
{
    // Keys that the window gives a meaning of its own, or that would surprise: Scintilla binds
    // Ctrl+/ to a word movement and Ctrl+L to cutting a line.
    const QKeyCombination freed[] = {
        Qt::SHIFT | Qt::Key_Return,
        Qt::SHIFT | Qt::Key_Enter,
        Qt::CTRL | Qt::Key_Return,
        Qt::CTRL | Qt::Key_Slash,
        Qt::CTRL | Qt::Key_L,
        Qt::CTRL | Qt::Key_T,
        Qt::CTRL | Qt::Key_U,
        Qt::CTRL | Qt::Key_Backslash,
        Qt::CTRL | Qt::SHIFT | Qt::Key_L,
        Qt::CTRL | Qt::SHIFT | Qt::Key_T,
        Qt::CTRL | Qt::SHIFT | Qt::Key_U,
        Qt::CTRL | Qt::SHIFT | Qt::Key_Slash,
    };
    for (const QKeyCombination combination : freed) {
        const int key = combination.toCombined();
        for (QsciCommand *command : standardCommands()->commands()) {
            if (command->key() == key)
                command->setKey(0);
            if (command->alternateKey() == key)
                command->setAlternateKey(0);
        }
    }
}

bool CodeEditor::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // Escape belongs to the window (Stop, close the find bar) unless something here is open
        // that it closes.
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool busy =
            isListActive() || isCallTipActive() || SendScintilla(SCI_GETSELECTIONS) > 1;
        if (key->key() == Qt::Key_Escape && !busy) {
            event->ignore();
            return true;
        }
    }
    return QsciScintilla::event(event);
}

bool CodeEditor::focusNextPrevChild(bool next)
{
    return m_tabMovesFocus ? QAbstractScrollArea::focusNextPrevChild(next)
                           : QsciScintilla::focusNextPrevChild(next);
}

void CodeEditor::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !isListActive() && !isCallTipActive() &&
        SendScintilla(SCI_GETSELECTIONS) <= 1) {
        event->ignore();
        return;
    }
    QsciScintilla::keyPressEvent(event);
}

void CodeEditor::characterAdded(int character)
{
    if (character == '\n' || (character == '\r' && eolMode() == EolMac))
        indentNewLine();
}

void CodeEditor::indentNewLine()
{
    const long line = SendScintilla(SCI_LINEFROMPOSITION, SendScintilla(SCI_GETCURRENTPOS));
    if (line == 0)
        return;
    static const QRegularExpression comment(uR"(\s*#[^'"]*$)"_s);
    static const QRegularExpression leaves(uR"(^\s*(return|raise|break|continue|pass)\b)"_s);
    QString before = lineText(int(line));
    const bool header = parseCellHeader(before).has_value();
    before.remove(comment);
    const QString trimmed = before.trimmed();
    long indent = SendScintilla(SCI_GETLINEINDENTATION, line - 1);
    const long step = 4;
    const bool opens = trimmed.endsWith(u':') || trimmed.endsWith(u'(') || trimmed.endsWith(u'[') ||
                       trimmed.endsWith(u'{');
    if (opens && !header)
        indent += step;
    else if (leaves.match(before).hasMatch())
        indent = std::max(0L, indent - step);
    if (indent == SendScintilla(SCI_GETLINEINDENTATION, line))
        return;
    SendScintilla(SCI_SETLINEINDENTATION, ulong(line), indent);
    SendScintilla(SCI_GOTOPOS, SendScintilla(SCI_GETLINEINDENTPOSITION, line));
}

void CodeEditor::toggleComment()
{
    const LineRange range = selectedLines();
    std::vector<int> codeLines;
    long indent = 1000;
    bool allComments = true;
    for (int line = range.first; line <= range.last; ++line) {
        const QString text = lineText(line);
        if (text.trimmed().isEmpty() || parseCellHeader(text))
            continue;
        codeLines.push_back(line);
        allComments = allComments && text.trimmed().startsWith(u'#');
        indent = std::min(indent, SendScintilla(SCI_GETLINEINDENTATION, long(line - 1)));
    }
    SendScintilla(SCI_BEGINUNDOACTION);
    for (int line : codeLines) {
        const QString text = lineText(line);
        const long start = SendScintilla(SCI_POSITIONFROMLINE, long(line - 1));
        if (allComments) {
            const int sign = int(text.indexOf(u'#'));
            const int length = text.mid(sign + 1, 1) == u" " ? 2 : 1;
            SendScintilla(SCI_DELETERANGE, ulong(start + sign), long(length));
        } else {
            // Indentation is blanks or tabs, one byte each.
            const long column = std::min(indent, long(text.size()));
            const long position = SendScintilla(SCI_FINDCOLUMN, ulong(line - 1), column);
            SendScintilla(SCI_INSERTTEXT, uintptr_t(std::max(start, position)), "# ");
        }
    }
    SendScintilla(SCI_ENDUNDOACTION);
}

int CodeEditor::textLeft() const
{
    long left = SendScintilla(SCI_GETMARGINLEFT);
    for (ulong margin = 0; margin < 5; ++margin)
        left += SendScintilla(SCI_GETMARGINWIDTHN, long(margin));
    return int(left);
}

std::optional<QRect> CodeEditor::lineRect(int line) const
{
    if (line < 1 || line > lines() || !SendScintilla(SCI_GETLINEVISIBLE, long(line - 1)))
        return std::nullopt;
    const long position = SendScintilla(SCI_POSITIONFROMLINE, long(line - 1));
    const int top = int(SendScintilla(SCI_POINTYFROMPOSITION, 0UL, position));
    const int height = int(SendScintilla(SCI_TEXTHEIGHT, long(line - 1)));
    if (top + height < 0 || top > viewport()->height())
        return std::nullopt;
    return QRect(0, top, viewport()->width(), height);
}

LineOverlay::LineGeometry CodeEditor::lineGeometry() const
{
    return [this](int line) { return lineRect(line); };
}

void CodeEditor::paintEvent(QPaintEvent *event)
{
    QsciScintilla::paintEvent(event);
    const int first =
        int(SendScintilla(SCI_DOCLINEFROMVISIBLE, SendScintilla(SCI_GETFIRSTVISIBLELINE))) + 1;
    const long rows = SendScintilla(SCI_LINESONSCREEN) + 1;
    const int last = std::min(
        lines(),
        int(SendScintilla(SCI_DOCLINEFROMVISIBLE, SendScintilla(SCI_GETFIRSTVISIBLELINE) + rows)) +
            1);
    QPainter painter(viewport());
    const int left = textLeft();
    for (const Cell &cell : workbook().cells()) {
        if (cell.headerLine <= 1 || cell.headerLine < first || cell.headerLine > last)
            continue;
        if (const auto rect = lineRect(cell.headerLine))
            painter.fillRect(QRect(left, rect->top(), rect->width() - left, 1), m_theme.separator);
    }
    if (const Cell *cell = workbook().cellAt(m_lastCaret.line);
        cell && workbook().cellCount() > 1) {
        for (int line = std::max(first, cell->topLine()); line <= std::min(last, cell->lastLine);
             ++line) {
            if (const auto rect = lineRect(line))
                painter.fillRect(QRect(0, rect->top(), 2, rect->height()), m_theme.accent);
        }
    }
    m_overlay.paint(&painter, m_theme, lineGeometry(), first, last, left);
}

bool CodeEditor::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QString text;
        if (const int badge = m_overlay.badgeLineAt(help->pos(), m_theme, lineGeometry())) {
            text = m_overlay.badges().value(badge).toolTip;
        } else {
            const long position =
                SendScintilla(SCI_POSITIONFROMPOINT, ulong(help->pos().x()), long(help->pos().y()));
            const int line = int(SendScintilla(SCI_LINEFROMPOSITION, position)) + 1;
            if (const Problem *problem = problemAt(line))
                text = problem->suggestion.isEmpty()
                           ? problem->message
                           : problem->message + u'\n' + problem->suggestion;
        }
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, viewport());
        return true;
    }
    return QsciScintilla::viewportEvent(event);
}

void CodeEditor::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) {
        if (const int line =
                m_overlay.badgeLineAt(event->position().toPoint(), m_theme, lineGeometry())) {
            Q_EMIT badgeActivated(line);
            return;
        }
    }
    QsciScintilla::mousePressEvent(event);
}

void CodeEditor::mouseMoveEvent(QMouseEvent *event)
{
    QsciScintilla::mouseMoveEvent(event);
    if (event->buttons() == Qt::NoButton &&
        m_overlay.badgeLineAt(event->position().toPoint(), m_theme, lineGeometry()))
        viewport()->setCursor(Qt::PointingHandCursor);
}

void CodeEditor::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
    else
        QsciScintilla::dragEnterEvent(event);
}

void CodeEditor::dragMoveEvent(QDragMoveEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
    else
        QsciScintilla::dragMoveEvent(event);
}

void CodeEditor::dropEvent(QDropEvent *event)
{
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
        Q_EMIT filesDropped(event->mimeData()->urls());
    } else {
        QsciScintilla::dropEvent(event);
    }
}

void CodeEditor::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    const bool selected = hasSelectedText();
    const auto add = [&menu](const QString &text, const QKeySequence &key, bool enabled,
                             auto action) {
        QAction *item = menu.addAction(text, action);
        item->setShortcut(key); // shown only: the menu lives as long as it is open
        item->setEnabled(enabled);
    };
    add(tr("Undo"), QKeySequence::Undo, isUndoAvailable(), [this] { undo(); });
    add(tr("Redo"), QKeySequence::Redo, isRedoAvailable(), [this] { redo(); });
    menu.addSeparator();
    add(tr("Cut"), QKeySequence::Cut, selected, [this] { cut(); });
    add(tr("Copy"), QKeySequence::Copy, selected, [this] { copy(); });
    add(tr("Paste"), QKeySequence::Paste, true, [this] { paste(); });
    add(tr("Select All"), QKeySequence::SelectAll, true, [this] { selectAll(); });
    menu.addSeparator();
    add(tr("Comment or Uncomment"), QKeySequence(Qt::CTRL | Qt::Key_Slash), true,
        [this] { toggleComment(); });
    add(tr("Fold or Unfold Cell"), {}, currentCell() && currentCell()->headerLine > 0,
        [this] { toggleCellFold(); });
    const int line = m_lastCaret.line;
    add(tr("Show Line on the Timeline"), {}, m_overlay.badges().contains(line),
        [this, line] { Q_EMIT badgeActivated(line); });
    menu.exec(event->globalPos());
}

} // namespace heddle::ui
