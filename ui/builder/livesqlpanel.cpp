#include "ui/builder/livesqlpanel.h"

#include "ui/builder/sqltext.h"
#include "ui/style/elidedlabel.h"
#include "ui/style/fonts.h"
#include "ui/style/icons.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {

LiveSqlPanel::LiveSqlPanel(QWidget *parent)
    : QWidget(parent), m_heading(new ElidedLabel(this)), m_text(new QPlainTextEdit(this)),
      m_laziness(new QLabel(this)), m_copy(new QToolButton(this))
{
    m_heading->setProperty("role", u"muted"_s);
    m_heading->setFont(smallFont());
    m_copy->setIcon(icon(Icon::Copy, IconTone::Muted));
    m_copy->setProperty("flat", true);
    m_copy->setToolTip(tr("Copy the SQL"));
    m_copy->setAccessibleName(tr("Copy the SQL"));
    m_text->setReadOnly(true);
    m_text->setFont(codeFont());
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_text->setAccessibleName(tr("SQL of the queryset at the caret"));
    m_text->setTabChangesFocus(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->document()->setDocumentMargin(10);
    new SqlHighlighter(m_text->document(), this);
    m_laziness->setTextFormat(Qt::PlainText);
    m_laziness->setWordWrap(true);

    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto *heading = new QHBoxLayout;
    heading->setContentsMargins(10, 4, 4, 0);
    heading->addWidget(m_heading, 1);
    heading->addWidget(m_copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(heading);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_laziness);
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    m_current.error = u"-"_s; // differs from the empty state, which is set next
    setLiveSql({});
}

void LiveSqlPanel::setLiveSql(const LiveSql &sql)
{
    if (sql == m_current)
        return;
    m_current = sql;
    m_heading->setText(sql.expression.simplified());
    m_heading->setToolTip(sql.expression);
    m_copy->setEnabled(!sql.sql.isEmpty());
    layOut();
    QString role = u"laziness"_s;
    if (!sql.error.isEmpty()) {
        m_laziness->setText(sql.error);
        role = u"alarm"_s;
    } else if (sql.sql.isEmpty()) {
        m_laziness->setText(tr("Put the caret on a queryset to see its SQL before it runs."));
        role = u"strip"_s;
    } else if (sql.terminal.isEmpty()) {
        m_laziness->setText(tr("Lazy: nothing has run. It will run when it is iterated, counted, "
                               "indexed, printed, or asked for "
                               "list(), len() or bool()."));
    } else {
        m_laziness->setText(
            tr("Nothing has run. It will run when the line runs: %1() asks the database at once.")
                .arg(sql.terminal));
    }
    m_laziness->setProperty("role", role);
    m_laziness->style()->polish(m_laziness);
}

void LiveSqlPanel::layOut()
{
    const double margins =
        2 * m_text->document()->documentMargin() + m_text->verticalScrollBar()->sizeHint().width();
    const double character = QFontMetricsF(m_text->font()).horizontalAdvance(u'x');
    const int columns = std::max(30, int((m_text->width() - margins) / character));
    QString text = m_current.sql.isEmpty() ? QString() : layOutSql(m_current.sql, columns);
    for (qsizetype i = 0; i < m_current.parameters.size(); ++i)
        text += (i == 0 ? u"\n\n-- %1: %2"_s : u"\n-- %1: %2"_s)
                    .arg(i + 1)
                    .arg(m_current.parameters[i]);
    if (text != m_text->toPlainText())
        m_text->setPlainText(text);
}

void LiveSqlPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOut();
}

QString LiveSqlPanel::text() const
{
    return m_text->toPlainText();
}

QString LiveSqlPanel::lazinessText() const
{
    return m_laziness->text();
}

void LiveSqlPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        if (auto *highlighter = m_text->document()->findChild<SqlHighlighter *>())
            highlighter->rehighlight();
    }
}

} // namespace heddle::ui
