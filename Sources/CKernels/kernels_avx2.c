// Kernels for AVX2 with FMA. The attribute, not a compiler flag, chooses the instruction set: the rest of the package stays
// runnable on any processor.
#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_HAS_FMA 1
#define CK_NAME(x) ck_avx2_##x
#define CK_LANES 8
#define CK_ROWS 6
#include "kernels.inl"
#pragma clang attribute pop
#endif
