// Token kernels' one body; the including file sets what vectors.inl needs, CK_ROWS (rows of a register tile) and
// CK_HALF 1 where the compiler has vector instructions for half precision.
#include "vectors.inl"

typedef uint32_t CK_NAME(vi) __attribute__((ext_vector_type(CK_LANES)));
typedef uint8_t CK_NAME(vb) __attribute__((ext_vector_type(CK_LANES)));
#define vi CK_NAME(vi)
#define vb CK_NAME(vb)

#if CK_HALF
typedef _Float16 CK_NAME(vh) __attribute__((ext_vector_type(CK_LANES)));
CK_INLINE vf CK_NAME(load_half)(const uint16_t *from) {
  CK_NAME(vh) value;
  __builtin_memcpy(&value, from, sizeof value);
  return __builtin_convertvector(value, vf);
}
#else
CK_INLINE vf CK_NAME(load_half)(const uint16_t *from) {
  float wide[CK_LANES];
  ck_widen_f16(from, CK_LANES, wide);
  return CK_NAME(load)(wide);
}
#endif

// levels[codes]: a shuffle where a register or two hold the sixteen levels.
CK_INLINE vf CK_NAME(lookup)(const float *levels, vi codes) {
#if CK_LANES == 16
  return __builtin_ia32_permvarsf512(CK_NAME(load)(levels), (__attribute__((__vector_size__(64))) int)codes);
#elif CK_LANES == 8
  vf low = __builtin_ia32_permvarsf256(CK_NAME(load)(levels), (__attribute__((__vector_size__(32))) int)codes);
  vf high = __builtin_ia32_permvarsf256(CK_NAME(load)(levels + 8), (__attribute__((__vector_size__(32))) int)codes);
  return codes > 7 ? high : low;
#else
  vf value;
  for (int i = 0; i < CK_LANES; ++i) value[i] = levels[codes[i]];
  return value;
#endif
}

CK_INLINE vi CK_NAME(load_bytes)(const uint8_t *from) {
  vb value;
  __builtin_memcpy(&value, from, sizeof value);
  return __builtin_convertvector(value, vi);
}

// One row as floats.
CK_INLINE void CK_NAME(widen)(const ck_token_rows *store, size_t row, float *out) {
  size_t dim = store->dim;
  if (store->form == ck_token_f16) {
    const uint16_t *from = (const uint16_t *)store->rows + row * dim;
    for (size_t i = 0; i < dim; i += CK_LANES) CK_NAME(store)(out + i, CK_NAME(load_half)(from + i));
  } else if (store->form == ck_token_residual4) {
    size_t half = dim / 2;
    const uint8_t *from = (const uint8_t *)store->rows + row * half;
    const float *centroid = store->centroids + store->codes[row] * dim;
    for (size_t i = 0; i < half; i += CK_LANES) {
      vi codes = CK_NAME(load_bytes)(from + i);
      CK_NAME(store)(out + i, CK_NAME(load)(centroid + i) + CK_NAME(lookup)(store->levels, codes & 15));
      CK_NAME(store)
      (out + half + i, CK_NAME(load)(centroid + half + i) + CK_NAME(lookup)(store->levels, codes >> 4));
    }
  } else {
    __builtin_memcpy(out, (const float *)store->rows + row * dim, dim * sizeof(float));
  }
}

// tile[rows][sides] = a[rows, dim] x one packed panel of the query.
CK_INLINE void CK_NAME(token_tile)(
    const int rows, const int sides, size_t dim, const float *a, const float *b, vf tile[CK_ROWS][2]) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r) tile[r][0] = tile[r][1] = 0.0f;
  for (size_t p = 0; p < dim; ++p) {
    vf left = CK_NAME(load)(b), right = sides > 1 ? CK_NAME(load)(b + CK_LANES) : (vf)0.0f;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
      vf x = a[r * dim + p];
      tile[r][0] = CK_NAME(fma)(x, left, tile[r][0]);
      if (sides > 1) tile[r][1] = CK_NAME(fma)(x, right, tile[r][1]);
    }
    b += CK_PANEL;
  }
}

