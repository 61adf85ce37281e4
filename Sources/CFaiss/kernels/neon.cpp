#include "encode.hpp"
#include "kernels.hpp"

#if defined(__aarch64__)
#include <arm_neon.h>

namespace cfaiss {

static float dot(const float *a, const float *b, size_t count) {
  float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    s0 = vfmaq_f32(s0, vld1q_f32(a + i), vld1q_f32(b + i));
    s1 = vfmaq_f32(s1, vld1q_f32(a + i + 4), vld1q_f32(b + i + 4));
    s2 = vfmaq_f32(s2, vld1q_f32(a + i + 8), vld1q_f32(b + i + 8));
    s3 = vfmaq_f32(s3, vld1q_f32(a + i + 12), vld1q_f32(b + i + 12));
  }
  float result = vaddvq_f32(vaddq_f32(vaddq_f32(s0, s1), vaddq_f32(s2, s3)));
  for (; i < count; ++i) result += a[i] * b[i];
  return result;
}

static void dotFour(const float *query, const float *const rows[4], size_t count, float out[4]) {
  float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const float32x4_t q = vld1q_f32(query + i);
    s0 = vfmaq_f32(s0, q, vld1q_f32(rows[0] + i));
    s1 = vfmaq_f32(s1, q, vld1q_f32(rows[1] + i));
    s2 = vfmaq_f32(s2, q, vld1q_f32(rows[2] + i));
    s3 = vfmaq_f32(s3, q, vld1q_f32(rows[3] + i));
  }
  out[0] = vaddvq_f32(s0), out[1] = vaddvq_f32(s1), out[2] = vaddvq_f32(s2), out[3] = vaddvq_f32(s3);
  for (; i < count; ++i)
    for (int r = 0; r < 4; ++r) out[r] += query[i] * rows[r][i];
}

static void scan(const float *query, const float *rows, size_t rowCount, size_t count, float *out) {
  for (size_t i = 0; i < rowCount; ++i) out[i] = dot(query, rows + i * count, count);
}

static void scanFour(const float *queries, const float *rows, size_t rowCount, size_t count, float *out,
                     size_t stride) {
  const float *const four[4] = {queries, queries + count, queries + 2 * count, queries + 3 * count};
  for (size_t i = 0; i < rowCount; ++i) {
    float sums[4];
    dotFour(rows + i * count, four, count, sums);
    for (size_t q = 0; q < 4; ++q) out[q * stride + i] = sums[q];
  }
}

static float dotBytes(const float *a, const uint8_t *codes, size_t count) {
  float32x4_t s0 = vdupq_n_f32(0), s1 = s0;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const uint16x8_t wide = vmovl_u8(vld1_u8(codes + i));
    s0 = vfmaq_f32(s0, vld1q_f32(a + i), vcvtq_f32_u32(vmovl_u16(vget_low_u16(wide))));
    s1 = vfmaq_f32(s1, vld1q_f32(a + i + 4), vcvtq_f32_u32(vmovl_u16(vget_high_u16(wide))));
  }
  float result = vaddvq_f32(vaddq_f32(s0, s1));
  for (; i < count; ++i) result += a[i] * static_cast<float>(codes[i]);
  return result;
}

static void scanCodes(const int16_t *query, const int8_t *codes, size_t rowCount, size_t count, int32_t *out) {
  for (size_t row = 0; row < rowCount; ++row, codes += count) {
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
      const int16x8_t q = vld1q_s16(query + i), wide = vmovl_s8(vld1_s8(codes + i));
      s0 = vmlal_s16(s0, vget_low_s16(q), vget_low_s16(wide));
      s1 = vmlal_s16(s1, vget_high_s16(q), vget_high_s16(wide));
    }
    int32_t sum = vaddvq_s32(vaddq_s32(s0, s1));
    for (; i < count; ++i) sum += query[i] * codes[i];
    out[row] = sum;
  }
}

static double encode(const float *row, float step, size_t count, int8_t *codes) {
  return encodeEach(row, step, count, codes);
}

const Kernels neonKernels = {"neon", dot, dotFour, scan, scanFour, dotBytes, scanCodes, encode};

} // namespace cfaiss
#endif
