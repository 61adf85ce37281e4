// The kernels' one body. The including file sets, for one instruction set:
//   CK_NAME(x)   the function's name there      CK_LANES  floats in a vector
//   CK_ROWS      rows of a register tile        CK_HAS_FMA  1 when fused multiply-add is one instruction
// A register tile is CK_ROWS x 2 vectors: on AVX-512 24 of 32 registers accumulate, on AVX2 12 of 16.

#include "vectors.inl"

// tile[rows][2] = a[rows, depth] x b, where row p of b is CK_PANEL floats at b + p * b_stride.
CK_INLINE void CK_NAME(tile)(
    const int rows, size_t depth, const float *a, size_t a_stride, const float *b, size_t b_stride,
    vf tile[CK_ROWS][2]) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r) tile[r][0] = tile[r][1] = 0.0f;
  for (size_t p = 0; p < depth; ++p) {
    vf left = CK_NAME(load)(b), right = CK_NAME(load)(b + CK_LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
      vf x = a[r * a_stride + p];
      tile[r][0] = CK_NAME(fma)(x, left, tile[r][0]);
      tile[r][1] = CK_NAME(fma)(x, right, tile[r][1]);
    }
    b += b_stride;
  }
}

// One tile of a linear layer. `bias` may be null. Columns past `columns` are computed and not stored.
CK_INLINE void CK_NAME(linear_tile)(
    const int rows, size_t depth, const float *a, size_t a_stride, const float *b, size_t b_stride,
    const float *bias, ck_epilogue epilogue, const float *residual, float *out, size_t out_stride, size_t columns) {
  vf tile[CK_ROWS][2];
  CK_NAME(tile)(rows, depth, a, a_stride, b, b_stride, tile);
  if (columns == CK_PANEL) {
    vf left = bias ? CK_NAME(load)(bias) : (vf)0.0f, right = bias ? CK_NAME(load)(bias + CK_LANES) : (vf)0.0f;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
      size_t at = r * out_stride;
      CK_NAME(store)(out + at, CK_NAME(finish)(tile[r][0], left, epilogue, residual + at));
      CK_NAME(store)(out + at + CK_LANES, CK_NAME(finish)(tile[r][1], right, epilogue, residual + at + CK_LANES));
    }
    return;
  }
  float added[CK_PANEL] = {0}, result[CK_PANEL];
  for (int r = 0; r < rows; ++r) {
    for (int side = 0; side < 2; ++side) {
      float more[CK_LANES] = {0};
      vf shift = 0.0f;
      for (size_t c = 0; c < CK_LANES; ++c) {
        size_t column = side * CK_LANES + c;
        if (column >= columns) continue;
        added[c] = bias ? bias[column] : 0;
        if (epilogue == ck_epilogue_residual) more[c] = residual[r * out_stride + column];
      }
      shift = CK_NAME(load)(added);
      CK_NAME(store)(result + side * CK_LANES, CK_NAME(finish)(tile[r][side], shift, epilogue, more));
    }
    __builtin_memcpy(out + r * out_stride, result, columns * sizeof(float));
  }
}

typedef void (*CK_NAME(tile_function))(
    size_t, const float *, size_t, const float *, size_t, const float *, ck_epilogue, const float *, float *, size_t,
    size_t);

