// Token kernels for any processor: 128-bit vectors, which the compiler maps to SSE2 or NEON.
#include "CKernels.h"

#if defined(__aarch64__)
#define CK_HAS_FMA 1
#define CK_HALF 1
#else
#define CK_HAS_FMA 0
#define CK_HALF 0
#endif
#define CK_NAME(x) ck_portable_##x
#define CK_LANES 4
#define CK_ROWS 6
#include "tokens.inl"
