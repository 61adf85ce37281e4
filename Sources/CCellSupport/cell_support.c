#define _GNU_SOURCE
#include "cell_support.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Thread_local uint32_t cell_thread_number_value = 0;
static _Thread_local void *pool_mark = NULL;

uint32_t cell_thread_number_assign(void) {
  static _Atomic uint32_t next = 0;
  uint32_t number = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed) + 1;
  // Zero means "none yet"; after a wrap-around two threads share a number, which costs speed and nothing else.
  cell_thread_number_value = number == 0 ? 1 : number;
  return cell_thread_number_value;
}

uint32_t cell_processor_count(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count < 1 ? 1 : (uint32_t)count;
}

void *cell_thread_pool_mark(void) { return pool_mark; }
void cell_thread_set_pool_mark(void *mark) { pool_mark = mark; }

void cell_monitor_init(cell_monitor *monitor) {
  pthread_mutex_init(&monitor->mutex, NULL);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  // Deadlines must not move when somebody sets the wall clock.
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&monitor->condition, &attributes);
  pthread_condattr_destroy(&attributes);
}

void cell_monitor_destroy(cell_monitor *monitor) {
  pthread_cond_destroy(&monitor->condition);
  pthread_mutex_destroy(&monitor->mutex);
}

int cell_monitor_wait_for(cell_monitor *monitor, uint64_t nanoseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  const uint64_t second = 1000000000ULL;
  uint64_t nsec = (uint64_t)until.tv_nsec + nanoseconds % second;
  until.tv_sec += (time_t)(nanoseconds / second + nsec / second);
  until.tv_nsec = (long)(nsec % second);
  return pthread_cond_timedwait(&monitor->condition, &monitor->mutex, &until);
}

int cell_thread_start(pthread_t *thread, const char *name, void *(*body)(void *), void *context) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  // Factories parse, link and recurse: the small default of some systems is not enough.
  pthread_attr_setstacksize(&attributes, 8u << 20);
  int status = pthread_create(thread, &attributes, body, context);
  pthread_attr_destroy(&attributes);
  if (status == 0) {
    char short_name[16];
    strncpy(short_name, name, sizeof short_name - 1);
    short_name[sizeof short_name - 1] = '\0';
    pthread_setname_np(*thread, short_name);
  }
  return status;
}

const char *cell_environment_value(const char *name) { return getenv(name); }
