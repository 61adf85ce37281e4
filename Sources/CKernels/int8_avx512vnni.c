// The int8 product for AVX-512 with VNNI: four products a lane and instruction, summed without saturation.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx512vnni,avx2,fma"))), apply_to = function)
#define CK_HAS_FMA 1
#define CK_NAME(x) ck_avx512vnni_i8_##x
#define CK_LANES 16
#define CK_ROWS 12
#define CK_GROUP 4
#define CK_CODE uint8_t
#define CK_SHIFT 0

static inline int32_t ck_four(const uint8_t *from) {
  int32_t value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

#define CK_WIDEN(p) ((vi)_mm512_loadu_si512(p))
#define CK_SPREAD(p) ((vi)_mm512_set1_epi32(ck_four(p)))
#define CK_DOT(sum, codes, weights) ((vi)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(codes), (__m512i)(weights)))
#include "int8.inl"
#pragma clang attribute pop
#endif