// Folds the tile's rows into the running maxima, or writes them out; the constants make the compiler specialise.
CK_INLINE void CK_NAME(token_panel)(
    const int rows, const int sides, size_t dim, const float *a, const float *b, float *best, float *products,
    size_t stride, size_t columns, size_t real) {
  vf tile[CK_ROWS][2];
  CK_NAME(token_tile)(rows, sides, dim, a, b, tile);
#pragma clang loop unroll(full)
  for (int side = 0; side < sides; ++side) {
    if (best) {
      vf most = CK_NAME(load)(best + side * CK_LANES);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; ++r) most = CK_NAME(max)(most, tile[r][side]);
      CK_NAME(store)(best + side * CK_LANES, most);
      continue;
    }
    for (size_t r = 0; r < real; ++r) {
      float lanes[CK_LANES];
      CK_NAME(store)(lanes, tile[r][side]);
      for (size_t c = 0; c < CK_LANES && side * CK_LANES + c < columns; ++c) {
        products[r * stride + side * CK_LANES + c] = lanes[c];
      }
    }
  }
}

#define CK_TOKEN_ROWS(name, n)                                                                                       \
  static void CK_NAME(name)(                                                                                         \
      size_t dim, const float *a, const float *packed, size_t tokens, float *best, float *products, size_t real) {   \
    for (size_t at = 0; at < tokens; at += CK_PANEL) {                                                               \
      size_t columns = tokens - at;                                                                                  \
      float *into = best ? best + at : 0, *out = products ? products + at : 0;                                       \
      if (columns > CK_LANES) {                                                                                      \
        CK_NAME(token_panel)(n, 2, dim, a, packed + at * dim, into, out, tokens, columns, real);                     \
      } else {                                                                                                       \
        CK_NAME(token_panel)(n, 1, dim, a, packed + at * dim, into, out, tokens, columns, real);                     \
      }                                                                                                              \
    }                                                                                                                \
  }
#define CK_ROWS_MIDDLE (CK_ROWS * 2 / 3)
#define CK_ROWS_FEW (CK_ROWS / 3)
CK_TOKEN_ROWS(tokens_all, CK_ROWS)
CK_TOKEN_ROWS(tokens_middle, CK_ROWS_MIDDLE)
CK_TOKEN_ROWS(tokens_few, CK_ROWS_FEW)

// Takes the rows tile by tile. A tile that is not full repeats its last row: that changes no maximum.
CK_INLINE void CK_NAME(token_walk)(
    const float *packed, size_t tokens, const ck_token_rows *store, size_t first, size_t count, float *best,
    float *products) {
  float block[CK_ROWS * ck_token_max_dim] __attribute__((aligned(64)));
  size_t dim = store->dim;
  for (size_t done = 0; done < count;) {
    size_t left = count - done;
    size_t rows = left > CK_ROWS_MIDDLE ? CK_ROWS : left > CK_ROWS_FEW ? CK_ROWS_MIDDLE : CK_ROWS_FEW;
    size_t real = rows < left ? rows : left;
    for (size_t r = 0; r < rows; ++r) {
      CK_NAME(widen)(store, first + done + (r < real ? r : real - 1), block + r * dim);
    }
    float *out = products ? products + done * tokens : 0;
    if (rows == CK_ROWS) {
      CK_NAME(tokens_all)(dim, block, packed, tokens, best, out, real);
    } else if (rows == CK_ROWS_MIDDLE) {
      CK_NAME(tokens_middle)(dim, block, packed, tokens, best, out, real);
    } else {
      CK_NAME(tokens_few)(dim, block, packed, tokens, best, out, real);
    }
    done += real;
  }
}

size_t CK_NAME(query_packed_count)(size_t tokens, size_t dim) {
  return (tokens + CK_PANEL - 1) / CK_PANEL * CK_PANEL * dim;
}

