#include "row_codes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

// Why no row of the answer is lost. For a query q = t m + g (m whole numbers, t its step) and a row x = s c + r:
//
//   <q, x> = t s <m, c> + <q, r> + <g, s c>, so it is off t s <m, c> by at most |q| |r| + |g| |s c|,
//   and |s c| <= 127 s sqrt(n).
//
// <m, c> is exact, in whole numbers. Rounding, with u = 2^-24 and n components:
// - The score is a sum of n products in some order, with or without fused multiplication: off by at most
//   n u / (1 - n u) |q| |x| (Higham, Accuracy and Stability, 3.1), which is below 1.01 n u |q| |x| for n <= 65536, and by
//   2^-150 a product that underflows.
// - <m, c> as a float, times s, plus the slack: each rounds by u. |t s c m| is at most 3.1 |q| |x|, because |g| <= |q| / 2 and
//   |s c| <= 2.01 |x|: together below 10 u |q| |x|, and below 2^-148 where they underflow.
// Both are below (2 n + 32) u |q| |x|, which is part of a row's bound. What the slack's own three roundings take is below 2^-21
// of it and is given to the query's length and error, which grow by 2^-20.

namespace cfaiss {

namespace {

constexpr double unit = 0x1p-24;
// Longer rows and queries might overflow on the way; shorter rows would have steps that underflow.
constexpr double longest = 0x1p60, shortest = 0x1p-100;

float up(double value) {
  const auto rounded = static_cast<float>(value);
  return rounded < value ? std::nextafter(rounded, std::numeric_limits<float>::infinity()) : rounded;
}

double length(const float *row, size_t count) {
  double sums[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (size_t j = 0; j < 8; ++j) sums[j] += static_cast<double>(row[i + j]) * row[i + j];
  for (; i < count; ++i) sums[0] += static_cast<double>(row[i]) * row[i];
  double sum = 0;
  for (double part : sums) sum += part;
  return std::sqrt(sum);
}

float largest(const float *row, size_t count) {
  float most[16] = {0};
  size_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (size_t j = 0; j < 16; ++j) most[j] = std::max(most[j], std::abs(row[i + j]));
  for (; i < count; ++i) most[0] = std::max(most[0], std::abs(row[i]));
  return *std::max_element(most, most + 16);
}

} // namespace

RowCodes::RowCodes(const float *rows, int64_t count, size_t dimension)
    : dimension(dimension), codes(static_cast<size_t>(count) * dimension), steps(static_cast<size_t>(count)),
      bounds(static_cast<size_t>(count)) {
  const Kernels &kernel = kernels();
  for (size_t i = 0; i < steps.size(); ++i) {
    const float *row = rows + i * dimension;
    const double whole = length(row, dimension);
    // A file may hold what is not a number: that row is for the exact product, which leaves it out.
    if (!(whole <= longest)) {
      bounds[i] = std::numeric_limits<float>::infinity();
      continue;
    }
    double rest = whole * whole;
    const float most = largest(row, dimension);
    if (most >= shortest) {
      steps[i] = most / 127;
      rest = kernel.encode(row, steps[i], dimension, codes.data() + i * dimension);
    }
    // Sums of squares in 64 bits round by far less than the 2^-30 they grow by here.
    bounds[i] = up((std::sqrt(rest) + (2 * static_cast<double>(dimension) + 32) * unit * whole) * (1 + 0x1p-30));
  }
}

CodedQuery::CodedQuery(const float *query, size_t dimension) {
  const double whole = cfaiss::length(query, dimension);
  const float most = largest(query, dimension);
  if (!(whole <= longest) || most == 0) return;
  // No sum of products with codes leaves 32 bits.
  const auto limit =
      std::min<int64_t>(INT16_MAX, INT32_MAX / (int64_t{127} * static_cast<int64_t>(dimension)));
  step = static_cast<double>(most) / static_cast<double>(limit);
  codes.resize(dimension);
  double rest = 0;
  for (size_t i = 0; i < dimension; ++i) {
    const auto code = std::clamp<int64_t>(std::llrint(query[i] / step), -limit, limit);
    codes[i] = static_cast<int16_t>(code);
    const double off = query[i] - step * static_cast<double>(code);
    rest += off * off;
  }
  const auto n = static_cast<double>(dimension);
  length = up(whole / step * (1 + 0x1p-20));
  error = up(std::sqrt(rest) / step * 127 * std::sqrt(n) * (1 + 0x1p-20));
  tiny = up(n * 0x1p-149 / step + 0x1p-140);
}

} // namespace cfaiss
