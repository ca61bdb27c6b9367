#include "orm/sql/ddl.h"
#include "orm/values/errors.h"

#include <algorithm>
#include <map>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using detail::isAutomatic;
using detail::quotedName;
using detail::quotedNames;

namespace {

QByteArray typeOf(const FieldType &type)
{
    switch (type.kind) {
    case FieldKind::Auto:
    case FieldKind::BigAuto:
    case FieldKind::SmallAuto:
    case FieldKind::Integer:
        return "integer";
    case FieldKind::SmallInteger:
        return "smallint";
    case FieldKind::BigInteger:
    case FieldKind::Duration: // microseconds
        return "bigint";
    case FieldKind::PositiveInteger:
        return "integer unsigned";
    case FieldKind::Boolean:
        return "bool";
    case FieldKind::Char:
        return type.maxLength >= 0 ? "varchar(" + QByteArray::number(type.maxLength) + ')'
                                   : QByteArray("varchar");
    case FieldKind::Text:
    case FieldKind::Json:
    case FieldKind::Other:
        return "text";
    case FieldKind::Binary:
        return "BLOB";
    case FieldKind::Float:
        return "real";
    case FieldKind::Decimal:
        return "decimal";
    case FieldKind::Date:
        return "date";
    case FieldKind::Time:
        return "time";
    case FieldKind::DateTime:
        return "datetime";
    case FieldKind::Uuid:
        return "char(32)";
    case FieldKind::Array:
        throw NotSupportedError(u"SQLite has no arrays: use a JSONField."_s);
    case FieldKind::ForeignKey:
    case FieldKind::OneToOne:
        break;
    }
    throw ProgrammingError(u"A relation has the type of what it points to."_s);
}

/// What an automatic key is elsewhere, SQLite has only as the whole primary key of a table with row
/// ids.
bool isRowId(const TableSpec &table, const ColumnSpec &column)
{
    return isAutomatic(column) && table.primaryKey == QStringList{column.name} &&
           !table.withoutRowId;
}

QByteArray columnClause(const DdlWriter &writer, const TableSpec &table, const ColumnSpec &column)
{
    const QByteArray name = quotedName(column.name);
    QByteArray sql = name + ' ' + writer.columnType(column) + (column.null ? " NULL" : " NOT NULL");
    if (table.primaryKey == QStringList{column.name})
        sql += isRowId(table, column) ? " PRIMARY KEY AUTOINCREMENT" : " PRIMARY KEY";
    if (column.defaultSql && !column.generated) {
        // An expression needs parentheses here, a literal has none in what SQLite gives back.
        const QByteArray text = column.defaultSql->trimmed().toUtf8();
        const bool expression =
            text.contains('(') && !text.startsWith('(') && !text.startsWith('\'');
        sql += expression ? " DEFAULT (" + text + ')' : " DEFAULT " + text;
    }
    if (column.type.kind == FieldKind::PositiveInteger)
        sql += " CHECK (" + name + " >= 0)";
    if (column.type.kind == FieldKind::Json)
        sql += " CHECK ((JSON_VALID(" + name + ") OR " + name + " IS NULL))";
    return sql;
}

QByteArray createTable(const DdlWriter &writer, const SchemaSpec &schema, const TableSpec &table,
                       const QString &name)
{
    QList<QByteArray> parts;
    for (const ColumnSpec &column : table.columns)
        parts << columnClause(writer, table, column);
    if (table.primaryKey.size() > 1)
        parts << "PRIMARY KEY (" + quotedNames(table.primaryKey) + ')';
    for (const IndexSpec &index : table.indexes) {
        if (index.constraint && !index.opaque)
            parts << "CONSTRAINT " + quotedName(index.name) + " UNIQUE (" +
                         quotedNames(index.columns) + ')';
    }
    for (const ForeignKeySpec &key : table.foreignKeys)
        parts << detail::foreignKeyClause(schema, key, true);
    return "CREATE TABLE " + quotedName(name) + " (" + parts.join(", ") + ')' +
           (table.withoutRowId ? " WITHOUT ROWID" : "");
}

/// Where the values of a column of a table that is made anew come from.
struct Source {
    QString column; // of the old table; empty: only the fill
    std::optional<QString> fill;
};

/// Changes of one table that wait to be carried out together.
struct Pending {
    TableSpec before;
    SchemaOperations operations;
    std::map<QString, Source> sources; // by the new table's column
};

/// Writes one script. Changes of a table are gathered, so that it is copied once however many there
/// are; what other statements could notice is written out first.
class SqliteScript {
public:
    SqliteScript(const DdlWriter &writer, SchemaSpec schema)
        : m_writer(writer), m_schema(std::move(schema))
    {
    }

