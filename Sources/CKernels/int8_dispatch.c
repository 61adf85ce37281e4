// Chooses the int8 product of one instruction set at run time.
#include "CKernels.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

#if defined(__x86_64__)
#define CK_DISPATCH(level, name, ...)                                      \
  switch (level) {                                                         \
    case ck_int8_avx512vnni: return ck_avx512vnni_i8_int8_##name(__VA_ARGS__); \
    case ck_int8_avx2: return ck_avx2_i8_int8_##name(__VA_ARGS__);         \
    default: return ck_portable_i8_int8_##name(__VA_ARGS__);               \
  }
#elif defined(__aarch64__)
#define CK_DISPATCH(level, name, ...)                                                \
  if (level == ck_int8_neon) return ck_neon_i8_int8_##name(__VA_ARGS__);             \
  return ck_portable_i8_int8_##name(__VA_ARGS__);
#else
#define CK_DISPATCH(level, name, ...) \
  (void)level;                        \
  return ck_portable_i8_int8_##name(__VA_ARGS__);
#endif

#define CK_DECLARE(prefix)                                                                                           \
  size_t prefix##_int8_packed_bytes(size_t, size_t);                                                                 \
  void prefix##_int8_pack(const float *, const float *, size_t, size_t, void *);                                     \
  void prefix##_int8_quantize(const float *, size_t, void *, uint8_t *, float *, int32_t *);                         \
  size_t prefix##_int8_scratch_bytes(size_t);                                                                        \
  size_t prefix##_int8_panels(size_t);                                                                               \
  void prefix##_int8_quantize_rows(const float *, size_t, size_t, size_t, void *);                                   \
  void prefix##_int8_linear_panels(                                                                                  \
      size_t, size_t, const void *, size_t, ck_epilogue, const float *, const void *, size_t, size_t, float *);      \
  void prefix##_int8_linear(                                                                                         \
      const float *, size_t, size_t, const void *, size_t, ck_epilogue, const float *, void *, float *);

CK_DECLARE(ck_portable_i8)
#if defined(__x86_64__)
CK_DECLARE(ck_avx2_i8)
CK_DECLARE(ck_avx512vnni_i8)
#elif defined(__aarch64__)
CK_DECLARE(ck_neon_i8)
#endif

bool ck_int8_supported(ck_int8 level) {
  if (level == ck_int8_portable) return true;
#if defined(__x86_64__)
  if (level == ck_int8_avx2) return ck_isa_supported(ck_isa_avx2);
  if (level == ck_int8_avx512vnni) {
    __builtin_cpu_init();
    return ck_isa_supported(ck_isa_avx512) && __builtin_cpu_supports("avx512vnni");
  }
#elif defined(__aarch64__)
#if defined(__ARM_FEATURE_DOTPROD)
  if (level == ck_int8_neon) return true;
#elif defined(__linux__)
  // The kernel's HWCAP_ASIMDDP.
  if (level == ck_int8_neon) return (getauxval(AT_HWCAP) & (1ul << 20)) != 0;
#endif
#endif
  return false;
}

ck_int8 ck_int8_best(void) {
  const ck_int8 order[] = {ck_int8_avx512vnni, ck_int8_avx2, ck_int8_neon};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; ++i) {
    if (ck_int8_supported(order[i])) return order[i];
  }
  return ck_int8_portable;
}

const char *ck_int8_name(ck_int8 level) {
  switch (level) {
    case ck_int8_avx512vnni: return "avx512vnni";
    case ck_int8_avx2: return "avx2";
    case ck_int8_neon: return "neon";
    default: return "portable";
  }
}

size_t ck_int8_packed_bytes(ck_int8 level, size_t outputs, size_t inputs) {
  CK_DISPATCH(level, packed_bytes, outputs, inputs)
}

void ck_int8_pack(
    ck_int8 level, const float *weight, const float *bias, size_t outputs, size_t inputs, void *packed) {
  CK_DISPATCH(level, pack, weight, bias, outputs, inputs, packed)
}

void ck_int8_quantize(
    ck_int8 level, const float *values, size_t width, void *scratch, uint8_t *codes, float *scale, int32_t *zero) {
  CK_DISPATCH(level, quantize, values, width, scratch, codes, scale, zero)
}

size_t ck_int8_scratch_bytes(ck_int8 level, size_t inputs) { CK_DISPATCH(level, scratch_bytes, inputs) }

void ck_int8_linear(
    ck_int8 level, const float *input, size_t rows, size_t inputs, const void *packed, size_t outputs,
    ck_epilogue epilogue, const float *residual, void *scratch, float *output) {
  CK_DISPATCH(level, linear, input, rows, inputs, packed, outputs, epilogue, residual, scratch, output)
}

size_t ck_int8_panels(ck_int8 level, size_t outputs) { CK_DISPATCH(level, panels, outputs) }

void ck_int8_quantize_rows(
    ck_int8 level, const float *input, size_t inputs, size_t from, size_t to, void *scratch) {
  CK_DISPATCH(level, quantize_rows, input, inputs, from, to, scratch)
}

void ck_int8_linear_panels(
    ck_int8 level, size_t rows, size_t inputs, const void *packed, size_t outputs, ck_epilogue epilogue,
    const float *residual, const void *scratch, size_t from, size_t to, float *output) {
  CK_DISPATCH(level, linear_panels, rows, inputs, packed, outputs, epilogue, residual, scratch, from, to, output)
}
