#pragma once

#include "orm/objects/asynctransaction.h"
#include "orm/script/object.h"

namespace heddle::script {

/// An `async with atomic()` block that a task stands in, and those around it. Tasks that are made
/// inside inherit it, as a context variable of Python.
struct AsyncScope {
    AsyncScope(const Database &database, AtomicOptions options, PlanContext context)
        : block(database, options, std::move(context))
    {
    }
    AsyncBlock block;
    std::shared_ptr<AsyncScope> outer;
    bool isOpen = false;
};

/// `atomic`, both as the class of blocks and as a decorator.
Object atomicType();
/// The functions of django.db.transaction, by name; empty: none such.
Object transactionMember(Machine &vm, const QString &name);
QStringList transactionNames();

/// The handle of a database by which the running task's transaction is joined, or the same.
Database joinedDatabase(Machine &vm, const Database &database);

} // namespace heddle::script
