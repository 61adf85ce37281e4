#ifndef CELL_TEST_SUPPORT_H
#define CELL_TEST_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

// Whether this build counts allocations: sanitizers bring an allocator of their own.
bool test_allocations_are_counted(void);

// How often the calling thread has asked the C allocator for memory. The Swift runtime allocates through it too.
uint64_t test_allocations_of_thread(void);

// Forks; the child's exit status is what `body` returns there. -1 if that did not work. The child may call nothing that
// takes a lock.
int test_exit_status_of_fork(int (*_Nonnull body)(void *_Nullable context), void *_Nullable context);

// Has the kernel refuse membarrier to the calling thread from now on. False if it cannot be told to.
bool test_forbid_membarrier(void);

#endif
