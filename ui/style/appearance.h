#pragma once

#include <QObject>

class QApplication;

namespace heddle::ui {

enum class ThemeChoice { System, Light, Dark };

/// Dresses the application: style, palette, style sheet and font. Follows the system's light or
/// dark setting unless told otherwise. One of these lives beside the QApplication.
class Appearance final : public QObject {
    Q_OBJECT
public:
    /// Installs the style and the system's theme at once. `application` must outlive this object.
    explicit Appearance(QApplication &application, QObject *parent = nullptr);
    ThemeChoice choice() const { return m_choice; }
    void setChoice(ThemeChoice choice);
    bool isDark() const { return m_dark; }

Q_SIGNALS:
    /// After palette and style sheet have changed. Widgets that paint by their palette need not
    /// listen.
    void themeChanged(bool dark);

private:
    void apply();

    QApplication &m_application;
    ThemeChoice m_choice = ThemeChoice::System;
    bool m_dark = false;
    bool m_systemDark = false;
    bool m_applied = false;
};

} // namespace heddle::ui
