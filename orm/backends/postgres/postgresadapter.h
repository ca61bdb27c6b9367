#pragma once

namespace heddle {

/// Makes "postgresql" known to AdapterRegistry.
void registerPostgresAdapter();

} // namespace heddle
