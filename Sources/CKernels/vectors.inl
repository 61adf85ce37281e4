// Vector helpers of one instruction set, shared by the float kernels (kernels.inl) and the int8 kernels (int8.inl). The
// including file sets CK_NAME(x), CK_LANES (floats in a vector) and CK_HAS_FMA.

#define CK_PANEL (2 * CK_LANES)
#define CK_INLINE static inline __attribute__((always_inline))

typedef float CK_NAME(vf) __attribute__((ext_vector_type(CK_LANES)));
typedef uint32_t CK_NAME(vu) __attribute__((ext_vector_type(CK_LANES)));
#define vf CK_NAME(vf)
#define vu CK_NAME(vu)

CK_INLINE vf CK_NAME(load)(const float *from) {
  vf value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

CK_INLINE void CK_NAME(store)(float *to, vf value) { __builtin_memcpy(to, &value, sizeof value); }

CK_INLINE vf CK_NAME(fma)(vf a, vf b, vf c) {
#if CK_HAS_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

CK_INLINE vf CK_NAME(max)(vf a, vf b) { return a > b ? a : b; }
CK_INLINE vf CK_NAME(min)(vf a, vf b) { return a < b ? a : b; }

CK_INLINE float CK_NAME(sum)(vf value) {
  float lanes[CK_LANES], total = 0;
  CK_NAME(store)(lanes, value);
  for (int i = 0; i < CK_LANES; ++i) total += lanes[i];
  return total;
}

// e^x for x <= 0, relative error below 2e-7: 2^n by exponent bits, e^r by Taylor terms on |r| <= ln(2)/2.
// Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits; the clamp keeps n above -127.
CK_INLINE vf CK_NAME(exp)(vf x) {
  const vf magic = 12582912.0f;
  x = CK_NAME(max)(x, (vf)-87.0f);
  vf shifted = CK_NAME(fma)(x, (vf)1.44269504088896341f, magic);
  vf n = shifted - magic;
  vf r = CK_NAME(fma)(n, (vf)-0.693145751953125f, x);
  r = CK_NAME(fma)(n, (vf)-1.42860682030941723e-6f, r);
  vf p = 1.0f / 720;
  p = CK_NAME(fma)(p, r, (vf)(1.0f / 120));
  p = CK_NAME(fma)(p, r, (vf)(1.0f / 24));
  p = CK_NAME(fma)(p, r, (vf)(1.0f / 6));
  p = CK_NAME(fma)(p, r, (vf)0.5f);
  p = CK_NAME(fma)(p, r, (vf)1.0f);
  p = CK_NAME(fma)(p, r, (vf)1.0f);
  vu power = (__builtin_bit_cast(vu, shifted) << 23) + 0x3f800000u;
  return p * __builtin_bit_cast(vf, power);
}

// x * (1 + erf(x / sqrt 2)) / 2. erf(z) = z * P(z^2) / Q(z^2) on |z| <= 4, coefficients by our own minimax fit
// (scripts/reference/gelu.py); absolute error of erf below 5e-7 in float32, and 1 beyond.
CK_INLINE vf CK_NAME(gelu_of)(vf x) {
  vf z = x * 0.70710678118654752f;
  z = CK_NAME(min)(CK_NAME(max)(z, (vf)-4.0f), (vf)4.0f);
  vf u = z * z;
  vf p = 1.974818587768823e-06f;
  p = CK_NAME(fma)(p, u, (vf)0.0002880374377127737f);
  p = CK_NAME(fma)(p, u, (vf)0.004003558307886124f);
  p = CK_NAME(fma)(p, u, (vf)0.05346720665693283f);
  p = CK_NAME(fma)(p, u, (vf)0.19624722003936768f);
  p = CK_NAME(fma)(p, u, (vf)1.128378987312317f);
  vf q = 3.748053131857887e-05f;
  q = CK_NAME(fma)(q, u, (vf)0.001216334756463766f);
  q = CK_NAME(fma)(q, u, (vf)0.015444249846041203f);
  q = CK_NAME(fma)(q, u, (vf)0.1164756640791893f);
  q = CK_NAME(fma)(q, u, (vf)0.5072507262229919f);
  q = CK_NAME(fma)(q, u, (vf)1.0f);
  vf erf = CK_NAME(min)(CK_NAME(max)(z * p / q, (vf)-1.0f), (vf)1.0f);
  vf half = x * 0.5f;
  return CK_NAME(fma)(half, erf, half);
}

CK_INLINE vf CK_NAME(finish)(vf value, vf bias, ck_epilogue epilogue, const float *residual) {
  value += bias;
  if (epilogue == ck_epilogue_gelu) return CK_NAME(gelu_of)(value);
  if (epilogue == ck_epilogue_residual) return value + CK_NAME(load)(residual);
  return value;
}
