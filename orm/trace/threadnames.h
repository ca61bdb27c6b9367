#pragma once

#include <QString>
#include <cstdint>
#include <vector>

namespace heddle::detail {

/// A number for a thread that another process named: one that already has the name and is not in
/// `used`, else a new one. So opening the same trace often does not use up the numbers.
std::uint16_t claimThreadNumber(const QString &name, const std::vector<std::uint16_t> &used);

} // namespace heddle::detail
