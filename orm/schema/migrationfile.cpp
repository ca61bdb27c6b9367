#include "orm/schema/migrationfile.h"

#include "orm/models/jsonwriter.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using detail::JsonWriter;

namespace {

// --- Writing ---

void writeColumn(JsonWriter &out, const char *key, const ColumnSpec &column)
{
    out.beginObject(key);
    out.add("name", column.name);
    out.add("type", column.type.toString());
    out.addIfTrue("null", column.null);
    if (column.defaultSql)
        out.add("default", *column.defaultSql);
    out.addIfSet("declared", column.declared);
    out.addIfTrue("generated", column.generated);
    out.endObject();
}

void writeKey(JsonWriter &out, const char *key, const ForeignKeySpec &foreignKey)
{
    out.beginObject(key);
    out.add("name", foreignKey.name);
    out.add("columns", foreignKey.columns);
    out.add("targetTable", foreignKey.targetTable);
    out.add("targetColumns", foreignKey.targetColumns);
    out.addIfSet("onDelete", onDeleteClause(foreignKey.onDelete));
    out.addIfSet("onUpdate", foreignKey.onUpdate);
    out.endObject();
}

void writeIndex(JsonWriter &out, const char *key, const IndexSpec &index)
{
    out.beginObject(key);
    out.add("name", index.name);
    out.add("columns", index.columns);
    out.addIfTrue("unique", index.unique);
    out.addIfTrue("constraint", index.constraint);
    out.addIfTrue("opaque", index.opaque);
    out.endObject();
}

void writeTable(JsonWriter &out, const TableSpec &table)
{
    out.beginObject("table");
    out.add("name", table.name);
    out.addIfSet("schema", table.schema);
    out.beginArray("columns");
    for (const ColumnSpec &column : table.columns)
        writeColumn(out, nullptr, column);
    out.endArray();
    out.add("primaryKey", table.primaryKey);
    if (!table.foreignKeys.empty()) {
        out.beginArray("foreignKeys");
        for (const ForeignKeySpec &key : table.foreignKeys)
            writeKey(out, nullptr, key);
        out.endArray();
    }
    if (!table.indexes.empty()) {
        out.beginArray("indexes");
        for (const IndexSpec &index : table.indexes)
            writeIndex(out, nullptr, index);
        out.endArray();
    }
    out.addIfTrue("withoutRowId", table.withoutRowId);
    out.endObject();
}

/// The kind of step as the file names it. A constraint is an index here.
QString kindOf(const SchemaOperation &operation)
{
    QString name = operationName(operation);
    return name.replace("Constraint"_L1, "Index"_L1);
}

void writeOperation(JsonWriter &out, const SchemaOperation &operation)
{
    out.beginObject();
    out.add("operation", kindOf(operation));
    out.add("says", describe(operation));
    const auto fill = [&out](const std::optional<QString> &value) {
        if (value)
            out.add("fill", *value);
    };
    std::visit(overloaded{
                   [&](const ddl::CreateTable &o) { writeTable(out, o.table); },
                   [&](const ddl::DropTable &o) { writeTable(out, o.table); },
                   [&](const ddl::RenameTable &o) {
                       out.add("from", o.from);
                       out.add("to", o.to);
                   },
                   [&](const ddl::AddField &o) {
                       out.add("table", o.table);
                       writeColumn(out, "field", o.column);
                       fill(o.fill);
                   },
                   [&](const ddl::RemoveField &o) {
                       out.add("table", o.table);
                       writeColumn(out, "field", o.column);
                   },
                   [&](const ddl::AlterField &o) {
                       out.add("table", o.table);
                       writeColumn(out, "before", o.before);
                       writeColumn(out, "after", o.after);
                       fill(o.fill);
                   },
                   [&](const ddl::RenameField &o) {
                       out.add("table", o.table);
                       out.add("from", o.from);
                       out.add("to", o.to);
                   },
                   [&](const ddl::AddIndex &o) {
                       out.add("table", o.table);
                       writeIndex(out, "index", o.index);
                   },
                   [&](const ddl::RemoveIndex &o) {
                       out.add("table", o.table);
                       writeIndex(out, "index", o.index);
                   },
                   [&](const ddl::AddForeignKey &o) {
                       out.add("table", o.table);
                       writeKey(out, "key", o.key);
                   },
                   [&](const ddl::RemoveForeignKey &o) {
                       out.add("table", o.table);
                       writeKey(out, "key", o.key);
                   },
                   [&](const ddl::AlterPrimaryKey &o) {
                       out.add("table", o.table);
                       out.add("before", o.before);
                       out.add("after", o.after);
                   },
                   [&](const ddl::RunSql &o) {
                       out.add("forwards", o.forwards);
                       out.add("backwards", o.backwards);
                   },
               },
               operation);
    out.endObject();
}

QByteArray render(const Migration &migration, const QString &checksum)
{
    JsonWriter out;
    out.beginObject();
    out.add("heddleMigration", qint64(1));
    out.add("name", migration.name);
    out.add("dependencies", migration.dependencies);
    out.addIfSet("checksum", checksum);
    out.beginArray("operations");
    for (const SchemaOperation &operation : migration.operations)
        writeOperation(out, operation);
    out.endArray();
    out.endObject();
    return out.text();
}

// --- Reading ---

struct Malformed {
    QString message;
};

/// One object of the file and the path that leads to it.
class Reader {
public:
    Reader(const QJsonValue &value, QString path) : m_path(std::move(path))
    {
        if (!value.isObject())
            throw Malformed{m_path + u": expected an object"_s};
        m_object = value.toObject();
    }
    [[noreturn]] void fail(const char *key, const QString &message) const
    {
        throw Malformed{m_path + u'.' + QLatin1String(key) + ": "_L1 + message};
    }
    bool has(const char *key) const { return m_object.contains(QLatin1String(key)); }
    QString text(const char *key) const
    {
        const QJsonValue value = m_object.value(QLatin1String(key));
        if (!value.isString())
            fail(key, value.isUndefined() ? u"missing"_s : u"expected a text"_s);
        return value.toString();
    }
    QString textOr(const char *key) const { return has(key) ? text(key) : QString(); }
    bool flag(const char *key) const
    {
        const QJsonValue value = m_object.value(QLatin1String(key));
        if (!value.isUndefined() && !value.isBool())
            fail(key, u"expected true or false"_s);
        return value.toBool();
    }
    QStringList texts(const char *key) const
    {
        QStringList out;
        for (const QJsonValue &item : list(key)) {
            if (!item.isString())
                fail(key, u"expected a list of texts"_s);
            out << item.toString();
        }
        return out;
    }
    std::vector<Reader> objects(const char *key) const
    {
        std::vector<Reader> out;
        for (const QJsonValue &item : list(key))
            out.emplace_back(item, u"%1.%2[%3]"_s.arg(m_path, QLatin1String(key)).arg(out.size()));
        return out;
    }
    Reader object(const char *key) const
    {
        return {m_object.value(QLatin1String(key)), m_path + u'.' + QLatin1String(key)};
    }

private:
    QJsonArray list(const char *key) const
    {
        const QJsonValue value = m_object.value(QLatin1String(key));
        if (!value.isUndefined() && !value.isArray())
            fail(key, u"expected a list"_s);
        return value.toArray();
    }
    QJsonObject m_object;
    QString m_path;
};

ColumnSpec readColumn(const Reader &in)
{
    ColumnSpec column;
    column.name = in.text("name");
    const QString type = in.text("type");
    const auto known = FieldType::fromString(type);
    if (!known)
        in.fail("type", u"'%1' is no field type"_s.arg(type));
    column.type = *known;
    column.null = in.flag("null");
    if (in.has("default"))
        column.defaultSql = in.text("default");
    column.declared = in.textOr("declared");
    column.generated = in.flag("generated");
    return column;
}

OnDelete readOnDelete(const Reader &in)
{
    const QString word = in.textOr("onDelete");
    for (const OnDelete action : {OnDelete::Cascade, OnDelete::SetNull, OnDelete::SetDefault}) {
        if (word == onDeleteClause(action))
            return action;
    }
    if (!word.isEmpty())
        in.fail("onDelete", u"'%1' is none of CASCADE, SET NULL, SET DEFAULT"_s.arg(word));
    return OnDelete::DoNothing;
}

ForeignKeySpec readKey(const Reader &in)
{
    return {in.text("name"),           in.texts("columns"), in.text("targetTable"),
            in.texts("targetColumns"), readOnDelete(in),    in.textOr("onUpdate")};
}

IndexSpec readIndex(const Reader &in)
{
    return {in.text("name"), in.texts("columns"), in.flag("unique"), in.flag("constraint"),
            in.flag("opaque")};
}

TableSpec readTable(const Reader &in)
{
    TableSpec table;
    table.name = in.text("name");
    table.schema = in.textOr("schema");
    table.withoutRowId = in.flag("withoutRowId");
    for (const Reader &column : in.objects("columns"))
        table.columns.push_back(readColumn(column));
    table.primaryKey = in.texts("primaryKey");
    for (const QString &column : table.primaryKey) {
        if (!table.column(column))
            in.fail("primaryKey", u"no column '%1'"_s.arg(column));
    }
    for (const Reader &key : in.objects("foreignKeys"))
        table.foreignKeys.push_back(readKey(key));
    for (const Reader &index : in.objects("indexes"))
        table.indexes.push_back(readIndex(index));
    return table;
}

SchemaOperation readOperation(const Reader &in)
{
    const QString kind = in.text("operation");
    const auto fill = [&in] {
        return in.has("fill") ? std::optional<QString>(in.text("fill")) : std::nullopt;
    };
    if (kind == "CreateTable"_L1)
        return ddl::CreateTable{readTable(in.object("table"))};
    if (kind == "DropTable"_L1)
        return ddl::DropTable{readTable(in.object("table"))};
    if (kind == "RenameTable"_L1)
        return ddl::RenameTable{in.text("from"), in.text("to")};
    if (kind == "AddField"_L1)
        return ddl::AddField{in.text("table"), readColumn(in.object("field")), fill()};
    if (kind == "RemoveField"_L1)
        return ddl::RemoveField{in.text("table"), readColumn(in.object("field"))};
    if (kind == "AlterField"_L1)
        return ddl::AlterField{in.text("table"), readColumn(in.object("before")),
                               readColumn(in.object("after")), fill()};
    if (kind == "RenameField"_L1)
        return ddl::RenameField{in.text("table"), in.text("from"), in.text("to")};
    if (kind == "AddIndex"_L1)
        return ddl::AddIndex{in.text("table"), readIndex(in.object("index"))};
    if (kind == "RemoveIndex"_L1)
        return ddl::RemoveIndex{in.text("table"), readIndex(in.object("index"))};
    if (kind == "AddForeignKey"_L1)
        return ddl::AddForeignKey{in.text("table"), readKey(in.object("key"))};
    if (kind == "RemoveForeignKey"_L1)
        return ddl::RemoveForeignKey{in.text("table"), readKey(in.object("key"))};
    if (kind == "AlterPrimaryKey"_L1)
        return ddl::AlterPrimaryKey{in.text("table"), in.texts("before"), in.texts("after")};
    if (kind == "RunSql"_L1)
        return ddl::RunSql{in.texts("forwards"), in.texts("backwards")};
    in.fail("operation", u"'%1' is no operation"_s.arg(kind));
}

/// "book_isbn", "remove_book_pages": what one operation adds to a name.
QString fragment(const SchemaOperation &operation)
{
    return std::visit(
        overloaded{
            [](const ddl::CreateTable &o) { return o.table.name; },
            [](const ddl::DropTable &o) { return "drop_"_L1 + o.table.name; },
            [](const ddl::RenameTable &o) { return u"rename_%1_%2"_s.arg(o.from, o.to); },
            [](const ddl::AddField &o) { return o.table + u'_' + o.column.name; },
            [](const ddl::RemoveField &o) { return u"remove_%1_%2"_s.arg(o.table, o.column.name); },
            [](const ddl::AlterField &o) { return u"alter_%1_%2"_s.arg(o.table, o.after.name); },
            [](const ddl::RenameField &o) {
                return u"rename_%1_%2_%3"_s.arg(o.table, o.from, o.to);
            },
            [](const ddl::AddIndex &o) {
                return u"%1_%2_%3"_s.arg(o.table, o.index.columns.join(u'_'),
                                         o.index.unique ? u"uniq"_s : u"idx"_s);
            },
            [](const ddl::RemoveIndex &o) {
                return u"remove_%1_%2_%3"_s.arg(o.table, o.index.columns.join(u'_'),
                                                o.index.unique ? u"uniq"_s : u"idx"_s);
            },
            [](const ddl::AddForeignKey &o) {
                return o.table + u'_' + o.key.columns.join(u'_') + "_fk"_L1;
            },
            [](const ddl::RemoveForeignKey &o) {
                return u"remove_%1_%2_fk"_s.arg(o.table, o.key.columns.join(u'_'));
            },
            [](const ddl::AlterPrimaryKey &o) { return u"alter_%1_pk"_s.arg(o.table); },
            [](const ddl::RunSql &) { return u"run_sql"_s; },
        },
        operation);
}

} // namespace

