#include "failure.hpp"
#include "include/cfaiss.h"
#include "kernels/kernels.hpp"
#include "row_form.hpp"

#include <cmath>

namespace cfaiss {

namespace {

class ScalarForm : public RowForm {
public:
  ScalarForm(const float *trained, size_t width) : lowest(trained, trained + width), step(width) {
    // The longest vector that codes can stand for: no product with a query overflows then.
    float square = 0;
    for (size_t i = 0; i < width; ++i) {
      step[i] = trained[width + i] / 255;
      const float most = std::abs(lowest[i]) + 256 * step[i];
      square += most * most;
      if (!(trained[width + i] >= 0) || !std::isfinite(square))
        fail(CFAISS_CORRUPT, 0, static_cast<int64_t>(i), "the range of component %zu is not one of finite vectors", i);
    }
    length = std::sqrt(square);
  }

  size_t bytes() const override { return step.size(); }
  bool isResidual() const override { return false; }
  float longest() const override { return length; }

  // The query by steps, and behind it the product with the middle of the lowest steps.
  std::vector<float> prepared(const float *query) const override {
    std::vector<float> scaled(step.size() + 1);
    float base = 0;
    for (size_t i = 0; i < step.size(); ++i) {
      scaled[i] = query[i] * step[i];
      base += query[i] * (lowest[i] + step[i] * 0.5f);
    }
    scaled.back() = base;
    return scaled;
  }

  float product(const std::vector<float> &prepared, const uint8_t *code) const override {
    return prepared.back() + kernels().dotBytes(prepared.data(), code, step.size());
  }

  void decode(const uint8_t *code, const float *, float *out) const override {
    for (size_t i = 0; i < step.size(); ++i) out[i] = lowest[i] + step[i] * (static_cast<float>(code[i]) + 0.5f);
  }

  int64_t heapBytes() const override {
    return static_cast<int64_t>((lowest.capacity() + step.capacity()) * sizeof(float));
  }

private:
  std::vector<float> lowest, step;
  float length = 0;
};

} // namespace

std::unique_ptr<RowForm> scalarForm(const float *trained, size_t width) {
  return std::make_unique<ScalarForm>(trained, width);
}

} // namespace cfaiss
