#include "ui/style/theme.h"

#include <algorithm>
#include <cmath>

namespace heddle::ui {

namespace {

Theme makeDay()
{
    Theme t;
    t.dark = false;
    t.window = QColor(0xf7f8fa);
    t.strip = QColor(0xf3f5f9);
    t.panel = QColor(0xffffff);
    t.raised = QColor(0xffffff);
    t.hover = QColor(0xeaeef5);
    t.separator = QColor(0xd9dee6);
    t.border = QColor(0xc6cdd8);
    t.gridLine = QColor(0xe9ecf1);
    t.currentLine = QColor(0xf2f6fd);
    t.text = QColor(0x1c2230);
    t.muted = QColor(0x5e6777);
    t.placeholder = QColor(0x687080);
    t.link = QColor(0x1f5fcc);
    t.relation = QColor(0x6d45c4);
    t.forward = QColor(0x1f5fcc);
    t.accent = QColor(0x2b6adc);
    t.onAccent = QColor(0xffffff);
    t.accentSoft = QColor(0xdfeafc);
    t.onAccentSoft = QColor(0x1a4fae);
    t.read = {QColor(0x2b6adc), QColor(0xffffff), QColor(0xdfeafc), QColor(0x1a4fae)};
    t.write = {QColor(0xa9650b), QColor(0xffffff), QColor(0xfdf1d8), QColor(0x82500a)};
    t.alarm = {QColor(0xd03f3f), QColor(0xffffff), QColor(0xfbe0df), QColor(0xa32323)};
    t.parallel = {QColor(0x1b7a48), QColor(0xffffff), QColor(0xdff3e7), QColor(0x17693e)};
    t.waiting = {QColor(0xc3cad6), QColor(0x2a3140), QColor(0xedf0f5), QColor(0x4f5869)};
    t.neutral = {QColor(0x6b7587), QColor(0xffffff), QColor(0xedf0f5), QColor(0x515a6b)};
    t.hatch = QColor(0xaeb7c6);
    t.transaction = QColor(0xb97a14);
    t.transactionFill = QColor(0xfff9ec);
    t.onTransaction = QColor(0x82500a);
    return t;
}

Theme makeNight()
{
    Theme t;
    t.dark = true;
    t.window = QColor(0x1a1d23);
    t.strip = QColor(0x1e2229);
    t.panel = QColor(0x16191e);
    t.raised = QColor(0x262b34);
    t.hover = QColor(0x2d333e);
    t.separator = QColor(0x31373f);
    t.border = QColor(0x474f5c);
    t.gridLine = QColor(0x262b32);
    t.currentLine = QColor(0x1d2430);
    t.text = QColor(0xe4e7ec);
    t.muted = QColor(0x9fa8b6);
    t.placeholder = QColor(0x8d96a5);
    t.link = QColor(0x7fabf7);
    t.relation = QColor(0xb59cf3);
    t.forward = QColor(0x7fabf7);
    t.accent = QColor(0x3971da);
    t.onAccent = QColor(0xffffff);
    t.accentSoft = QColor(0x21355a);
    t.onAccentSoft = QColor(0xbcd3fc);
    t.read = {QColor(0x3971da), QColor(0xffffff), QColor(0x21355a), QColor(0xbcd3fc)};
    t.write = {QColor(0xe0a243), QColor(0x241803), QColor(0x43320f), QColor(0xf3cd87)};
    t.alarm = {QColor(0xd04141), QColor(0xffffff), QColor(0x4d2022), QColor(0xf7b3b0)};
    t.parallel = {QColor(0x4cbb80), QColor(0x06210f), QColor(0x173b28), QColor(0x93dcb3)};
    t.waiting = {QColor(0x404856), QColor(0xe4e7ec), QColor(0x2a303a), QColor(0xb3bbc8)};
    t.neutral = {QColor(0x8a94a5), QColor(0x111418), QColor(0x2a303a), QColor(0xb3bbc8)};
    t.hatch = QColor(0x535d6d);
    t.transaction = QColor(0xd39a3c);
    t.transactionFill = QColor(0x2a2313);
    t.onTransaction = QColor(0xf3cd87);
    return t;
}

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &c)
{
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

} // namespace

const Theme &Theme::day()
{
    static const Theme theme = makeDay();
    return theme;
}

const Theme &Theme::night()
{
    static const Theme theme = makeNight();
    return theme;
}

const Theme &Theme::of(const QPalette &palette)
{
    const bool dark = palette.color(QPalette::Active, QPalette::Window).lightness() <
                      palette.color(QPalette::Active, QPalette::WindowText).lightness();
    return dark ? night() : day();
}

QPalette Theme::palette() const
{
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, panel);
    p.setColor(QPalette::AlternateBase, strip);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, placeholder);
    p.setColor(QPalette::Button, raised);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, alarm.fill);
    p.setColor(QPalette::ToolTipBase, raised);
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Highlight, accent);
    p.setColor(QPalette::HighlightedText, onAccent);
    p.setColor(QPalette::Link, link);
    p.setColor(QPalette::LinkVisited, relation);
    p.setColor(QPalette::Light, raised);
    p.setColor(QPalette::Midlight, hover);
    p.setColor(QPalette::Mid, border);
    p.setColor(QPalette::Dark, separator);
    p.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : QColor(0x9aa3b2));
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, dark ? QColor(0x6d7685) : QColor(0x9199a7));
    p.setColor(QPalette::Disabled, QPalette::Highlight, border);
    return p;
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace heddle::ui
