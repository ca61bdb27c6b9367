#pragma once

#include "app/mainwindow.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace heddle::testing {

/// The whole window on the sample bookshop, with settings and files of a test's own.
class SampleWindow {
public:
    /// `appearance` is not owned and must outlive this.
    explicit SampleWindow(ui::Appearance &appearance) : m_appearance(appearance) {}

    /// Opens the window, the second time as the next start of the program: the settings are kept.
    /// An empty workbook is in front. False if the window or its database does not come.
    bool start()
    {
        m_window.reset();
        m_window = std::make_unique<app::MainWindow>(
            m_settings, m_appearance,
            app::MainWindow::Folders{m_folder.filePath(QStringLiteral("journal")),
                                     m_folder.filePath(QStringLiteral("sample"))});
        m_window->resize(1400, 900);
        m_window->show();
        m_window->activateWindow();
        if (!QTest::qWaitForWindowActive(m_window.get()))
            return false;
        QSignalSpy ready(m_window.get(), &app::MainWindow::databaseReady);
        m_window->openSample();
        if (!QTest::qWaitFor([&] { return ready.count() == 1; }, 60'000))
            return false;
        m_window->tabs().addUntitled();
        return true;
    }
    void close() { m_window.reset(); }

    app::MainWindow *window() const { return m_window.get(); }
    app::Settings &settings() { return m_settings; }

private:
    ui::Appearance &m_appearance;
    QTemporaryDir m_folder;
    app::Settings m_settings{m_folder.filePath(QStringLiteral("settings.ini"))};
    std::unique_ptr<app::MainWindow> m_window;
};

} // namespace heddle::testing
