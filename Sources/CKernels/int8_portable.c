// The int8 product for any processor: widened to 32 bits before it multiplies.
#include "CKernels.h"

#define CK_HAS_FMA 0
#define CK_NAME(x) ck_portable_i8_##x
#define CK_LANES 4
#define CK_ROWS 4
#define CK_GROUP 1
#define CK_CODE uint8_t
#define CK_SHIFT 0

typedef int8_t ck_i8x4 __attribute__((ext_vector_type(4)));
typedef int32_t ck_i32x4 __attribute__((ext_vector_type(4)));

static inline ck_i32x4 ck_widen4(const int8_t *from) {
  ck_i8x4 value;
  __builtin_memcpy(&value, from, sizeof value);
  return __builtin_convertvector(value, ck_i32x4);
}

#define CK_WIDEN(p) ck_widen4(p)
#define CK_SPREAD(p) ((ck_i32x4)(int32_t) * (p))
#define CK_DOT(sum, codes, weights) ((sum) + (codes) * (weights))
#include "int8.inl"
