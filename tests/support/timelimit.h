#pragma once

#include <QByteArray>

namespace heddle::testing {

/// A limit of a test that measures time: as it is by hand, four times as much on a build machine
/// (CI=true), whose processors may be slower and belong to others as well.
template <typename Duration>
Duration timeLimit(Duration limit)
{
    return qgetenv("CI") == "true" ? limit * 4 : limit;
}

} // namespace heddle::testing
