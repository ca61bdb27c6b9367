#include "ui/style/appearance.h"

#include "ui/style/fonts.h"
#include "ui/style/style.h"
#include "ui/style/systemcolorscheme.h"
#include "ui/style/theme.h"

#include <QApplication>

namespace heddle::ui {

Appearance::Appearance(QApplication &application, QObject *parent)
    : QObject(parent), m_application(application)
{
    // Before our palette covers it, the platform's own one is the best guess; the desktop's portal,
    // where there is one, answers a little later.
    m_systemDark = Theme::of(QApplication::palette()).dark;
    QApplication::setStyle(new Style);
    QApplication::setFont(interfaceFont());
    apply();

    auto *scheme = new SystemColorScheme(this);
    connect(scheme, &SystemColorScheme::darkReported, this, [this](bool dark) {
        m_systemDark = dark;
        apply();
    });
    scheme->ask();
}

void Appearance::setChoice(ThemeChoice choice)
{
    m_choice = choice;
    apply();
}

void Appearance::apply()
{
    const bool dark =
        m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemDark);
    if (m_applied && dark == m_dark)
        return;
    m_applied = true;
    m_dark = dark;
    const Theme &theme = dark ? Theme::night() : Theme::day();
    QApplication::setPalette(theme.palette());
    m_application.setStyleSheet(styleSheetFor(theme));
    Q_EMIT themeChanged(dark);
}

} // namespace heddle::ui
