#pragma once

// The engine's one public header.

#include "orm/objects/database.h"
#include "orm/objects/queryset.h"
#include "orm/objects/record.h"

namespace heddle {

/// Makes the backends known that are built in. Once, at the start of the program; calling it again
/// does nothing.
void registerBackends();

} // namespace heddle
