// Chooses the token kernels of one instruction set at run time; what needs none is here.
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

#define CK_DECLARE(prefix)                                                                                          \
  size_t prefix##_query_packed_count(size_t, size_t);                                                               \
  void prefix##_query_pack(const float *, size_t, size_t, float *);                                                 \
  void prefix##_maxsim(const float *, size_t, const ck_token_rows *, size_t, size_t, float *);                      \
  void prefix##_token_products(const float *, size_t, const ck_token_rows *, size_t, size_t, float *);              \
  void prefix##_token_scores(const float *, float, const ck_token_rows *, const uint32_t *, size_t, float *);       \
  void prefix##_largest_columns(const float *, size_t, size_t, uint32_t *);

CK_DECLARE(ck_portable)
#if defined(__x86_64__)
CK_DECLARE(ck_avx2)
CK_DECLARE(ck_avx512)
#endif

size_t ck_query_packed_count(ck_isa isa, size_t tokens, size_t dim) {
  CK_DISPATCH(isa, query_packed_count, tokens, dim)
}

void ck_query_pack(ck_isa isa, const float *query, size_t tokens, size_t dim, float *packed) {
  CK_DISPATCH(isa, query_pack, query, tokens, dim, packed)
}

void ck_maxsim(
    ck_isa isa, const float *packed, size_t tokens, const ck_token_rows *store, size_t first, size_t count,
    float *best) {
  CK_DISPATCH(isa, maxsim, packed, tokens, store, first, count, best)
}

void ck_maxsim_documents(
    ck_isa isa, const float *packed, size_t tokens, const ck_token_rows *store, const uint32_t *starts,
    const uint32_t *documents, size_t count, float *best, float *scores) {
  for (size_t i = 0; i < count; ++i) {
    uint32_t first = starts[documents[i]], rows = starts[documents[i] + 1] - first;
    if (rows == 0) {
      scores[i] = -__builtin_inff();
      continue;
    }
    ck_maxsim(isa, packed, tokens, store, first, rows, best);
    double sum = 0;
    for (size_t t = 0; t < tokens; ++t) sum += best[t];
    scores[i] = (float)sum;
  }
}

void ck_token_products(
    ck_isa isa, const float *packed, size_t tokens, const ck_token_rows *store, size_t first, size_t count,
    float *products) {
  CK_DISPATCH(isa, token_products, packed, tokens, store, first, count, products)
}

void ck_token_scores(
    ck_isa isa, const float *query, float base, const ck_token_rows *store, const uint32_t *list, size_t count,
    float *scores) {
  CK_DISPATCH(isa, token_scores, query, base, store, list, count, scores)
}

void ck_largest_columns(ck_isa isa, const float *values, size_t rows, size_t width, uint32_t *places) {
  CK_DISPATCH(isa, largest_columns, values, rows, width, places)
}

void ck_token_gather(const uint32_t *documents, const float *scores, size_t count, float missing, float *best) {
  for (size_t i = 0; i < count; ++i) {
    float gain = scores[i] - missing;
    if (gain > best[documents[i]]) best[documents[i]] = gain;
  }
}

void ck_token_settle(const uint32_t *documents, size_t count, float *best, float *gains) {
  for (size_t i = 0; i < count; ++i) {
    gains[documents[i]] += best[documents[i]];
    best[documents[i]] = 0;
  }
}

// No early end, so that the compiler makes vectors of these.
bool ck_all_below(const uint32_t *values, size_t count, uint32_t bound) {
  uint32_t bad = 0;
  for (size_t i = 0; i < count; ++i) bad |= values[i] >= bound;
  return !bad;
}

bool ck_all_below_16(const uint16_t *values, size_t count, uint32_t bound) {
  uint32_t bad = 0;
  for (size_t i = 0; i < count; ++i) bad |= values[i] >= bound;
  return !bad;
}

bool ck_is_ascending(const uint32_t *values, size_t count) {
  uint32_t bad = 0;
  for (size_t i = 1; i < count; ++i) bad |= values[i] < values[i - 1];
  return !bad;
}

bool ck_all_finite_f16(const uint16_t *values, size_t count) {
  uint16_t bad = 0;
  for (size_t i = 0; i < count; ++i) bad |= (uint16_t)((values[i] & 0x7c00u) == 0x7c00u);
  return !bad;
}

// As bits: without its sign a number is ordered as an integer is, and what is none lies above all that are.
bool ck_all_within(const float *values, size_t count, float bound) {
  uint32_t bad = 0, largest;
  __builtin_memcpy(&largest, &bound, sizeof largest);
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits;
    __builtin_memcpy(&bits, values + i, sizeof bits);
    bad |= (bits & 0x7fffffffu) > largest;
  }
  return !bad;
}

// Adding a power of two that is 2^13 times the value's own unit lets the hardware do the rounding.
void ck_narrow_f16(const float *source, size_t count, uint16_t *output) {
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits;
    __builtin_memcpy(&bits, source + i, sizeof bits);
    uint32_t sign = bits >> 16 & 0x8000u, size = bits & 0x7fffffffu;
    if (size > 0x7f800000u) {
      output[i] = (uint16_t)(sign | 0x7e00u);  // NaN
    } else if (size >= 0x477ff000u) {
      output[i] = (uint16_t)(sign | 0x7c00u);  // 65520 and more round to infinity
    } else if (size < 0x38800000u) {
      // Subnormal: 0.5 has a unit of 2^-24, half precision's smallest step.
      float value;
      __builtin_memcpy(&value, &size, sizeof value);
      value += 0.5f;
      __builtin_memcpy(&size, &value, sizeof size);
      output[i] = (uint16_t)(sign | (size - 0x3f000000u));
    } else {
      size += 0xfffu + (size >> 13 & 1u);
      output[i] = (uint16_t)(sign | (size - 0x38000000u) >> 13);
    }
  }
}

static uint8_t code_of(float value, const float *bounds) {
  uint8_t code = 0;
  for (int i = 0; i < ck_token_levels - 1; ++i) code += bounds[i] <= value;
  return code;
}

void ck_residual_encode(const float *row, const float *centroid, const float *bounds, size_t dim, uint8_t *codes) {
  size_t half = dim / 2;
  for (size_t i = 0; i < half; ++i) {
    uint8_t low = code_of(row[i] - centroid[i], bounds), high = code_of(row[half + i] - centroid[half + i], bounds);
    codes[i] = (uint8_t)(low | high << 4);
  }
}
