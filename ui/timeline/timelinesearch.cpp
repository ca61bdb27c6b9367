#include "ui/timeline/timelinesearch.h"

#include "ui/models/tracemodel.h"
#include "ui/style/fonts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

TimelineSearch::TimelineSearch(const TraceModel &model, QWidget *parent)
    : QWidget(parent), m_model(model)
{
    setObjectName(u"timelineSearch"_s);
    setAutoFillBackground(true);
    m_line = new QLineEdit(this);
    m_line->setPlaceholderText(tr("Label, SQL, table, thread or error"));
    m_line->setAccessibleName(tr("Search the timeline"));
    m_line->setClearButtonEnabled(true);
    m_line->setFont(smallFont());
    m_line->setMinimumWidth(220);
    m_line->installEventFilter(this);
    m_count = new QLabel(this);
    m_count->setFont(smallFont());
    m_count->setMinimumWidth(
        m_count->fontMetrics().horizontalAdvance(tr("%1 of %2").arg(8888).arg(88888)));

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(m_line);
    layout->addWidget(m_count);
    const auto button = [this, layout](const QString &sign, const QString &name, auto run) {
        auto *made = new QToolButton(this);
        made->setText(sign);
        made->setToolTip(name);
        made->setAccessibleName(name);
        made->setAutoRaise(true);
        connect(made, &QToolButton::clicked, this, run);
        layout->addWidget(made);
    };
    button(u"↑"_s, tr("Previous match (Shift+Enter)"), [this] { walk(-1); });
    button(u"↓"_s, tr("Next match (Enter)"), [this] { walk(1); });
    button(u"✕"_s, tr("Close the search (Esc)"), [this] { close(); });
    connect(m_line, &QLineEdit::textChanged, this, [this] {
        m_at = -1;
        search();
    });
    hide();
}

void TimelineSearch::open()
{
    show();
    raise();
    search();
    m_line->selectAll();
    m_line->setFocus(Qt::ShortcutFocusReason);
}

void TimelineSearch::close()
{
    hide();
    m_found.clear();
    m_at = -1;
    Q_EMIT foundChanged();
    Q_EMIT closed();
}

QString TimelineSearch::text() const
{
    return m_line->text();
}

QString TimelineSearch::countText() const
{
    return m_count->text();
}

void TimelineSearch::refresh()
{
    if (isHidden())
        return;
    const RecordIndex at = m_at >= 0 ? m_found[std::size_t(m_at)] : RecordIndex();
    search();
    const auto place = std::find(m_found.begin(), m_found.end(), at);
    m_at = at.isValid() && place != m_found.end() ? int(place - m_found.begin()) : -1;
    showCount();
}

void TimelineSearch::search()
{
    m_found = m_model.find(m_line->text());
    if (m_at >= int(m_found.size()))
        m_at = -1;
    showCount();
    Q_EMIT foundChanged();
}

// From the end it goes on at the start: a walk never sticks.
void TimelineSearch::walk(int step)
{
    if (m_found.empty())
        return;
    const int count = int(m_found.size());
    m_at = m_at < 0 ? (step > 0 ? 0 : count - 1) : (m_at + step + count) % count;
    showCount();
    Q_EMIT walkedTo(m_found[std::size_t(m_at)].value);
}

void TimelineSearch::showCount()
{
    if (m_line->text().trimmed().isEmpty())
        m_count->clear();
    else if (m_found.empty())
        m_count->setText(tr("none"));
    else if (m_at < 0)
        m_count->setText(tr("%1 found").arg(m_found.size()));
    else
        m_count->setText(tr("%1 of %2").arg(m_at + 1).arg(m_found.size()));
}

bool TimelineSearch::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto *key = static_cast<QKeyEvent *>(event);
    if (key->key() == Qt::Key_Escape) {
        close();
        return true;
    }
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        walk(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace heddle::ui
