#pragma once

#include "orm/execution/task.h"
#include "orm/objects/relatedset.h"
#include "orm/objects/typedrows.h"

namespace heddle::detail {

// Explicit loads: Database::load() and aload(). Nothing is asked for what is there already.

void loadRelation(const Database &database, const KeyBase &key, TypedModel &target);
void loadRelation(const Database &database, const SetBase &set, TypedModel &target);
Task<> aloadRelation(Database database, const KeyBase &key, TypedModel &target);
Task<> aloadRelation(Database database, const SetBase &set, TypedModel &target);

// The database's tables against a struct: Database::check().
void checkModel(const Database &database, TypedModel &model);
QFuture<bool> acheckModel(const Database &database, TypedModel &model);

} // namespace heddle::detail
