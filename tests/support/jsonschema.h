#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>
#include <QRegularExpression>
#include <QString>

namespace heddle::test {

/// What is wrong with a value by a JSON Schema, with its place; empty: nothing. Knows of the
/// standard: type, enum, const, pattern, minimum, properties, required, additionalProperties
/// (false), items, minItems, and $ref to "#/$defs/...".
inline QString schemaError(const QJsonValue &value, const QJsonObject &schema,
                           const QJsonObject &root, const QString &place = QStringLiteral("$"))
{
    const auto wrong = [&](const QString &what) { return place + QStringLiteral(": ") + what; };
    if (const QString ref = schema[QStringLiteral("$ref")].toString(); !ref.isEmpty())
        return schemaError(value, root[QStringLiteral("$defs")][ref.section(u'/', -1)].toObject(),
                           root, place);
    const QString type = schema[QStringLiteral("type")].toString();
    const bool whole = value.isDouble() && double(value.toInteger()) == value.toDouble();
    if ((type == u"object" && !value.isObject()) || (type == u"array" && !value.isArray()) ||
        (type == u"string" && !value.isString()) || (type == u"number" && !value.isDouble()) ||
        (type == u"integer" && !whole) || (type == u"boolean" && !value.isBool()))
        return wrong(QStringLiteral("is no ") + type);
    if (schema.contains(QStringLiteral("enum")) &&
        !schema[QStringLiteral("enum")].toArray().contains(value))
        return wrong(QStringLiteral("is none of the values"));
    if (schema.contains(QStringLiteral("const")) && schema[QStringLiteral("const")] != value)
        return wrong(QStringLiteral("is another value"));
    if (const QString pattern = schema[QStringLiteral("pattern")].toString();
        !pattern.isEmpty() && !QRegularExpression(pattern).match(value.toString()).hasMatch())
        return wrong(QStringLiteral("does not match ") + pattern);
    if (schema.contains(QStringLiteral("minimum")) &&
        value.toDouble() < schema[QStringLiteral("minimum")].toDouble())
        return wrong(QStringLiteral("is too small"));
    const QJsonObject members = value.toObject();
    for (const QJsonValue name : schema[QStringLiteral("required")].toArray())
        if (!members.contains(name.toString()))
            return wrong(QStringLiteral("has no ") + name.toString());
    const QJsonObject properties = schema[QStringLiteral("properties")].toObject();
    for (auto it = members.begin(); it != members.end(); ++it) {
        const QString inner = place + u'.' + it.key();
        if (!properties.contains(it.key())) {
            if (schema[QStringLiteral("additionalProperties")] == QJsonValue(false))
                return inner + QStringLiteral(": is not known");
            continue;
        }
        const QString error = schemaError(it.value(), properties[it.key()].toObject(), root, inner);
        if (!error.isEmpty())
            return error;
    }
    const QJsonArray items = value.toArray();
    if (items.size() < schema[QStringLiteral("minItems")].toInt())
        return wrong(QStringLiteral("has too few items"));
    if (schema.contains(QStringLiteral("items")))
        for (qsizetype i = 0; i < items.size(); ++i) {
            const QString error = schemaError(items[i], schema[QStringLiteral("items")].toObject(),
                                              root, place + QStringLiteral("[%1]").arg(i));
            if (!error.isEmpty())
                return error;
        }
    return {};
}

/// A schema of tests/data/exports.
inline QJsonObject exportSchema(const QString &name)
{
    QFile file(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + QStringLiteral("/tests/data/exports/") +
               name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(file.fileName()));
    return QJsonDocument::fromJson(file.readAll()).object();
}

} // namespace heddle::test
