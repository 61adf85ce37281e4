#include "codes_search.hpp"
#include "flat_search.hpp"
#include "index.hpp"

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

int32_t cfaiss_kernel_codes(const char *name, const int16_t *query, const int8_t *codes, int64_t row_count,
                            int64_t dimension, int32_t *out) {
  const Kernels *kernel = kernelsNamed(name);
  if (!kernel) return 0;
  kernel->scanCodes(query, codes, static_cast<size_t>(row_count), static_cast<size_t>(dimension), out);
  return 1;
}

int32_t cfaiss_kernel_search(const char *name, const cfaiss_index *index, int32_t coded, const float *query, int64_t k,
                             float *scores, int64_t *ids, int64_t *compared) {
  const Kernels *kernel = kernelsNamed(name);
  if (!kernel) return 0;
  std::vector<std::vector<Scored>> all(1);
  *compared = index->count();
  if (coded) {
    *compared = searchCodes(*kernel, index->rows(), *index->codes, query, static_cast<size_t>(k), all[0]);
  } else {
    searchFlat(*kernel, index->rows(), index->count(), static_cast<size_t>(index->dimension()), query, 1,
               static_cast<size_t>(k), 1, Selection(nullptr, 0, index->count()), all);
  }
  for (size_t i = 0; i < all[0].size(); ++i) scores[i] = all[0][i].score, ids[i] = all[0][i].row;
  return 1;
}

} // extern "C"
