#pragma once

#include "orm/models/schema.h"
#include "orm/query/query.h"

#include <QFile>

namespace heddle::test {

/// The models of tests/data/schemas/<name>.json. Ends the test program if the file is missing or
/// wrong: nothing could be tested.
inline ModelRegistryPtr registryFromFile(const char *name)
{
    QFile file(qEnvironmentVariable("HEDDLE_SOURCE_DIR") +
               QStringLiteral("/tests/data/schemas/%1.json").arg(QLatin1String(name)));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read; HEDDLE_SOURCE_DIR must name the source tree",
               qPrintable(file.fileName()));
    QString error;
    const std::optional<DatabaseSchema> schema = schemaFromJson(file.readAll(), &error);
    if (!schema)
        qFatal("%s: %s", qPrintable(file.fileName()), qPrintable(error));
    return registryFromSchema(*schema);
}

/// All rows of a model of that registry.
inline Query objectsOf(const ModelRegistryPtr &registry, const char *model)
{
    const ModelInfo *info = registry->model(QString::fromUtf8(model));
    if (!info)
        qFatal("there is no model %s", model);
    return Query(registry, info);
}

/// Of the bookshop (tests/data/bookshop.sql) and of Chinook; read once.
inline Query shop(const char *model)
{
    static const ModelRegistryPtr registry = registryFromFile("bookshop");
    return objectsOf(registry, model);
}
inline Query chinook(const char *model)
{
    static const ModelRegistryPtr registry = registryFromFile("chinook-sqlite");
    return objectsOf(registry, model);
}

} // namespace heddle::test
