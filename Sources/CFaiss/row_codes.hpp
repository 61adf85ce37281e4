#pragma once
#include "kernels/kernels.hpp"

#include <cstdint>
#include <vector>

namespace cfaiss {

// 8-bit codes of the rows of a flat index, which stay beside them: row i is steps[i] times its codes, and off by at most
// bounds[i] in length. A scan of a quarter of the bytes then tells which few rows are worth an exact product.
struct RowCodes {
  size_t dimension;
  std::vector<int8_t> codes;
  std::vector<float> steps;
  // The length of the row minus what its codes stand for, and the rounding of every 32-bit product with it; infinite for rows
  // that codes are not made of.
  std::vector<float> bounds;

  RowCodes(const float *rows, int64_t count, size_t dimension);

  int64_t count() const { return static_cast<int64_t>(steps.size()); }
  int64_t bytes() const {
    return static_cast<int64_t>(codes.capacity() + (steps.capacity() + bounds.capacity()) * sizeof(float));
  }
};

// A query as 16-bit whole numbers, and what a row's product with it can be off. Everything is in units of the query's step, so
// that nothing overflows or underflows that would not in the product itself.
struct CodedQuery {
  double step = 0; // 0: the query is not for codes
  std::vector<int16_t> codes;
  float length = 0, error = 0, tiny = 0;

  CodedQuery(const float *query, size_t dimension);

  // How far the score of a row can be from its product of codes times its step.
  float slack(float rowStep, float rowBound) const { return tiny + length * rowBound + error * rowStep; }
};

} // namespace cfaiss
