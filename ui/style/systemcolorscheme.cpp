#include "ui/style/systemcolorscheme.h"

#ifdef HEDDLE_HAVE_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#endif

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

SystemColorScheme::SystemColorScheme(QObject *parent) : QObject(parent)
{
}

#ifdef HEDDLE_HAVE_DBUS

namespace {

// org.freedesktop.appearance color-scheme: 0 no preference, 1 dark, 2 light.
bool saysDark(QVariant value)
{
    // Read() answers a variant inside a variant.
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value.toUInt() == 1;
}

} // namespace

void SystemColorScheme::ask()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    const QString service = u"org.freedesktop.portal.Desktop"_s;
    const QString path = u"/org/freedesktop/portal/desktop"_s;
    const QString interface = u"org.freedesktop.portal.Settings"_s;
    bus.connect(service, path, interface, u"SettingChanged"_s, this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, interface, u"Read"_s);
    call << u"org.freedesktop.appearance"_s << u"color-scheme"_s;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this](QDBusPendingCallWatcher *finished) {
                const QDBusPendingReply<QDBusVariant> reply = *finished;
                if (reply.isValid())
                    Q_EMIT darkReported(saysDark(QVariant::fromValue(reply.value())));
                finished->deleteLater();
            });
}

void SystemColorScheme::settingChanged(const QString &group, const QString &key,
                                       const QDBusVariant &value)
{
    if (group == u"org.freedesktop.appearance"_s && key == u"color-scheme"_s)
        Q_EMIT darkReported(saysDark(QVariant::fromValue(value)));
}

#else

void SystemColorScheme::ask()
{
}

void SystemColorScheme::settingChanged(const QString &, const QString &, const QDBusVariant &)
{
}

#endif

} // namespace heddle::ui
