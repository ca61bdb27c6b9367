#pragma once

#include "orm/execution/transaction.h"
#include "orm/objects/writes.h"

namespace heddle::writeplans {

/// The context of an operation that writes.
PlanContext writeContext(const CallInfo &call, const char *method, const QByteArray &label = {});
Statement writeStatement(CompiledQuery &&compiled);
/// A SELECT that another plan needs.

/// The queryset of one row; a composite key is a list.
Query byKey(const Database &database, const ModelInfo *model, const ValueList &key);
/// The queryset of many rows.
Query byKeys(const Database &database, const ModelInfo *model, const std::vector<ValueList> &keys);
bool isKeySet(const ValueList &key);

/// All statements of a plan or none: joins the transaction that is open, or makes one.
template <typename T>
Plan<T> inTransaction(Plan<T> plan)
{
    AtomicOptions options;
    options.savepoint = false;
    return atomically(std::move(plan), options);
}
/// The same, and an error undoes this plan alone: a savepoint where a transaction is open.
template <typename T>
Plan<T> inSavepoint(Plan<T> plan)
{
    return atomically(std::move(plan));
}

/// "shop.Book": the model as delete() counts it; the first part is the database's name.
QString modelLabel(const Database &database, const ModelInfo *model);

/// Sends an UPDATE or DELETE; the number of rows. Nothing is sent if nothing can match.
Plan<qint64> countedPlan(CompiledQuery compiled);

/// How many objects one statement may write, with so many parameters an object, as Django counts
/// them.
qint64 bulkBatchSize(const Dialect &dialect, qsizetype fields, qint64 objects);

/// Fields by name as QuerySet.update() looks them up. Throws FieldDoesNotExist, or FieldError for
/// relations that are no column.
const Field *concreteField(const Database &database, const ModelInfo *model, const QString &name);

/// What save() and bulk_create() do first: objects assigned to foreign keys must have been saved.
/// Throws Django's ValueError. `only`: these fields; empty: all.
void prepareRelatedFields(const Record &record, const char *operation,
                          const std::vector<const Field *> &only = {});
/// What one column of an object would be written as.
Assignment assignmentOf(const Record &record, const Field *field);
/// Takes up a row that RETURNING gave.
void takeReturned(const Record &record, const std::vector<const Field *> &fields,
                  const RowBatch &batch, int row);
/// The columns of a new row: all but generated ones, those that the database fills in, and, if
/// `withKey` is false, an automatic key.
std::vector<const Field *> insertFields(const Record &record, bool withKey);
/// What is read back from a new row: automatic keys, defaults, generated columns.
std::vector<const Field *> returningFields(const ModelInfo *model,
                                           const std::vector<const Field *> &inserted);

/// The parts of save() and create() as plans for others to await.
Plan<bool> savePlan(Record record, SaveOptions options);
/// Throws TypeError for names that are no fields.
Record newRecord(const Database &database, const ModelInfo *model, const FieldInputs &inputs);

} // namespace heddle::writeplans
