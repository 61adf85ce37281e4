#define _GNU_SOURCE
#include "cell_support.h"

#include <errno.h>
#include <string.h>
#include <time.h>

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
