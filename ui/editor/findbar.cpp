#include "ui/editor/findbar.h"

#include "ui/editor/codeeditor.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

constexpr ulong matchIndicator = 12;

} // namespace

FindBar::FindBar(CodeEditor *editor, QWidget *parent)
    : QWidget(parent), m_editor(editor), m_text(new QLineEdit(this)),
      m_replacement(new QLineEdit(this)), m_count(new QLabel(this)), m_replaceRow(new QWidget(this))
{
    setObjectName(u"findBar"_s);
    m_text->setPlaceholderText(tr("Find"));
    m_text->setAccessibleName(tr("Text to find"));
    m_text->setClearButtonEnabled(true);
    m_replacement->setPlaceholderText(tr("Replace with"));
    m_replacement->setAccessibleName(tr("Replacement"));
    const auto button = [this](const QString &text, const QString &tip, bool checkable) {
        auto *b = new QToolButton(this);
        b->setText(text);
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        b->setCheckable(checkable);
        b->setAutoRaise(true);
        b->setFocusPolicy(Qt::TabFocus);
        return b;
    };
    m_case = button(u"Aa"_s, tr("Match case"), true);
    m_words = button(u"W"_s, tr("Whole words"), true);
    m_regex = button(u".*"_s, tr("Regular expression"), true);
    auto *previous = button(u"\u2191"_s, tr("Previous match (Shift+Enter)"), false);
    auto *next = button(u"\u2193"_s, tr("Next match (Enter)"), false);
    auto *closing = button(u"\u2715"_s, tr("Close (Escape)"), false);
    auto *replace = button(tr("Replace"), tr("Replace this match"), false);
    auto *all = button(tr("Replace All"), tr("Replace every match"), false);

    auto *findRow = new QHBoxLayout;
    findRow->setSpacing(4);
    findRow->addWidget(m_text, 1);
    for (QWidget *w : {static_cast<QWidget *>(m_case), static_cast<QWidget *>(m_words),
                       static_cast<QWidget *>(m_regex), static_cast<QWidget *>(m_count),
                       static_cast<QWidget *>(previous), static_cast<QWidget *>(next),
                       static_cast<QWidget *>(closing)})
        findRow->addWidget(w);
    auto *replaceLayout = new QHBoxLayout(m_replaceRow);
    replaceLayout->setContentsMargins(0, 0, 0, 0);
    replaceLayout->setSpacing(4);
    replaceLayout->addWidget(m_replacement, 1);
    replaceLayout->addWidget(replace);
    replaceLayout->addWidget(all);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(4);
    layout->addLayout(findRow);
    layout->addWidget(m_replaceRow);
    setFocusProxy(m_text);
    hide();

    connect(m_text, &QLineEdit::textChanged, this, &FindBar::markMatches);
    for (QToolButton *b : {m_case, m_words, m_regex})
        connect(b, &QToolButton::toggled, this, &FindBar::markMatches);
    connect(previous, &QToolButton::clicked, this, &FindBar::findPrevious);
    connect(next, &QToolButton::clicked, this, &FindBar::findNext);
    connect(closing, &QToolButton::clicked, this, &FindBar::close);
    connect(replace, &QToolButton::clicked, this, &FindBar::replaceOne);
    connect(all, &QToolButton::clicked, this, &FindBar::replaceAll);
    connect(m_replacement, &QLineEdit::returnPressed, this, &FindBar::replaceOne);
    connect(m_editor, &CodeEditor::contentChanged, this, [this] {
        if (isVisible())
            markMatches();
    });
}

void FindBar::open(bool replace)
{
    const QString selection = m_editor->selectedText();
    if (!selection.isEmpty() && !selection.contains(u'\n') && !selection.contains(u'\r'))
        m_text->setText(selection);
    m_replaceRow->setVisible(replace);
    show();
    m_text->setFocus();
    m_text->selectAll();
    markMatches();
}

void FindBar::close()
{
    clearMarks();
    hide();
    m_editor->setFocus();
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->key() == Qt::Key_Escape)
        close();
    else if (enter && m_text->hasFocus())
        find(!(event->modifiers() & Qt::ShiftModifier));
    else
        QWidget::keyPressEvent(event);
}

/// The pattern as one expression for everything: what is marked, walked and replaced is then the
/// same.
static QRegularExpression patternOf(const QString &text, bool regex, bool matchCase, bool words)
{
    QString pattern = regex ? text : QRegularExpression::escape(text);
    if (words)
        pattern = uR"(\b(?:%1)\b)"_s.arg(pattern);
    QRegularExpression::PatternOptions options = QRegularExpression::MultilineOption;
    if (!matchCase)
        options |= QRegularExpression::CaseInsensitiveOption;
    return QRegularExpression(pattern, options);
}

