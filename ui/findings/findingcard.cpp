#include "ui/findings/findingcard.h"

#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;
using analysis::Severity;

namespace {

constexpr int signSize = 18;
constexpr int signMargin = 14;
constexpr int textLeft = signMargin + signSize + 14;

struct Look {
    QColor fill, sign;
    QString mark; // a check is drawn
};

Look lookOf(Severity severity, const Theme &theme)
{
    switch (severity) {
    case Severity::Severe:
        return {theme.alarm.fill, theme.alarm.onFill, u"!!"_s};
    case Severity::Warning:
        return {theme.alarm.fill, theme.alarm.onFill, u"!"_s};
    case Severity::Info:
        return {theme.write.fill, theme.write.onFill, u"i"_s};
    case Severity::Good:
        return {theme.parallel.fill, theme.parallel.onFill, {}};
    }
    return {};
}

} // namespace

FindingCard::FindingCard(const FindingsModel &model, int row, QWidget *parent)
    : QFrame(parent), m_row(row), m_severity(model.rows()[std::size_t(row)].finding.severity)
{
    const FindingRow &shown = model.rows()[std::size_t(row)];
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(model.spoken(row));
    setToolTip(analysis::describe(shown.finding.rule));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(textLeft, 8, 12, 9);
    layout->setSpacing(8);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    auto *sentence = new QLabel(this);
    sentence->setTextFormat(Qt::RichText);
    sentence->setText(u"<b>%1</b> \u2014 %2"_s.arg(model.sentence(row).toHtmlEscaped(),
                                                   model.figures(row).toHtmlEscaped()));
    sentence->setWordWrap(true);
    words->addWidget(sentence);
    if (const QString better = model.advice(row); !better.isEmpty()) {
        auto *advice = new QLabel(better, this);
        advice->setTextFormat(Qt::PlainText);
        advice->setWordWrap(true);
        advice->setProperty("role", u"muted"_s);
        words->addWidget(advice);
    }
    layout->addLayout(words, 1);
    if (shown.canApply && !shown.applied && !shown.stale) {
        QPushButton *apply = button(tr("Apply fix"), tr("Apply the fix: %1").arg(shown.fix));
        connect(apply, &QPushButton::clicked, this, [this] { Q_EMIT applyRequested(m_row); });
        QPushButton *compare = button(tr("Apply and compare"),
                                      tr("Apply the fix, run both and compare: %1").arg(shown.fix));
        connect(compare, &QPushButton::clicked, this, [this] { Q_EMIT compareRequested(m_row); });
        layout->addWidget(apply, 0, Qt::AlignVCenter);
        layout->addWidget(compare, 0, Qt::AlignVCenter);
    }
    QPushButton *show = button(tr("Show"), tr("Show it in the text and on the timeline"));
    connect(show, &QPushButton::clicked, this, [this] { Q_EMIT showRequested(m_row); });
    layout->addWidget(show, 0, Qt::AlignVCenter);
}

QPushButton *FindingCard::button(const QString &text, const QString &spoken)
{
    auto *made = new QPushButton(text, this);
    made->setProperty("pill", true);
    made->setAccessibleName(spoken);
    made->setToolTip(spoken);
    return made;
}

void FindingCard::setChosen(bool chosen)
{
    if (m_chosen == chosen)
        return;
    m_chosen = chosen;
    update();
}

void FindingCard::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), m_chosen ? theme.currentLine : theme.panel);
    painter.setPen(theme.separator);
    painter.drawLine(0, height() - 1, width(), height() - 1);
    if (m_chosen)
        painter.fillRect(QRect(0, 0, 3, height() - 1), theme.accent);
    if (hasFocus()) {
        painter.setPen(theme.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -2));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const Look look = lookOf(m_severity, theme);
    const QRectF round(signMargin, 9, signSize, signSize);
    painter.setPen(Qt::NoPen);
    painter.setBrush(look.fill);
    painter.drawEllipse(round);
    if (look.mark.isEmpty()) {
        painter.setPen(QPen(look.sign, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF check[] = {round.topLeft() + QPointF(5, 9.5),
                                 round.topLeft() + QPointF(8, 12.5),
                                 round.topLeft() + QPointF(13, 6)};
        painter.drawPolyline(check, 3);
        return;
    }
    QFont font = smallFont();
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(look.sign);
    painter.drawText(round, Qt::AlignCenter, look.mark);
}

void FindingCard::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        Q_EMIT showRequested(m_row);
        return;
    case Qt::Key_Up:
        Q_EMIT moveRequested(m_row, -1);
        return;
    case Qt::Key_Down:
        Q_EMIT moveRequested(m_row, 1);
        return;
    default:
        QFrame::keyPressEvent(event);
    }
}

void FindingCard::focusInEvent(QFocusEvent *event)
{
    QFrame::focusInEvent(event);
    update();
    Q_EMIT focused(m_row);
}

void FindingCard::focusOutEvent(QFocusEvent *event)
{
    QFrame::focusOutEvent(event);
    update();
}

void FindingCard::mousePressEvent(QMouseEvent *event)
{
    setFocus(Qt::MouseFocusReason);
    QFrame::mousePressEvent(event);
}

void FindingCard::mouseDoubleClickEvent(QMouseEvent *event)
{
    QFrame::mouseDoubleClickEvent(event);
    Q_EMIT showRequested(m_row);
}

} // namespace heddle::ui
