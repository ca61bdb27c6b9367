#pragma once

#include "orm/values/errors.h"

#include <QTest>
#include <functional>

namespace heddle::test {

/// What a call throws, as "FieldError: message"; empty if it throws nothing. Other exceptions pass.
template <typename Call>
QString errorOf(const Call &call)
{
    try {
        call();
    } catch (const OrmError &e) {
        return e.qualifiedName() + QStringLiteral(": ") + e.message();
    }
    return {};
}

} // namespace heddle::test