void FindBar::find(bool forward)
{
    const QRegularExpression pattern =
        patternOf(m_text->text(), m_regex->isChecked(), m_case->isChecked(), m_words->isChecked());
    if (m_text->text().isEmpty() || !pattern.isValid())
        return;
    const QString &text = m_editor->workbook().text();
    const int selectionBegin =
        m_editor->offsetOfPosition(m_editor->SendScintilla(QsciScintilla::SCI_GETSELECTIONSTART));
    const int selectionEnd =
        m_editor->offsetOfPosition(m_editor->SendScintilla(QsciScintilla::SCI_GETSELECTIONEND));
    QRegularExpressionMatch first, best, last;
    for (auto it = pattern.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        if (match.capturedLength() == 0)
            continue;
        if (!first.hasMatch())
            first = match;
        last = match;
        if (forward ? match.capturedStart() >= selectionEnd && !best.hasMatch()
                    : match.capturedEnd() <= selectionBegin)
            best = match;
    }
    if (!best.hasMatch())
        best = forward ? first : last; // round the corner
    if (!best.hasMatch())
        return;
    const long begin = m_editor->positionOfOffset(int(best.capturedStart()));
    const long end = m_editor->positionOfOffset(int(best.capturedEnd()));
    m_editor->SendScintilla(QsciScintilla::SCI_ENSUREVISIBLEENFORCEPOLICY,
                            m_editor->SendScintilla(QsciScintilla::SCI_LINEFROMPOSITION, begin));
    m_editor->SendScintilla(QsciScintilla::SCI_SETSEL, ulong(begin), end);
}

void FindBar::replaceOne()
{
    const QRegularExpression pattern =
        patternOf(m_text->text(), m_regex->isChecked(), m_case->isChecked(), m_words->isChecked());
    const QString selected = m_editor->selectedText();
    const QRegularExpressionMatch match = pattern.match(selected);
    if (pattern.isValid() && !selected.isEmpty() && match.hasMatch() &&
        match.capturedLength() == selected.size()) {
        QString replaced = selected;
        const int begin = m_editor->offsetOfPosition(
            m_editor->SendScintilla(QsciScintilla::SCI_GETSELECTIONSTART));
        if (m_regex->isChecked())
            replaced.replace(pattern, m_replacement->text());
        else
            replaced = m_replacement->text();
        m_editor->replaceRange(begin, begin + int(selected.size()), replaced);
        m_editor->SendScintilla(QsciScintilla::SCI_GOTOPOS,
                                m_editor->positionOfOffset(begin + int(replaced.size())));
    }
    find(true);
}

void FindBar::replaceAll()
{
    const QRegularExpression pattern =
        patternOf(m_text->text(), m_regex->isChecked(), m_case->isChecked(), m_words->isChecked());
    if (m_text->text().isEmpty() || !pattern.isValid())
        return;
    QString text = m_editor->workbook().text();
    // A plain pattern has no groups, so that \1 in its replacement stays what it says.
    const QString replaced = text.replace(pattern, m_replacement->text());
    if (replaced != m_editor->workbook().text())
        m_editor->replaceContent(replaced);
}

void FindBar::clearMarks()
{
    m_editor->SendScintilla(QsciScintilla::SCI_SETINDICATORCURRENT, long(matchIndicator));
    m_editor->SendScintilla(QsciScintilla::SCI_INDICATORCLEARRANGE, 0UL,
                            m_editor->SendScintilla(QsciScintilla::SCI_GETLENGTH));
}

void FindBar::markMatches()
{
    clearMarks();
    m_matches = 0;
    const QRegularExpression pattern =
        patternOf(m_text->text(), m_regex->isChecked(), m_case->isChecked(), m_words->isChecked());
    if (!m_text->text().isEmpty() && pattern.isValid()) {
        m_editor->SendScintilla(QsciScintilla::SCI_INDICSETSTYLE, matchIndicator,
                                long(QsciScintilla::INDIC_STRAIGHTBOX));
        m_editor->SendScintilla(QsciScintilla::SCI_INDICSETFORE, matchIndicator,
                                m_editor->theme().match);
        m_editor->SendScintilla(QsciScintilla::SCI_INDICSETALPHA, matchIndicator, 70L);
        for (auto it = pattern.globalMatch(m_editor->workbook().text()); it.hasNext();) {
            const QRegularExpressionMatch match = it.next();
            if (match.capturedLength() == 0)
                continue;
            ++m_matches;
            const long begin = m_editor->positionOfOffset(int(match.capturedStart()));
            const long end = m_editor->positionOfOffset(int(match.capturedEnd()));
            m_editor->SendScintilla(QsciScintilla::SCI_INDICATORFILLRANGE, ulong(begin),
                                    end - begin);
        }
    }
    showCount();
}

void FindBar::showCount()
{
    const bool valid = !m_regex->isChecked() || QRegularExpression(m_text->text()).isValid();
    m_count->setText(m_text->text().isEmpty() ? QString()
                     : !valid                 ? tr("not an expression")
                     : m_matches == 1         ? tr("1 match")
                                              : tr("%1 matches").arg(m_matches));
}

} // namespace heddle::ui
