#pragma once

#include "orm/objects/relatedfutures.h"
#include "orm/objects/typedasync.h"
#include "orm/objects/typedcases.h"
#include "orm/objects/typedload.h"
#include "orm/objects/typedsync.h"
#include "orm/objects/typedwindows.h"

namespace heddle {

class Transaction;
class AsyncTransaction;

/// A QuerySet that has joined a transaction of its thread: it has the sync half of the terminal
/// methods only.
template <typename T>
class SyncQuerySet : public detail::Refinements<SyncQuerySet, T>,
                     public detail::SyncTerminals<SyncQuerySet<T>, T> {
public:
    explicit SyncQuerySet(detail::QueryCore core)
        : detail::Refinements<heddle::SyncQuerySet, T>(std::move(core))
    {
    }
};

/// A QuerySet that has joined an async transaction: it has the `a` half of the terminal methods
/// only.
template <typename T>
class AsyncQuerySet : public detail::Refinements<AsyncQuerySet, T>,
                      public detail::AsyncTerminals<AsyncQuerySet<T>, T> {
public:
    explicit AsyncQuerySet(detail::QueryCore core)
        : detail::Refinements<heddle::AsyncQuerySet, T>(std::move(core))
    {
    }
};

/// A question not yet asked, on rows of a struct (or on tuples and values made of them).
///
/// Each refinement returns a new QuerySet and leaves this one untouched; copies share their Query.
/// No database is involved before a terminal method (list, get, count, ...) or its `a` twin is
/// called. Wrong paths and types that do not fit do not compile.
template <typename T>
class QuerySet : public detail::Refinements<QuerySet, T>,
                 public detail::SyncTerminals<QuerySet<T>, T>,
                 public detail::AsyncTerminals<QuerySet<T>, T> {
public:
    explicit QuerySet(detail::QueryCore core)
        : detail::Refinements<heddle::QuerySet, T>(std::move(core))
    {
    }
    QuerySet(Database database, Query query)
        : QuerySet(detail::QueryCore(std::move(database), std::move(query), &detail::rowType<T>()))
    {
    }

    /// Django's using(), which is a word of C++: the rows of that database; see Database::on().
    QuerySet on(const QString &alias) const
    {
        return QuerySet(this->core().withDatabase(this->core().database().on(alias)));
    }
    /// The same question as part of a transaction (`using` is a word of C++'s own). What comes back
    /// has only the methods that the transaction can carry out: a transaction does not cross
    /// between sync and async code.
    template <typename Tx>
    auto inside(Tx &transaction) const
    {
        constexpr bool sync = std::is_same_v<std::remove_const_t<Tx>, Transaction>;
        constexpr bool async = std::is_same_v<std::remove_const_t<Tx>, AsyncTransaction>;
        static_assert(sync || async, "Heddle: inside() takes a Transaction or an AsyncTransaction");
        if constexpr (sync)
            return SyncQuerySet<T>(this->core().withDatabase(transaction.database()));
        else if constexpr (async)
            return AsyncQuerySet<T>(this->core().withDatabase(transaction.database()));
    }
};

template <typename Relation>
void Database::load(const Relation &relation) const
{
    detail::loadRelation(*this, relation, detail::typedModel<typename Relation::Target>());
}

template <typename Relation>
Task<> Database::aload(const Relation &relation) const
{
    return detail::aloadRelation(*this, relation, detail::typedModel<typename Relation::Target>());
}

template <typename T>
void Database::check() const
{
    detail::checkModel(*this, detail::typedModel<T>());
}

template <typename T>
QFuture<bool> Database::acheck() const
{
    return detail::acheckModel(*this, detail::typedModel<T>());
}

template <typename T>
QuerySet<T> Database::objects() const
{
    detail::TypedModel &model = detail::typedModel<T>();
    return QuerySet<T>(*this, Query(model.registry(), model.info()));
}

} // namespace heddle
