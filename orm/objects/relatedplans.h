#pragma once

#include "orm/objects/relatedrecords.h"
#include "orm/objects/writeplans.h"

namespace heddle::relatedplans {

// --- Many-to-many: rows of the link table ---
/// Links what is not linked yet. Runs inside somebody's transaction.
Plan<bool> linkPlan(RelatedRecords set, RelatedInputs objects, FieldInputs throughDefaults);
Plan<bool> unlinkPlan(RelatedRecords set, RelatedInputs objects);
Plan<bool> unlinkAllPlan(RelatedRecords set);

// --- Reverse foreign keys: the key of the other objects ---
Plan<bool> adoptPlan(RelatedRecords set, RelatedInputs objects, bool bulk);
Plan<bool> releasePlan(RelatedRecords set, RelatedInputs objects, bool bulk);
/// All rows of `rows`, which are the set or a part of it.
Plan<bool> releaseAllPlan(RelatedRecords set, Query rows, bool bulk);

/// set() of either kind: the rows of the set are these and no others.
Plan<bool> replacePlan(RelatedRecords set, RelatedInputs objects, RelatedOptions options);

} // namespace heddle::relatedplans
