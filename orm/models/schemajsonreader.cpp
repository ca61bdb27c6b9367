#include "orm/models/schema.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace heddle {
namespace {

/// What is wrong, and where: "tables[2].columns[0].type: ...". Caught inside this file.
struct Malformed {
    QString message;
};

/// One object of the document with the path that leads to it. Every reader throws Malformed for a
/// wrong type, and takes the given value where the key is missing.
class Reader {
public:
    Reader(const QJsonValue &value, QString path) : m_path(std::move(path))
    {
        if (!value.isObject())
            fail({}, QStringLiteral("expected an object"));
        m_object = value.toObject();
    }

    [[noreturn]] void fail(const QString &key, const QString &message) const
    {
        const QString place = pathOf(key);
        throw Malformed{place.isEmpty() ? message : place + QLatin1String(": ") + message};
    }

    bool has(const QString &key) const { return !m_object.value(key).isUndefined(); }

    QString text(const QString &key, const QString &otherwise = {}) const
    {
        const QJsonValue value = m_object.value(key);
        if (value.isUndefined())
            return otherwise;
        if (!value.isString())
            fail(key, QStringLiteral("expected a text"));
        return value.toString();
    }

    QString requiredText(const QString &key) const
    {
        if (text(key).isEmpty())
            fail(key, QStringLiteral("missing"));
        return text(key);
    }

    bool flag(const QString &key) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isBool())
            fail(key, QStringLiteral("expected true or false"));
        return value.toBool();
    }

    std::optional<qint64> number(const QString &key) const
    {
        const QJsonValue value = m_object.value(key);
        if (value.isUndefined() || value.isNull())
            return std::nullopt;
        if (!value.isDouble())
            fail(key, QStringLiteral("expected a number"));
        return value.toInteger();
    }

    QStringList texts(const QString &key) const
    {
        QStringList result;
        for (const QJsonValue &item : array(key)) {
            if (!item.isString())
                fail(key, QStringLiteral("expected a list of texts"));
            result += item.toString();
        }
        return result;
    }

    std::vector<Reader> objects(const QString &key) const
    {
        std::vector<Reader> result;
        for (const QJsonValue &item : array(key))
            result.emplace_back(item, QStringLiteral("%1[%2]").arg(pathOf(key)).arg(result.size()));
        return result;
    }

private:
    QJsonArray array(const QString &key) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isArray())
            fail(key, QStringLiteral("expected a list"));
        return value.toArray();
    }

    QString pathOf(const QString &key) const
    {
        return m_path.isEmpty() || key.isEmpty() ? m_path + key : m_path + QLatin1Char('.') + key;
    }

    QJsonObject m_object;
    QString m_path;
};

TableColumn readColumn(const Reader &in)
{
    TableColumn column;
    column.name = in.requiredText(QStringLiteral("name"));
    column.declaredType = in.text(QStringLiteral("declaredType"));
    const QString type = in.requiredText(QStringLiteral("type"));
    const auto known = FieldType::fromString(type);
    if (!known)
        in.fail(QStringLiteral("type"), QStringLiteral("'%1' is no field type").arg(type));
    column.type = *known;
    column.notNull = in.flag(QStringLiteral("notNull"));
    if (in.has(QStringLiteral("default")))
        column.defaultSql = in.text(QStringLiteral("default"));
    column.automatic = in.flag(QStringLiteral("automatic"));
    column.generated = in.flag(QStringLiteral("generated"));
    column.identity = in.flag(QStringLiteral("identity"));
    column.enumValues = in.texts(QStringLiteral("enumValues"));
    column.comment = in.text(QStringLiteral("comment"));
    return column;
}

TableForeignKey readForeignKey(const Reader &in)
{
    TableForeignKey key;
    key.name = in.text(QStringLiteral("name"));
    key.columns = in.texts(QStringLiteral("columns"));
    key.targetTable = in.requiredText(QStringLiteral("targetTable"));
    key.targetColumns = in.texts(QStringLiteral("targetColumns"));
    key.onDelete = in.text(QStringLiteral("onDelete"));
    key.onUpdate = in.text(QStringLiteral("onUpdate"));
    return key;
}

TableIndex readIndex(const Reader &in)
{
    TableIndex index;
    index.name = in.text(QStringLiteral("name"));
    index.columns = in.texts(QStringLiteral("columns"));
    index.unique = in.flag(QStringLiteral("unique"));
    index.partial = in.flag(QStringLiteral("partial"));
    index.constraint = in.flag(QStringLiteral("constraint"));
    return index;
}

TableInfo readTable(const Reader &in)
{
    TableInfo table;
    table.name = in.requiredText(QStringLiteral("name"));
    table.schema = in.text(QStringLiteral("schema"));
    table.isView = in.flag(QStringLiteral("view"));
    table.isMaterialized = in.flag(QStringLiteral("materialized"));
    table.isPartitioned = in.flag(QStringLiteral("partitioned"));
    table.withoutRowId = in.flag(QStringLiteral("withoutRowId"));
    table.comment = in.text(QStringLiteral("comment"));
    table.rowEstimate = in.number(QStringLiteral("rowEstimate"));
    table.hasTriggers = in.flag(QStringLiteral("hasTriggers"));
    for (const Reader &column : in.objects(QStringLiteral("columns")))
        table.columns.push_back(readColumn(column));
    table.primaryKey = in.texts(QStringLiteral("primaryKey"));
    for (const Reader &key : in.objects(QStringLiteral("foreignKeys")))
        table.foreignKeys.push_back(readForeignKey(key));
    for (const Reader &index : in.objects(QStringLiteral("indexes")))
        table.indexes.push_back(readIndex(index));
    for (const QString &key : table.primaryKey) {
        const bool known =
            std::any_of(table.columns.begin(), table.columns.end(),
                        [&](const TableColumn &column) { return column.name == key; });
        if (!known)
            in.fail(QStringLiteral("primaryKey"), QStringLiteral("no column '%1'").arg(key));
    }
    return table;
}

/// "line 3, column 14" of a byte offset.
QString placeIn(const QByteArray &json, qsizetype offset)
{
    const QByteArray before = json.left(offset);
    const qsizetype lineStart = before.lastIndexOf('\n') + 1;
    return QStringLiteral("line %1, column %2")
        .arg(before.count('\n') + 1)
        .arg(QString::fromUtf8(before.mid(lineStart)).toUcs4().size() + 1);
}

} // namespace

std::optional<DatabaseSchema> schemaFromJson(const QByteArray &json, QString *error)
{
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        if (error)
            *error =
                placeIn(json, parseError.offset) + QLatin1String(": ") + parseError.errorString();
        return std::nullopt;
    }
    try {
        const Reader in(document.object(), {});
        if (in.number(QStringLiteral("heddleSchema")) != 1)
            in.fail(QStringLiteral("heddleSchema"),
                    QStringLiteral("expected 1: not a schema that Heddle wrote"));
        DatabaseSchema schema;
        schema.backend = in.text(QStringLiteral("backend"));
        for (const Reader &table : in.objects(QStringLiteral("tables")))
            schema.tables.push_back(readTable(table));
        return schema;
    } catch (const Malformed &malformed) {
        if (error)
            *error = malformed.message;
        return std::nullopt;
    }
}

} // namespace heddle
