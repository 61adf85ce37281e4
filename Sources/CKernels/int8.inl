// The int8 product's one body. The including file sets, beside what vectors.inl needs:
//   CK_ROWS        rows of a register tile (a tile is CK_ROWS x 2 vectors)
//   CK_GROUP       inputs that one step of CK_DOT multiplies in each lane
//   CK_CODE        type in which a quantised input value is kept: code - CK_SHIFT
//   CK_WIDEN(p)    reads CK_LANES * CK_GROUP weights at p
//   CK_SPREAD(p)   reads CK_GROUP codes at p into every lane
//   CK_DOT(sum, codes, weights)   adds the exact products to the lanes' int32 sums
// All sums are exact in int32 for up to CK_INT8_INPUTS inputs, so every instruction set gives the same bits.

#include "vectors.inl"

#define CK_PANEL (2 * CK_LANES)

typedef int32_t CK_NAME(vi) __attribute__((ext_vector_type(CK_LANES)));
typedef CK_CODE CK_NAME(vc) __attribute__((ext_vector_type(CK_LANES)));
#define vi CK_NAME(vi)

static inline size_t CK_NAME(padded)(size_t inputs) { return (inputs + 3) / 4 * 4; }

// A panel is int32 sums, float scales and float biases of its outputs, then their weights: for each group of inputs
// CK_GROUP weights of the first output, of the second, and so on.
static inline size_t CK_NAME(panel_bytes)(size_t inputs) { return CK_PANEL * (12 + CK_NAME(padded)(inputs)); }

size_t CK_NAME(int8_packed_bytes)(size_t outputs, size_t inputs) {
  return (outputs + CK_PANEL - 1) / CK_PANEL * CK_NAME(panel_bytes)(inputs);
}

// 1.5 * 2^23: adding it rounds to the nearest integer, ties to even, and leaves that in the low bits.
#define CK_MAGIC 12582912.0f
#define CK_MAGIC_BITS 0x4b400000

void CK_NAME(int8_pack)(const float *weight, const float *bias, size_t outputs, size_t inputs, void *packed) {
#pragma clang fp contract(off)
  size_t bytes = CK_NAME(panel_bytes)(inputs);
  __builtin_memset(packed, 0, CK_NAME(int8_packed_bytes)(outputs, inputs));
  for (size_t output = 0; output < outputs; ++output) {
    char *panel = (char *)packed + output / CK_PANEL * bytes;
    size_t column = output % CK_PANEL;
    const float *row = weight + output * inputs;
    float largest = 0, spoiled = 0;
    for (size_t i = 0; i < inputs; ++i) {
      float size = __builtin_fabsf(row[i]);
      largest = size > largest ? size : largest;
      spoiled += row[i] * 0.0f;
    }
    float inverse = largest > 1e-30f ? 127 / largest : 0;
    int8_t *weights = (int8_t *)(panel + CK_PANEL * 12) + column * CK_GROUP;
    int32_t sum = 0;
    for (size_t i = 0; i < inputs; ++i) {
      float shifted = row[i] * inverse + CK_MAGIC;
      int32_t bits;
      __builtin_memcpy(&bits, &shifted, sizeof bits);
      int32_t value = bits - CK_MAGIC_BITS;
      value = value > 127 ? 127 : value < -127 ? -127 : value;
      weights[i / CK_GROUP * (CK_PANEL * CK_GROUP) + i % CK_GROUP] = (int8_t)value;
      sum += value;
    }
    ((int32_t *)panel)[column] = sum;
    // A weight that is no number must spoil the result, as it does in float32.
    ((float *)panel)[CK_PANEL + column] = (largest > 1e-30f ? largest / 127 : 0) + spoiled;
    ((float *)panel)[2 * CK_PANEL + column] = bias[output];
  }
}

