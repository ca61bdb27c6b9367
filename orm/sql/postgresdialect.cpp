#include "orm/sql/bound.h"
#include "orm/sql/dialects.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// PostgreSQL 12 and later.
class PostgresDialect final : public Dialect {
public:
    QString name() const override { return u"postgresql"_s; }
    const Features &features() const override
    {
        static const Features f = [] {
            Features x;
            x.distinctOn = true;
            x.forUpdate = true;
            x.jsonOperators = true;
            x.rangeFrameOffsets = false;
            x.groupByPrimaryKey = true;
            x.foldsNonAscii = true;
            x.maxParameters = 65535;
            x.castsCaseInUpdate = true;
            x.copyFrom = true;
            x.explainFormats = {u"JSON"_s, u"TEXT"_s, u"XML"_s, u"YAML"_s};
            x.explainOptions = {u"ANALYZE"_s, u"BUFFERS"_s,  u"COSTS"_s,     u"GENERIC_PLAN"_s,
                                u"MEMORY"_s,  u"SETTINGS"_s, u"SERIALIZE"_s, u"SUMMARY"_s,
                                u"TIMING"_s,  u"VERBOSE"_s,  u"WAL"_s};
            return x;
        }();
        return f;
    }
    QByteArray placeholder(int number) const override { return '$' + QByteArray::number(number); }
    std::pair<qint64, qint64> integerRange(const FieldType &type) const override
    {
        switch (type.kind) {
        case FieldKind::SmallAuto:
        case FieldKind::SmallInteger:
            return {-32768, 32767};
        case FieldKind::Auto:
        case FieldKind::Integer:
            return {-2147483648LL, 2147483647LL};
        case FieldKind::PositiveInteger:
            return {0, 2147483647LL};
        default:
            return {std::numeric_limits<qint64>::min(),
                    std::numeric_limits<qint64>::max()}; // bigint and what is no integer
        }
    }
    bool iexactIsPattern() const override { return false; }

