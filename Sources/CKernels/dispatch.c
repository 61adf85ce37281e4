// Chooses the kernels of one instruction set at run time.
#include "CKernels.h"

#if defined(__x86_64__)
#define CK_DISPATCH(isa, name, ...)                          \
  switch (isa) {                                             \
    case ck_isa_avx512: return ck_avx512_##name(__VA_ARGS__); \
    case ck_isa_avx2: return ck_avx2_##name(__VA_ARGS__);     \
    default: return ck_portable_##name(__VA_ARGS__);          \
  }
#else
#define CK_DISPATCH(isa, name, ...) \
  (void)isa;                        \
  return ck_portable_##name(__VA_ARGS__);
#endif

#define CK_DECLARE(prefix)                                                                                         \
  size_t prefix##_packed_count(size_t, size_t);                                                                    \
  void prefix##_pack_weights(const float *, size_t, size_t, float *);                                              \
  size_t prefix##_panels(size_t);                                                                                  \
  void prefix##_linear(                                                                                            \
      const float *, size_t, size_t, const float *, const float *, size_t, ck_epilogue, const float *, size_t,     \
      size_t, float *);                                                                                            \
  void prefix##_apply_epilogue(float *, size_t, size_t, const float *, ck_epilogue, const float *);                \
  void prefix##_layer_norm(float *, size_t, size_t, const float *, const float *, float);                          \
  void prefix##_embed(                                                                                             \
      const float *, const float *, const float *, const int32_t *, const int32_t *, size_t, size_t, float *);     \
  size_t prefix##_attention_scratch(size_t, size_t);                                                               \
  void prefix##_attention(                                                                                         \
      const float *, size_t, size_t, size_t, float, size_t, size_t, float *, float *);                             \
  void prefix##_mean_rows(const float *, size_t, size_t, float *);

CK_DECLARE(ck_portable)
#if defined(__x86_64__)
CK_DECLARE(ck_avx2)
CK_DECLARE(ck_avx512)
#endif

bool ck_isa_supported(ck_isa isa) {
  if (isa == ck_isa_portable) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (isa == ck_isa_avx2) return avx2;
  if (isa == ck_isa_avx512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  }
#endif
  return false;
}

ck_isa ck_isa_best(void) {
  if (ck_isa_supported(ck_isa_avx512)) return ck_isa_avx512;
  return ck_isa_supported(ck_isa_avx2) ? ck_isa_avx2 : ck_isa_portable;
}

const char *ck_isa_name(ck_isa isa) {
  return isa == ck_isa_avx512 ? "avx512" : isa == ck_isa_avx2 ? "avx2" : "portable";
}

size_t ck_packed_count(ck_isa isa, size_t outputs, size_t inputs) { CK_DISPATCH(isa, packed_count, outputs, inputs) }

void ck_pack_weights(ck_isa isa, const float *weight, size_t outputs, size_t inputs, float *packed) {
  CK_DISPATCH(isa, pack_weights, weight, outputs, inputs, packed)
}

size_t ck_panels(ck_isa isa, size_t outputs) { CK_DISPATCH(isa, panels, outputs) }

void ck_linear_panels(
    ck_isa isa, const float *input, size_t rows, size_t inputs, const float *packed, const float *bias,
    size_t outputs, ck_epilogue epilogue, const float *residual, size_t from, size_t to, float *output) {
  CK_DISPATCH(isa, linear, input, rows, inputs, packed, bias, outputs, epilogue, residual, from, to, output)
}

void ck_linear(
    ck_isa isa, const float *input, size_t rows, size_t inputs, const float *packed, const float *bias,
    size_t outputs, ck_epilogue epilogue, const float *residual, float *output) {
  size_t panels = ck_panels(isa, outputs);
  ck_linear_panels(isa, input, rows, inputs, packed, bias, outputs, epilogue, residual, 0, panels, output);
}

void ck_apply_epilogue(
    ck_isa isa, float *values, size_t rows, size_t width, const float *bias, ck_epilogue epilogue,
    const float *residual) {
  CK_DISPATCH(isa, apply_epilogue, values, rows, width, bias, epilogue, residual)
}

void ck_layer_norm(
    ck_isa isa, float *values, size_t rows, size_t width, const float *gain, const float *bias, float epsilon) {
  CK_DISPATCH(isa, layer_norm, values, rows, width, gain, bias, epsilon)
}

void ck_embed(
    ck_isa isa, const float *words, const float *positions, const float *kind, const int32_t *ids,
    const int32_t *places, size_t rows, size_t width, float *output) {
  CK_DISPATCH(isa, embed, words, positions, kind, ids, places, rows, width, output)
}

size_t ck_attention_scratch(ck_isa isa, size_t length, size_t head_width) {
  CK_DISPATCH(isa, attention_scratch, length, head_width)
}

void ck_attention_heads(
    ck_isa isa, const float *qkv, size_t length, size_t heads, size_t head_width, float scale, size_t from, size_t to,
    float *scratch, float *output) {
  CK_DISPATCH(isa, attention, qkv, length, heads, head_width, scale, from, to, scratch, output)
}

void ck_attention(
    ck_isa isa, const float *qkv, size_t length, size_t heads, size_t head_width, float scale, float *scratch,
    float *output) {
  ck_attention_heads(isa, qkv, length, heads, head_width, scale, 0, heads, scratch, output);
}

void ck_mean_rows(ck_isa isa, const float *values, size_t rows, size_t width, float *output) {
  CK_DISPATCH(isa, mean_rows, values, rows, width, output)
}
