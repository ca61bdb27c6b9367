#include "orm/sql/bound.h"
#include "orm/sql/dialects.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A text whose wildcards stand for themselves in LIKE.
constexpr char escapedPattern[] =
    R"(REPLACE(REPLACE(REPLACE(%r, '\', '\\'), '%', '\%'), '_', '\_'))";

[[noreturn]] void refuse(const QString &what)
{
    throw NotSupportedError(
        u"%1: Heddle writes only the SQL that databases have in common for a Qt driver that it does not know."_s
            .arg(what));
}

/// What most databases have in common: standard SQL, but for LIMIT, which is older than the
/// standard's FETCH FIRST and understood by more of them. What has no common spelling is refused.
class StandardDialect final : public Dialect {
public:
    QString name() const override { return u"standard"_s; }
    const Features &features() const override
    {
        static const Features f = [] {
            Features x;
            x.parenthesesInCompound = false;
            x.slicesInCompound = false;
            x.aggregateFilter = false;
            x.rangeFrameOffsets = false;
            x.orderedAggregates = false;
            x.nullsOrdering = false;
            x.maxParameters = 999;
            x.bulkParameters = 999;
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
        case LookupKind::Contains:
        case LookupKind::StartsWith:
        case LookupKind::EndsWith:
            return "%l LIKE %r ESCAPE '\\'";
        case LookupKind::IExact:
        case LookupKind::IContains:
        case LookupKind::IStartsWith:
        case LookupKind::IEndsWith:
            return "%l LIKE UPPER(%r) ESCAPE '\\'";
        case LookupKind::Regex:
        case LookupKind::IRegex:
            refuse(u"Regular expressions have no spelling that all databases share"_s);
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
        const QByteArray escaped = escapedPattern, end = " ESCAPE '\\'";
        switch (kind) {
        case LookupKind::Contains:
            return "%l LIKE '%' || " + escaped + " || '%'" + end;
        case LookupKind::IContains:
            return "%l LIKE '%' || UPPER(" + escaped + ") || '%'" + end;
        case LookupKind::StartsWith:
            return "%l LIKE " + escaped + " || '%'" + end;
        case LookupKind::IStartsWith:
            return "%l LIKE UPPER(" + escaped + ") || '%'" + end;
        case LookupKind::EndsWith:
            return "%l LIKE '%' || " + escaped + end;
        case LookupKind::IEndsWith:
            return "%l LIKE '%' || UPPER(" + escaped + ')' + end;
        case LookupKind::IExact:
            return "%l LIKE UPPER(" + escaped + ')' + end;
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
        const bool folds = kind == LookupKind::IExact || kind == LookupKind::IContains ||
                           kind == LookupKind::IStartsWith || kind == LookupKind::IEndsWith;
        return folds ? "UPPER(" + lhs + ')' : lhs;
    }

    QByteArray extract(TransformPart part, const FieldType &, const QByteArray &sql) const override
    {
        if (part == TransformPart::Date)
            return "CAST(" + sql + " AS DATE)";
        if (part == TransformPart::Time)
            return "CAST(" + sql + " AS TIME)";
        const bool standard = part == TransformPart::Year || part == TransformPart::Month ||
                              part == TransformPart::Day || part == TransformPart::Hour ||
                              part == TransformPart::Minute || part == TransformPart::Second;
        if (!standard)
            refuse(u"The part '%1' of a date has no spelling that all databases share"_s.arg(
                QLatin1String(transformName(part))));
        return "EXTRACT(" + QByteArray(transformName(part)).toUpper() + " FROM " + sql + ')';
    }
    QByteArray truncate(const QString &, const FieldType &, const QByteArray &) const override
    {
        refuse(u"Dates are not cut down in a way that all databases share"_s);
    }
    QByteArray castType(const FieldType &type) const override
    {
        if (type.isInteger())
            return "integer";
        switch (type.kind) {
        case FieldKind::Boolean:
            return "boolean";
        case FieldKind::Float:
            return "double precision";
        case FieldKind::Decimal:
            return type.maxDigits > 0 ? "decimal(" + QByteArray::number(type.maxDigits) + ", " +
                                            QByteArray::number(qMax(0, type.decimalPlaces)) + ')'
                                      : QByteArray("decimal");
        case FieldKind::Date:
            return "date";
        case FieldKind::Time:
            return "time";
        case FieldKind::DateTime:
            return "timestamp";
        case FieldKind::Duration:
            return "bigint";
        default: // texts, and what no standard names
            return type.maxLength > 0 ? "varchar(" + QByteArray::number(type.maxLength) + ')'
                                      : QByteArray("varchar(4000)");
        }
    }
    QByteArray combined(const QString &op, const QByteArray &lhs,
                        const QByteArray &rhs) const override
    {
        if (op == "^"_L1)
            return "POWER(" + lhs + ", " + rhs + ')';
        if (op == "%"_L1)
            return "MOD(" + lhs + ", " + rhs + ')';
        if (op == "#"_L1 || op == "&"_L1 || op == "|"_L1 || op == "<<"_L1 || op == ">>"_L1)
            refuse(u"Operators of bits have no spelling that all databases share"_s);
        return '(' + lhs + ' ' + op.toUtf8() + ' ' + rhs + ')';
    }
    QByteArray dateDifference(const FieldType &, const QByteArray &,
                              const QByteArray &) const override
    {
        refuse(u"Differences of dates have no type that all databases share"_s);
    }
    QByteArray durationArithmetic(const QString &, const FieldType &, const QByteArray &,
                                  const QByteArray &) const override
    {
        refuse(u"Durations have no type that all databases share"_s);
    }
    QByteArray function(const sql::Bound &call, const QList<QByteArray> &args) const override
    {
        const QString &name = call.name;
        if (name == "Concat"_L1) {
            QList<QByteArray> texts;
            for (const QByteArray &arg : args)
                texts << "COALESCE(" + arg + ", '')";
            return '(' + texts.join(" || ") + ')';
        }
        if (name == "Left"_L1)
            return "SUBSTR(" + args[0] + ", 1, " + args[1] + ')';
        return {};
    }
    QByteArray random() const override
    {
        refuse(u"Random numbers have no spelling that all databases share"_s);
    }
    QByteArray now() const override { return "CURRENT_TIMESTAMP"; }
    QByteArray limit(qint64 low, std::optional<qint64> high) const override
    {
        if (low == 0 && !high)
            return {};
        QByteArray text =
            " LIMIT " + QByteArray::number(high ? *high - low : std::numeric_limits<qint64>::max());
        if (low > 0)
            text += " OFFSET " + QByteArray::number(low);
        return text;
    }
    QByteArray parameterCast(const FieldType &) const override { return {}; }
    QByteArray joinedTexts(QList<QByteArray> &, bool) const override
    {
        refuse(u"Joining the texts of several rows has no spelling that all databases share"_s);
    }
    QByteArray stdDev(bool variance, bool sample) const override
    {
        return QByteArray(variance ? "VAR" : "STDDEV") + (sample ? "_SAMP" : "_POP");
    }
};

} // namespace

const Dialect &standardDialect()
{
    static const StandardDialect dialect;
    return dialect;
}

} // namespace heddle
