#pragma once

#include "orm/objects/record.h"

namespace heddle::loader {

// Implicit loads (async.md): what runs when a relation or a deferred field is touched that did not
// come with its row. In sync code by the queryset's LoadMode; in async code each of them throws
// SynchronousOnlyOperation that names the field, where the queryset was written and the cure.

/// A deferred field's value; remembered in the record.
Value deferredValue(const Record &record, const Field *field, const CallInfo &call);
/// The object that a forward key points to; null where the key is NULL. Throws DoesNotExist if it
/// points to nothing.
Record forward(const Record &record, const Field *field, const CallInfo &call);
/// The object at the other end of a reverse one-to-one; null if there is none.
Record reverseOne(const Record &record, const Relation *relation, const CallInfo &call);

} // namespace heddle::loader
