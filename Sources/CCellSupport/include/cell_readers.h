#ifndef CELL_READERS_H
#define CELL_READERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Marks of synchronous reads, for the asymmetric read path (docs/runtime-cells-read-path.md). A reader writes what it reads
// into a place of its own thread's record, with plain stores; who waits for readers runs cell_readers_barrier() and then looks
// through all records.

#define CELL_READER_PLACES 8

// One thread's marks: one for each read that it is inside of. Two cache lines, since the hardware prefetches pairs.
typedef struct cell_reader {
  uintptr_t places[CELL_READER_PLACES];
  // The rest is used by cell_readers.c alone.
  struct cell_reader *_Nullable next;
  bool is_taken;
} __attribute__((aligned(128))) cell_reader;

// The calling thread's record, or, before its first read, a shared one in which every place looks taken.
extern _Thread_local cell_reader *_Nonnull cell_reader_of_thread;

// A free place of the calling thread, which gets a record if need be. NULL when it is too deep in reads, at its exit, or
// without memory: such a read must be counted instead.
uintptr_t *_Nullable cell_reader_other_place(void);

static inline uintptr_t *_Nullable cell_reader_place(void) {
  uintptr_t *first = cell_reader_of_thread->places;
  // Not a depth counter: that would be a chain of dependent stores and loads through all reads of the thread.
  return __builtin_expect(__atomic_load_n(first, __ATOMIC_RELAXED) == 0, 1) ? first : cell_reader_other_place();
}

// Writes a mark. What the thread reads next is ordered after it by the waiting side's barrier; here only the compiler is held.
static inline void cell_reader_mark(uintptr_t *_Nonnull place, uintptr_t mark) {
  __atomic_store_n(place, mark, __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

// Takes a mark back, after everything that was done under it.
static inline void cell_reader_unmark(uintptr_t *_Nonnull place) {
  __atomic_store_n(place, 0, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

// Whether marks may be used: the kernel has the barrier, and the build is not for the thread sanitizer, which cannot see it.
// Decided once in a process; a barrier that fails later turns it to false.
bool cell_readers_available(void);

// A full memory barrier in every thread of the process. False when the kernel refused: then nothing may be concluded from the
// records.
bool cell_readers_barrier(void);

// How many places hold this mark.
size_t cell_readers_holding(uintptr_t mark);

// How many records there are: as many as threads that read were ever alive at one time.
size_t cell_readers_count(void);

#endif
