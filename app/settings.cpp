#include "app/settings.h"

#include "app/serverdialog.h"

#include <algorithm>

namespace heddle::app {
namespace {

// Written as words: a settings file outlives the order of an enum.
const char *const themeNames[] = {"system", "light", "dark"};
const char *const planShapeNames[] = {"tree", "graph"};
const char *const loadModeNames[] = {"one", "peers", "raise"};

template <std::size_t N>
int indexOf(const char *const (&names)[N], const QString &name)
{
    const auto found = std::find_if(std::begin(names), std::end(names),
                                    [&](const char *n) { return name == QLatin1String(n); });
    return found == std::end(names) ? 0 : int(found - std::begin(names));
}

} // namespace

void Settings::setWindow(const QByteArray &geometry, const QByteArray &state)
{
    m_settings.setValue("window/geometry", geometry);
    m_settings.setValue("window/state", state);
}

ui::ThemeChoice Settings::theme() const
{
    return ui::ThemeChoice(indexOf(themeNames, m_settings.value("view/theme").toString()));
}

void Settings::setTheme(ui::ThemeChoice choice)
{
    m_settings.setValue("view/theme", QLatin1String(themeNames[int(choice)]));
}

ui::PlanShape Settings::planShape() const
{
    return ui::PlanShape(indexOf(planShapeNames, m_settings.value("view/plan").toString()));
}

void Settings::setPlanShape(ui::PlanShape shape)
{
    m_settings.setValue("view/plan", QLatin1String(planShapeNames[int(shape)]));
}

LoadMode Settings::loadMode() const
{
    return LoadMode(indexOf(loadModeNames, m_settings.value("run/load").toString()));
}

void Settings::setLoadMode(LoadMode mode)
{
    m_settings.setValue("run/load", QLatin1String(loadModeNames[int(mode)]));
}

int Settings::workers() const
{
    return std::clamp(m_settings.value("run/workers", 4).toInt(), 1, 16);
}

void Settings::addRecentDatabase(const QString &url)
{
    addRecent("recent/databases", ServerDialog::withoutPassword(url));
}

void Settings::setLastDatabase(const QString &url)
{
    m_settings.setValue("session/database", ServerDialog::withoutPassword(url));
}

void Settings::addRecent(QAnyStringView key, const QString &entry)
{
    QStringList entries = m_settings.value(key).toStringList();
    entries.removeAll(entry);
    entries.prepend(entry);
    m_settings.setValue(key, entries.mid(0, maximumRecent));
}

void Settings::clearRecent()
{
    m_settings.remove("recent");
}

} // namespace heddle::app
