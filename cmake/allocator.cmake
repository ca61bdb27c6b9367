# A program that asks many queries at once makes their objects on one thread and throws them away on
# another; the C library's allocator takes a lock for each of those. mimalloc does not, and
# replaces it for the whole program just by being linked. Sanitizers bring allocators of their own.
if(NOT HEDDLE_SANITIZE)
    find_package(mimalloc QUIET)
endif()

function(heddle_use_allocator program)
    if(TARGET mimalloc)
        target_link_libraries(${program} PRIVATE mimalloc)
    endif()
endfunction()
