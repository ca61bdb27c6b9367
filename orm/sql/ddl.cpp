#include "orm/sql/ddl.h"

#include "orm/query/lookups.h"
#include "orm/values/errors.h"

#include <QRegularExpression>
#include <QUuid>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace detail {

QByteArray quotedName(const QString &name)
{
    QByteArray utf8 = name.toUtf8();
    if (utf8.isEmpty() || utf8.contains('\0'))
        throw ProgrammingError(
            u"A name of a table or column cannot be empty or hold a zero byte."_s);
    utf8.replace('"', "\"\"");
    return '"' + utf8 + '"';
}

QByteArray quotedNames(const QStringList &names)
{
    QByteArray out;
    for (const QString &name : names)
        out += (out.isEmpty() ? "" : ", ") + quotedName(name);
    return out;
}

QByteArray quotedTable(const TableSpec &table)
{
    return table.schema.isEmpty() ? quotedName(table.name)
                                  : quotedName(table.schema) + '.' + quotedName(table.name);
}

QByteArray foreignKeyClause(const SchemaSpec &schema, const ForeignKeySpec &key, bool named)
{
    const TableSpec *target = schema.table(key.targetTable);
    QByteArray sql;
    if (named && !key.name.isEmpty())
        sql = "CONSTRAINT " + quotedName(key.name) + ' ';
    sql += "FOREIGN KEY (" + quotedNames(key.columns) + ") REFERENCES " +
           (target ? quotedTable(*target) : quotedName(key.targetTable));
    if (!key.targetColumns.isEmpty())
        sql += " (" + quotedNames(key.targetColumns) + ')';
    const QString onDelete = onDeleteClause(key.onDelete);
    if (!onDelete.isEmpty())
        sql += " ON DELETE " + onDelete.toLatin1();
    // The words come from a short list, whatever a schema file says.
    for (const char *action : {"CASCADE", "SET NULL", "SET DEFAULT"}) {
        if (key.onUpdate == QLatin1String(action))
            sql += QByteArray(" ON UPDATE ") + action;
    }
    return sql + " DEFERRABLE INITIALLY DEFERRED";
}

QByteArray createIndex(const TableSpec &table, const IndexSpec &index)
{
    return QByteArray(index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
           quotedName(index.name) + " ON " + quotedTable(table) + " (" +
           quotedNames(index.columns) + ')';
}

Value fillValue(const ColumnSpec &column, const QString &fill)
{
    if (column.type.kind == FieldKind::Binary)
        return Value::bytes(fill.toUtf8());
    if (column.type.kind == FieldKind::Boolean) {
        const QString word = fill.toLower();
        if (word == "true"_L1 || word == "1"_L1)
            return Value(true);
        if (word == "false"_L1 || word == "0"_L1)
            return Value(false);
    }
    if (column.type.kind == FieldKind::Uuid && QUuid::fromString(fill) == QUuid() &&
        QUuid(fill).toString(QUuid::WithoutBraces) == fill)
        return Value(QUuid()); // the empty one, which a field does not take from people
    if (column.type.kind == FieldKind::Duration) {
        bool isNumber = false;
        const qint64 seconds = fill.toLongLong(&isNumber);
        if (isNumber)
            return Value(Duration{seconds * 1'000'000});
    }
    if (column.type.kind == FieldKind::Array && fill == "{}"_L1)
        return Value::array({});
    return prepareValue(column.type, column.name, Value(fill));
}

QString plainDefault(const QString &sql)
{
    static const QRegularExpression cast(u"::[a-z_ \"]+(\\(\\d+(, *\\d+)?\\))?(\\[\\])?$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    QString text = sql.trimmed();
    text.remove(cast);
    while (text.startsWith(u'(') && text.endsWith(u')'))
        text = text.mid(1, text.size() - 2).trimmed();
    text.remove(cast);
    if (!text.contains(u'\''))
        text = text.toLower();
    if (text == "now()"_L1 || text == "localtimestamp"_L1)
        text = u"current_timestamp"_s;
    if (text == "1"_L1)
        text = u"true"_s; // of a boolean, which is the same
    if (text == "0"_L1)
        text = u"false"_s;
    return text == "null"_L1 ? QString() : text;
}

bool isAutomatic(const ColumnSpec &column)
{
    return column.type.kind == FieldKind::Auto || column.type.kind == FieldKind::BigAuto ||
           column.type.kind == FieldKind::SmallAuto;
}

} // namespace detail

const DdlWriter &ddlFor(const Dialect &dialect)
{
    const QString name = dialect.name();
    if (name == "sqlite"_L1)
        return sqliteDdl();
    if (name == "postgresql"_L1)
        return postgresDdl();
    throw NotSupportedError(u"Heddle makes no tables in a database of the kind %1."_s.arg(name));
}

bool sameColumn(const TableSpec &tableA, const ColumnSpec &a, const TableSpec &tableB,
                const ColumnSpec &b, const DdlWriter *writer)
{
    if (!writer) {
        ColumnSpec renamed = b;
        renamed.name = a.name;
        return a == renamed;
    }
    const ColumnSpec x = writer->readBack(tableA, a), y = writer->readBack(tableB, b);
    // What is computed, and what Heddle has no name for, it leaves as it is.
    if (x.generated || y.generated)
        return true;
    const bool sameType =
        x.type == y.type &&
        (x.type.kind != FieldKind::Other || x.declared.isEmpty() || y.declared.isEmpty() ||
         x.declared.compare(y.declared, Qt::CaseInsensitive) == 0);
    return sameType && x.null == y.null &&
           detail::plainDefault(x.defaultSql.value_or(QString())) ==
               detail::plainDefault(y.defaultSql.value_or(QString()));
}

} // namespace heddle