void CK_NAME(query_pack)(const float *query, size_t tokens, size_t dim, float *packed) {
  for (size_t at = 0; at < tokens; at += CK_PANEL) {
    for (size_t p = 0; p < dim; ++p) {
      for (size_t c = 0; c < CK_PANEL; ++c) *packed++ = at + c < tokens ? query[(at + c) * dim + p] : 0.0f;
    }
  }
}

void CK_NAME(maxsim)(
    const float *packed, size_t tokens, const ck_token_rows *store, size_t first, size_t count, float *best) {
  // Panels of queries at a time, so that the padded maxima fit on the stack whatever the query's length.
  enum { width = 8 * CK_PANEL };
  float most[width] __attribute__((aligned(64)));
  for (size_t at = 0; at < tokens; at += width) {
    size_t part = tokens - at < width ? tokens - at : width;
    for (size_t i = 0; i < width; ++i) most[i] = -__builtin_inff();
    CK_NAME(token_walk)(packed + at * store->dim, part, store, first, count, most, 0);
    __builtin_memcpy(best + at, most, part * sizeof(float));
  }
}

void CK_NAME(token_products)(
    const float *packed, size_t tokens, const ck_token_rows *store, size_t first, size_t count, float *products) {
  CK_NAME(token_walk)(packed, tokens, store, first, count, 0, products);
}

void CK_NAME(token_scores)(
    const float *query, float base, const ck_token_rows *store, const uint32_t *list, size_t count, float *scores) {
  size_t dim = store->dim, half = dim / 2;
  for (size_t n = 0; n < count; ++n) {
    vf one = 0.0f, two = 0.0f;
    if (store->form == ck_token_residual4) {
      const uint8_t *rows = store->rows, *from = rows + list[n] * half;
      // Rows of a list lie anywhere in the file: ask for those that come soon.
      if (n + 12 < count) __builtin_prefetch(rows + list[n + 12] * half);
      for (size_t i = 0; i < half; i += CK_LANES) {
        vi codes = CK_NAME(load_bytes)(from + i);
        one = CK_NAME(fma)(CK_NAME(lookup)(store->levels, codes & 15), CK_NAME(load)(query + i), one);
        two = CK_NAME(fma)(CK_NAME(lookup)(store->levels, codes >> 4), CK_NAME(load)(query + half + i), two);
      }
      scores[n] = base + CK_NAME(sum)(one + two);
      continue;
    }
    for (size_t i = 0; i < half; i += CK_LANES) {
      vf a, b;
      if (store->form == ck_token_f16) {
        const uint16_t *from = (const uint16_t *)store->rows + list[n] * dim;
        a = CK_NAME(load_half)(from + i), b = CK_NAME(load_half)(from + half + i);
      } else {
        const float *from = (const float *)store->rows + list[n] * dim;
        a = CK_NAME(load)(from + i), b = CK_NAME(load)(from + half + i);
      }
      one = CK_NAME(fma)(a, CK_NAME(load)(query + i), one);
      two = CK_NAME(fma)(b, CK_NAME(load)(query + half + i), two);
    }
    scores[n] = CK_NAME(sum)(one + two);
  }
}

void CK_NAME(largest_columns)(const float *values, size_t rows, size_t width, uint32_t *places) {
  vi count;
  for (int i = 0; i < CK_LANES; ++i) count[i] = i;
  for (size_t r = 0; r < rows; ++r, values += width) {
    vf most = -__builtin_inff();
    vi at = 0, now = count;
    size_t c = 0;
    for (; c + CK_LANES <= width; c += CK_LANES, now += CK_LANES) {
      vf value = CK_NAME(load)(values + c);
      at = value > most ? now : at;
      most = CK_NAME(max)(value, most);
    }
    float best = -__builtin_inff();
    uint32_t place = 0;
    for (int i = 0; i < CK_LANES; ++i) {
      if (most[i] > best || (most[i] == best && at[i] < place)) best = most[i], place = at[i];
    }
    for (; c < width; ++c) {
      if (values[c] > best) best = values[c], place = (uint32_t)c;
    }
    places[r] = place;
  }
}