// One function for each number of rows, so that the compiler keeps every tile in registers.
#define CK_TILE(n)                                                                                                   \
  static void CK_NAME(rows_##n)(                                                                                     \
      size_t depth, const float *a, size_t a_stride, const float *b, size_t b_stride, const float *bias,             \
      ck_epilogue epilogue, const float *residual, float *out, size_t out_stride, size_t columns) {                  \
    CK_NAME(linear_tile)                                                                                             \
    (n, depth, a, a_stride, b, b_stride, bias, epilogue, residual, out, out_stride, columns);                        \
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

static const CK_NAME(tile_function) CK_NAME(tiles)[CK_ROWS + 1] = {
    0,
    CK_NAME(rows_1),
    CK_NAME(rows_2),
    CK_NAME(rows_3),
    CK_NAME(rows_4),
#if CK_ROWS > 4
    CK_NAME(rows_5),
    CK_NAME(rows_6),
#endif
#if CK_ROWS > 6
    CK_NAME(rows_7),
    CK_NAME(rows_8),
    CK_NAME(rows_9),
    CK_NAME(rows_10),
    CK_NAME(rows_11),
    CK_NAME(rows_12),
#endif
};

size_t CK_NAME(packed_count)(size_t outputs, size_t inputs) {
  return (outputs + CK_PANEL - 1) / CK_PANEL * CK_PANEL * inputs;
}

void CK_NAME(pack_weights)(const float *weight, size_t outputs, size_t inputs, float *packed) {
  for (size_t first = 0; first < outputs; first += CK_PANEL) {
    size_t columns = outputs - first < CK_PANEL ? outputs - first : CK_PANEL;
    for (size_t p = 0; p < inputs; ++p) {
      for (size_t c = 0; c < CK_PANEL; ++c) *packed++ = c < columns ? weight[(first + c) * inputs + p] : 0;
    }
  }
}

size_t CK_NAME(panels)(size_t outputs) { return (outputs + CK_PANEL - 1) / CK_PANEL; }

// Rows are taken in blocks small enough for a block of inputs to stay in the second-level cache while every panel of
// weights passes over it once.
void CK_NAME(linear)(
    const float *input, size_t rows, size_t inputs, const float *packed, const float *bias, size_t outputs,
    ck_epilogue epilogue, const float *residual, size_t from, size_t to, float *output) {
  for (size_t top = 0; top < rows; top += ck_block_rows) {
    size_t block = rows - top < ck_block_rows ? rows - top : ck_block_rows;
    for (size_t number = from; number < to; ++number) {
      const float *panel = packed + number * CK_PANEL * inputs;
      size_t first = number * CK_PANEL, columns = outputs - first < CK_PANEL ? outputs - first : CK_PANEL;
      // Tiles of about equal height: a last tile of one row would wait for its own sums.
      size_t tiles = (block + CK_ROWS - 1) / CK_ROWS;
      for (size_t tile = 0, row = top; tile < tiles; ++tile) {
        size_t count = (top + block - row) / (tiles - tile);
        const float *more = residual ? residual + row * outputs + first : 0;
        CK_NAME(tiles)[count](
            inputs, input + row * inputs, inputs, panel, CK_PANEL, bias ? bias + first : 0, epilogue, more,
            output + row * outputs + first, outputs, columns);
        row += count;
      }
    }
  }
}

void CK_NAME(apply_epilogue)(
    float *values, size_t rows, size_t width, const float *bias, ck_epilogue epilogue, const float *residual) {
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < width; c += CK_LANES) {
      size_t at = r * width + c, count = width - c < CK_LANES ? width - c : CK_LANES;
      float value[CK_LANES] = {0}, shift[CK_LANES] = {0}, more[CK_LANES] = {0};
      __builtin_memcpy(value, values + at, count * sizeof(float));
      __builtin_memcpy(shift, bias + c, count * sizeof(float));
      if (epilogue == ck_epilogue_residual) __builtin_memcpy(more, residual + at, count * sizeof(float));
      vf result = CK_NAME(finish)(CK_NAME(load)(value), CK_NAME(load)(shift), epilogue, more);
      CK_NAME(store)(value, result);
      __builtin_memcpy(values + at, value, count * sizeof(float));
    }
  }
}

void CK_NAME(layer_norm)(
    float *values, size_t rows, size_t width, const float *gain, const float *bias, float epsilon) {
  size_t whole = width / CK_LANES * CK_LANES;
  for (size_t r = 0; r < rows; ++r) {
    float *row = values + r * width;
    vf sums = 0.0f, squares = 0.0f;
    float total = 0, spread = 0;
    for (size_t c = 0; c < whole; c += CK_LANES) sums += CK_NAME(load)(row + c);
    for (size_t c = whole; c < width; ++c) total += row[c];
    float mean = (CK_NAME(sum)(sums) + total) / (float)width;
    for (size_t c = 0; c < whole; c += CK_LANES) {
      vf distance = CK_NAME(load)(row + c) - mean;
      squares = CK_NAME(fma)(distance, distance, squares);
    }
    for (size_t c = whole; c < width; ++c) spread += (row[c] - mean) * (row[c] - mean);
    float factor = 1 / __builtin_sqrtf((CK_NAME(sum)(squares) + spread) / (float)width + epsilon);
    for (size_t c = 0; c < whole; c += CK_LANES) {
      vf scaled = (CK_NAME(load)(row + c) - mean) * factor;
      CK_NAME(store)(row + c, CK_NAME(fma)(scaled, CK_NAME(load)(gain + c), CK_NAME(load)(bias + c)));
    }
    for (size_t c = whole; c < width; ++c) row[c] = (row[c] - mean) * factor * gain[c] + bias[c];
  }
}

void CK_NAME(embed)(
    const float *words, const float *positions, const float *kind, const int32_t *ids, const int32_t *places,
    size_t rows, size_t width, float *output) {
  for (size_t r = 0; r < rows; ++r) {
    const float *word = words + (size_t)ids[r] * width, *place = positions + (size_t)places[r] * width;
    for (size_t c = 0; c < width; ++c) output[r * width + c] = word[c] + place[c] + kind[c];
  }
}

