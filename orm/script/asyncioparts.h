#pragma once

#include "orm/script/natives.h"

namespace heddle::script {

// What the module asyncio is put together from.
std::span<const NativeEntry> taskGroupFunctions();
/// timeout, wait, as_completed, shield, ...
std::span<const NativeEntry> waitingFunctions();
/// Lock, Event, Condition, Semaphore, BoundedSemaphore.
std::span<const NativeEntry> lockFunctions();
/// Queue, PriorityQueue, LifoQueue.
std::span<const NativeEntry> queueFunctions();

/// A number of seconds, as sleep() takes it.
double secondsFrom(const Object &object);
/// Throws RuntimeError where no event loop runs.
void requireLoop(Machine &vm);
/// A Future that is done already.
Object doneFuture(Machine &vm, const Object &result);

} // namespace heddle::script