    void add(const SchemaOperation &operation)
    {
        std::visit([&](const auto &o) { write(o, operation); }, operation);
    }

    DdlScript take()
    {
        flushAll();
        return std::move(m_script);
    }

private:
    void send(QByteArray sql, ValueList parameters = {},
              DdlStatement::Role role = DdlStatement::Role::Plain, const QString &table = {},
              const QStringList &kept = {})
    {
        m_script.statements.push_back(
            {std::move(sql), std::move(parameters), role, table, kept, {}});
    }

    void write(const ddl::CreateTable &o, const SchemaOperation &operation)
    {
        applyTo(m_schema, operation);
        send(createTable(m_writer, m_schema, o.table, o.table.name));
        for (const IndexSpec &index : o.table.indexes) {
            if (!index.constraint && !index.opaque)
                send(detail::createIndex(o.table, index));
        }
    }

    void write(const ddl::DropTable &o, const SchemaOperation &operation)
    {
        m_pending.erase(o.table.name);
        applyTo(m_schema, operation);
        m_script.suspendsForeignKeys = true; // else all its rows are deleted one by one first
        send("DROP TABLE " + quotedName(o.table.name));
    }

    void write(const ddl::RenameTable &o, const SchemaOperation &operation)
    {
        flushAll();
        applyTo(m_schema, operation);
        send("ALTER TABLE " + quotedName(o.from) + " RENAME TO " + quotedName(o.to));
    }

    void write(const ddl::RenameField &o, const SchemaOperation &operation)
    {
        flushAll();
        applyTo(m_schema, operation);
        send("ALTER TABLE " + quotedName(o.table) + " RENAME COLUMN " + quotedName(o.from) +
             " TO " + quotedName(o.to));
    }

    void write(const ddl::RunSql &o, const SchemaOperation &)
    {
        flushAll();
        for (const QString &sql : o.forwards)
            send(sql.toUtf8());
    }

    void write(const ddl::AddField &o, const SchemaOperation &operation)
    {
        Pending &pending = pendingFor(o.table, operation);
        pending.sources[o.column.name] = Source{{}, o.fill};
    }

    void write(const ddl::RemoveField &o, const SchemaOperation &operation)
    {
        pendingFor(o.table, operation).sources.erase(o.column.name);
    }

    void write(const ddl::AlterField &o, const SchemaOperation &operation)
    {
        Pending &pending = pendingFor(o.table, operation);
        if (o.fill)
            pending.sources[o.after.name].fill = o.fill;
    }

    template <typename Change>
    void write(const Change &o, const SchemaOperation &operation) // indexes and keys
    {
        pendingFor(o.table, operation);
    }

    /// Notes an operation and changes the schema by it.
    Pending &pendingFor(const QString &name, const SchemaOperation &operation)
    {
        const auto [it, isNew] = m_pending.try_emplace(name);
        if (isNew) {
            const TableSpec *table = m_schema.table(name);
            if (!table) {
                m_pending.erase(it);
                throw ProgrammingError(u"There is no table %1."_s.arg(name));
            }
            it->second.before = *table;
            for (const ColumnSpec &column : table->columns)
                it->second.sources[column.name] = {column.name, {}};
        }
        applyTo(m_schema, operation);
        it->second.operations.push_back(operation);
        return it->second;
    }

    void flushAll()
    {
        for (const auto &[name, pending] : m_pending) {
            const bool native =
                std::all_of(pending.operations.begin(), pending.operations.end(),
                            [&](const SchemaOperation &o) { return isNative(o, pending.before); });
            if (native)
                alterInPlace(name, pending);
            else
                remake(name, pending);
        }
        m_pending.clear();
    }

