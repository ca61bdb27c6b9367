#pragma once

#include <QByteArray>
#include <QString>

namespace heddle {

/// What one database's SQL looks like where databases differ. Pure and stateless; SqlCompiler asks it.
class Dialect;

/// The dialects that are known by name ("sqlite", "postgresql"), whether or not their backend is built in; null for others.
const Dialect *dialectByName(const QString &name);

} // namespace heddle
