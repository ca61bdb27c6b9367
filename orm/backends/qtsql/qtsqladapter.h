#pragma once

namespace heddle {

/// Makes "mariadb" known to AdapterRegistry.
void registerMariadbAdapter();

} // namespace heddle
