#include "cell_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

long cell_file_read(const char *path, char *buffer, size_t capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  size_t total = 0;
  while (total < capacity) {
    ssize_t count = read(file, buffer + total, capacity - total);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      close(file);
      return -1;
    }
    if (count == 0) break;
    total += (size_t)count;
  }
  close(file);
  return (long)total;
}

uint64_t cell_page_size(void) {
  long size = sysconf(_SC_PAGESIZE);
  return size < 1 ? 1 : (uint64_t)size;
}
