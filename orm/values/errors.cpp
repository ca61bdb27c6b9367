#include "orm/values/errors.h"

namespace heddle {

const char *OrmError::what() const noexcept
{
    return m_what.constData();
}

bool OrmError::isA(const QString &name) const
{
    if (name == QLatin1String("BaseException") || name == QLatin1String("OrmError"))
        return true;
    if (name != QLatin1String("Exception"))
        return false;
    const QString own = className();
    return own != QLatin1String("QueryCancelled") && own != QLatin1String("LimitExceeded");
}

bool DoesNotExist::isA(const QString &name) const
{
    return name == QLatin1String("DoesNotExist") || name == qualifiedName() ||
           ObjectDoesNotExist::isA(name);
}

bool MultipleObjectsReturned::isA(const QString &name) const
{
    return name == QLatin1String("MultipleObjectsReturned") || name == qualifiedName() ||
           MultipleObjectsReturnedBase::isA(name);
}

} // namespace heddle
