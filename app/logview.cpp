#include "app/logview.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QEvent>
#include <QScrollBar>
#include <QTextBlock>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int maximumLines = 20'000;
constexpr std::size_t linesAtOnce = 2'000;

QTextCharFormat formatOf(LogView::Kind kind, const ui::Theme &theme)
{
    QTextCharFormat format;
    switch (kind) {
    case LogView::Kind::Output:
        format.setForeground(theme.text);
        break;
    case LogView::Kind::Note:
        format.setForeground(theme.muted);
        break;
    case LogView::Kind::Warning:
        format.setForeground(theme.write.onSoft);
        break;
    case LogView::Kind::Error:
        format.setForeground(theme.alarm.onSoft);
        break;
    }
    return format;
}

/// Colour is never alone: each kind but output has its sign.
QString signOf(LogView::Kind kind)
{
    switch (kind) {
    case LogView::Kind::Output:
        return {};
    case LogView::Kind::Note:
        return u"\u00b7 "_s;
    case LogView::Kind::Warning:
        return u"\u25b2 "_s;
    case LogView::Kind::Error:
        return u"\u2716 "_s;
    }
    return {};
}

} // namespace

LogView::LogView(QWidget *parent) : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setFont(ui::codeFont());
    setMaximumBlockCount(maximumLines);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    document()->setDocumentMargin(8);
    setAccessibleName(tr("Log"));
    setPlaceholderText(tr("What cells print, and what the window does, is listed here."));
    m_timer.setInterval(33);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LogView::flush);
}

void LogView::add(Kind kind, const QString &text)
{
    m_waiting.push_back({kind, text});
    // What will be cut off anyway need not be kept.
    if (m_waiting.size() > 2 * maximumLines)
        m_waiting.erase(m_waiting.begin(), m_waiting.end() - maximumLines);
    if (!m_timer.isActive())
        m_timer.start();
}

void LogView::flush()
{
    QScrollBar *bar = verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 2;
    const ui::Theme &theme = ui::Theme::of(palette());
    const std::size_t count = std::min(m_waiting.size(), linesAtOnce);
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    cursor.beginEditBlock();
    for (std::size_t i = 0; i < count; ++i) {
        const Line &line = m_waiting[i];
        if (!document()->isEmpty())
            cursor.insertBlock();
        cursor.block().setUserState(int(line.kind));
        cursor.insertText(signOf(line.kind) + line.text, formatOf(line.kind, theme));
    }
    cursor.endEditBlock();
    m_waiting.erase(m_waiting.begin(), m_waiting.begin() + std::ptrdiff_t(count));
    if (atEnd)
        bar->setValue(bar->maximum());
    if (!m_waiting.empty())
        m_timer.start();
}

void LogView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    const ui::Theme &theme = ui::Theme::of(palette());
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        cursor.setCharFormat(formatOf(Kind(std::max(0, block.userState())), theme));
    }
}

} // namespace heddle::app
