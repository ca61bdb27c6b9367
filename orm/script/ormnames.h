#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// A model of the machine's database, an expression class, a field class or transaction; empty:
/// none of that name.
Object ormName(Machine &vm, const QString &name);
/// All of them but the models.
QStringList ormNames();

} // namespace heddle::script
