#include "ui/findings/findingsview.h"

#include "ui/findings/findingcard.h"
#include "ui/models/timelinegeometry.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

// A run with more different findings than this is not read to its end.
constexpr int mostCards = 200;

QString figuresOf(const FixComparison &c)
{
    const QLocale locale;
    QString text = FindingsView::tr("%1 \u2192 %2 queries, %3 \u2192 %4 rows, %5 \u2192 %6")
                       .arg(c.queriesBefore)
                       .arg(c.queriesAfter)
                       .arg(c.rowsBefore)
                       .arg(c.rowsAfter)
                       .arg(durationText(c.nsBefore), durationText(c.nsAfter));
    if (c.nsAfter > 0 && c.nsBefore > c.nsAfter)
        text += FindingsView::tr(" (%1 times as fast)")
                    .arg(locale.toString(double(c.nsBefore) / double(c.nsAfter), 'f', 1));
    return text;
}

} // namespace

FindingsView::FindingsView(FindingsModel &model, QWidget *parent) : QWidget(parent), m_model(model)
{
    setAccessibleName(tr("Findings"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    m_comparison = new QWidget(this);
    auto *row = new QHBoxLayout(m_comparison);
    row->setContentsMargins(14, 6, 12, 6);
    row->setSpacing(12);
    m_comparisonSign = new QLabel(m_comparison);
    m_comparisonText = new QLabel(m_comparison);
    m_comparisonText->setTextFormat(Qt::PlainText);
    m_comparisonText->setWordWrap(true);
    m_comparisonText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_comparisonText->setAccessibleName(tr("What the fix has changed"));
    m_undo = new QPushButton(tr("Undo the fix"), m_comparison);
    m_undo->setProperty("pill", true);
    auto *close = new QToolButton(m_comparison);
    close->setIcon(icon(Icon::Close, IconTone::Muted));
    close->setProperty("flat", true);
    close->setToolTip(tr("Dismiss"));
    close->setAccessibleName(tr("Dismiss the comparison"));
    row->addWidget(m_comparisonSign, 0, Qt::AlignVCenter);
    row->addWidget(m_comparisonText, 1);
    row->addWidget(m_undo);
    row->addWidget(close);
    connect(m_undo, &QPushButton::clicked, this, &FindingsView::undoRequested);
    connect(close, &QToolButton::clicked, this, &FindingsView::clearComparison);
    layout->addWidget(m_comparison);
    m_comparison->hide();

    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *content = new QWidget(m_scroll);
    content->setAccessibleName(tr("Findings of the last run"));
    m_list = new QVBoxLayout(content);
    m_list->setContentsMargins(0, 0, 0, 0);
    m_list->setSpacing(0);
    m_hint = new QLabel(content);
    m_hint->setProperty("role", u"muted"_s);
    m_hint->setWordWrap(true);
    m_hint->setContentsMargins(14, 10, 14, 10);
    m_list->addWidget(m_hint);
    m_list->addStretch(1);
    m_scroll->setWidget(content);
    layout->addWidget(m_scroll, 1);
    connect(&m_model, &FindingsModel::changed, this, &FindingsView::rebuild);
    rebuild();
}

void FindingsView::rebuild()
{
    const int chosenBefore = m_chosen;
    const bool hadFocus = m_scroll->isAncestorOf(focusWidget());
    for (FindingCard *card : m_cards) {
        m_list->removeWidget(card);
        card->hide();
        card->deleteLater(); // its own button may have caused this
    }
    m_cards.clear();
    m_chosen = -1;
    const int count = std::min(int(m_model.rows().size()), mostCards);
    for (int i = 0; i < count; ++i) {
        auto *card = new FindingCard(m_model, i, m_scroll->widget());
        connect(card, &FindingCard::showRequested, this, &FindingsView::showRequested);
        connect(card, &FindingCard::applyRequested, this, &FindingsView::applyRequested);
        connect(card, &FindingCard::compareRequested, this, &FindingsView::compareRequested);
        connect(card, &FindingCard::focused, this, [this](int row) {
            choose(row);
            Q_EMIT chosen(row);
        });
        connect(card, &FindingCard::moveRequested, this, &FindingsView::move);
        m_list->insertWidget(i, card);
        card->show();
        m_cards.append(card);
    }
    QStringList remarks;
    if (count == 0)
        remarks << tr("After a run this shows what the code did to the database and what would be "
                      "better: N+1 queries, repeated queries, awaits in series, transactions that "
                      "wait.");
    if (int(m_model.rows().size()) > count)
        remarks << tr("%1 more are not shown.").arg(int(m_model.rows().size()) - count);
    if (m_model.silenced() > 0)
        remarks << (m_model.silenced() == 1
                        ? tr("1 finding is marked as expected.")
                        : tr("%1 findings are marked as expected.").arg(m_model.silenced()));
    m_hint->setText(remarks.join(u' '));
    m_hint->setVisible(!remarks.isEmpty());
    setFocusProxy(m_cards.isEmpty() ? nullptr : m_cards.front());
    setFocusPolicy(m_cards.isEmpty() ? Qt::TabFocus : Qt::NoFocus);
    if (chosenBefore >= 0 && chosenBefore < count) {
        choose(chosenBefore);
        if (hadFocus)
            m_cards[chosenBefore]->setFocus();
    }
}

void FindingsView::choose(int row)
{
    m_chosen = row;
    for (FindingCard *card : m_cards)
        card->setChosen(card->row() == row);
    if (row >= 0 && row < m_cards.size())
        m_scroll->ensureWidgetVisible(m_cards[row], 0, 4);
}

void FindingsView::move(int row, int step)
{
    const int next = row + step;
    if (next >= 0 && next < m_cards.size())
        m_cards[next]->setFocus(step > 0 ? Qt::TabFocusReason : Qt::BacktabFocusReason);
}

void FindingsView::selectRecord(std::uint64_t traceId)
{
    choose(m_model.rowOfRecord(traceId));
}

void FindingsView::selectLine(int line)
{
    choose(m_model.rowAtLine(line));
}

QString FindingsView::comparisonText() const
{
    return m_comparison->isHidden() ? QString() : m_comparisonText->text();
}

void FindingsView::setComparing(const QString &fix)
{
    m_comparisonSign->clear();
    m_comparisonText->setText(tr("Running both, without and with the fix: %1\u2026").arg(fix));
    m_undo->hide();
    m_comparison->show();
}

void FindingsView::setComparison(const FixComparison &comparison)
{
    const bool refused = !comparison.refusal.isEmpty();
    const bool differs = !refused && !comparison.sameOutput;
    const Icon sign = refused ? Icon::Information : differs ? Icon::Failure : Icon::Success;
    const IconTone tone = refused   ? IconTone::Muted
                          : differs ? IconTone::Alarm
                                    : IconTone::Parallel;
    m_comparisonSign->setPixmap(icon(sign, tone).pixmap(metrics::iconSize, metrics::iconSize));
    QString text;
    if (refused)
        text = tr("The fix is applied, but was not compared: %1").arg(comparison.refusal);
    else if (differs)
        text = tr("The results DIFFER: %1 With the fix: %2.")
                   .arg(comparison.difference, figuresOf(comparison));
    else
        text = tr("With the fix: %1. The results are equal.").arg(figuresOf(comparison));
    m_comparisonText->setText(text);
    m_undo->show();
    m_comparison->show();
    QAccessibleEvent alert(m_comparisonText, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void FindingsView::clearComparison()
{
    m_comparison->hide();
}

} // namespace heddle::ui
