#include "failure.hpp"
#include "include/cfaiss.h"
#include "kernels/kernels.hpp"
#include "row_form.hpp"

#include <algorithm>
#include <cmath>

namespace cfaiss {

namespace {

class ProductForm : public RowForm {
public:
  ProductForm(const float *book, size_t width, size_t parts)
      : book(book, book + bookSize * width), parts(parts), span(width / parts) {
    float square = 0;
    for (size_t part = 0; part < parts; ++part) {
      float most = 0;
      for (size_t i = 0; i < bookSize; ++i) {
        const float *vector = entry(part, i);
        const float own = kernels().dot(vector, vector, span);
        if (!std::isfinite(own))
          fail(CFAISS_CORRUPT, 0, static_cast<int64_t>(i), "vector %zu of part %zu is not finite", i, part);
        most = std::max(most, own);
      }
      square += most;
    }
    length = std::sqrt(square);
    if (!std::isfinite(square)) fail(CFAISS_CORRUPT, 0, 0, "the codes stand for vectors that are too long");
  }

  size_t bytes() const override { return parts; }
  bool isResidual() const override { return true; }
  float longest() const override { return length; }

  // The query's part times each vector of the part's book.
  std::vector<float> prepared(const float *query) const override {
    std::vector<float> table(parts * bookSize);
    for (size_t part = 0; part < parts; ++part)
      kernels().scan(query + part * span, entry(part, 0), bookSize, span, table.data() + part * bookSize);
    return table;
  }

  float product(const std::vector<float> &prepared, const uint8_t *code) const override {
    const float *table = prepared.data();
    // Four sums, so that an addition does not wait for the one before.
    float sums[4] = {0};
    size_t part = 0;
    for (; part + 4 <= parts; part += 4, table += 4 * bookSize)
      for (size_t i = 0; i < 4; ++i) sums[i] += table[i * bookSize + code[part + i]];
    for (; part < parts; ++part, table += bookSize) sums[0] += table[code[part]];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }

  void decode(const uint8_t *code, const float *centroid, float *out) const override {
    for (size_t part = 0; part < parts; ++part) {
      const float *vector = entry(part, code[part]);
      for (size_t i = 0; i < span; ++i) out[part * span + i] = centroid[part * span + i] + vector[i];
    }
  }

  int64_t heapBytes() const override { return static_cast<int64_t>(book.capacity() * sizeof(float)); }

private:
  const float *entry(size_t part, size_t i) const { return book.data() + (part * bookSize + i) * span; }

  std::vector<float> book;
  size_t parts, span;
  float length = 0;
};

} // namespace

std::unique_ptr<RowForm> productForm(const float *book, size_t width, size_t parts) {
  return std::make_unique<ProductForm>(book, width, parts);
}

} // namespace cfaiss
