#include "app/rewritedialog.h"

#include "orm/notation/linediff.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextBlock>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int linesAround = 3;

/// Whether a line is near enough to a change to be shown.
std::vector<bool> shownLines(const std::vector<notation::DiffLine> &lines)
{
    std::vector<bool> shown(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].kind == notation::DiffLine::Same)
            continue;
        const std::size_t from = i > linesAround ? i - linesAround : 0;
        for (std::size_t j = from; j < std::min(lines.size(), i + linesAround + 1); ++j)
            shown[j] = true;
    }
    return shown;
}

QString kindWord(advice::AsyncNote::Kind kind)
{
    switch (kind) {
    case advice::AsyncNote::Advice:
        return RewriteDialog::tr("hint");
    case advice::AsyncNote::Unseen:
        return RewriteDialog::tr("not seen through");
    case advice::AsyncNote::Left:
        return RewriteDialog::tr("left to you");
    }
    return {};
}

} // namespace

RewriteDialog::RewriteDialog(const QString &before, const QString &after,
                             const advice::AsyncRewrite &rewrite, QWidget *parent)
    : QDialog(parent), m_diff(new QPlainTextEdit(this))
{
    setWindowTitle(tr("Make This Cell Async"));
    resize(860, 560);
    auto *layout = new QVBoxLayout(this);
    auto *summary = new QLabel(rewrite.summary, this);
    summary->setTextFormat(Qt::PlainText);
    summary->setWordWrap(true);
    layout->addWidget(summary);
    m_diff->setReadOnly(true);
    m_diff->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_diff->setFont(ui::codeFont());
    m_diff->setTabChangesFocus(true);
    m_diff->setAccessibleName(tr("What changes: lines with - go, lines with + come"));
    layout->addWidget(m_diff, 1);
    fillDiff(before, after);
    if (!rewrite.notes.empty()) {
        QStringList notes;
        for (const advice::AsyncNote &note : rewrite.notes)
            notes << tr("Line %1, %2: %3").arg(note.span.line).arg(kindWord(note.kind), note.text);
        auto *said = new QPlainTextEdit(notes.join(u'\n'), this);
        said->setReadOnly(true);
        said->setTabChangesFocus(true);
        said->setMaximumHeight(110);
        said->setAccessibleName(tr("Notes"));
        layout->addWidget(new QLabel(
            rewrite.isComplete() ? tr("Notes") : tr("Not all of it could be rewritten"), this));
        layout->addWidget(said);
    }
    auto *buttons = new QDialogButtonBox(this);
    QPushButton *apply = buttons->addButton(tr("Apply"), QDialogButtonBox::AcceptRole);
    apply->setDefault(true);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    apply->setFocus();
}

void RewriteDialog::fillDiff(const QString &before, const QString &after)
{
    const ui::Theme &theme = ui::Theme::of(palette());
    const std::vector<notation::DiffLine> lines = notation::lineDiff(before, after);
    const std::vector<bool> shown = shownLines(lines);
    QTextCursor cursor(m_diff->document());
    bool first = true, skipped = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!shown[i]) {
            skipped = true;
            continue;
        }
        const notation::DiffLine &line = lines[i];
        QTextBlockFormat block;
        QTextCharFormat letters;
        letters.setForeground(theme.text);
        QChar sign = u' ';
        if (line.kind == notation::DiffLine::Removed) {
            sign = u'-';
            block.setBackground(theme.alarm.soft);
            letters.setForeground(theme.alarm.onSoft);
        } else if (line.kind == notation::DiffLine::Added) {
            sign = u'+';
            block.setBackground(theme.parallel.soft);
            letters.setForeground(theme.parallel.onSoft);
        }
        const auto write = [&](const QString &text, const QTextBlockFormat &format) {
            if (!first)
                cursor.insertBlock();
            first = false;
            cursor.setBlockFormat(format);
            cursor.insertText(text, letters);
        };
        if (skipped && !first)
            write(u"\u22ee"_s, {});
        skipped = false;
        const QString number =
            QString::number(line.newLine > 0 ? line.newLine : line.oldLine).rightJustified(4);
        write(number + u' ' + sign + u' ' + line.text, block);
    }
    m_diff->moveCursor(QTextCursor::Start);
}

QString RewriteDialog::diffText() const
{
    return m_diff->toPlainText();
}

} // namespace heddle::app
