#include "encode.hpp"
#include "kernels.hpp"

namespace cfaiss {

// Eight partial sums: the compiler may then use whatever vectors the baseline has without reordering a single sum.
static float dot(const float *a, const float *b, size_t count) {
  float sums[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (size_t j = 0; j < 8; ++j) sums[j] += a[i + j] * b[i + j];
  float sum = 0;
  for (; i < count; ++i) sum += a[i] * b[i];
  for (float part : sums) sum += part;
  return sum;
}

static void dotFour(const float *query, const float *const rows[4], size_t count, float out[4]) {
  for (int i = 0; i < 4; ++i) out[i] = dot(query, rows[i], count);
}

static void scan(const float *query, const float *rows, size_t rowCount, size_t count, float *out) {
  for (size_t i = 0; i < rowCount; ++i) out[i] = dot(query, rows + i * count, count);
}

static void scanFour(const float *queries, const float *rows, size_t rowCount, size_t count, float *out,
                     size_t stride) {
  for (size_t i = 0; i < rowCount; ++i)
    for (size_t q = 0; q < 4; ++q) out[q * stride + i] = dot(queries + q * count, rows + i * count, count);
}

static float dotBytes(const float *a, const uint8_t *codes, size_t count) {
  float sums[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (size_t j = 0; j < 8; ++j) sums[j] += a[i + j] * static_cast<float>(codes[i + j]);
  float sum = 0;
  for (; i < count; ++i) sum += a[i] * static_cast<float>(codes[i]);
  for (float part : sums) sum += part;
  return sum;
}

static void scanCodes(const int16_t *query, const int8_t *codes, size_t rowCount, size_t count, int32_t *out) {
  for (size_t row = 0; row < rowCount; ++row, codes += count) {
    int32_t sum = 0;
    for (size_t i = 0; i < count; ++i) sum += query[i] * codes[i];
    out[row] = sum;
  }
}

static double encode(const float *row, float step, size_t count, int8_t *codes) {
  return encodeEach(row, step, count, codes);
}

const Kernels portableKernels = {"portable", dot, dotFour, scan, scanFour, dotBytes, scanCodes, encode};

} // namespace cfaiss
