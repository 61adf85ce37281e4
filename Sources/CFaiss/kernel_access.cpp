#include "include/cfaiss.h"
#include "kernels/kernels.hpp"

#include <vector>

using namespace cfaiss;

extern "C" {

const char *cfaiss_kernel(void) { return kernels().name; }

int32_t cfaiss_kernel_products(const char *name, int32_t way, const float *queries, int64_t query_count,
                               const float *rows, int64_t row_count, int64_t dimension, float *out) {
  const Kernels *kernel = kernelsNamed(name);
  if (!kernel || (way == 1 && row_count % 4 != 0) || (way == 3 && query_count % 4 != 0)) return 0;
  const auto size = static_cast<size_t>(dimension), count = static_cast<size_t>(row_count);
  const std::vector<uint8_t> codes(rows, rows + (way == 4 ? count * size : 0));
  for (size_t q = 0; q < static_cast<size_t>(query_count); q += way == 3 ? 4 : 1) {
    const float *query = queries + q * size;
    float *line = out + q * count;
    if (way == 3) {
      kernel->scanFour(query, rows, count, size, line, count);
    } else if (way == 2) {
      kernel->scan(query, rows, count, size, line);
    } else if (way == 1) {
      for (size_t i = 0; i < count; i += 4) {
        const float *row = rows + i * size;
        const float *const four[4] = {row, row + size, row + 2 * size, row + 3 * size};
        kernel->dotFour(query, four, size, line + i);
      }
    } else if (way == 4) {
      for (size_t i = 0; i < count; ++i) line[i] = kernel->dotBytes(query, codes.data() + i * size, size);
    } else {
      for (size_t i = 0; i < count; ++i) line[i] = kernel->dot(query, rows + i * size, size);
    }
  }
  return 1;
}

} // extern "C"
