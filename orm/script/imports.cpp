#include "orm/script/errors.h"
#include "orm/script/natives.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object datetimeMember(Machine &, const QString &name)
{
    return name == u"Decimal" || name == u"UUID" ? Object() : valueType(name);
}

Object decimalMember(Machine &, const QString &name)
{
    if (name == u"Decimal")
        return valueType(name);
    return name == u"InvalidOperation" || name == u"DivisionByZero" ? exceptionType(name)
                                                                    : Object();
}

Object uuidMember(Machine &, const QString &name)
{
    return name == u"UUID" ? valueType(name) : Object();
}

/// A module that has whatever the notation has: django.db.models, shop.models, ...
Object anyMember(Machine &vm, const QString &name)
{
    return vm.lookup(name);
}

QStringList availableModules()
{
    return {u"asyncio"_s,
            u"datetime"_s,
            u"decimal"_s,
            u"uuid"_s,
            u"django.db"_s,
            u"django.db.models"_s,
            u"django.db.models.functions"_s,
            u"django.core.exceptions"_s,
            u"asgiref.sync"_s,
            u"<app>.models"_s};
}

} // namespace

Object importModule(Machine &vm, const QString &name)
{
    if (name == u"asyncio")
        return asyncioModule();
    if (name == u"datetime")
        return Object::make<Module>(
            name, datetimeMember,
            QStringList{u"date"_s, u"datetime"_s, u"time"_s, u"timedelta"_s, u"timezone"_s});
    if (name == u"decimal")
        return Object::make<Module>(name, decimalMember, QStringList{u"Decimal"_s});
    if (name == u"uuid")
        return Object::make<Module>(name, uuidMember, QStringList{u"UUID"_s});
    static const QStringList django = {u"django"_s,
                                       u"django.db"_s,
                                       u"django.db.models"_s,
                                       u"django.db.models.functions"_s,
                                       u"django.db.models.expressions"_s,
                                       u"django.db.models.query"_s,
                                       u"django.db.transaction"_s,
                                       u"django.core.exceptions"_s,
                                       u"django.db.utils"_s,
                                       u"django.core"_s,
                                       u"django.utils"_s,
                                       u"asgiref.sync"_s};
    if (name == u"django.db.transaction")
        return vm.lookup(u"transaction"_s);
    const bool isModels = name == u"models" || name.endsWith(u".models");
    if (django.contains(name) || isModels)
        return Object::make<Module>(name, anyMember, QStringList());
    throw raised("ModuleNotFoundError",
                 u"No module named '%1'; a workbook can import from: %2"_s.arg(
                     name, availableModules().join(u", "_s)));
}

Object importFrom(Machine &vm, const Object &module, const QString &name)
{
    const Module &from = *module.as<Module>();
    Object value = name.startsWith(u"__") ? Object() : module.heap()->attribute(vm, name);
    if (value.isEmpty() && from.name().startsWith(u"django") &&
        (name == u"models" || name == u"functions" || name == u"exceptions"))
        value = Object::make<Module>(from.name() + u'.' + name, anyMember, QStringList());
    if (value.isEmpty())
        throw ImportError(u"cannot import name '%1' from '%2'"_s.arg(name, from.name()));
    return value;
}

} // namespace heddle::script
