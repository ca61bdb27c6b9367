#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// ExceptionGroup and BaseExceptionGroup, as Python 3.11 has them: str, exceptions, split().
bool isExceptionGroup(const Object &object);
Objects membersOf(const Object &group);
/// An ExceptionGroup, unless one of its members is no Exception: then a BaseExceptionGroup.
Object makeExceptionGroup(const Object &message, Objects members);
/// Throws what Python throws for a call of the class with these.
void checkGroupArguments(const QString &type, const Objects &arguments);

struct GroupParts {
    Object match, rest; // empty: there is no such part
};
/// What a type, or a tuple of types, takes of a group (or of one exception), and what it leaves.
GroupParts splitExceptionGroup(Machine &vm, const Object &exception, const Object &wanted);
/// Attributes and methods that only groups have; empty: none such.
Object exceptionGroupAttribute(const Object &group, const QString &name);

} // namespace heddle::script
