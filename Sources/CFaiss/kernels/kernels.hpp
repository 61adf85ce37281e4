#pragma once
#include <cstddef>
#include <cstdint>

namespace cfaiss {

// Inner products of 32-bit floats, in the widest instructions the processor has. Pointers need no alignment.
struct Kernels {
  const char *name;

  // <a, b> over `count` values.
  float (*dot)(const float *a, const float *b, size_t count);

  // <query, row i> for four rows anywhere in memory: one pass over the query for four rows hides the latency of the
  // loads, which is what a graph search waits for.
  void (*dotFour)(const float *query, const float *const rows[4], size_t count, float out[4]);

  // out[i] = <query, rows + i * count> for `rowCount` rows one after the other. One row at a time: four streams of
  // rows at once read memory at half the speed (measured on Zen 4).
  void (*scan)(const float *query, const float *rows, size_t rowCount, size_t count, float *out);

  // out[q * stride + i] = <query q, row i> for four queries at a time over rows one after the other.
  void (*scanFour)(const float *queries, const float *rows, size_t rowCount, size_t count, float *out, size_t stride);

  // The sum of a[i] * codes[i], codes 0...255.
  float (*dotBytes)(const float *a, const uint8_t *codes, size_t count);

  // out[i] = the sum of query[j] * codes[i * count + j], exactly: the caller's numbers are such that no sum leaves 32 bits.
  void (*scanCodes)(const int16_t *query, const int8_t *codes, size_t rowCount, size_t count, int32_t *out);

  // codes[i] = row[i] / step, rounded, -127...127. The result is the sum of (row[i] - step * codes[i])^2, in 64 bits.
  double (*encode)(const float *row, float step, size_t count, int8_t *codes);
};

// The best set this processor runs, chosen once.
const Kernels &kernels();

// A set by name (`avx512`, `avx2`, `neon`, `portable`), or null when this processor cannot run it: for tests and
// benchmarks.
const Kernels *kernelsNamed(const char *name);

extern const Kernels portableKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;
#elif defined(__aarch64__)
extern const Kernels neonKernels;
#endif

} // namespace cfaiss
