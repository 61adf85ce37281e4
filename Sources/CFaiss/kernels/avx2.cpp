#include "encode.hpp"
#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define INLINE AVX2 __attribute__((always_inline)) static inline

namespace cfaiss {

INLINE float sum(__m256 a) {
  __m128 half = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

INLINE __m128 sumFour(__m256 a, __m256 b, __m256 c, __m256 d) {
  const __m256 all = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
  return _mm_add_ps(_mm256_castps256_ps128(all), _mm256_extractf128_ps(all, 1));
}

AVX2 static float dot(const float *a, const float *b, size_t count) {
  __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
    s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), s1);
    s2 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 16), _mm256_loadu_ps(b + i + 16), s2);
    s3 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 24), _mm256_loadu_ps(b + i + 24), s3);
  }
  for (; i + 8 <= count; i += 8) s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
  float result = sum(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3)));
  for (; i < count; ++i) result += a[i] * b[i];
  return result;
}

INLINE void fourRows(const float *query, const float *r0, const float *r1, const float *r2, const float *r3,
                     size_t count, float *out) {
  __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256 q = _mm256_loadu_ps(query + i);
    s0 = _mm256_fmadd_ps(q, _mm256_loadu_ps(r0 + i), s0);
    s1 = _mm256_fmadd_ps(q, _mm256_loadu_ps(r1 + i), s1);
    s2 = _mm256_fmadd_ps(q, _mm256_loadu_ps(r2 + i), s2);
    s3 = _mm256_fmadd_ps(q, _mm256_loadu_ps(r3 + i), s3);
  }
  _mm_storeu_ps(out, sumFour(s0, s1, s2, s3));
  for (; i < count; ++i) {
    out[0] += query[i] * r0[i], out[1] += query[i] * r1[i];
    out[2] += query[i] * r2[i], out[3] += query[i] * r3[i];
  }
}

AVX2 static void dotFour(const float *query, const float *const rows[4], size_t count, float out[4]) {
  fourRows(query, rows[0], rows[1], rows[2], rows[3], count, out);
}

AVX2 static void scan(const float *query, const float *rows, size_t rowCount, size_t count, float *out) {
  for (size_t i = 0; i < rowCount; ++i) out[i] = dot(query, rows + i * count, count);
}

// Four queries against two rows: eight sums of the sixteen registers.
AVX2 static void scanFour(const float *queries, const float *rows, size_t rowCount, size_t count, float *out,
                          size_t stride) {
  const float *q0 = queries, *q1 = q0 + count, *q2 = q1 + count, *q3 = q2 + count;
  size_t i = 0;
  for (; i + 2 <= rowCount; i += 2) {
    const float *r0 = rows + i * count, *r1 = r0 + count;
    __m256 s[2][4];
    for (auto &line : s)
      for (auto &part : line) part = _mm256_setzero_ps();
    size_t j = 0;
    for (; j + 8 <= count; j += 8) {
      const __m256 a0 = _mm256_loadu_ps(r0 + j), a1 = _mm256_loadu_ps(r1 + j);
      const __m256 b0 = _mm256_loadu_ps(q0 + j), b1 = _mm256_loadu_ps(q1 + j), b2 = _mm256_loadu_ps(q2 + j),
                   b3 = _mm256_loadu_ps(q3 + j);
      s[0][0] = _mm256_fmadd_ps(b0, a0, s[0][0]), s[0][1] = _mm256_fmadd_ps(b1, a0, s[0][1]);
      s[0][2] = _mm256_fmadd_ps(b2, a0, s[0][2]), s[0][3] = _mm256_fmadd_ps(b3, a0, s[0][3]);
      s[1][0] = _mm256_fmadd_ps(b0, a1, s[1][0]), s[1][1] = _mm256_fmadd_ps(b1, a1, s[1][1]);
      s[1][2] = _mm256_fmadd_ps(b2, a1, s[1][2]), s[1][3] = _mm256_fmadd_ps(b3, a1, s[1][3]);
    }
    for (size_t row = 0; row < 2; ++row) {
      float sums[4];
      _mm_storeu_ps(sums, sumFour(s[row][0], s[row][1], s[row][2], s[row][3]));
      const float *r = row == 0 ? r0 : r1;
      for (size_t q = 0; q < 4; ++q) {
        for (size_t left = j; left < count; ++left) sums[q] += queries[q * count + left] * r[left];
        out[q * stride + i + row] = sums[q];
      }
    }
  }
  for (; i < rowCount; ++i)
    for (size_t q = 0; q < 4; ++q) out[q * stride + i] = dot(queries + q * count, rows + i * count, count);
}

INLINE __m256 widen(const uint8_t *codes) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(codes))));
}

AVX2 static float dotBytes(const float *a, const uint8_t *codes, size_t count) {
  __m256 s0 = _mm256_setzero_ps(), s1 = s0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), widen(codes + i), s0);
    s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), widen(codes + i + 8), s1);
  }
  float result = sum(_mm256_add_ps(s0, s1));
  for (; i < count; ++i) result += a[i] * static_cast<float>(codes[i]);
  return result;
}

AVX2 static void scanCodes(const int16_t *query, const int8_t *codes, size_t rowCount, size_t count, int32_t *out) {
  for (size_t row = 0; row < rowCount; ++row, codes += count) {
    __m256i s = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
      const __m256i q = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(query + i));
      const __m256i wide = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i *>(codes + i)));
      s = _mm256_add_epi32(s, _mm256_madd_epi16(q, wide));
    }
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(s), _mm256_extracti128_si256(s, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    int32_t sum = _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1)));
    for (; i < count; ++i) sum += query[i] * codes[i];
    out[row] = sum;
  }
}

AVX2 static double encode(const float *row, float step, size_t count, int8_t *codes) {
  return encodeEach(row, step, count, codes);
}

const Kernels avx2Kernels = {"avx2", dot, dotFour, scan, scanFour, dotBytes, scanCodes, encode};

} // namespace cfaiss
#endif
