#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// Sorts as Python does: stable, by `<` alone, `key` called once an element (None: the element
/// itself). Reversed order keeps equal elements in their order too. If a comparison throws, what is
/// in `items` is unspecified but alive.
void sortObjects(Machine &vm, Objects &items, const Object &key, bool reverse);

} // namespace heddle::script
