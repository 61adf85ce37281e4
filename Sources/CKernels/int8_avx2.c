// The int8 product for AVX2. Both sides are widened to 16 bits: its own 8-bit product saturates.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_HAS_FMA 1
#define CK_NAME(x) ck_avx2_i8_##x
#define CK_LANES 8
#define CK_ROWS 6
#define CK_GROUP 2
#define CK_CODE int16_t
#define CK_SHIFT 0

static inline int32_t ck_pair(const int16_t *from) {
  int32_t value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

#define CK_WIDEN(p) ((vi)_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(p))))
#define CK_SPREAD(p) ((vi)_mm256_set1_epi32(ck_pair(p)))
#define CK_DOT(sum, codes, weights) ((sum) + (vi)_mm256_madd_epi16((__m256i)(codes), (__m256i)(weights)))
#include "int8.inl"
#pragma clang attribute pop
#endif
