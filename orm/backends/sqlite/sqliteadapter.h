#pragma once

namespace heddle {

/// Makes "sqlite" known to AdapterRegistry.
void registerSqliteAdapter();

} // namespace heddle
