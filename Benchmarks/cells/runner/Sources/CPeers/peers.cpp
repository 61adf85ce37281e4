#include "peers.h"

#include <malloc.h>

#include <ctime>
#include <linux/membarrier.h>
#include <memory>
#include <sys/syscall.h>
#include <unistd.h>

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

double peer_barrier_nanoseconds(uint64_t count) {
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0) return 0;
  const uint64_t begun = read_clock(CLOCK_MONOTONIC);
  for (uint64_t i = 0; i < count; i++) syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  return double(read_clock(CLOCK_MONOTONIC) - begun) / double(count);
}

uint64_t peer_wall_nanoseconds(void) { return read_clock(CLOCK_MONOTONIC); }
uint64_t peer_heap_bytes(void) {
  struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}
