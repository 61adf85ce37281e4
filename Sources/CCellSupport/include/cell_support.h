#ifndef CELL_SUPPORT_H
#define CELL_SUPPORT_H

#include <pthread.h>
#include <stdint.h>

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

#endif
