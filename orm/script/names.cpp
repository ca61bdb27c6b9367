#include "orm/script/errors.h"
#include "orm/script/natives.h"
#include "orm/script/ormnames.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

Object builtin(Machine &vm, const QString &name)
{
    if (Object value = builtinType(name))
        return value;
    // Models come before anything of Python's that a table may be called like; naming.md keeps them
    // off the ORM's own names.
    if (Object value = ormName(vm, name))
        return value;
    if (Object value = valueType(name))
        return value;
    if (Object value = exceptionType(name))
        return value;
    if (name == u"asyncio")
        return asyncioModule();
    if (name == u"gather")
        return gatherFunction();
    if (Object value = borderFunction(name))
        return value;
    if (name == u"NotImplemented")
        return Object::notImplemented();
    return builtinFunction(name);
}

const QStringList &builtinNames()
{
    static const QStringList names = [] {
        QStringList all = builtinTypeNames() + builtinFunctionNames() + valueTypeNames() +
                          exceptionNames() + ormNames();
        all += {u"asyncio"_s, u"gather"_s, u"sync_to_async"_s, u"async_to_sync"_s};
        all.sort();
        return all;
    }();
    return names;
}

} // namespace heddle::script
