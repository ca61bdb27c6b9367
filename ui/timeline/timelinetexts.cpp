#include "ui/timeline/timelinetexts.h"

#include <QFontMetricsF>
#include <QPainter>

namespace heddle::ui {

namespace {

constexpr qsizetype mostTexts = 8192;

} // namespace

const TimelineTexts::Text &TimelineTexts::insert(const Key &key, const QString &shown,
                                                 const QFont &font)
{
    Text made;
    made.width = QFontMetricsF(font).horizontalAdvance(shown);
    made.laidOut.setText(shown);
    made.laidOut.setTextFormat(Qt::PlainText);
    made.laidOut.setPerformanceHint(QStaticText::AggressiveCaching);
    made.laidOut.prepare({}, font);
    return *m_texts.insert(key, made);
}

const TimelineTexts::Text &TimelineTexts::whole(const QString &text, const QFont &font)
{
    const Key key{text, font.pointSizeF(), font.weight(), -1};
    const auto known = m_texts.constFind(key);
    return known != m_texts.constEnd() ? *known : insert(key, text, font);
}

const TimelineTexts::Text &TimelineTexts::elided(const QString &text, const QFont &font, int width)
{
    const Key key{text, font.pointSizeF(), font.weight(), width};
    const auto known = m_texts.constFind(key);
    if (known != m_texts.constEnd())
        return *known;
    QString shown = QFontMetricsF(font).elidedText(text, Qt::ElideRight, width);
    if (shown.size() < 2)
        shown.clear(); // a lone ellipsis says nothing
    return insert(key, shown, font);
}

double TimelineTexts::widthOf(const QString &text, const QFont &font)
{
    return whole(text, font).width;
}

void TimelineTexts::paint(QPainter &painter, const QRectF &rect, const QString &text,
                          const QColor &color, const QFont &font, Qt::Alignment alignment)
{
    if (m_texts.size() > mostTexts)
        clear();
    const Text *shown = &whole(text, font);
    if (shown->width > rect.width())
        shown = &elided(text, font, int(rect.width()));
    if (shown->laidOut.text().isEmpty())
        return;
    double x = rect.left();
    if (alignment & Qt::AlignRight)
        x = rect.right() - shown->width;
    else if (alignment & Qt::AlignHCenter)
        x = rect.left() + (rect.width() - shown->width) / 2;
    const double y = rect.top() + (rect.height() - shown->laidOut.size().height()) / 2;
    painter.setFont(font);
    painter.setPen(color);
    painter.drawStaticText(QPointF(x, y), shown->laidOut);
}

} // namespace heddle::ui
