#include "app/messagebar.h"

#include "ui/style/icons.h"
#include "ui/style/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int maximumRows = 3;

struct Look {
    ui::Icon icon;
    ui::IconTone tone;
    QColor paper, text;
};

Look lookOf(Message::Kind kind, const ui::Theme &theme)
{
    switch (kind) {
    case Message::Kind::Information:
        return {ui::Icon::Information, ui::IconTone::Accent, theme.accentSoft, theme.text};
    case Message::Kind::Success:
        return {ui::Icon::Success, ui::IconTone::Parallel, theme.parallel.soft,
                theme.parallel.onSoft};
    case Message::Kind::Warning:
        return {ui::Icon::Warning, ui::IconTone::Write, theme.write.soft, theme.write.onSoft};
    case Message::Kind::Error:
        return {ui::Icon::Failure, ui::IconTone::Alarm, theme.alarm.soft, theme.alarm.onSoft};
    }
    return {};
}

/// One message. Paints its own paper, so that it follows a change of theme.
class Row final : public QWidget {
public:
    Row(const Message &message, QWidget *parent) : QWidget(parent), m_kind(message.kind)
    {
        setObjectName(message.key);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const ui::Theme &theme = ui::Theme::of(palette());
        QPainter painter(this);
        painter.fillRect(rect(), lookOf(m_kind, theme).paper);
        painter.fillRect(QRect(0, height() - 1, width(), 1), theme.separator);
    }

private:
    Message::Kind m_kind;
};

} // namespace

MessageBar::MessageBar(QWidget *parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    setAccessibleName(tr("Messages"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    hide();
}

QWidget *MessageBar::rowOf(const Message &message)
{
    auto *row = new Row(message, this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 5, 8, 6);
    layout->setSpacing(9);
    auto *sign = new QLabel(row);
    const Look look = lookOf(message.kind, ui::Theme::of(palette()));
    sign->setPixmap(ui::icon(look.icon, look.tone).pixmap(16, 16));
    layout->addWidget(sign, 0, Qt::AlignTop);
    auto *text = new QLabel(message.text, row);
    text->setObjectName(u"text"_s);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(text, 1);
    for (const Message::Action &action : message.actions) {
        auto *button = new QPushButton(action.text, row);
        button->setProperty("pill", true);
        layout->addWidget(button, 0, Qt::AlignVCenter);
        connect(button, &QPushButton::clicked, this, [this, key = message.key, run = action.run] {
            remove(key);
            run();
        });
    }
    auto *close = new QToolButton(row);
    close->setIcon(ui::icon(ui::Icon::Close, ui::IconTone::Muted));
    close->setToolTip(tr("Dismiss"));
    close->setAccessibleName(tr("Dismiss this message"));
    close->setProperty("flat", true);
    layout->addWidget(close, 0, Qt::AlignVCenter);
    connect(close, &QToolButton::clicked, this, [this, key = message.key] { remove(key); });
    row->setAccessibleName(message.text);
    return row;
}

void MessageBar::show(const Message &message)
{
    remove(message.key);
    QWidget *row = rowOf(message);
    m_layout->insertWidget(0, row);
    while (m_layout->count() > maximumRows) {
        const std::unique_ptr<QLayoutItem> item(m_layout->takeAt(m_layout->count() - 1));
        item->widget()->hide();
        item->widget()->deleteLater();
    }
    QWidget::show();
    QAccessibleEvent alert(row, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MessageBar::remove(const QString &key)
{
    for (int i = m_layout->count() - 1; i >= 0; --i) {
        QWidget *row = m_layout->itemAt(i)->widget();
        if (row->objectName() != key)
            continue;
        const std::unique_ptr<QLayoutItem> item(m_layout->takeAt(i));
        row->hide();
        row->deleteLater();
    }
    if (m_layout->count() == 0)
        hide();
}

QStringList MessageBar::texts() const
{
    QStringList result;
    for (int i = 0; i < m_layout->count(); ++i)
        result.append(m_layout->itemAt(i)->widget()->findChild<QLabel *>(u"text"_s)->text());
    return result;
}

} // namespace heddle::app
