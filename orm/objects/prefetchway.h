#pragma once

#include "orm/objects/prefetch.h"

namespace heddle {

/// How one accessor of a model is fetched for many objects at once.
struct PrefetchWay {
    const Field *forward = nullptr;     // a foreign key of the objects
    const Relation *relation = nullptr; // otherwise
    const Field *ownKey = nullptr;      // the objects' field whose values are asked for
    const ModelInfo *target = nullptr;
    bool single() const { return forward || relation->kind == RelationKind::ReverseOneToOne; }
};

/// Throws AttributeError or ValueError for what leads to no objects; `path` is the whole path, for
/// the message.
PrefetchWay wayOf(const ModelInfo *model, const QString &accessor, const QString &path);

/// The question for all related objects of the given keys, and (many-to-many) which of the keys
/// each row belongs to.
Query relatedTo(const PrefetchWay &way, Query base, Operand::List keys);

/// The annotation that says which key a row of a many-to-many relation belongs to.
QString prefetchOwnerName();

/// Two specs of one queryset bring different rows for the same name.
[[noreturn]] void throwSeenAlready(const QString &path);

} // namespace heddle
