#include "orm/script/ormnames.h"

namespace heddle::script {

Object ormName(Machine &, const QString &)
{
    return {};
}

QStringList ormNames()
{
    return {};
}

} // namespace heddle::script
