#pragma once

#include "orm/script/containers.h"

namespace heddle::script {

/// The order in which CPython 3.11 walks along a set that these were added to one after another:
/// indexes of what is still there.
///
/// It follows from the hashes of numbers and tuples of numbers. That of texts is another one in
/// each run of Python; a set with anything else in it stays in the order in which it was made.
std::vector<std::size_t> setOrder(const std::vector<HashTable::Entry> &entries);

} // namespace heddle::script
