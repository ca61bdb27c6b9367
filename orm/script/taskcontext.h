#pragma once

#include <cstdint>
#include <memory>

namespace heddle::script {

struct AsyncScope;
class SyncQueue;

/// A `with atomic()` block that is open on some thread. `open` is only looked at by whoever has the
/// machine's turn.
struct SyncScope {
    std::uint16_t thread = 0; // as traces number it
    int line = 0;
    bool open = true;
};

/// What a task, or a call on the sync side of the border, inherits from whoever made it: what
/// Python keeps in context variables.
struct TaskContext {
    /// The innermost `async with atomic()` block that it stands in.
    std::shared_ptr<AsyncScope> transaction;
    /// The innermost `with atomic()` block that it was called from, through async_to_sync().
    std::shared_ptr<const SyncScope> left;
    /// Where sync_to_async() runs what is thread sensitive; null: on the thread for that.
    std::shared_ptr<SyncQueue> syncSide;
};

} // namespace heddle::script
