// The int8 product for NEON with the dot product extension, which multiplies signed by signed: codes are kept less 128.
#include "CKernels.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define CK_HAS_FMA 1
#define CK_NAME(x) ck_neon_i8_##x
#define CK_LANES 4
#define CK_ROWS 12
#define CK_GROUP 4
#define CK_CODE int8_t
#define CK_SHIFT 128

static inline int32_t ck_four(const int8_t *from) {
  int32_t value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

#define CK_WIDEN(p) ((vi)vld1q_s8(p))
#define CK_SPREAD(p) ((vi)vdupq_n_s32(ck_four(p)))
#define CK_DOT(sum, codes, weights) ((vi)vdotq_s32((int32x4_t)(sum), (int8x16_t)(codes), (int8x16_t)(weights)))
#include "int8.inl"
#pragma clang attribute pop
#endif
