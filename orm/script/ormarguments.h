#pragma once

#include "orm/query/query.h"
#include "orm/script/object.h"

namespace heddle::script {

/// A script's object as the right-hand side of a lookup or an argument of a function. Throws
/// TypeError for what can be neither.
Operand operandFrom(Machine &vm, const Object &object);
NamedOperands operandsFrom(Machine &vm, const std::vector<std::pair<QString, Object>> &keywords);

/// The conditions of filter(*args, **kwargs); null without any. As in Django, keywords are taken in
/// the order of their names.
QPtr conditionFrom(Machine &vm, const Arguments &arguments);
/// A Q or a boolean expression as a condition; null for anything else.
QPtr conditionOf(const Object &object);
/// An expression; a text is a path if `textIsPath`.
ExprPtr expressionFrom(Machine &vm, const Object &object, bool textIsPath);
/// annotate(*args, **kwargs): positional ones by the name that Django gives them.
std::vector<NamedExpression> namedExpressions(Machine &vm, const Arguments &arguments,
                                              const char *what = "annotations");
/// values(*names, **expressions).
std::vector<NamedExpression> valueExpressions(Machine &vm, const Arguments &arguments);
/// All positional arguments as texts; throws TypeError for others.
QStringList textsFrom(const Arguments &arguments, const char *method);

} // namespace heddle::script
