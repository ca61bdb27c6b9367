#pragma once

#include "orm/script/natives.h"

namespace heddle::script {

/// One method of a queryset and its manager. This one table is what scripts call, what completion
/// offers, and what the test of the pairs reads.
struct QueryMethod {
    enum Kind { Refine, Terminal } kind;
    const char *name;
    const char *asyncName; // "acount"; null: it only refines, so it exists once
    const char *signature; // "(*args, **kwargs)"
    const char *help;      // one sentence
    NativeFunction function;
    NativeFunction asyncFunction;
};

std::span<const QueryMethod> queryMethods();
/// Of either name; null: none such.
const QueryMethod *queryMethod(const QString &name);

/// The parts of the table; see refinements.cpp, terminals.cpp and writeterminals.cpp.
std::span<const QueryMethod> refinements();
std::span<const QueryMethod> terminals();
std::span<const QueryMethod> writingTerminals();
std::span<const QueryMethod> rawMethods(); // raw, explain, using; see rawmethods.cpp

/// What objects can do beside: save, delete, refresh_from_db; see recordmethods.cpp.
std::span<const QueryMethod> recordMethods();
/// What the manager of a relation can do beside, or otherwise than a queryset: add, set, create;
/// `self` is the Manager. See relatedmethods.cpp.
std::span<const QueryMethod> relatedMethods();
/// The method of that name, sync or async, bound to `self`; empty: none in this table.
Object boundMethod(std::span<const QueryMethod> table, const Object &self, const QString &name);

} // namespace heddle::script
