#pragma once

#include "tests/orm/advice/library.h"

#include <QDir>
#include <QRegularExpression>
#include <QTest>

namespace heddle::test {

inline QString textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// A row for each script of a folder of tests/data; its one column is the path.
inline void addFiles(const char *folder)
{
    const QDir dir(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + QStringLiteral("/tests/data/") +
                   QLatin1String(folder));
    for (const QString &name : dir.entryList({QStringLiteral("*.py")}, QDir::Files, QDir::Name))
        QTest::newRow((QLatin1String(folder) + QLatin1Char('/') + name).toUtf8().constData())
            << dir.filePath(name);
}

/// A text without the labels behind its lines ("# finds: RULE").
inline QString withoutLabels(QString text)
{
    static const QRegularExpression label(QStringLiteral("  # finds: [^\n]*"));
    return text.remove(label);
}

} // namespace heddle::test
