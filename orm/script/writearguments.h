#pragma once

#include "orm/objects/fieldinput.h"
#include "orm/script/object.h"

namespace heddle::script {

/// A script's object as what a field is set to. Functions are called, as Django does with defaults.
/// Throws TypeError for what no field takes.
FieldInput inputFrom(Machine &vm, const Object &object);
/// Keyword arguments, or a dict with text keys, as fields and what they are set to.
FieldInputs inputsFrom(Machine &vm, const std::vector<std::pair<QString, Object>> &keywords);
FieldInputs inputsFromDict(Machine &vm, const Object &dict, const char *what);
/// Objects of any model out of anything that can be walked.
std::vector<Record> recordsFrom(Machine &vm, const Object &objects, const char *method);
/// A list of names, or nothing for None.
std::optional<QStringList> namesFrom(Machine &vm, const Object &names, const char *what);
/// (4, {'shop.Book': 1, ...})
Object deleteResultObject(const DeleteResult &result);

} // namespace heddle::script