// Codes of one row: x is about (code - zero) * scale with codes 0...255. `padded - width` codes after the row are zero.
CK_INLINE void CK_NAME(quantize_row)(
    const float *x, size_t width, size_t padded, CK_CODE *codes, float *scale, int32_t *zero) {
// A fused multiply-add rounds once less: without this, instruction sets would give different codes.
#pragma clang fp contract(off)
  size_t whole = width / CK_LANES * CK_LANES;
  vf low = 0.0f, high = 0.0f, spoiled = 0.0f;
  float rest[CK_LANES] = {0}, lows[CK_LANES], highs[CK_LANES];
  __builtin_memcpy(rest, x + whole, (width - whole) * sizeof(float));
  for (size_t i = 0; i <= whole; i += CK_LANES) {
    vf value = CK_NAME(load)(i < whole ? x + i : rest);
    low = CK_NAME(min)(value, low);
    high = CK_NAME(max)(value, high);
    spoiled += value * 0.0f;
  }
  CK_NAME(store)(lows, low);
  CK_NAME(store)(highs, high);
  for (int i = 1; i < CK_LANES; ++i) {
    lows[0] = lows[i] < lows[0] ? lows[i] : lows[0];
    highs[0] = highs[i] > highs[0] ? highs[i] : highs[0];
  }
  float range = highs[0] - lows[0];
  float inverse = range > 1e-30f ? 255 / range : 0;
  float shifted = lows[0] * -inverse + CK_MAGIC;
  int32_t bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  int32_t none = bits - CK_MAGIC_BITS;
  none = none < 0 ? 0 : none > 255 ? 255 : none;
  *zero = none - CK_SHIFT;
  *scale = (range > 1e-30f ? range / 255 : 0) + CK_NAME(sum)(spoiled);
  for (size_t i = 0; i <= whole; i += CK_LANES) {
    vf product = CK_NAME(load)(i < whole ? x + i : rest) * inverse;
    vi code = __builtin_bit_cast(vi, product + CK_MAGIC) - (CK_MAGIC_BITS - none);
    code = code < 0 ? (vi)0 : code;
    code = code > 255 ? (vi)255 : code;
    CK_NAME(vc) narrow = __builtin_convertvector(code - CK_SHIFT, CK_NAME(vc));
    __builtin_memcpy(codes + i, &narrow, (i < whole ? CK_LANES : width - whole) * sizeof(CK_CODE));
  }
  for (size_t i = width; i < padded; ++i) codes[i] = 0;
}

void CK_NAME(int8_quantize)(
    const float *x, size_t width, void *scratch, uint8_t *codes, float *scale, int32_t *zero) {
  CK_CODE *kept = scratch;
  CK_NAME(quantize_row)(x, width, width, kept, scale, zero);
  for (size_t i = 0; i < width; ++i) codes[i] = (uint8_t)(kept[i] + CK_SHIFT);
  *zero += CK_SHIFT;
}

CK_INLINE void CK_NAME(int8_tile)(
    const int rows, size_t groups, const CK_CODE *codes, size_t stride, const float *row_scales,
    const int32_t *row_zeros, const char *panel, ck_epilogue epilogue, const float *residual, float *out,
    size_t out_stride, size_t columns) {
  vi tile[CK_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r) tile[r][0] = tile[r][1] = 0;
  const int8_t *weights = (const int8_t *)(panel + CK_PANEL * 12);
  for (size_t p = 0; p < groups; ++p) {
    vi left = CK_WIDEN(weights), right = CK_WIDEN(weights + CK_LANES * CK_GROUP);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
      vi x = CK_SPREAD(codes + r * stride + p * CK_GROUP);
      tile[r][0] = CK_DOT(tile[r][0], x, left);
      tile[r][1] = CK_DOT(tile[r][1], x, right);
    }
    weights += CK_PANEL * CK_GROUP;
  }
  vi sums[2];
  __builtin_memcpy(sums, panel, sizeof sums);
  const float *scales = (const float *)panel + CK_PANEL, *bias = scales + CK_PANEL;
  float edge[CK_PANEL], more[CK_PANEL] = {0};
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r) {
    const float *added = residual + r * out_stride;
    float *target = out + r * out_stride;
    if (columns < CK_PANEL) {
      if (epilogue == ck_epilogue_residual) __builtin_memcpy(more, added, columns * sizeof(float));
      added = more;
      target = edge;
    }
#pragma clang loop unroll(full)
    for (int side = 0; side < 2; ++side) {
      vf value = __builtin_convertvector(tile[r][side] - row_zeros[r] * sums[side], vf);
      value *= CK_NAME(load)(scales + side * CK_LANES) * row_scales[r];
      vf shift = CK_NAME(load)(bias + side * CK_LANES);
      CK_NAME(store)(target + side * CK_LANES, CK_NAME(finish)(value, shift, epilogue, added + side * CK_LANES));
    }
    if (columns < CK_PANEL) __builtin_memcpy(out + r * out_stride, edge, columns * sizeof(float));
  }
}

typedef void (*CK_NAME(int8_tile_function))(
    size_t, const CK_CODE *, size_t, const float *, const int32_t *, const char *, ck_epilogue, const float *, float *,
    size_t, size_t);

#define CK_TILE(n)                                                                                                   \
  static void CK_NAME(int8_rows_##n)(                                                                                \
      size_t groups, const CK_CODE *codes, size_t stride, const float *row_scales, const int32_t *row_zeros,         \
      const char *panel, ck_epilogue epilogue, const float *residual, float *out, size_t out_stride,                 \
      size_t columns) {                                                                                              \
    CK_NAME(int8_tile)                                                                                               \
    (n, groups, codes, stride, row_scales, row_zeros, panel, epilogue, residual, out, out_stride, columns);          \
  }
