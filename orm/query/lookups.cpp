#include "orm/query/lookups.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr const char *kLookups[] = {
    "exact",    "iexact",    "contains", "icontains",   "startswith", "istartswith",
    "endswith", "iendswith", "gt",       "gte",         "lt",         "lte",
    "in",       "range",     "isnull",   "regex",       "iregex",     "contained_by",
    "overlap",  "has_key",   "has_keys", "has_any_keys"};
constexpr const char *kTransforms[] = {"year",     "iso_year",     "month",   "day",  "week",
                                       "week_day", "iso_week_day", "quarter", "hour", "minute",
                                       "second",   "date",         "time",    "len"};

std::optional<LookupKind> lookupByName(const QString &name)
{
    for (std::size_t i = 0; i < std::size(kLookups); ++i)
        if (name == QLatin1String(kLookups[i]))
            return LookupKind(i);
    return {};
}

bool relationHas(LookupKind kind)
{
    switch (kind) {
    case LookupKind::Exact:
    case LookupKind::In:
    case LookupKind::Gt:
    case LookupKind::Gte:
    case LookupKind::Lt:
    case LookupKind::Lte:
    case LookupKind::IsNull:
        return true;
    case LookupKind::IExact:
    case LookupKind::Contains:
    case LookupKind::IContains:
    case LookupKind::StartsWith:
    case LookupKind::IStartsWith:
    case LookupKind::EndsWith:
    case LookupKind::IEndsWith:
    case LookupKind::Range:
    case LookupKind::Regex:
    case LookupKind::IRegex:
    case LookupKind::ContainedBy:
    case LookupKind::Overlap:
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        return false;
    }
    return false;
}

/// Whether values of that type have the lookup.
bool typeHas(const FieldType &type, LookupKind kind)
{
    switch (kind) {
    case LookupKind::ContainedBy:
        return type.kind == FieldKind::Json || type.kind == FieldKind::Array;
    case LookupKind::Overlap:
        return type.kind == FieldKind::Array;
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        return type.kind == FieldKind::Json;
    case LookupKind::Exact:
    case LookupKind::In:
    case LookupKind::Gt:
    case LookupKind::Gte:
    case LookupKind::Lt:
    case LookupKind::Lte:
    case LookupKind::IsNull:
    case LookupKind::IExact:
    case LookupKind::Contains:
    case LookupKind::IContains:
    case LookupKind::StartsWith:
    case LookupKind::IStartsWith:
    case LookupKind::EndsWith:
    case LookupKind::IEndsWith:
    case LookupKind::Range:
    case LookupKind::Regex:
    case LookupKind::IRegex:
        break;
    }
    return true;
}

bool hasTransform(const FieldType &type, TransformPart part)
{
    const bool date = type.kind == FieldKind::Date || type.kind == FieldKind::DateTime;
    const bool time = type.kind == FieldKind::Time || type.kind == FieldKind::DateTime;
    switch (part) {
    case TransformPart::Year:
    case TransformPart::IsoYear:
    case TransformPart::Month:
    case TransformPart::Day:
    case TransformPart::Week:
    case TransformPart::WeekDay:
    case TransformPart::IsoWeekDay:
    case TransformPart::Quarter:
        return date;
    case TransformPart::Hour:
    case TransformPart::Minute:
    case TransformPart::Second:
        return time;
    case TransformPart::Date:
    case TransformPart::Time:
        return type.kind == FieldKind::DateTime;
    case TransformPart::Len:
    case TransformPart::Index:
    case TransformPart::Slice:
        return type.kind == FieldKind::Array;
    case TransformPart::Key:
        return type.kind == FieldKind::Json;
    }
    return false;
}

/// How many characters two words share in their longest common blocks, found again to both sides of
/// the longest.
int matching(QStringView a, QStringView b)
{
    if (a.isEmpty() || b.isEmpty())
        return 0;
    int best = 0, bestA = 0, bestB = 0;
    std::vector<int> lengths(std::size_t(b.size()) + 1, 0);
    for (int i = 0; i < a.size(); ++i) {
        for (int j = int(b.size()); j-- > 0;) {
            lengths[std::size_t(j) + 1] = a[i] == b[j] ? lengths[std::size_t(j)] + 1 : 0;
            if (lengths[std::size_t(j) + 1] > best) {
                best = lengths[std::size_t(j) + 1];
                bestA = i - best + 1;
                bestB = j - best + 1;
            }
        }
    }
    if (best == 0)
        return 0;
    return best + matching(a.left(bestA), b.left(bestB)) +
           matching(a.mid(bestA + best), b.mid(bestB + best));
}

} // namespace

const char *lookupName(LookupKind kind)
{
    return kLookups[std::size_t(kind)];
}
const char *transformName(TransformPart part)
{
    switch (part) {
    case TransformPart::Index:
        return "index";
    case TransformPart::Slice:
        return "slice";
    case TransformPart::Key:
        return "key";
    case TransformPart::Year:
    case TransformPart::IsoYear:
    case TransformPart::Month:
    case TransformPart::Day:
    case TransformPart::Week:
    case TransformPart::WeekDay:
    case TransformPart::IsoWeekDay:
    case TransformPart::Quarter:
    case TransformPart::Hour:
    case TransformPart::Minute:
    case TransformPart::Second:
    case TransformPart::Date:
    case TransformPart::Time:
    case TransformPart::Len:
        break;
    }
    return kTransforms[std::size_t(part)];
}

