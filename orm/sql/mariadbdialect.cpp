#include "orm/sql/bound.h"
#include "orm/sql/dialects.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A text whose wildcards stand for themselves in LIKE.
QByteArray escapedPattern()
{
    return R"(REPLACE(REPLACE(REPLACE(%r, '\\', '\\\\'), '%', '\%'), '_', '\_'))";
}

/// The text that DATE_FORMAT() cuts a moment down to; empty for what it cannot cut.
QByteArray cutFormat(const QString &kind, bool timeOnly)
{
    static const struct {
        const char *kind, *date, *time;
    } formats[] = {{"year", "%Y-01-01 00:00:00", ""},
                   {"month", "%Y-%m-01 00:00:00", ""},
                   {"day", "%Y-%m-%d 00:00:00", ""},
                   {"hour", "%Y-%m-%d %H:00:00", "%H:00:00"},
                   {"minute", "%Y-%m-%d %H:%i:00", "%H:%i:00"},
                   {"second", "%Y-%m-%d %H:%i:%s", "%H:%i:%s"}};
    for (const auto &format : formats)
        if (kind == QLatin1String(format.kind))
            return timeOnly ? format.time : format.date;
    return {};
}

/// MariaDB 10.5 and later, with the meaning of Django's MySQL backend.
class MariadbDialect final : public Dialect {
public:
    QString name() const override { return u"mariadb"_s; }
    const Features &features() const override
    {
        static const Features f = [] {
            Features x;
            x.forUpdate = true;
            x.groupByPrimaryKey = false;
            x.aggregateFilter = false;
            x.foldsNonAscii = true;
            x.ignoreKeyword = true;
            x.duplicateKeyUpdate = true;
            x.nullsOrdering = false;
            x.jsonExtract = true;
            x.separatorIsArgument = false;
            x.maxParameters = 65535;
            x.explainFormats = {u"JSON"_s, u"TRADITIONAL"_s};
            return x;
        }();
        return f;
    }
    QByteArray quoted(const QString &identifier) const override
    {
        QByteArray name = identifier.toUtf8();
        name.replace('`', "``");
        return '`' + name + '`';
    }
    /// Numbered, since one parameter may stand in a text twice; the connection turns them into
    /// plain question marks in the order of the text.
    QByteArray placeholder(int number) const override { return '?' + QByteArray::number(number); }
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
            return {0, 4294967295LL};
        default:
            return {std::numeric_limits<qint64>::min(),
                    std::numeric_limits<qint64>::max()}; // bigint and what is no integer
        }
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
        case LookupKind::Contains:
        case LookupKind::StartsWith:
        case LookupKind::EndsWith:
            return "%l LIKE BINARY %r";
        case LookupKind::IExact:
        case LookupKind::IContains:
        case LookupKind::IStartsWith:
        case LookupKind::IEndsWith:
            return "%l LIKE %r";
        case LookupKind::Regex:
            return "%l REGEXP BINARY %r";
        case LookupKind::IRegex:
            return "%l REGEXP %r";
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
        switch (kind) {
        case LookupKind::Contains:
            return "%l LIKE BINARY CONCAT('%', " + escapedPattern() + ", '%')";
        case LookupKind::IContains:
            return "%l LIKE CONCAT('%', " + escapedPattern() + ", '%')";
        case LookupKind::StartsWith:
            return "%l LIKE BINARY CONCAT(" + escapedPattern() + ", '%')";
        case LookupKind::IStartsWith:
            return "%l LIKE CONCAT(" + escapedPattern() + ", '%')";
        case LookupKind::EndsWith:
            return "%l LIKE BINARY CONCAT('%', " + escapedPattern() + ')';
        case LookupKind::IEndsWith:
            return "%l LIKE CONCAT('%', " + escapedPattern() + ')';
        case LookupKind::IExact:
            return "%l LIKE " + escapedPattern();
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

    QByteArray extract(TransformPart part, const FieldType &, const QByteArray &sql) const override
    {
        switch (part) {
        case TransformPart::Date:
            return "DATE(" + sql + ')';
        case TransformPart::Time:
            return "TIME(" + sql + ')';
        case TransformPart::WeekDay:
            return "DAYOFWEEK(" + sql + ')';
        case TransformPart::IsoWeekDay:
            return "WEEKDAY(" + sql + ") + 1";
        case TransformPart::Week:
            return "WEEK(" + sql + ", 3)";
        case TransformPart::IsoYear:
            return "TRUNCATE(YEARWEEK(" + sql + ", 3), -2) / 100";
        case TransformPart::Year:
        case TransformPart::Month:
        case TransformPart::Day:
        case TransformPart::Quarter:
        case TransformPart::Hour:
        case TransformPart::Minute:
        case TransformPart::Second:
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
        if (type.kind == FieldKind::Time)
            return "CAST(TIME_FORMAT(" + sql + ", '" + cutFormat(kind, true) + "') AS TIME)";
        const QByteArray as = type.kind == FieldKind::Date ? "DATE)" : "DATETIME)";
        if (kind == "quarter"_L1)
            return "CAST(MAKEDATE(YEAR(" + sql + "), 1) + INTERVAL QUARTER(" + sql +
                   ") QUARTER - INTERVAL 1 QUARTER AS " + as;
        if (kind == "week"_L1)
            return "CAST(DATE(DATE_SUB(" + sql + ", INTERVAL WEEKDAY(" + sql + ") DAY)) AS " + as;
        return "CAST(DATE_FORMAT(" + sql + ", '" + cutFormat(kind, false) + "') AS " + as;
    }
    QByteArray castType(const FieldType &type) const override
    {
        switch (type.kind) {
        case FieldKind::PositiveInteger:
            return "unsigned integer";
        case FieldKind::SmallAuto:
        case FieldKind::Auto:
        case FieldKind::BigAuto:
        case FieldKind::SmallInteger:
        case FieldKind::Integer:
        case FieldKind::BigInteger:
        case FieldKind::Boolean:
        case FieldKind::Duration:
            return "signed integer";
        case FieldKind::Char:
            if (type.maxLength > 0)
                return "char(" + QByteArray::number(type.maxLength) + ')';
            break;
        case FieldKind::Binary:
            return "binary";
        case FieldKind::Float:
            return "double";
        case FieldKind::Decimal:
            return type.maxDigits > 0
                       ? "decimal(" + QByteArray::number(type.maxDigits) + ", " +
                             QByteArray::number(std::max(type.decimalPlaces, 0)) + ')'
                       : QByteArray("decimal(65, 30)");
        case FieldKind::Date:
            return "date";
        case FieldKind::Time:
            return "time(6)";
        case FieldKind::DateTime:
            return "datetime(6)";
        case FieldKind::Uuid:
            return "uuid";
        case FieldKind::Text:
        case FieldKind::Json:
        case FieldKind::Array:
        case FieldKind::ForeignKey:
        case FieldKind::OneToOne:
        case FieldKind::Other:
            break;
        }
        return "char";
    }
    QByteArray combined(const QString &op, const QByteArray &lhs,
                        const QByteArray &rhs) const override
    {
        if (op == "^"_L1)
            return "POW(" + lhs + ", " + rhs + ')';
        if (op == "#"_L1)
            return "CONVERT(" + lhs + " ^ " + rhs + ", SIGNED)";
        if (op == "&"_L1 || op == "|"_L1 || op == "<<"_L1)
            return "CONVERT(" + lhs + ' ' + op.toUtf8() + ' ' + rhs + ", SIGNED)";
        if (op == ">>"_L1) // a shift would make a negative number a large one
            return "FLOOR(" + lhs + " / POW(2, " + rhs + "))";
        return '(' + lhs + ' ' + op.toUtf8() + ' ' + rhs + ')';
    }
    QByteArray dateDifference(const FieldType &type, const QByteArray &lhs,
                              const QByteArray &rhs) const override
    {
        if (type.kind != FieldKind::Time)
            return "TIMESTAMPDIFF(MICROSECOND, " + rhs + ", " + lhs + ')';
        const auto microseconds = [](const QByteArray &time) {
            return "CAST((TIME_TO_SEC(" + time + ") * 1000000 + MICROSECOND(" + time +
                   ")) AS SIGNED)";
        };
        return '(' + microseconds(lhs) + " - " + microseconds(rhs) + ')';
    }
    QByteArray durationArithmetic(const QString &op, const FieldType &result, const QByteArray &lhs,
                                  const QByteArray &rhs) const override
    {
        if (result.kind == FieldKind::Duration)
            return '(' + lhs + ' ' + op.toUtf8() + ' ' + rhs + ')';
        return '(' + lhs + ' ' + op.toUtf8() + " INTERVAL " + rhs + " MICROSECOND)";
    }
    QByteArray function(const sql::Bound &call, const QList<QByteArray> &args) const override
    {
        const QString &name = call.name;
        if (name == "Cast"_L1 && call.type.kind == FieldKind::Float)
            return '(' + args[0] + " + 0.0)";
        if (name == "Cast"_L1 && call.type.kind == FieldKind::Json)
            return "JSON_EXTRACT(" + args[0] + ", '$')";
        if (name == "Concat"_L1) // with an empty separator NULL counts as empty text
            return "CONCAT_WS('', " + args.join(", ") + ')';
        if (name == "StrIndex"_L1)
            return "INSTR(" + args.join(", ") + ')';
        if (name == "Length"_L1)
            return "CHAR_LENGTH(" + args[0] + ')';
        if (name == "Chr"_L1)
            return "CHAR(" + args[0] + " USING utf16)";
        if (name == "Ord"_L1)
            return "ORD(" + args[0] + ')';
        if (name == "SHA224"_L1 || name == "SHA256"_L1 || name == "SHA384"_L1 ||
            name == "SHA512"_L1)
            return "SHA2(" + args[0] + ", " + name.mid(3).toLatin1() + ')';
        if (name == "JSONObject"_L1)
            return "JSON_OBJECT(" + args.join(", ") + ')';
        if (name == "JSONArray"_L1)
            return "JSON_ARRAY(" + args.join(", ") + ')';
        return {};
    }
    QByteArray random() const override { return "RAND()"; }
    QByteArray now() const override { return "CURRENT_TIMESTAMP(6)"; }
    QByteArray limit(qint64 low, std::optional<qint64> high) const override
    {
        if (low == 0 && !high)
            return {};
        // There is no OFFSET without a LIMIT.
        QByteArray text = " LIMIT " + (high ? QByteArray::number(*high - low)
                                            : QByteArray("18446744073709551615"));
        if (low > 0)
            text += " OFFSET " + QByteArray::number(low);
        return text;
    }
    QByteArray parameterCast(const FieldType &) const override { return {}; }
    QByteArray joinedTexts(QList<QByteArray> &, bool) const override { return "GROUP_CONCAT"; }
    QByteArray readable(const FieldType &type, const QByteArray &sql) const override
    {
        // Qt's driver gives times as QTime, which ends at milliseconds; a text has all six digits.
        const bool hasTime = type.kind == FieldKind::DateTime || type.kind == FieldKind::Time;
        return hasTime ? "CAST(" + sql + " AS CHAR)" : sql;
    }
    QByteArray stdDev(bool variance, bool sample) const override
    {
        return QByteArray(variance ? "VAR" : "STDDEV") + (sample ? "_SAMP" : "_POP");
    }
};

} // namespace

const Dialect &mariadbDialect()
{
    static const MariadbDialect dialect;
    return dialect;
}

} // namespace heddle
