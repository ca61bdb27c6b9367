#pragma once

#include "orm/objects/foreignkey.h"

namespace heddle {

template <typename T>
class QuerySet;

namespace detail {

/// What the sets of related rows have in common: whose they are, and the rows if prefetchRelated()
/// brought them.
class SetBase {
public:
    /// True if prefetchRelated() brought the rows.
    bool isLoaded() const { return m_rows != nullptr; }

    // --- For the engine ---
    void setOwner(std::shared_ptr<const RelationSource> source, Value key, qint32 row = -1)
    {
        m_source = std::move(source);
        m_row = row;
        m_key = std::move(key);
    }
    void setRows(std::shared_ptr<void> rows) const { m_rows = std::move(rows); }
    const std::shared_ptr<const RelationSource> &source() const { return m_source; }
    const Value &ownerKey() const { return m_key; }
    /// The question for the rows. Throws ValueError for an object that no database gave.
    Query query(TypedModel &target) const;

protected:
    const std::shared_ptr<void> &rows() const { return m_rows; }
    const Database &database() const;
    /// Loads what is not there, if sync code may.
    void load(TypedModel &target) const;

private:
    std::shared_ptr<const RelationSource> m_source;
    Value m_key;
    qint32 m_row = -1;
    mutable std::shared_ptr<void> m_rows;
};

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
    auto begin() const { return list().cbegin(); }
    auto end() const { return list().cend(); }
    qsizetype size() const { return list().size(); }
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
            throw DoesNotExist(
                QString::fromUtf8(detail::typedModel<T>().type().name.data(),
                                  qsizetype(detail::typedModel<T>().type().name.size())),
                QStringLiteral("there is no such object"));
        return found;
    }
};

} // namespace heddle
