#pragma once

#include <QApplication>
#include <QPixmap>
#include <QWidget>

namespace heddle::testing {

/// Saves a picture of the widget into the folder that HEDDLE_SHOTS names; does nothing without it.
inline void saveShot(QWidget &widget, const QString &name)
{
    const QString folder = qEnvironmentVariable("HEDDLE_SHOTS");
    if (folder.isEmpty())
        return;
    const QString scale = QString::number(widget.devicePixelRatioF() * 100);
    widget.grab().save(folder + QStringLiteral("/views-") + name + u'-' + scale +
                       QStringLiteral(".png"));
}

} // namespace heddle::testing
