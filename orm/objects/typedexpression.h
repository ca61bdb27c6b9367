#pragma once

#include "orm/objects/typedoperators.h"

// What filter(), orderBy(), annotate() and their siblings take: paths (f<...>), conditions, orders,
// arithmetic. Aggregates and functions are in typedaggregates.h.