// Turns a row of scores into probabilities over its first `length` places and zeroes the padding after them.
CK_INLINE void CK_NAME(softmax)(float *row, size_t length, size_t padded, float scale) {
  for (size_t c = length; c < padded; ++c) row[c] = -__builtin_inff();
  vf highest = CK_NAME(load)(row);
  for (size_t c = CK_LANES; c < padded; c += CK_LANES) highest = CK_NAME(max)(highest, CK_NAME(load)(row + c));
  float lanes[CK_LANES];
  CK_NAME(store)(lanes, highest);
  float top = lanes[0];
  for (int i = 1; i < CK_LANES; ++i) top = lanes[i] > top ? lanes[i] : top;
  vf total = 0.0f;
  for (size_t c = 0; c < padded; c += CK_LANES) {
    vf value = CK_NAME(exp)((CK_NAME(load)(row + c) - top) * scale);
    CK_NAME(store)(row + c, value);
    total += value;
  }
  float factor = 0, sum = CK_NAME(sum)(total);
  // The padding's exp is e^-87, not zero: take it out of the row, and out of the sum where it is below rounding anyway.
  factor = 1 / sum;
  for (size_t c = 0; c < padded; c += CK_LANES) CK_NAME(store)(row + c, CK_NAME(load)(row + c) * factor);
  for (size_t c = length; c < padded; ++c) row[c] = 0;
}

#define CK_PADDED(n) (((n) + CK_PANEL - 1) / CK_PANEL * CK_PANEL)

size_t CK_NAME(attention_scratch)(size_t length, size_t head_width) {
  return CK_PADDED(length) * head_width + length * CK_PADDED(head_width) + CK_ROWS * CK_PADDED(length);
}

void CK_NAME(attention)(
    const float *qkv, size_t length, size_t heads, size_t head_width, float scale, size_t from, size_t to,
    float *scratch, float *output) {
  size_t width = heads * head_width, stride = 3 * width;
  size_t columns = CK_PADDED(length), value_columns = CK_PADDED(head_width);
  float *keys = scratch, *values = keys + columns * head_width, *scores = values + length * value_columns;
  for (size_t h = from; h < to; ++h) {
    const float *query = qkv + h * head_width, *key = query + width, *value = key + width;
    for (size_t first = 0; first < columns; first += CK_PANEL) {
      float *panel = keys + first * head_width;
      for (size_t c = 0; c < CK_PANEL; ++c) {
        size_t row = first + c;
        for (size_t p = 0; p < head_width; ++p) panel[p * CK_PANEL + c] = row < length ? key[row * stride + p] : 0;
      }
    }
    for (size_t first = 0; first < value_columns; first += CK_PANEL) {
      float *panel = values + first * length;
      size_t count = head_width - first < CK_PANEL ? head_width - first : CK_PANEL;
      for (size_t row = 0; row < length; ++row) {
        for (size_t c = 0; c < CK_PANEL; ++c) {
          panel[row * CK_PANEL + c] = c < count ? value[row * stride + first + c] : 0;
        }
      }
    }
    size_t tiles = (length + CK_ROWS - 1) / CK_ROWS;
    for (size_t tile = 0, row = 0, rows; tile < tiles; ++tile, row += rows) {
      rows = (length - row) / (tiles - tile);
      for (size_t first = 0; first < columns; first += CK_PANEL) {
        CK_NAME(tiles)[rows](
            head_width, query + row * stride, stride, keys + first * head_width, CK_PANEL, 0, ck_epilogue_none, 0,
            scores + first, columns, CK_PANEL);
      }
      for (size_t r = 0; r < rows; ++r) CK_NAME(softmax)(scores + r * columns, length, columns, scale);
      for (size_t first = 0; first < value_columns; first += CK_PANEL) {
        size_t count = head_width - first < CK_PANEL ? head_width - first : CK_PANEL;
        CK_NAME(tiles)[rows](
            length, scores, columns, values + first * length, CK_PANEL, 0, ck_epilogue_none, 0,
            output + row * width + h * head_width + first, width, count);
      }
    }
  }
}

void CK_NAME(mean_rows)(const float *values, size_t rows, size_t width, float *output) {
  for (size_t c = 0; c < width; ++c) output[c] = values[c];
  for (size_t r = 1; r < rows; ++r) {
    for (size_t c = 0; c < width; ++c) output[c] += values[r * width + c];
  }
  float factor = 1 / (float)rows;
  for (size_t c = 0; c < width; ++c) output[c] *= factor;
}

#undef vf
#undef vu
