#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cfaiss {

// What the bytes of a row in a list stand for.
class RowForm {
public:
  virtual ~RowForm() = default;

  // Bytes of a row.
  virtual size_t bytes() const = 0;
  // Whether they stand for what the row is off its list's centroid, not for the row.
  virtual bool isResidual() const = 0;
  // No row they can stand for is longer; the square of it is finite.
  virtual float longest() const = 0;
  // A query as `product` takes it.
  virtual std::vector<float> prepared(const float *query) const = 0;
  virtual float product(const std::vector<float> &prepared, const uint8_t *code) const = 0;
  // Writes the components; `centroid` is read by residual forms.
  virtual void decode(const uint8_t *code, const float *centroid, float *out) const = 0;
  // Bytes of the heap that belong to this object.
  virtual int64_t heapBytes() const = 0;
};

// A byte a component, lowest + step * (code + 0.5). `trained` holds the lowest values, then the spans of 255 steps: FAISS's
// QT_8bit. Throws unless these are ranges of finite vectors.
std::unique_ptr<RowForm> scalarForm(const float *trained, size_t width);

// A byte a part of the row's difference from its centroid: the number of one of 256 vectors (H. Jégou, M. Douze, C. Schmid,
// Product quantization for nearest neighbor search, 2011). `book` holds them part by part. Throws unless they are finite.
std::unique_ptr<RowForm> productForm(const float *book, size_t width, size_t parts);

// Vectors of a part's book.
constexpr size_t bookSize = 256;

} // namespace cfaiss
