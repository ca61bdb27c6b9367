#pragma once

#include "orm/query/query.h"

namespace heddle {

/// One join of a path: over which foreign key, in which direction. A many-to-many relation is two
/// of them.
struct Hop {
    const ModelInfo *from = nullptr;
    const ModelInfo *to = nullptr;
    const Field *foreignKey = nullptr;
    bool forward = true;                  // the key is a column of `from`
    bool many = false;                    // this hop alone may lead to several rows
    const Annotation *filtered = nullptr; // the FilteredRelation whose condition its ON clause has
    const Field *fromField() const { return forward ? foreignKey : foreignKey->targetField; }
    const Field *toField() const { return forward ? foreignKey->targetField : foreignKey; }
    bool operator==(const Hop &other) const
    {
        return foreignKey == other.foreignKey && forward == other.forward &&
               filtered == other.filtered;
    }
};

/// Where a lookup path leads. "album__artist__name__icontains": two hops, the field, the rest
/// ["icontains"].
struct FieldPath {
    std::vector<Hop> hops;
    /// The hops that each name of the path took, for exclude() over many-valued relations.
    std::vector<std::pair<QString, int>> names;
    const ModelInfo *model = nullptr; // that the target belongs to
    const Field *target = nullptr; // the column meant; for a relation at the end, the far end's key
    const Field *relation =
        nullptr; // the foreign key at the end, if the path ends in one (forward)
    const Relation *reverse =
        nullptr; // the relation at the end, if the path ends in a reverse or many-to-many one
    bool compositeKey = false; // "pk" of a model with a composite key: target is null
    QStringList rest;          // transforms and the lookup
    bool endsInRelation() const { return relation || reverse; }
};

enum class MissingField { IsError, EndsPath };

/// Follows names from a model. A name that is none of the first model's throws FieldError with the
/// choices; a later one ends the path and goes to `rest` (MissingField::EndsPath) or throws.
FieldPath resolvePath(const Query *query, const ModelInfo *model, const QStringList &names,
                      MissingField missing = MissingField::EndsPath);

/// "a__b__c" -> [a, b, c].
QStringList splitPath(const QString &path);

} // namespace heddle
