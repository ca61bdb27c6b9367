#pragma once

#include "orm/query/lookups.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <utility>

namespace heddle {

namespace sql {
struct Bound;
}

/// What one database can do where databases differ.
struct Features {
    bool distinctOn = false;
    bool forUpdate = false;            // false: select_for_update() is ignored
    bool parenthesesInCompound = true; // (SELECT ...) UNION (SELECT ...)
    bool slicesInCompound = true;
    bool groupByPrimaryKey = false; // the other columns follow from the key
    bool numericCasts = false;      // decimals are floats inside expressions: CAST(... AS NUMERIC)
    bool aggregateFilter = true;    // FILTER (WHERE ...)
    bool jsonOperators = false;     // ->, @> and arrays; else JSON functions and no arrays
    bool jsonExtract = false;      // JSON_EXTRACT() gives JSON's own text, JSON_CONTAINS() is there
    bool rangeFrameOffsets = true; // RANGE BETWEEN 1 PRECEDING ...
    bool orderedAggregates = true; // an aggregate may have an ORDER BY
    bool separatorIsArgument = true; // of an aggregate that joins texts; else it is a clause
    bool foldsNonAscii = false;      // UPPER() and LIKE know more than ASCII letters
    int maxParameters = 32766;
    bool insertOrIgnore = false;    // INSERT OR IGNORE instead of ON CONFLICT DO NOTHING
    bool defaultKeyword = true;     // VALUES (DEFAULT); else a NULL stands for an automatic key
    bool castsCaseInUpdate = false; // SET x = CASE ... END needs a cast to the column's type
    /// Parameters of one statement that writes many rows, as Django counts them; 0: no limit but
    /// maxParameters.
    int bulkParameters = 0;
    bool ignoreKeyword = false;      // INSERT IGNORE
    bool duplicateKeyUpdate = false; // ON DUPLICATE KEY UPDATE instead of ON CONFLICT
    bool nullsOrdering = true;       // NULLS FIRST and NULLS LAST; else NULLs come first
    bool copyFrom = false;           // COPY table FROM STDIN takes rows in
    QByteArray explain = "EXPLAIN";
    QStringList explainFormats, explainOptions; // in capitals
};

/// What one database's SQL looks like where databases differ. Pure and stateless; the compiler asks
/// it.
class Dialect {
public:
    virtual ~Dialect() = default;
    virtual QString name() const = 0; // "sqlite"
    virtual const Features &features() const = 0;

    virtual QByteArray quoted(const QString &identifier) const;
    virtual QByteArray placeholder(int number) const = 0; // 1-based
    /// The smallest and largest value that a column of that type can hold.
    virtual std::pair<qint64, qint64> integerRange(const FieldType &type) const = 0;

    /// " LIKE %s ESCAPE '\\'": what follows the left-hand side, %s being the right one.
    virtual QByteArray lookupOperator(LookupKind kind) const = 0;
    /// The same where the right-hand side is an expression whose wildcards must be escaped in SQL.
    virtual QByteArray patternOperator(LookupKind kind) const = 0;
    /// What the left-hand side becomes for that lookup.
    virtual QByteArray lookupCast(LookupKind kind, const FieldType &type,
                                  const QByteArray &lhs) const = 0;
    /// Whether iexact searches with LIKE (and its literal must be escaped).
    virtual bool iexactIsPattern() const = 0;

    virtual QByteArray extract(TransformPart part, const FieldType &type,
                               const QByteArray &sql) const = 0;
    virtual QByteArray truncate(const QString &kind, const FieldType &type,
                                const QByteArray &sql) const = 0;
    /// CAST's type name.
    virtual QByteArray castType(const FieldType &type) const = 0;
    virtual QByteArray combined(const QString &op, const QByteArray &lhs,
                                const QByteArray &rhs) const = 0;
    /// Dates and times plus, minus a duration, or the difference of two; `op` is + or -.
    virtual QByteArray dateDifference(const FieldType &type, const QByteArray &lhs,
                                      const QByteArray &rhs) const = 0;
    virtual QByteArray durationArithmetic(const QString &op, const FieldType &result,
                                          const QByteArray &lhs, const QByteArray &rhs) const = 0;
    /// A function's text from its arguments' texts, or nothing: then NAME(arg, ...) is right.
    virtual QByteArray function(const sql::Bound &call, const QList<QByteArray> &args) const = 0;
    virtual QByteArray random() const = 0;
    virtual QByteArray now() const = 0;
    /// " LIMIT 10 OFFSET 5".
    virtual QByteArray limit(qint64 low, std::optional<qint64> high) const = 0;
    /// What a parameter inside an expression is cast to, so that the server knows its type; empty:
    /// no cast.
    virtual QByteArray parameterCast(const FieldType &type) const = 0;
    /// The aggregate that joins texts with a separator: its name; may change the arguments.
    virtual QByteArray joinedTexts(QList<QByteArray> &args, bool distinct) const;
    virtual QByteArray stdDev(bool variance, bool sample) const = 0;
    /// How a column of that type is read, where it differs from the type's own way.
    virtual ColumnType columnType(const FieldType &type, bool isColumn) const;
    /// A value of that type as the outermost SELECT and RETURNING give it, where the driver would
    /// otherwise lose a part of it; conditions and inner queries keep `sql` itself.
    virtual QByteArray readable(const FieldType &type, const QByteArray &sql) const;
};

/// The dialects that are known by name ("sqlite", "postgresql"), whether or not their backend is
/// built in; null for others.
const Dialect *dialectByName(const QString &name);

} // namespace heddle
