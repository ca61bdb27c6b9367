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

/// The two halves of the table; see refinements.cpp and terminals.cpp.
std::span<const QueryMethod> refinements();
std::span<const QueryMethod> terminals();

} // namespace heddle::script
