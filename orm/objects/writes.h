#pragma once

#include "orm/objects/fieldinput.h"
#include "orm/objects/operations.h"
#include "orm/sql/write.h"

namespace heddle {

/// The fields that a constraint is over which refused a row, as far as the database tells; empty if
/// it does not.
std::vector<const Field *> constrainedFields(const IntegrityError &error,
                                             const ModelRegistry &registry);

/// The operations that write. As in operations.h there is one maker for each method, sync and `a`
/// alike; what a maker throws, it throws before anything is sent.
namespace operations {

// --- saving.cpp ---
/// Django's Model.save(): the object is changed in place (key, `adding`).
Operation<bool> save(const Record &record, const SaveOptions &options, const CallInfo &call,
                     const char *method = "save");
Operation<Record> create(const Database &database, const ModelInfo *model,
                         const FieldInputs &inputs, const CallInfo &call);
/// Reads the fields again (all loaded ones without `fields`) into the same object. Throws
/// DoesNotExist if the row is gone.
Operation<bool> refresh(const Record &record, const std::optional<QStringList> &fields,
                        const CallInfo &call);

// --- bulkcreate.cpp ---
/// The same objects; keys are set where the database gives them back (all but ignore_conflicts).
Operation<std::vector<Record>> bulkCreate(const Database &database, const ModelInfo *model,
                                          std::vector<Record> objects,
                                          const BulkCreateOptions &options, const CallInfo &call);
/// Rows without objects: the fastest way in. `rows` gives the values of `fields`, prepared as the
/// columns take them (columnValue()); nothing comes back. Gives their number.
Operation<qint64> bulkInsert(const Database &database, const ModelInfo *model,
                             const std::vector<const Field *> &fields,
                             std::shared_ptr<const ParameterRows> rows, const CallInfo &call);

// --- updating.cpp ---
Operation<qint64> update(const Database &database, const Query &query, const FieldInputs &inputs,
                         const CallInfo &call);
Operation<qint64> bulkUpdate(const Database &database, const Query &query,
                             std::vector<Record> objects, const QStringList &fields,
                             std::optional<qint64> batchSize, const CallInfo &call);

// --- getorcreate.cpp ---
Operation<RecordAndCreated> getOrCreate(const Database &database, const Query &query,
                                        const QPtr &lookup, const FieldInputs &values,
                                        const FieldInputs &defaults, const CallInfo &call);
/// `createDefaults` absent: `defaults` serve both.
Operation<RecordAndCreated> updateOrCreate(const Database &database, const Query &query,
                                           const QPtr &lookup, const FieldInputs &values,
                                           const FieldInputs &defaults,
                                           const std::optional<FieldInputs> &createDefaults,
                                           const CallInfo &call);

// --- deleting.cpp ---
Operation<DeleteResult> deleteRows(const Database &database, const Query &query,
                                   const CallInfo &call);
Operation<DeleteResult> deleteRecord(const Record &record, const CallInfo &call);

} // namespace operations

} // namespace heddle
