#ifndef CELL_FILE_H
#define CELL_FILE_H

#include <stddef.h>
#include <stdint.h>

// Reads at most `capacity` bytes of a small file, such as those of /proc and /sys, which have no size of their own.
// Returns the number of bytes, or -1 when the file cannot be read.
long cell_file_read(const char *path, char *buffer, size_t capacity);

// The size of a page of memory in bytes, at least 1.
uint64_t cell_page_size(void);

#endif
