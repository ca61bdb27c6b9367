#pragma once

#include "orm/script/object.h"

#include <span>

namespace heddle::script {

/// Attributes and methods of bytes, Decimal, date, time, datetime, timedelta and UUID; empty: none
/// of that name.
Object valueAttribute(Machine &vm, const Object &self, const Value &value, const QString &name);
QStringList valueAttributeNames(Value::Type type);
/// Those that are about calendars and clocks, and the class methods of date and datetime.
std::span<const struct NativeEntry> calendarMethods(Value::Type type);
std::span<const struct NativeEntry> calendarClassMethods();

} // namespace heddle::script
