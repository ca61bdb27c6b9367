#pragma once

// The typed face of the engine: structs as models, paths that the compiler checks, QuerySet<T>.

#include "orm/objects/model.h"
#include "orm/objects/typedqueryset.h"
