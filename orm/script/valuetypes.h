#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// Attributes and methods of bytes, Decimal, date, time, datetime, timedelta and UUID; empty: none
/// of that name.
Object valueAttribute(Machine &vm, const Object &self, const Value &value, const QString &name);
QStringList valueAttributeNames(Value::Type type);

} // namespace heddle::script
