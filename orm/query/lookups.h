#pragma once

#include "orm/query/expression.h"

namespace heddle {

enum class LookupKind {
    Exact,
    IExact,
    Contains,
    IContains,
    StartsWith,
    IStartsWith,
    EndsWith,
    IEndsWith,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Range,
    IsNull,
    Regex,
    IRegex,
    // JSON and arrays
    ContainedBy,
    Overlap,
    HasKey,
    HasKeys,
    HasAnyKeys,
};

/// A transform that a lookup path may hold: parts of dates and times, places in JSON and arrays.
enum class TransformPart {
    Year,
    IsoYear,
    Month,
    Day,
    Week,
    WeekDay,
    IsoWeekDay,
    Quarter,
    Hour,
    Minute,
    Second,
    Date,
    Time,
    Len,   // of an array
    Index, // of an array: one element
    Slice, // of an array
    Key,   // of a JSON object, or the place in a JSON array
};

/// A transform with what it needs to know.
struct Transform {
    TransformPart part = TransformPart::Year;
    QString key;              // Key: as it was written
    qint64 low = 0, high = 0; // Index: low; Slice: [low:high], counted from 0
    Transform(TransformPart p) : part(p) {}
    operator TransformPart() const { return part; }
};

/// What stands behind the field in "invoice_date__year__gte": transforms, then the lookup.
struct LookupChain {
    std::vector<Transform> transforms;
    LookupKind lookup = LookupKind::Exact;
};

const char *lookupName(LookupKind kind);
const char *transformName(TransformPart part);
std::optional<TransformPart> transformByName(const QString &name);
FieldType transformType(TransformPart part);
/// The transform of that name on a value of that type; nothing: it has none.
std::optional<Transform> transformOf(const FieldType &type, const QString &name);

/// The lookups and transforms of a type, for messages and completion.
QStringList lookupNames(const FieldType &type, bool relation);

/// Reads the rest of a path on a value of that type. `relation`: the path ends in a relation, which
/// has few lookups. Throws Django's FieldError.
LookupChain resolveLookups(const FieldType &type, bool relation, const QString &relationClass,
                           const QStringList &rest);

/// The type after the transforms.
FieldType typeAfter(const FieldType &type, const std::vector<Transform> &transforms);

/// A value as a field of that type takes it (Django's get_prep_value): "5" for an integer is 5.
/// `fieldName` is for the message. Throws ValueError or ValidationError.
Value prepareValue(const FieldType &type, const QString &fieldName, const Value &value);

/// Words most like `word`, best first (for "perhaps you meant"): by the ratio of matching blocks,
/// at least 0.6, three at most.
QStringList closeMatches(const QString &word, const QStringList &candidates);

} // namespace heddle