    QByteArray lookupOperator(LookupKind kind) const override
    {
        switch (kind) {
        case LookupKind::Exact:
            return "%l = %r";
        case LookupKind::IExact:
            return "%l = UPPER(%r)";
        case LookupKind::Gt:
            return "%l > %r";
        case LookupKind::Gte:
            return "%l >= %r";
        case LookupKind::Lt:
            return "%l < %r";
        case LookupKind::Lte:
            return "%l <= %r";
        case LookupKind::Contains:
        case LookupKind::StartsWith:
        case LookupKind::EndsWith:
            return "%l LIKE %r";
        case LookupKind::IContains:
        case LookupKind::IStartsWith:
        case LookupKind::IEndsWith:
            return "%l LIKE UPPER(%r)";
        case LookupKind::Regex:
            return "%l ~ %r";
        case LookupKind::IRegex:
            return "%l ~* %r";
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
            "REPLACE(REPLACE(REPLACE(%r, E'\\\\', E'\\\\\\\\'), E'%', E'\\\\%'), E'_', E'\\\\_')";
        switch (kind) {
        case LookupKind::Contains:
            return "%l LIKE '%' || " + escaped + " || '%'";
        case LookupKind::IContains:
            return "%l LIKE '%' || UPPER(" + escaped + ") || '%'";
        case LookupKind::StartsWith:
            return "%l LIKE " + escaped + " || '%'";
        case LookupKind::IStartsWith:
            return "%l LIKE UPPER(" + escaped + ") || '%'";
        case LookupKind::EndsWith:
            return "%l LIKE '%' || " + escaped;
        case LookupKind::IEndsWith:
            return "%l LIKE '%' || UPPER(" + escaped + ')';
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
    QByteArray lookupCast(LookupKind kind, const FieldType &, const QByteArray &lhs) const override
    {
        switch (kind) {
        case LookupKind::Contains:
        case LookupKind::StartsWith:
        case LookupKind::EndsWith:
        case LookupKind::Regex:
        case LookupKind::IRegex:
            return lhs + "::text";
        case LookupKind::IExact:
        case LookupKind::IContains:
        case LookupKind::IStartsWith:
        case LookupKind::IEndsWith:
            return "UPPER(" + lhs + "::text)";
        case LookupKind::Exact:
        case LookupKind::Gt:
        case LookupKind::Gte:
        case LookupKind::Lt:
        case LookupKind::Lte:
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
        return lhs;
    }

    QByteArray extract(TransformPart part, const FieldType &, const QByteArray &sql) const override
    {
        switch (part) {
        case TransformPart::Date:
            return '(' + sql + ")::date";
        case TransformPart::Time:
            return '(' + sql + ")::time";
        case TransformPart::WeekDay:
            return "EXTRACT(DOW FROM " + sql + ") + 1";
        case TransformPart::IsoWeekDay:
            return "EXTRACT(ISODOW FROM " + sql + ')';
        case TransformPart::IsoYear:
            return "EXTRACT(ISOYEAR FROM " + sql + ')';
        case TransformPart::Second:
            return "EXTRACT(SECOND FROM DATE_TRUNC('second', " + sql + "))";
        case TransformPart::Year:
        case TransformPart::Month:
        case TransformPart::Day:
        case TransformPart::Week:
        case TransformPart::Quarter:
        case TransformPart::Hour:
        case TransformPart::Minute:
        case TransformPart::Len:
        case TransformPart::Index:
        case TransformPart::Slice:
        case TransformPart::Key:
            break;
        }
        return "EXTRACT(" + QByteArray(transformName(part)).toUpper() + " FROM " + sql + ')';
    }
    QByteArray truncate(const QString &kind, const FieldType &type,
                        const QByteArray &sql) const override
    {
        const QByteArray text = "DATE_TRUNC('" + kind.toUtf8() + "', " + sql + ')';
        if (type.kind == FieldKind::Date)
            return text + "::date";
        return type.kind == FieldKind::Time ? text + "::time" : text;
    }
    QByteArray castType(const FieldType &type) const override
    {
        switch (type.kind) {
        case FieldKind::SmallAuto:
        case FieldKind::SmallInteger:
            return "smallint";
        case FieldKind::Auto:
        case FieldKind::Integer:
        case FieldKind::PositiveInteger:
            return "integer";
        case FieldKind::BigAuto:
        case FieldKind::BigInteger:
            return "bigint";
        case FieldKind::Boolean:
            return "boolean";
        case FieldKind::Char:
            return type.maxLength > 0 ? "varchar(" + QByteArray::number(type.maxLength) + ')'
                                      : QByteArray("varchar");
        case FieldKind::Binary:
            return "bytea";
        case FieldKind::Float:
            return "double precision";
        case FieldKind::Decimal:
            return type.maxDigits > 0
                       ? "numeric(" + QByteArray::number(type.maxDigits) + ", " +
                             QByteArray::number(std::max(type.decimalPlaces, 0)) + ')'
                       : QByteArray("numeric");
        case FieldKind::Date:
            return "date";
        case FieldKind::Time:
            return "time";
        case FieldKind::DateTime:
            return type.withZone ? "timestamp with time zone" : "timestamp";
        case FieldKind::Duration:
            return "interval";
        case FieldKind::Uuid:
            return "uuid";
        case FieldKind::Json:
            return "jsonb";
        case FieldKind::Text:
        case FieldKind::Array:
        case FieldKind::ForeignKey:
        case FieldKind::OneToOne:
        case FieldKind::Other:
            break;
        }
        return "text";
    }
    QByteArray combined(const QString &op, const QByteArray &lhs,
                        const QByteArray &rhs) const override
    {
        return '(' + lhs + ' ' + op.toUtf8() + ' ' + rhs + ')';
    }
    QByteArray dateDifference(const FieldType &type, const QByteArray &lhs,
                              const QByteArray &rhs) const override
    {
        if (type.kind == FieldKind::Date)
            return "(interval '1 day' * (" + lhs + " - " + rhs + "))";
        return '(' + lhs + " - " + rhs + ')';
    }
    QByteArray durationArithmetic(const QString &op, const FieldType &, const QByteArray &lhs,
                                  const QByteArray &rhs) const override
    {
        return '(' + lhs + ' ' + op.toUtf8() + ' ' + rhs + ')';
    }
    QByteArray function(const sql::Bound &call, const QList<QByteArray> &args) const override
    {
        const QString &name = call.name;
        if (name == "StrIndex"_L1)
            return "STRPOS(" + args.join(", ") + ')';
        if (name == "Substr"_L1)
            return "SUBSTRING(" + args.join(", ") + ')';
        if (name == "Concat"_L1) {
            QByteArray text = "COALESCE(" + args.last() + "::text, '')";
            for (qsizetype i = args.size() - 1; i-- > 0;)
                text = "(COALESCE(" + args[i] + "::text, '') || " + text + ')';
            return text;
        }
        if (name.startsWith("SHA"_L1))
            return "ENCODE(DIGEST(" + args[0] + ", '" + name.toLower().toUtf8() + "'), 'hex')";
        if (name == "Log"_L1 || name == "Mod"_L1 || name == "Round"_L1) {
            // These know numeric, but not double precision.
            QList<QByteArray> exact = args;
            for (qsizetype i = 0; i < exact.size(); ++i)
                if (const sql::Bound &arg = *call.args[std::size_t(i)];
                    arg.typed && arg.type.kind == FieldKind::Float)
                    exact[i] = '(' + exact[i] + ")::numeric(1000, 15)";
            return name.toUpper().toUtf8() + '(' + exact.join(", ") + ')';
        }
        if (name == "JSONObject"_L1) {
            QList<QByteArray> pairs = args;
            for (qsizetype i = 0; i < pairs.size(); i += 2)
                pairs[i] = '(' + pairs[i] + ")::text";
            return "JSONB_BUILD_OBJECT(" + pairs.join(", ") + ')';
        }
        if (name == "JSONArray"_L1)
            return "JSONB_BUILD_ARRAY(" + args.join(", ") + ')';
        return {};
    }
    QByteArray random() const override { return "RANDOM()"; }
    QByteArray now() const override { return "STATEMENT_TIMESTAMP()"; }
    QByteArray limit(qint64 low, std::optional<qint64> high) const override
    {
        QByteArray text;
        if (high)
            text += " LIMIT " + QByteArray::number(*high - low);
        if (low > 0)
            text += " OFFSET " + QByteArray::number(low);
        return text;
    }
    QByteArray parameterCast(const FieldType &type) const override
    {
        return type.kind == FieldKind::Other ? QByteArray() : castType(type);
    }
    QByteArray stdDev(bool variance, bool sample) const override
    {
        return QByteArray(variance ? "VAR" : "STDDEV") + (sample ? "_SAMP" : "_POP");
    }
};

} // namespace

const Dialect &postgresDialect()
{
    static const PostgresDialect dialect;
    return dialect;
}

} // namespace heddle
