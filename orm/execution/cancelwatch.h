#pragma once

#include <functional>
#include <memory>

namespace heddle::detail {

/// Looks every 10 ms whether something has been cancelled, for as long as anybody has something to
/// watch.
///
/// QFuture tells nobody of cancel() in a way that costs little, so gather() and Task look from
/// here. One thread for all of them, which ends with the last of them.
class CancelWatch {
public:
    static std::shared_ptr<CancelWatch> shared();
    CancelWatch();
    ~CancelWatch();
    CancelWatch(const CancelWatch &) = delete;

    /// Any thread. `look` is called on the watch's thread until it returns false; it must be quick
    /// and own nothing.
    void add(std::function<bool()> look);

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace heddle::detail
