#pragma once

#include "orm/objects/relatedset.h"

#include <QFuture>

// The async half of RelatedSet<T>: apart from it, so that describing models does not cost futures.

namespace heddle {

namespace detail {

QFuture<bool> achangeSet(const SetBase &set, SetChange change, TypedModel &target,
                         const void *objects, qsizetype count);

template <typename T>
QFuture<bool> achangeSet(const RelatedSet<T> &set, SetChange change, const QList<T> &objects)
{
    set.setRows(nullptr);
    return achangeSet(set, change, typedModel<T>(), objects.constData(), objects.size());
}

} // namespace detail

template <typename T>
QFuture<bool> RelatedSet<T>::aadd(const QList<T> &objects) const
{
    return detail::achangeSet(*this, detail::SetChange::Add, objects);
}
template <typename T>
QFuture<bool> RelatedSet<T>::aremove(const QList<T> &objects) const
{
    return detail::achangeSet(*this, detail::SetChange::Remove, objects);
}
template <typename T>
QFuture<bool> RelatedSet<T>::aset(const QList<T> &objects) const
{
    return detail::achangeSet(*this, detail::SetChange::Replace, objects);
}
template <typename T>
QFuture<bool> RelatedSet<T>::aclear() const
{
    return detail::achangeSet(*this, detail::SetChange::Clear, {});
}

} // namespace heddle
