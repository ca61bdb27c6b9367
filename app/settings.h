#pragma once

#include "orm/query/query.h"
#include "ui/plan/planshape.h"
#include "ui/style/appearance.h"

#include <QByteArray>
#include <QSettings>
#include <QStringList>

namespace heddle::app {

/// What the workbench remembers between starts. The only place that reads or writes settings.
class Settings {
public:
    static constexpr int maximumRecent = 12;

    Settings() = default;
    /// For tests: an INI file instead of the user's settings.
    explicit Settings(const QString &iniFile) : m_settings(iniFile, QSettings::IniFormat) {}

    QByteArray geometry() const { return m_settings.value("window/geometry").toByteArray(); }
    QByteArray windowState() const { return m_settings.value("window/state").toByteArray(); }
    void setWindow(const QByteArray &geometry, const QByteArray &state);

    ui::ThemeChoice theme() const;
    void setTheme(ui::ThemeChoice choice);
    ui::PlanShape planShape() const;
    void setPlanShape(ui::PlanShape shape);
    LoadMode loadMode() const;
    void setLoadMode(LoadMode mode);
    int workers() const;
    void setWorkers(int count) { m_settings.setValue("run/workers", count); }

    /// Newest first. Databases by URL or path, workbooks by path.
    QStringList recentDatabases() const
    {
        return m_settings.value("recent/databases").toStringList();
    }
    /// A password in the URL is not kept.
    void addRecentDatabase(const QString &url);
    QStringList recentWorkbooks() const
    {
        return m_settings.value("recent/workbooks").toStringList();
    }
    void addRecentWorkbook(const QString &path) { addRecent("recent/workbooks", path); }
    void clearRecent();

    /// What was open when the window was closed: a start without arguments opens it again.
    QString lastDatabase() const { return m_settings.value("session/database").toString(); }
    void setLastDatabase(const QString &url);
    QStringList openWorkbooks() const
    {
        return m_settings.value("session/workbooks").toStringList();
    }
    void setOpenWorkbooks(const QStringList &paths)
    {
        m_settings.setValue("session/workbooks", paths);
    }

private:
    void addRecent(QAnyStringView key, const QString &entry);

    mutable QSettings m_settings;
};

} // namespace heddle::app
