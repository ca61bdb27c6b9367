#include "orm/sql/bound.h"
#include "orm/sql/dialects.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// SQLite 3.40. What it lacks (regular expressions, dates, statistics) the connection supplies as
/// functions named heddle_*.
class SqliteDialect final : public Dialect {
public:
    QString name() const override { return u"sqlite"_s; }
    const Features &features() const override
    {
        static const Features f = [] {
            Features x;
            x.parenthesesInCompound = false;
            x.slicesInCompound = false;
            x.numericCasts = true;
            x.orderedAggregates = false;
            x.insertOrIgnore = true;
            x.defaultKeyword = false;
            x.bulkParameters = 999;
            x.explain = "EXPLAIN QUERY PLAN";
            return x;
        }();
        return f;
    }
    QByteArray placeholder(int number) const override { return '?' + QByteArray::number(number); }
    std::pair<qint64, qint64> integerRange(const FieldType &) const override
    {
        return {std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max()};
    }
    bool iexactIsPattern() const override { return true; }

    QByteArray lookupOperator(LookupKind kind) const override
    {
        switch (kind) {
        case LookupKind::Exact:
            return "%l = %r";
        case LookupKind::Gt:
            return "%l > %r";
        case LookupKind::Gte:
            return "%l >= %r";
        case LookupKind::Lt:
            return "%l < %r";
        case LookupKind::Lte:
            return "%l <= %r";
        case LookupKind::IExact:
        case LookupKind::Contains:
        case LookupKind::IContains:
        case LookupKind::StartsWith:
        case LookupKind::IStartsWith:
        case LookupKind::EndsWith:
        case LookupKind::IEndsWith:
            return "%l LIKE %r ESCAPE '\\'";
        case LookupKind::Regex:
            return "heddle_regexp(%r, %l, 0)";
        case LookupKind::IRegex:
            return "heddle_regexp(%r, %l, 1)";
        case LookupKind::In:
        case LookupKind::Range:
        case LookupKind::IsNull:
        case LookupKind::ContainedBy:
        case LookupKind::Overlap:
        case LookupKind::HasKey:
        case LookupKind::HasKeys:
        case LookupKind::HasAnyKeys:
            break;
        }
        return {};
    }
    QByteArray patternOperator(LookupKind kind) const override
    {
        const QByteArray escaped =
            "REPLACE(REPLACE(REPLACE(%r, '\\', '\\\\'), '%', '\\%'), '_', '\\_')";
        switch (kind) {
        case LookupKind::Contains:
            return "%l LIKE '%' || " + escaped + " || '%' ESCAPE '\\'";
        case LookupKind::IContains:
            return "%l LIKE '%' || UPPER(" + escaped + ") || '%' ESCAPE '\\'";
        case LookupKind::StartsWith:
            return "%l LIKE " + escaped + " || '%' ESCAPE '\\'";
        case LookupKind::IStartsWith:
            return "%l LIKE UPPER(" + escaped + ") || '%' ESCAPE '\\'";
        case LookupKind::EndsWith:
            return "%l LIKE '%' || " + escaped + " ESCAPE '\\'";
        case LookupKind::IEndsWith:
            return "%l LIKE '%' || UPPER(" + escaped + ") ESCAPE '\\'";
        case LookupKind::IExact:
        case LookupKind::Exact:
        case LookupKind::Gt:
        case LookupKind::Gte:
        case LookupKind::Lt:
        case LookupKind::Lte:
        case LookupKind::Regex:
        case LookupKind::IRegex:
        case LookupKind::In:
        case LookupKind::Range:
        case LookupKind::IsNull:
        case LookupKind::ContainedBy:
        case LookupKind::Overlap:
        case LookupKind::HasKey:
        case LookupKind::HasKeys:
        case LookupKind::HasAnyKeys:
            break;
        }
        return lookupOperator(kind);
    }
    QByteArray lookupCast(LookupKind, const FieldType &, const QByteArray &lhs) const override
    {
        return lhs;
    }

