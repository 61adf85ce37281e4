// Small conversions that need no instruction set of their own.
#include "CKernels.h"

float ck_normalize(float *values, size_t width) {
  double squares = 0;
  for (size_t i = 0; i < width; ++i) squares += (double)values[i] * values[i];
  double norm = __builtin_sqrt(squares);
  if (norm > 0 && __builtin_isfinite(norm)) {
    for (size_t i = 0; i < width; ++i) values[i] = (float)(values[i] / norm);
  }
  return (float)norm;
}

void ck_widen_bf16(const uint16_t *source, size_t count, float *output) {
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits = (uint32_t)source[i] << 16;
    __builtin_memcpy(output + i, &bits, sizeof bits);
  }
}

// IEEE 754 binary16. Exponent 0 is scaled by 2^-24 (subnormals and zero), exponent 31 is infinity or NaN.
void ck_widen_f16(const uint16_t *source, size_t count, float *output) {
  for (size_t i = 0; i < count; ++i) {
    uint32_t sign = (uint32_t)(source[i] & 0x8000u) << 16, exponent = (source[i] >> 10) & 31u;
    uint32_t fraction = source[i] & 0x3ffu, bits;
    if (exponent == 0) {
      float value = (float)fraction * 0x1p-24f;
      __builtin_memcpy(&bits, &value, sizeof bits);
      bits |= sign;
    } else {
      bits = sign | (exponent == 31 ? 0x7f800000u : (exponent + 112) << 23) | fraction << 13;
    }
    __builtin_memcpy(output + i, &bits, sizeof bits);
  }
}
