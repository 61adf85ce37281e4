#include "peers.h"

#include <malloc.h>

#include <ctime>
#include <memory>

// The free functions of C++11: std::atomic<std::shared_ptr> needs a newer library than some systems have.
static std::shared_ptr<uint64_t> shared = std::make_shared<uint64_t>(1);

uint64_t peer_shared_ptr_loads(uint64_t count) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < count; i++) sum += *std::atomic_load(&shared);
  return sum;
}

static uint64_t read_clock(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return uint64_t(now.tv_sec) * 1000000000ULL + uint64_t(now.tv_nsec);
}

uint64_t peer_thread_nanoseconds(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }
uint64_t peer_process_nanoseconds(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }
uint64_t peer_wall_nanoseconds(void) { return read_clock(CLOCK_MONOTONIC); }
uint64_t peer_heap_bytes(void) {
  struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}
