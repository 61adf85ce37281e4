#define _GNU_SOURCE
#include "cell_readers.h"

#include <linux/membarrier.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif

static cell_reader nobody = {.places = {1, 1, 1, 1, 1, 1, 1, 1}, .is_taken = true};
_Thread_local cell_reader *cell_reader_of_thread = &nobody;
// Set while the thread's destructors run: a record taken now would never be given back.
static _Thread_local bool is_exiting = false;

// Only grows: a scan needs no lock, and a record may be looked at when its thread is gone.
static _Atomic(cell_reader *) records = NULL;
static pthread_mutex_t records_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t exit_key;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_bool is_available = false;

static int barrier_command(int command) { return (int)syscall(SYS_membarrier, command, 0, 0); }

static bool is_idle(const cell_reader *record) {
  for (int i = 0; i < CELL_READER_PLACES; i++) {
    if (__atomic_load_n(&record->places[i], __ATOMIC_RELAXED) != 0) return false;
  }
  return true;
}

static void thread_exits(void *value) {
  cell_reader *record = value;
  is_exiting = true;
  cell_reader_of_thread = &nobody;
  // A thread that was ended inside a read leaks it, as it would leak a count. Its marks stay, so the record must.
  if (!is_idle(record)) return;
  pthread_mutex_lock(&records_lock);
  record->is_taken = false;
  pthread_mutex_unlock(&records_lock);
}

static void before_fork(void) { pthread_mutex_lock(&records_lock); }
static void after_fork_in_parent(void) { pthread_mutex_unlock(&records_lock); }

// The other threads do not exist in the child: their reads must not hold up a close for ever.
static void after_fork_in_child(void) {
  for (cell_reader *record = atomic_load(&records); record != NULL; record = record->next) {
    if (record == cell_reader_of_thread) continue;
    memset(record->places, 0, sizeof record->places);
    record->is_taken = false;
  }
  pthread_mutex_unlock(&records_lock);
  if (atomic_load(&is_available) && barrier_command(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) != 0) {
    atomic_store(&is_available, false);
  }
}

static void prepare(void) {
#if __has_feature(thread_sanitizer) || defined(__SANITIZE_THREAD__)
  return;
#endif
  int commands = barrier_command(MEMBARRIER_CMD_QUERY);
  if (commands < 0 || !(commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED)) return;
  if (barrier_command(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) != 0) return;
  if (barrier_command(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0) return;
  if (pthread_key_create(&exit_key, thread_exits) != 0) return;
  if (pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) != 0) return;
  atomic_store(&is_available, true);
}

bool cell_readers_available(void) {
  pthread_once(&once, prepare);
  return atomic_load_explicit(&is_available, memory_order_relaxed);
}

bool cell_readers_barrier(void) {
  if (barrier_command(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0) return true;
  // Out of memory, or forbidden since. The slow kind needs no memory.
  if (barrier_command(MEMBARRIER_CMD_GLOBAL) == 0) return true;
  atomic_store(&is_available, false);
  return false;
}

static cell_reader *take_record(void) {
  pthread_mutex_lock(&records_lock);
  cell_reader *record = atomic_load_explicit(&records, memory_order_relaxed);
  while (record != NULL && record->is_taken) record = record->next;
  if (record == NULL && (record = aligned_alloc(128, sizeof *record)) != NULL) {
    memset(record, 0, sizeof *record);
    record->next = atomic_load_explicit(&records, memory_order_relaxed);
    atomic_store_explicit(&records, record, memory_order_release);
  }
  if (record != NULL) {
    // Without the destructor the record would never come back.
    record->is_taken = pthread_setspecific(exit_key, record) == 0;
    if (!record->is_taken) record = NULL;
  }
  pthread_mutex_unlock(&records_lock);
  return record;
}

uintptr_t *cell_reader_other_place(void) {
  if (cell_reader_of_thread == &nobody) {
    if (is_exiting) return NULL;
    cell_reader *record = take_record();
    if (record == NULL) return NULL;
    cell_reader_of_thread = record;
  }
  uintptr_t *places = cell_reader_of_thread->places;
  for (int i = 0; i < CELL_READER_PLACES; i++) {
    if (__atomic_load_n(&places[i], __ATOMIC_RELAXED) == 0) return &places[i];
  }
  return NULL;
}

size_t cell_readers_holding(uintptr_t mark) {
  size_t holding = 0;
  for (cell_reader *record = atomic_load_explicit(&records, memory_order_acquire); record != NULL; record = record->next) {
    for (int i = 0; i < CELL_READER_PLACES; i++) {
      holding += __atomic_load_n(&record->places[i], __ATOMIC_ACQUIRE) == mark;
    }
  }
  return holding;
}

size_t cell_readers_count(void) {
  size_t count = 0;
  for (cell_reader *record = atomic_load_explicit(&records, memory_order_acquire); record != NULL; record = record->next) {
    count++;
  }
  return count;
}