std::optional<TransformPart> transformByName(const QString &name)
{
    for (std::size_t i = 0; i < std::size(kTransforms); ++i)
        if (name == QLatin1String(kTransforms[i]))
            return TransformPart(i);
    return {};
}

FieldType transformType(TransformPart part)
{
    FieldType type;
    type.kind = part == TransformPart::Date   ? FieldKind::Date
                : part == TransformPart::Time ? FieldKind::Time
                                              : FieldKind::Integer;
    return type;
}

std::optional<Transform> transformOf(const FieldType &type, const QString &name)
{
    if (type.kind == FieldKind::Array) {
        // "0" is the first element, "0_2" the first two; the notation counts from 0.
        bool isNumber = false;
        if (const qint64 index = name.toLongLong(&isNumber); isNumber && index >= 0) {
            Transform t(TransformPart::Index);
            t.low = index;
            return t;
        }
        const QStringList ends = name.split(u'_');
        bool isLow = false, isHigh = false;
        if (ends.size() == 2) {
            Transform t(TransformPart::Slice);
            t.low = ends[0].toLongLong(&isLow);
            t.high = ends[1].toLongLong(&isHigh);
            if (isLow && isHigh && t.low >= 0 && t.high >= 0)
                return t;
        }
    }
    if (const std::optional<TransformPart> part = transformByName(name);
        part && hasTransform(type, *part))
        return Transform(*part);
    if (type.kind == FieldKind::Json) {
        Transform t(TransformPart::Key);
        t.key = name;
        return t;
    }
    return {};
}

FieldType typeAfter(const FieldType &type, const std::vector<Transform> &transforms)
{
    FieldType here = type;
    for (const Transform &t : transforms) {
        switch (t.part) {
        case TransformPart::Key:
        case TransformPart::Slice:
            break;
        case TransformPart::Index: {
            FieldType element;
            element.kind = here.element;
            here = element;
            break;
        }
        case TransformPart::Year:
        case TransformPart::IsoYear:
        case TransformPart::Month:
        case TransformPart::Day:
        case TransformPart::Week:
        case TransformPart::WeekDay:
        case TransformPart::IsoWeekDay:
        case TransformPart::Quarter:
        case TransformPart::Hour:
        case TransformPart::Minute:
        case TransformPart::Second:
        case TransformPart::Date:
        case TransformPart::Time:
        case TransformPart::Len:
            here = transformType(t.part);
            break;
        }
    }
    return here;
}

QStringList lookupNames(const FieldType &type, bool relation)
{
    QStringList names;
    for (std::size_t i = 0; i < std::size(kLookups); ++i)
        if (relation ? relationHas(LookupKind(i)) : typeHas(type, LookupKind(i)))
            names << QLatin1String(kLookups[i]);
    if (!relation)
        for (std::size_t i = 0; i < std::size(kTransforms); ++i)
            if (hasTransform(type, TransformPart(i)))
                names << QLatin1String(kTransforms[i]);
    return names;
}

QStringList closeMatches(const QString &word, const QStringList &candidates)
{
    std::vector<std::pair<double, QString>> scored;
    for (const QString &candidate : candidates) {
        const double total = double(word.size() + candidate.size());
        const double ratio = total > 0 ? 2.0 * matching(candidate, word) / total : 0;
        if (ratio >= 0.6)
            scored.emplace_back(ratio, candidate);
    }
    std::sort(scored.begin(), scored.end(), [](const auto &a, const auto &b) { return a > b; });
    QStringList out;
    for (const auto &[ratio, name] : scored)
        if (out.size() < 3)
            out << name;
    return out;
}

LookupChain resolveLookups(const FieldType &type, bool relation, const QString &relationClass,
                           const QStringList &rest)
{
    LookupChain chain;
    if (rest.isEmpty())
        return chain;
    if (relation && rest.size() > 1)
        throw FieldError(u"Related Field got invalid lookup: %1"_s.arg(rest.first()));
    FieldType here = type;
    bool onRelation = relation;
    for (int i = 0; i < rest.size(); ++i) {
        const QString &name = rest[i];
        const bool last = i + 1 == rest.size();
        const std::optional<LookupKind> lookup = lookupByName(name);
        if (last && lookup && (onRelation ? relationHas(*lookup) : typeHas(here, *lookup))) {
            chain.lookup = *lookup;
            return chain;
        }
        if (const std::optional<Transform> transform =
                onRelation ? std::nullopt : transformOf(here, name)) {
            chain.transforms.push_back(*transform);
            here = typeAfter(type, chain.transforms);
            continue;
        }
        const QStringList close = closeMatches(name, lookupNames(here, onRelation));
        const QString suggestion =
            close.isEmpty() ? u"."_s : u", perhaps you meant %1?"_s.arg(close.join(" or "_L1));
        throw FieldError(
            u"Unsupported lookup '%1' for %2 or join on the field not permitted%3"_s.arg(
                name, onRelation ? relationClass : here.className(), suggestion));
    }
    return chain;
}

} // namespace heddle
