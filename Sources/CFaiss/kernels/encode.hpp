#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace cfaiss {

// `Kernels::encode` in plain steps, inlined where each set gives the compiler its instructions.
__attribute__((always_inline)) static inline double encodeEach(const float *row, float step, size_t count,
                                                               int8_t *codes) {
  const float inverse = 1 / step;
  // Added and taken away again, this leaves the nearest whole number.
  constexpr float magic = 12582912;
  double sums[8] = {0};
  auto one = [&](size_t i, double &sum) {
    const float whole = std::min(127.0f, std::max(-127.0f, (row[i] * inverse + magic) - magic));
    codes[i] = static_cast<int8_t>(whole);
    const double off = static_cast<double>(row[i]) - static_cast<double>(step) * static_cast<double>(whole);
    sum += off * off;
  };
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (size_t j = 0; j < 8; ++j) one(i + j, sums[j]);
  for (; i < count; ++i) one(i, sums[0]);
  double sum = 0;
  for (double part : sums) sum += part;
  return sum;
}

} // namespace cfaiss
