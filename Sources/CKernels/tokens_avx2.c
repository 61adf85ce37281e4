// Token kernels for AVX2 with FMA and half-precision conversions, which every processor with AVX2 has.
#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define CK_HAS_FMA 1
#define CK_HALF 1
#define CK_NAME(x) ck_avx2_##x
#define CK_LANES 8
#define CK_ROWS 6
#include "tokens.inl"
#pragma clang attribute pop
#endif
