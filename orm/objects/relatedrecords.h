#pragma once

#include "orm/objects/writes.h"

namespace heddle {

/// The rows on the far side of a reverse foreign key or a many-to-many relation of one object:
/// Django's related manager. Cheap to copy; asks nothing until one of the operations below runs.
class RelatedRecords {
public:
    /// Throws ValueError for an object that has no key yet.
    RelatedRecords(Record owner, const Relation *relation);

    const Record &owner() const { return m_owner; }
    const Relation &relation() const { return *m_relation; }
    const Database &database() const { return m_owner.database(); }
    const ModelInfo *model() const { return m_relation->target; }
    bool isManyToMany() const { return m_relation->kind == RelationKind::ManyToMany; }
    /// The owner's value that the foreign key (or the link table's) holds.
    Value ownerKey() const;
    /// The related rows.
    Query query() const;
    /// The same as rows of the link table, where the far side need not be looked at to count them;
    /// null for a foreign key.
    Query linkRows() const;
    QuerySet<Record> rows() const { return {database(), query()}; }

private:
    Record m_owner;
    const Relation *m_relation;
};

struct RelatedOptions {
    bool bulk = true;            // foreign keys: one UPDATE, not a save() each
    bool clear = false;          // set(): everything goes first
    FieldInputs throughDefaults; // many-to-many: further fields of the link
};

/// Objects, or for many-to-many also their keys.
using RelatedInputs = std::vector<FieldInput>;

namespace operations {

Operation<bool> relatedAdd(const RelatedRecords &set, const RelatedInputs &objects,
                           const RelatedOptions &options, const CallInfo &call);
/// Foreign keys: only where they may be NULL.
Operation<bool> relatedRemove(const RelatedRecords &set, const RelatedInputs &objects,
                              const RelatedOptions &options, const CallInfo &call);
Operation<bool> relatedClear(const RelatedRecords &set, const RelatedOptions &options,
                             const CallInfo &call);
Operation<bool> relatedSet(const RelatedRecords &set, const RelatedInputs &objects,
                           const RelatedOptions &options, const CallInfo &call);
Operation<Record> relatedCreate(const RelatedRecords &set, const FieldInputs &inputs,
                                const RelatedOptions &options, const CallInfo &call);
Operation<RecordAndCreated> relatedGetOrCreate(const RelatedRecords &set, const QPtr &lookup,
                                               const FieldInputs &values,
                                               const FieldInputs &defaults,
                                               const RelatedOptions &options, const CallInfo &call);
Operation<RecordAndCreated>
relatedUpdateOrCreate(const RelatedRecords &set, const QPtr &lookup, const FieldInputs &values,
                      const FieldInputs &defaults, const std::optional<FieldInputs> &createDefaults,
                      const RelatedOptions &options, const CallInfo &call);
Operation<qint64> relatedCount(const RelatedRecords &set, const CallInfo &call);
Operation<bool> relatedExists(const RelatedRecords &set, const CallInfo &call);

} // namespace operations

} // namespace heddle
