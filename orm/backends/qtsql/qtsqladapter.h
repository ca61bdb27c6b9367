#pragma once

namespace heddle {

/// Makes "mariadb" known to AdapterRegistry.
void registerMariadbAdapter();
/// Makes "qtsql" known to AdapterRegistry: every other driver that Qt has.
void registerQtSqlDriverAdapter();

} // namespace heddle