    /// What SQLite's ALTER TABLE can do by itself (sqlite.org/lang_altertable.html).
    static bool isNative(const SchemaOperation &operation, const TableSpec &before)
    {
        if (const auto *add = std::get_if<ddl::AddField>(&operation)) {
            const QString text = add->column.defaultSql.value_or(QString()).trimmed().toUpper();
            const bool constant = !text.startsWith(u'(') && !text.startsWith("CURRENT_"_L1);
            return !add->fill && constant && !isAutomatic(add->column) &&
                   add->column.type.kind != FieldKind::PositiveInteger &&
                   add->column.type.kind != FieldKind::Json &&
                   (add->column.null || (add->column.defaultSql && text != "NULL"_L1));
        }
        if (const auto *remove = std::get_if<ddl::RemoveField>(&operation)) {
            const QString &name = remove->column.name;
            const auto has = [&](const auto &part) { return part.columns.contains(name); };
            return !before.primaryKey.contains(name) && before.column(name) &&
                   !remove->column.generated &&
                   std::none_of(before.indexes.begin(), before.indexes.end(),
                                [&](const IndexSpec &i) { return i.opaque || has(i); }) &&
                   std::none_of(before.foreignKeys.begin(), before.foreignKeys.end(), has);
        }
        if (const auto *add = std::get_if<ddl::AddIndex>(&operation))
            return !add->index.constraint;
        if (const auto *remove = std::get_if<ddl::RemoveIndex>(&operation))
            return !remove->index.constraint;
        return false;
    }

    void alterInPlace(const QString &name, const Pending &pending)
    {
        const TableSpec &now = *m_schema.table(name);
        const QByteArray alter = "ALTER TABLE " + quotedName(name);
        for (const SchemaOperation &operation : pending.operations) {
            if (const auto *add = std::get_if<ddl::AddField>(&operation))
                send(alter + " ADD COLUMN " + columnClause(m_writer, now, add->column));
            else if (const auto *remove = std::get_if<ddl::RemoveField>(&operation))
                send(alter + " DROP COLUMN " + quotedName(remove->column.name));
            else if (const auto *index = std::get_if<ddl::AddIndex>(&operation))
                send(detail::createIndex(now, index->index));
            else if (const auto *gone = std::get_if<ddl::RemoveIndex>(&operation))
                send("DROP INDEX " + quotedName(gone->index.name));
        }
    }

    /// New table, copy, drop, rename: the procedure that SQLite's documentation prescribes for all
    /// that ALTER TABLE cannot do.
    void remake(const QString &name, const Pending &pending)
    {
        m_script.suspendsForeignKeys = true;
        const TableSpec &now = *m_schema.table(name);
        const QString temporary = "new__"_L1 + name;
        QStringList opaque;
        for (const IndexSpec &index : now.indexes) {
            if (index.opaque)
                opaque << index.name;
        }
        send(createTable(m_writer, m_schema, now, temporary), {}, DdlStatement::Role::BeginRemake,
             name, opaque);
        m_script.statements.back().known =
            createTable(m_writer, m_schema, pending.before, pending.before.name);
        copyRows(name, temporary, now, pending);
        send("DROP TABLE " + quotedName(name));
        // Other tables, views and triggers go on naming the table as before: nothing may be
        // rewritten to follow the temporary name.
        send("PRAGMA legacy_alter_table = ON");
        send("ALTER TABLE " + quotedName(temporary) + " RENAME TO " + quotedName(name));
        send("PRAGMA legacy_alter_table = OFF", {}, DdlStatement::Role::EndRemake, name);
        for (const IndexSpec &index : now.indexes) {
            if (!index.constraint && !index.opaque)
                send(detail::createIndex(now, index));
        }
    }

