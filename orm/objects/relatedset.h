#pragma once

#include "orm/objects/foreignkey.h"

template <typename T>
class QFuture;

namespace heddle {

class Database;
class Query;
template <typename T>
class QuerySet;

namespace detail {

/// What the sets of related rows have in common: whose they are, and the rows if prefetchRelated()
/// brought them.
class SetBase {
public:
    SetBase() = default;
    // Not inline: every struct with sets would repeat them.
    SetBase(const SetBase &);
    SetBase(SetBase &&) noexcept;
    SetBase &operator=(const SetBase &);
    SetBase &operator=(SetBase &&) noexcept;
    ~SetBase();

    /// True if prefetchRelated() brought the rows.
    bool isLoaded() const { return m_rows != nullptr; }

    // --- For the engine ---
    void setOwner(std::shared_ptr<const RelationSource> source, Value key, qint32 row = -1);
    void setRows(std::shared_ptr<void> rows) const { m_rows = std::move(rows); }
    const std::shared_ptr<const RelationSource> &source() const { return m_source; }
    const Value &ownerKey() const { return m_key; }
    /// QList<T>; null: not loaded.
    const std::shared_ptr<void> &rows() const { return m_rows; }
    /// The question for the rows. Throws ValueError for an object that no database gave.
    Query query(TypedModel &target) const;

protected:
    const Database &database() const;
    /// Loads what is not there, if sync code may.
    void load(TypedModel &target) const;

private:
    std::shared_ptr<const RelationSource> m_source;
    Value m_key;
    qint32 m_row = -1;
    mutable std::shared_ptr<void> m_rows;
};

[[noreturn]] void throwNoObject(TypedModel &target);

enum class SetChange { Add, Remove, Replace, Clear };

/// What Django's related managers do: a foreign key's rows are updated, links are made and removed.
/// `objects` are saved ones of the set's own struct.
void changeSet(const SetBase &set, SetChange change, TypedModel &target, const void *objects,
               qsizetype count);

} // namespace detail

/// The rows of another struct that point here, as a member:
/// `RelatedSet<Book> books;` with `m.relatedSet<&Author::books>()`.
///
/// all() is the queryset of them. Iterating reads them (what prefetchRelated() brought costs
/// nothing; anything else is an implicit load).
template <typename T>
class RelatedSet : public detail::SetBase {
public:
    using Target = T;
    QuerySet<T> all() const { return QuerySet<T>(database(), query(detail::typedModel<T>())); }
    const QList<T> &list() const
    {
        if (!isLoaded())
            load(detail::typedModel<T>());
        return *static_cast<const QList<T> *>(rows().get());
    }

    // --- Changing who belongs to it: in the database, at once. Rows that were loaded are
    // forgotten.
    void add(const QList<T> &objects) const { change(detail::SetChange::Add, objects); }
    QFuture<bool> aadd(const QList<T> &objects) const;
    /// Of a foreign key: only where it may be NULL.
    void remove(const QList<T> &objects) const { change(detail::SetChange::Remove, objects); }
    QFuture<bool> aremove(const QList<T> &objects) const;
    void set(const QList<T> &objects) const { change(detail::SetChange::Replace, objects); }
    QFuture<bool> aset(const QList<T> &objects) const;
    void clear() const { change(detail::SetChange::Clear, {}); }
    QFuture<bool> aclear() const;

    auto begin() const { return list().cbegin(); }
    auto end() const { return list().cend(); }
    qsizetype size() const { return list().size(); }

private:
    void change(detail::SetChange what, const QList<T> &objects) const
    {
        setRows(nullptr);
        detail::changeSet(*this, what, detail::typedModel<T>(), objects.constData(),
                          objects.size());
    }
};

/// Rows of another struct over a link table, as a member: `ManyToMany<Tag> tags;`.
template <typename T>
class ManyToMany : public RelatedSet<T> {
};

/// The other side of a OneToOne, as a member.
template <typename T>
class RelatedOne : public detail::SetBase {
public:
    using Target = T;
    /// Null where nobody points here. Loads it if it must.
    const T *object() const
    {
        if (!isLoaded())
            load(detail::typedModel<T>());
        const auto &list = *static_cast<const QList<T> *>(rows().get());
        return list.isEmpty() ? nullptr : &list.front();
    }
    /// Throws DoesNotExist where nobody points here.
    const T *operator->() const
    {
        const T *found = object();
        if (!found)
            detail::throwNoObject(detail::typedModel<T>());
        return found;
    }
};

} // namespace heddle
