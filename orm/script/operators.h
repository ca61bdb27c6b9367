#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// a op b by Python's rules; `inPlace`: `a op= b`, which changes a list, set or dict itself.
Object binaryObjects(Machine &vm, BinaryOp op, const Object &a, const Object &b,
                     bool inPlace = false);
/// '-', '+' or '~'.
Object unaryObject(Machine &vm, QChar op, const Object &a);
/// A bool as a rule; expressions give expressions. Throws TypeError where Python does.
Object compareObjects(Machine &vm, CompareOp op, const Object &a, const Object &b);
/// value in container.
bool containsObject(Machine &vm, const Object &container, const Object &value);

/// Arithmetic of numbers and of dates; empty: not these types. See arithmetic.cpp.
Object numberArithmetic(BinaryOp op, const Object &a, const Object &b);
Object temporalArithmetic(BinaryOp op, const Object &a, const Object &b);

QString symbolOf(BinaryOp op);
QString symbolOf(CompareOp op);
bool isNegativeInteger(const Object &object);
/// How often `sequence * n` repeats: 0 for negative ones.
std::uint64_t repeatCount(const Object &times);
std::uint64_t saturatingMultiply(std::uint64_t a, std::uint64_t b);

} // namespace heddle::script
