#include "encode.hpp"
#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#define INLINE AVX512 __attribute__((always_inline)) static inline

namespace cfaiss {

INLINE __mmask16 tailMask(size_t left) { return static_cast<__mmask16>((1u << left) - 1); }

AVX512 static float dot(const float *a, const float *b, size_t count) {
  __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
    s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), s1);
    s2 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 32), _mm512_loadu_ps(b + i + 32), s2);
    s3 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 48), _mm512_loadu_ps(b + i + 48), s3);
  }
  for (; i + 16 <= count; i += 16) s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
  if (i < count) {
    const __mmask16 mask = tailMask(count - i);
    s1 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i), s1);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

// The four sums of four accumulators, side by side.
INLINE __m128 sumFour(__m512 a, __m512 b, __m512 c, __m512 d) {
  const __m256 a8 = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
  const __m256 b8 = _mm256_add_ps(_mm512_castps512_ps256(b), _mm512_extractf32x8_ps(b, 1));
  const __m256 c8 = _mm256_add_ps(_mm512_castps512_ps256(c), _mm512_extractf32x8_ps(c, 1));
  const __m256 d8 = _mm256_add_ps(_mm512_castps512_ps256(d), _mm512_extractf32x8_ps(d, 1));
  const __m256 ab = _mm256_hadd_ps(a8, b8), cd = _mm256_hadd_ps(c8, d8);
  const __m256 all = _mm256_hadd_ps(ab, cd);
  return _mm_add_ps(_mm256_castps256_ps128(all), _mm256_extractf128_ps(all, 1));
}

INLINE __m128 fourRows(const float *query, const float *r0, const float *r1, const float *r2, const float *r3,
                       size_t count) {
  __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const __m512 q = _mm512_loadu_ps(query + i);
    s0 = _mm512_fmadd_ps(q, _mm512_loadu_ps(r0 + i), s0);
    s1 = _mm512_fmadd_ps(q, _mm512_loadu_ps(r1 + i), s1);
    s2 = _mm512_fmadd_ps(q, _mm512_loadu_ps(r2 + i), s2);
    s3 = _mm512_fmadd_ps(q, _mm512_loadu_ps(r3 + i), s3);
  }
  if (i < count) {
    const __mmask16 mask = tailMask(count - i);
    const __m512 q = _mm512_maskz_loadu_ps(mask, query + i);
    s0 = _mm512_fmadd_ps(q, _mm512_maskz_loadu_ps(mask, r0 + i), s0);
    s1 = _mm512_fmadd_ps(q, _mm512_maskz_loadu_ps(mask, r1 + i), s1);
    s2 = _mm512_fmadd_ps(q, _mm512_maskz_loadu_ps(mask, r2 + i), s2);
    s3 = _mm512_fmadd_ps(q, _mm512_maskz_loadu_ps(mask, r3 + i), s3);
  }
  return sumFour(s0, s1, s2, s3);
}

AVX512 static void dotFour(const float *query, const float *const rows[4], size_t count, float out[4]) {
  _mm_storeu_ps(out, fourRows(query, rows[0], rows[1], rows[2], rows[3], count));
}

AVX512 static void scan(const float *query, const float *rows, size_t rowCount, size_t count, float *out) {
  for (size_t i = 0; i < rowCount; ++i, rows += count) {
    // As in scanCodes: a page holds less than three rows.
    for (size_t j = 0; j < count; j += 16) _mm_prefetch(reinterpret_cast<const char *>(rows + j) + 4096, _MM_HINT_T0);
    out[i] = dot(query, rows, count);
  }
}