QString Migration::checksum() const
{
    return QString::fromLatin1(
        QCryptographicHash::hash(render(*this, {}), QCryptographicHash::Sha256).toHex());
}

QByteArray migrationToJson(const Migration &migration)
{
    return render(migration, migration.checksum());
}

std::optional<Migration> migrationFromJson(const QByteArray &json, QString *error)
{
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        if (error)
            *error = u"line %1: %2"_s.arg(json.left(parseError.offset).count('\n') + 1)
                         .arg(parseError.errorString());
        return std::nullopt;
    }
    try {
        const Reader in(document.isObject() ? QJsonValue(document.object()) : QJsonValue(),
                        u"migration"_s);
        if (document.object().value("heddleMigration"_L1).toInt() != 1)
            in.fail("heddleMigration", u"expected 1: not a migration that Heddle wrote"_s);
        Migration migration;
        migration.name = in.text("name");
        migration.dependencies = in.texts("dependencies");
        for (const Reader &operation : in.objects("operations"))
            migration.operations.push_back(readOperation(operation));
        migration.edited = in.textOr("checksum") != migration.checksum();
        return migration;
    } catch (const Malformed &malformed) {
        if (error)
            *error = malformed.message;
        return std::nullopt;
    }
}

QString suggestedName(const SchemaOperations &operations, bool first)
{
    if (first)
        return u"initial"_s;
    if (operations.empty())
        return u"empty"_s;
    QString name;
    for (const QChar c : fragment(operations.front()).toLower())
        name += c.isLetterOrNumber() ? c : u'_';
    name.truncate(50);
    return operations.size() > 1 ? name + "_and_more"_L1 : name;
}

} // namespace heddle
