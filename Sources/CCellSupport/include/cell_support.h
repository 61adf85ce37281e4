#ifndef CELL_SUPPORT_H
#define CELL_SUPPORT_H

#include <pthread.h>
#include <stdint.h>

#include "cell_process.h"
#include "cell_readers.h"

// A plain pthread mutex with a condition. The thread sanitizer understands it; it does not understand the
// kernel's priority-inheriting hand-off inside Synchronization.Mutex and reports false races there.
typedef struct cell_monitor {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
} cell_monitor;

void cell_monitor_init(cell_monitor *monitor);
void cell_monitor_destroy(cell_monitor *monitor);

static inline void cell_monitor_lock(cell_monitor *monitor) { pthread_mutex_lock(&monitor->mutex); }
static inline void cell_monitor_unlock(cell_monitor *monitor) { pthread_mutex_unlock(&monitor->mutex); }
static inline void cell_monitor_wait(cell_monitor *monitor) { pthread_cond_wait(&monitor->condition, &monitor->mutex); }
static inline void cell_monitor_signal(cell_monitor *monitor) { pthread_cond_signal(&monitor->condition); }
static inline void cell_monitor_broadcast(cell_monitor *monitor) { pthread_cond_broadcast(&monitor->condition); }

// Waits until signalled or `nanoseconds` have passed on the monotonic clock. Returns 0 when signalled, else ETIMEDOUT.
int cell_monitor_wait_for(cell_monitor *monitor, uint64_t nanoseconds);

// Starts a joinable thread running `body(context)` under the given name (15 bytes at most are kept).
// Returns 0 or an errno value.
int cell_thread_start(pthread_t *thread, const char *name, void *(*body)(void *), void *context);

// A small number of the calling thread, counted from 1 in the order of first use, so that the first threads of a process
// never share a stripe. Swift has no thread-local of its own that costs one load.
extern _Thread_local uint32_t cell_thread_number_value;
uint32_t cell_thread_number_assign(void);
static inline uint32_t cell_thread_number(void) {
  uint32_t number = cell_thread_number_value;
  return __builtin_expect(number != 0, 1) ? number : cell_thread_number_assign();
}

// The number of processors this process may run on, at least 1.
uint32_t cell_processor_count(void);

// The value of an environment variable or NULL. Not safe against a concurrent setenv, like every reader of the environment.
const char *cell_environment_value(const char *name);

// A mark that a pool leaves on its own threads: NULL on every other thread.
void *cell_thread_pool_mark(void);
void cell_thread_set_pool_mark(void *mark);

#endif
