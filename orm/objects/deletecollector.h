#pragma once

#include "orm/objects/writes.h"

#include <map>
#include <set>

namespace heddle {

/// Finds everything that must go with some objects, and deletes it in an order that no foreign key
/// forbids: Django's Collector.
///
/// Models whose rows nothing cascades from are not read: they go with one DELETE by their foreign
/// key ("fast deletes"). The others are read first, in batches, with no more columns than further
/// keys need. Belongs to one plan; its own plans must not outlive it.
class DeleteCollector {
public:
    explicit DeleteCollector(Database database) : m_database(std::move(database)) {}
    DeleteCollector(const DeleteCollector &) = delete;

    /// Takes up the rows of a queryset and, by the keys' on_delete, what refers to them. Throws
    /// ProtectedError or RestrictedError.
    Plan<bool> collectQuery(Query query);
    Plan<bool> collectObjects(std::vector<Record> objects);
    /// Carries it out; one transaction unless a single row goes by itself.
    Plan<DeleteResult> run();

private:
    struct KeyLess {
        bool operator()(const ValueList &a, const ValueList &b) const;
    };
    /// The objects of one model, by key, in the order found.
    struct Collected {
        const ModelInfo *model = nullptr;
        std::map<ValueList, Record, KeyLess> objects;
    };
    struct FieldUpdate {
        const Field *field = nullptr;
        Value value;
        std::vector<Query> queries;
    };
    /// RESTRICT: what refers, until it is known whether it goes by another way.
    struct Restricted {
        const Field *field = nullptr;
        std::vector<Record> objects;
    };
    struct Source {
        const ModelInfo *model = nullptr; // null: nobody's dependant
        bool nullable = false;
    };

    bool isFast(const ModelInfo *model, const Field *from = nullptr) const;
    Collected &of(const ModelInfo *model);
    std::vector<Record> add(const std::vector<Record> &objects, const Source &source);
    Query referring(const std::vector<const Field *> &fields, const std::vector<Record> &objects,
                    std::size_t from, std::size_t count) const;
    std::vector<std::pair<std::size_t, std::size_t>> batches(std::size_t objects,
                                                             std::size_t fields) const;
    Plan<bool> collect(std::vector<Record> objects, Source source, bool failOnRestricted);
    Plan<bool> collectRelated(const ModelInfo *model, std::vector<Record> objects);
    Plan<bool> follow(const Relation *relation, Query referring, const ModelInfo *owner,
                      QStringList *refused);
    Plan<bool> checkRestricted(const ModelInfo *model);
    Plan<ResultSetPtr> rows(Query query) const;
    void sort();
    Plan<DeleteResult> runAll();
    Plan<DeleteResult> runOne(const ModelInfo *model, Record object);
    Plan<qint64> deleteObjects(const ModelInfo *model, std::vector<ValueList> keys);
    Plan<qint64> runFieldUpdate(FieldUpdate update);

    Database m_database;
    std::vector<Collected> m_data; // in the order in which the models came up
    std::map<const ModelInfo *, std::set<const ModelInfo *>> m_dependencies;
    std::vector<Query> m_fast;
    std::vector<FieldUpdate> m_updates;
    std::vector<Restricted> m_restricted;
};

} // namespace heddle