    QByteArray extract(TransformPart part, const FieldType &type,
                       const QByteArray &sql) const override
    {
        if (part == TransformPart::Date)
            return "heddle_datetime_cast_date(" + sql + ')';
        if (part == TransformPart::Time)
            return "heddle_datetime_cast_time(" + sql + ')';
        return QByteArray("heddle_") + family(type) + "_extract('" + transformName(part) + "', " +
               sql + ')';
    }
    QByteArray truncate(const QString &kind, const FieldType &type,
                        const QByteArray &sql) const override
    {
        return QByteArray("heddle_") + family(type) + "_trunc('" + kind.toUtf8() + "', " + sql +
               ')';
    }
    QByteArray castType(const FieldType &type) const override
    {
        if (type.isInteger())
            return "integer";
        switch (type.kind) {
        case FieldKind::Boolean:
            return "bool";
        case FieldKind::Char:
            return type.maxLength > 0 ? "varchar(" + QByteArray::number(type.maxLength) + ')'
                                      : QByteArray("varchar");
        case FieldKind::Text:
            return "text";
        case FieldKind::Binary:
            return "BLOB";
        case FieldKind::Float:
            return "real";
        case FieldKind::Decimal:
            return "NUMERIC";
        case FieldKind::Date:
            return "date";
        case FieldKind::Time:
            return "time";
        case FieldKind::DateTime:
            return "datetime";
        case FieldKind::Duration:
            return "bigint";
        case FieldKind::Uuid:
            return "char(32)";
        default:
            return "text"; // every other kind is kept as text here
        }
    }
    QByteArray combined(const QString &op, const QByteArray &lhs,
                        const QByteArray &rhs) const override
    {
        if (op == "^"_L1)
            return "POWER(" + lhs + ", " + rhs + ')';
        if (op == "#"_L1)
            return "BITXOR(" + lhs + ", " + rhs + ')';
        return '(' + lhs + ' ' + op.toUtf8() + ' ' + rhs + ')';
    }
    QByteArray dateDifference(const FieldType &type, const QByteArray &lhs,
                              const QByteArray &rhs) const override
    {
        if (type.kind == FieldKind::Time)
            return "heddle_time_diff(" + lhs + ", " + rhs + ')';
        return "heddle_timestamp_diff(" + lhs + ", " + rhs + ')';
    }
    QByteArray durationArithmetic(const QString &op, const FieldType &, const QByteArray &lhs,
                                  const QByteArray &rhs) const override
    {
        return "heddle_format_dtdelta('" + op.toUtf8() + "', " + lhs + ", " + rhs + ')';
    }
    QByteArray function(const sql::Bound &call, const QList<QByteArray> &args) const override
    {
        const QString &name = call.name;
        if (name == "Cast"_L1 && call.type.kind == FieldKind::Date)
            return "date(" + args[0] + ')'; // CAST would read the text as a number
        if (name == "Cast"_L1 && call.type.kind == FieldKind::DateTime)
            return "strftime('%Y-%m-%d %H:%M:%f', " + args[0] + ')';
        if (name == "Cast"_L1 && call.type.kind == FieldKind::Time)
            return "strftime('%H:%M:%f', " + args[0] + ')';
        if (name == "Concat"_L1)
            return concat(args);
        if (name == "Left"_L1)
            return "SUBSTR(" + args[0] + ", 1, " + args[1] + ')';
        if (name == "Right"_L1)
            return "SUBSTR(" + args[0] + ", " + args[1] + " * -1, " + args[1] + ')';
        if (name == "Greatest"_L1)
            return "MAX(" + args.join(", ") + ')';
        if (name == "Least"_L1)
            return "MIN(" + args.join(", ") + ')';
        if (name == "Chr"_L1)
            return "CHAR(" + args[0] + ')';
        if (name == "Ord"_L1)
            return "UNICODE(" + args[0] + ')';
        if (name == "Log"_L1)
            return "LOG(" + args[0] + ", " + args[1] + ')';
        return {};
    }
    /// From 0 to 1, as Random() is elsewhere: SQLite's own is a whole number.
    QByteArray random() const override
    {
        return "((RANDOM() & 9007199254740991) / 9007199254740992.0)";
    }
    QByteArray now() const override { return "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"; }
    QByteArray limit(qint64 low, std::optional<qint64> high) const override
    {
        if (low == 0 && !high)
            return {};
        QByteArray text = " LIMIT " + QByteArray::number(high ? *high - low : -1);
        if (low > 0)
            text += " OFFSET " + QByteArray::number(low);
        return text;
    }
    QByteArray parameterCast(const FieldType &) const override { return {}; }
    QByteArray joinedTexts(QList<QByteArray> &args, bool distinct) const override
    {
        if (distinct && args.size() > 1)
            throw NotSupportedError(
                u"SQLite doesn't support using DISTINCT on a function with multiple arguments."_s);
        return "GROUP_CONCAT";
    }
    QByteArray stdDev(bool variance, bool sample) const override
    {
        return QByteArray(variance ? "VAR" : "STDDEV") + (sample ? "_SAMP" : "_POP");
    }

private:
    static QByteArray family(const FieldType &type)
    {
        return type.kind == FieldKind::Date   ? "date"
               : type.kind == FieldKind::Time ? "time"
                                              : "datetime";
    }
    /// Pairs from the right, each side coalesced: NULL counts as empty text.
    static QByteArray concat(const QList<QByteArray> &args)
    {
        QByteArray text = "COALESCE(" + args.last() + ", '')";
        for (qsizetype i = args.size() - 1; i-- > 0;)
            text = "(COALESCE(" + args[i] + ", '') || " + text + ')';
        return text;
    }
};

} // namespace

const Dialect &sqliteDialect()
{
    static const SqliteDialect dialect;
    return dialect;
}

const Dialect *dialectByName(const QString &name)
{
    if (name == "sqlite"_L1)
        return &sqliteDialect();
    if (name == "postgresql"_L1 || name == "postgres"_L1)
        return &postgresDialect();
    if (name == "mariadb"_L1 || name == "mysql"_L1)
        return &mariadbDialect();
    if (name == "standard"_L1)
        return &standardDialect();
    return nullptr;
}

} // namespace heddle
