// Tells ThreadSanitizer about the reference count of exceptions. It lives in libstdc++, which is
// not built for it, so that an exception that is made on one thread, caught on another and dropped
// last by either of them looks like a race. Linked to the tests only under ThreadSanitizer; takes
// the place of the library's functions by name and calls them.

#include <dlfcn.h>
#include <exception>
#include <sanitizer/tsan_interface.h>

namespace {

template <typename Function>
Function *realOne(const char *name)
{
    return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

/// What a count does to the memory that it guards: each change sees all that came before it.
void touch(void *exception)
{
    if (!exception)
        return;
    __tsan_acquire(exception);
    __tsan_release(exception);
}

} // namespace

extern "C" {

// An exception_ptr is one pointer, to the exception; as a result or a parameter it goes by address.

void heddleAddReference(void **pointer) asm("_ZNSt15__exception_ptr13exception_ptr9_M_addrefEv");
void heddleAddReference(void **pointer)
{
    static auto *const real =
        realOne<void(void **)>("_ZNSt15__exception_ptr13exception_ptr9_M_addrefEv");
    touch(*pointer);
    real(pointer);
}

void heddleRelease(void **pointer) asm("_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv");
void heddleRelease(void **pointer)
{
    static auto *const real =
        realOne<void(void **)>("_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv");
    touch(*pointer);
    real(pointer);
}

void *heddleCurrentException(void **result) asm("_ZSt17current_exceptionv");
void *heddleCurrentException(void **result)
{
    static auto *const real = realOne<void *(void **)>("_ZSt17current_exceptionv");
    real(result);
    touch(*result);
    return result;
}

[[noreturn]] void
heddleRethrow(void **pointer) asm("_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE");
[[noreturn]] void heddleRethrow(void **pointer)
{
    static auto *const real =
        realOne<void(void **)>("_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE");
    touch(*pointer);
    real(pointer);
    __builtin_unreachable();
}

void heddleEndCatch() asm("__cxa_end_catch");
void heddleEndCatch()
{
    static auto *const real = realOne<void()>("__cxa_end_catch");
    // Both of them touch it: the copy that is taken, and its end.
    static_cast<void>(std::current_exception());
    real();
}
}
