#include "orm/sql/dialect.h"

namespace heddle {

QByteArray Dialect::quoted(const QString &identifier) const
{
    QByteArray name = identifier.toUtf8();
    name.replace('"', "\"\"");
    return '"' + name + '"';
}

ColumnType Dialect::columnType(const FieldType &type, bool isColumn) const
{
    ColumnType out = type.columnType();
    if (type.kind == FieldKind::Decimal && !isColumn)
        out.decimalPlaces = -1; // computed: as many places as there are
    return out;
}

QByteArray Dialect::readable(const FieldType &, const QByteArray &sql) const
{
    return sql;
}

QByteArray Dialect::joinedTexts(QList<QByteArray> &args, bool) const
{
    args[0] += "::text";
    if (args.size() == 1)
        args << "','";
    return "STRING_AGG";
}

} // namespace heddle
