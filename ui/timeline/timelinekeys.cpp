#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/timeline/timelineview.h"

#include <QLabel>
#include <algorithm>
#include <vector>

// The part of TimelineView that lists its keys.

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

struct KeyLine {
    QString keys, meaning;
};

std::vector<KeyLine> keyLines()
{
    return {{u"W / S"_s, TimelineView::tr("zoom in, zoom out")},
            {u"A / D"_s, TimelineView::tr("move left, move right")},
            {TimelineView::tr("Ctrl+wheel"), TimelineView::tr("zoom at the pointer")},
            {TimelineView::tr("Shift+wheel"), TimelineView::tr("move left or right")},
            {u"F"_s, TimelineView::tr("fit the selection")},
            {u"0 / Home"_s, TimelineView::tr("show everything")},
            {TimelineView::tr("drag"), TimelineView::tr("select a range and sum it up")},
            {u", / ."_s, TimelineView::tr("previous bar, next bar")},
            {u"↑ / ↓"_s, TimelineView::tr("lane above, lane below")},
            {TimelineView::tr("Space, Enter"), TimelineView::tr("fold or unfold an N+1")},
            {TimelineView::tr("/ or Ctrl+F"), TimelineView::tr("search; Enter walks on")},
            {u"L, Shift+L"_s, TimelineView::tr("choose lanes, show all lanes")},
            {u"Esc"_s, TimelineView::tr("close this, drop the range")}};
}

/// Two columns: the list is shown over a panel that is wide and low.
QString keysText()
{
    const std::vector<KeyLine> lines = keyLines();
    const std::size_t half = (lines.size() + 1) / 2;
    const auto cells = [&lines](std::size_t i) {
        return i < lines.size() ? u"<td><b>%1</b>&nbsp;&nbsp;&nbsp;</td><td>%2</td>"_s.arg(
                                      lines[i].keys, lines[i].meaning)
                                : u"<td></td><td></td>"_s;
    };
    QString text = u"<table cellspacing='1'>"_s;
    for (std::size_t i = 0; i < half; ++i)
        text += u"<tr>"_s + cells(i) + u"<td>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;</td>"_s +
                cells(half + i) + u"</tr>"_s;
    return text +
           u"</table><table cellspacing='1'><tr><td><b>%1</b>&nbsp;&nbsp;&nbsp;</td><td>%2</td></tr></table>"_s
               .arg(TimelineView::tr("in a bar"),
                    TimelineView::tr(
                        "hatched: waiting · plain: server · shaded: rows · dots: decoding"));
}

} // namespace

void TimelineView::setKeysShown(bool shown)
{
    if (!m_keys) {
        m_keys = new QLabel(this);
        m_keys->setObjectName(u"timelineKeys"_s);
        m_keys->setTextFormat(Qt::RichText);
        m_keys->setMargin(12);
        m_keys->setFont(smallFont());
        m_keys->setText(keysText());
    }
    const Theme &theme = Theme::of(palette());
    m_keys->setStyleSheet(
        u"QLabel { background: %1; color: %2; border: 1px solid %3; border-radius: 8px; }"_s.arg(
            theme.raised.name(), theme.text.name(), theme.border.name()));
    m_keys->adjustSize();
    m_keys->move(std::max(0, (width() - m_keys->width()) / 2),
                 std::max(0, (height() - m_keys->height()) / 2));
    m_keys->setVisible(shown);
    m_keys->raise();
}

} // namespace heddle::ui