// Four queries against four rows: 16 sums in registers, 8 loads for 16 multiplications.
AVX512 static void scanFour(const float *queries, const float *rows, size_t rowCount, size_t count, float *out,
                            size_t stride) {
  const float *q0 = queries, *q1 = q0 + count, *q2 = q1 + count, *q3 = q2 + count;
  size_t i = 0;
  for (; i + 4 <= rowCount; i += 4) {
    const float *r0 = rows + i * count, *r1 = r0 + count, *r2 = r1 + count, *r3 = r2 + count;
    __m512 s[4][4];
    for (auto &line : s)
      for (auto &sum : line) sum = _mm512_setzero_ps();
    for (size_t j = 0; j < count; j += 16) {
      const __mmask16 mask = count - j >= 16 ? __mmask16(0xFFFF) : tailMask(count - j);
      const __m512 a0 = _mm512_maskz_loadu_ps(mask, r0 + j), a1 = _mm512_maskz_loadu_ps(mask, r1 + j),
                   a2 = _mm512_maskz_loadu_ps(mask, r2 + j), a3 = _mm512_maskz_loadu_ps(mask, r3 + j);
      const __m512 b0 = _mm512_maskz_loadu_ps(mask, q0 + j), b1 = _mm512_maskz_loadu_ps(mask, q1 + j),
                   b2 = _mm512_maskz_loadu_ps(mask, q2 + j), b3 = _mm512_maskz_loadu_ps(mask, q3 + j);
      s[0][0] = _mm512_fmadd_ps(b0, a0, s[0][0]), s[0][1] = _mm512_fmadd_ps(b0, a1, s[0][1]);
      s[0][2] = _mm512_fmadd_ps(b0, a2, s[0][2]), s[0][3] = _mm512_fmadd_ps(b0, a3, s[0][3]);
      s[1][0] = _mm512_fmadd_ps(b1, a0, s[1][0]), s[1][1] = _mm512_fmadd_ps(b1, a1, s[1][1]);
      s[1][2] = _mm512_fmadd_ps(b1, a2, s[1][2]), s[1][3] = _mm512_fmadd_ps(b1, a3, s[1][3]);
      s[2][0] = _mm512_fmadd_ps(b2, a0, s[2][0]), s[2][1] = _mm512_fmadd_ps(b2, a1, s[2][1]);
      s[2][2] = _mm512_fmadd_ps(b2, a2, s[2][2]), s[2][3] = _mm512_fmadd_ps(b2, a3, s[2][3]);
      s[3][0] = _mm512_fmadd_ps(b3, a0, s[3][0]), s[3][1] = _mm512_fmadd_ps(b3, a1, s[3][1]);
      s[3][2] = _mm512_fmadd_ps(b3, a2, s[3][2]), s[3][3] = _mm512_fmadd_ps(b3, a3, s[3][3]);
    }
    for (size_t q = 0; q < 4; ++q) _mm_storeu_ps(out + q * stride + i, sumFour(s[q][0], s[q][1], s[q][2], s[q][3]));
  }
  for (; i < rowCount; ++i)
    for (size_t q = 0; q < 4; ++q) out[q * stride + i] = dot(queries + q * count, rows + i * count, count);
}

INLINE __m512 widen(__m128i codes) { return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(codes)); }

INLINE __m128i sixteen(const uint8_t *codes) { return _mm_loadu_si128(reinterpret_cast<const __m128i *>(codes)); }

AVX512 static float dotBytes(const float *a, const uint8_t *codes, size_t count) {
  __m512 s0 = _mm512_setzero_ps(), s1 = s0;
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), widen(sixteen(codes + i)), s0);
    s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), widen(sixteen(codes + i + 16)), s1);
  }
  for (; i + 16 <= count; i += 16) s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), widen(sixteen(codes + i)), s0);
  if (i < count) {
    const __mmask16 mask = tailMask(count - i);
    s1 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), widen(_mm_maskz_loadu_epi8(mask, codes + i)), s1);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(s0, s1));
}

AVX512 static void scanCodes(const int16_t *query, const int8_t *codes, size_t rowCount, size_t count, int32_t *out) {
  const size_t whole = count / 32 * 32;
  const auto mask = static_cast<__mmask32>((uint64_t{1} << (count - whole)) - 1);
  for (size_t row = 0; row < rowCount; ++row, codes += count) {
    __m512i s = _mm512_setzero_si512();
    for (size_t i = 0; i < whole; i += 32) {
      // The processor's own prefetching stops at the end of a page, which ten rows fill.
      _mm_prefetch(reinterpret_cast<const char *>(codes) + i + 4096, _MM_HINT_T0);
      const __m512i wide = _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(codes + i)));
      s = _mm512_add_epi32(s, _mm512_madd_epi16(_mm512_loadu_si512(query + i), wide));
    }
    if (mask) {
      const __m512i wide = _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(mask, codes + whole));
      s = _mm512_add_epi32(s, _mm512_madd_epi16(_mm512_maskz_loadu_epi16(mask, query + whole), wide));
    }
    out[row] = _mm512_reduce_add_epi32(s);
  }
}

AVX512 static double encode(const float *row, float step, size_t count, int8_t *codes) {
  return encodeEach(row, step, count, codes);
}

const Kernels avx512Kernels = {"avx512", dot, dotFour, scan, scanFour, dotBytes, scanCodes, encode};

} // namespace cfaiss
#endif
