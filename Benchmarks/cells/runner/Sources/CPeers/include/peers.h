#ifndef PEERS_H
#define PEERS_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
// Loads a shared `std::atomic<std::shared_ptr>` `count` times and sums what it points to.
uint64_t peer_shared_ptr_loads(uint64_t count);
// The mean wall-clock time of one membarrier in nanoseconds.
double peer_barrier_nanoseconds(uint64_t count);
// CPU time of the calling thread in nanoseconds.
uint64_t peer_thread_nanoseconds(void);
// CPU time of the process in nanoseconds.
uint64_t peer_process_nanoseconds(void);
// Monotonic wall time in nanoseconds.
uint64_t peer_wall_nanoseconds(void);
// Bytes that the process has allocated from the heap and not freed.
uint64_t peer_heap_bytes(void);
#ifdef __cplusplus
}
#endif
#endif