CK_TILE(1)
CK_TILE(2)
CK_TILE(3)
CK_TILE(4)
#if CK_ROWS > 4
CK_TILE(5)
CK_TILE(6)
#endif
#if CK_ROWS > 6
CK_TILE(7)
CK_TILE(8)
CK_TILE(9)
CK_TILE(10)
CK_TILE(11)
CK_TILE(12)
#endif

static const CK_NAME(int8_tile_function) CK_NAME(int8_tiles)[CK_ROWS + 1] = {
    0,
    CK_NAME(int8_rows_1),
    CK_NAME(int8_rows_2),
    CK_NAME(int8_rows_3),
    CK_NAME(int8_rows_4),
#if CK_ROWS > 4
    CK_NAME(int8_rows_5),
    CK_NAME(int8_rows_6),
#endif
#if CK_ROWS > 6
    CK_NAME(int8_rows_7),
    CK_NAME(int8_rows_8),
    CK_NAME(int8_rows_9),
    CK_NAME(int8_rows_10),
    CK_NAME(int8_rows_11),
    CK_NAME(int8_rows_12),
#endif
};

size_t CK_NAME(int8_scratch_bytes)(size_t inputs) {
  return ck_block_rows * (sizeof(float) + sizeof(int32_t) + CK_NAME(padded)(inputs) * sizeof(CK_CODE));
}

size_t CK_NAME(int8_panels)(size_t outputs) { return (outputs + CK_PANEL - 1) / CK_PANEL; }

// The scratch memory: a scale and a zero for each row, then the rows' codes.
#define CK_SCALES(scratch) ((float *)(scratch))
#define CK_ZEROS(scratch) ((int32_t *)(CK_SCALES(scratch) + ck_block_rows))
#define CK_CODES(scratch) ((CK_CODE *)(CK_ZEROS(scratch) + ck_block_rows))

void CK_NAME(int8_quantize_rows)(const float *input, size_t inputs, size_t from, size_t to, void *scratch) {
  size_t padded = CK_NAME(padded)(inputs);
  for (size_t r = from; r < to; ++r) {
    CK_NAME(quantize_row)(
        input + r * inputs, inputs, padded, CK_CODES(scratch) + r * padded, CK_SCALES(scratch) + r,
        CK_ZEROS(scratch) + r);
  }
}

void CK_NAME(int8_linear_panels)(
    size_t rows, size_t inputs, const void *packed, size_t outputs, ck_epilogue epilogue, const float *residual,
    const void *scratch, size_t from, size_t to, float *output) {
  size_t padded = CK_NAME(padded)(inputs), bytes = CK_NAME(panel_bytes)(inputs);
  // Tiles of about equal height: a last tile of one row would wait for its own sums.
  size_t tiles = (rows + CK_ROWS - 1) / CK_ROWS;
  for (size_t number = from; number < to; ++number) {
    const char *panel = (const char *)packed + number * bytes;
    size_t first = number * CK_PANEL, columns = outputs - first < CK_PANEL ? outputs - first : CK_PANEL;
    for (size_t tile = 0, row = 0; tile < tiles; ++tile) {
      size_t count = (rows - row) / (tiles - tile);
      size_t at = row * outputs + first;
      CK_NAME(int8_tiles)[count](
          padded / CK_GROUP, CK_CODES(scratch) + row * padded, padded, CK_SCALES(scratch) + row,
          CK_ZEROS(scratch) + row, panel, epilogue, residual ? residual + at : 0, output + at, outputs, columns);
      row += count;
    }
  }
}

// A block of rows is quantised, then every panel of weights passes over it once while it stays in the second-level cache.
void CK_NAME(int8_linear)(
    const float *input, size_t rows, size_t inputs, const void *packed, size_t outputs, ck_epilogue epilogue,
    const float *residual, void *scratch, float *output) {
  for (size_t top = 0; top < rows; top += ck_block_rows) {
    size_t block = rows - top < ck_block_rows ? rows - top : ck_block_rows, at = top * outputs;
    CK_NAME(int8_quantize_rows)(input + top * inputs, inputs, 0, block, scratch);
    CK_NAME(int8_linear_panels)(
        block, inputs, packed, outputs, epilogue, residual ? residual + at : 0, scratch, 0,
        CK_NAME(int8_panels)(outputs), output + at);
  }
}

#undef vf
#undef vu
#undef vi
