// Token kernels for AVX-512. The attribute, not a compiler flag, chooses the instruction set: the rest of the package
// stays runnable on any processor.
#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,f16c"))), apply_to = function)
#define CK_HAS_FMA 1
#define CK_HALF 1
#define CK_NAME(x) ck_avx512_##x
#define CK_LANES 16
#define CK_ROWS 12
#include "tokens.inl"
#pragma clang attribute pop
#endif
