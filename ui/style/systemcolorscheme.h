#pragma once

#include <QObject>

class QDBusVariant;

namespace heddle::ui {

/// What the desktop prefers, asked over D-Bus from the settings portal that GNOME, KDE and others
/// share. Qt 6.4 has no question for it. Never blocks; where there is no portal (or no Qt D-Bus at
/// build time) it stays silent.
class SystemColorScheme final : public QObject {
    Q_OBJECT
public:
    explicit SystemColorScheme(QObject *parent = nullptr);
    /// Answers by darkReported(), now and at every later change.
    void ask();

Q_SIGNALS:
    void darkReported(bool dark);

private Q_SLOTS:
    void settingChanged(const QString &group, const QString &key, const QDBusVariant &value);
};

} // namespace heddle::ui