    void copyRows(const QString &name, const QString &temporary, const TableSpec &now,
                  const Pending &pending)
    {
        QStringList columns;
        QByteArray values;
        ValueList parameters;
        for (const ColumnSpec &column : now.columns) {
            const auto it = pending.sources.find(column.name);
            if (it == pending.sources.end() || column.generated)
                continue;
            const Source &source = it->second;
            if (source.column.isEmpty() && !source.fill)
                continue; // the new column's own default, or NULL
            columns << column.name;
            QByteArray value = source.column.isEmpty() ? QByteArray() : quotedName(source.column);
            if (source.fill) {
                parameters.push_back(detail::fillValue(column, *source.fill));
                const QByteArray fill = '?' + QByteArray::number(parameters.size());
                value = value.isEmpty() ? fill : "coalesce(" + value + ", " + fill + ')';
            }
            values += (values.isEmpty() ? "" : ", ") + value;
        }
        if (!columns.isEmpty())
            send("INSERT INTO " + quotedName(temporary) + " (" + quotedNames(columns) +
                     ") SELECT " + values + " FROM " + quotedName(name),
                 std::move(parameters));
    }

    const DdlWriter &m_writer;
    SchemaSpec m_schema;
    std::map<QString, Pending> m_pending;
    DdlScript m_script;
};

class SqliteDdl final : public DdlWriter {
public:
    QByteArray columnType(const ColumnSpec &column) const override
    {
        const bool asDeclared =
            column.type.kind == FieldKind::Other || column.type.kind == FieldKind::Decimal;
        return asDeclared && !column.declared.isEmpty() ? column.declared.toUtf8()
                                                        : typeOf(column.type);
    }

    ColumnSpec readBack(const TableSpec &table, const ColumnSpec &column) const override
    {
        ColumnSpec out = column;
        FieldType &type = out.type;
        const FieldType before = type;
        switch (before.kind) {
        case FieldKind::Auto:
        case FieldKind::BigAuto:
        case FieldKind::SmallAuto:
        case FieldKind::Integer:
            // Every INTEGER PRIMARY KEY counts up by itself.
            type.kind = table.primaryKey == QStringList{column.name} && !table.withoutRowId
                            ? FieldKind::Auto
                            : FieldKind::Integer;
            break;
        case FieldKind::PositiveInteger:
        case FieldKind::SmallInteger:
        case FieldKind::BigInteger: // all whole numbers are stored alike, in as many bytes as they
                                    // need
            type.kind = FieldKind::Integer;
            break;
        case FieldKind::Decimal:
            type = FieldType{FieldKind::Decimal};
            break;
        case FieldKind::DateTime:
            type.withZone = false;
            break;
        case FieldKind::Duration:
            type.kind = FieldKind::Integer;
            break;
        case FieldKind::Uuid:
            type = FieldType{FieldKind::Char};
            type.maxLength = 32;
            break;
        case FieldKind::Json:
            type.kind = FieldKind::Text;
            break;
        case FieldKind::Boolean:
        case FieldKind::Char:
        case FieldKind::Text:
        case FieldKind::Binary:
        case FieldKind::Float:
        case FieldKind::Date:
        case FieldKind::Time:
        case FieldKind::Array:
        case FieldKind::ForeignKey:
        case FieldKind::OneToOne:
        case FieldKind::Other:
            break;
        }
        return out;
    }

    DdlScript script(const SchemaOperations &operations, SchemaSpec before) const override
    {
        SqliteScript out(*this, std::move(before));
        for (const SchemaOperation &operation : operations)
            out.add(operation);
        return out.take();
    }

    QList<QByteArray> prologue(const DdlScript &script) const override
    {
        if (script.suspendsForeignKeys) // no use inside a transaction
            return {"PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"};
        return {"BEGIN IMMEDIATE"};
    }
    QList<QByteArray> epilogue(const DdlScript &script) const override
    {
        if (script.suspendsForeignKeys)
            return {"PRAGMA foreign_key_check", "COMMIT", "PRAGMA foreign_keys = ON"};
        return {"COMMIT"};
    }

    QByteArray countTables() const override
    {
        return "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
    }
    QByteArray lock() const override { return {}; } // BEGIN IMMEDIATE lets one in
    QByteArray utcNow() const override { return "CURRENT_TIMESTAMP"; }
};

} // namespace

const DdlWriter &sqliteDdl()
{
    static const SqliteDdl writer;
    return writer;
}

} // namespace heddle
