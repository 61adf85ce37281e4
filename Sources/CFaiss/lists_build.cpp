#include "include/cfaiss.h"
#include "index.hpp"
#include "lists.hpp"

#include <algorithm>
#include <cmath>

#include <omp.h>

extern "C" int32_t cfaiss_usual_lists(int64_t rows) {
  return static_cast<int32_t>(std::max<int64_t>(1, std::llround(std::sqrt(static_cast<double>(rows)))));
}

namespace cfaiss {

// FAISS's own training takes smallest and largest value as they are. Steps from a ladder (powers of the fourth root of 2), on a
// grid through 0, waste at most a sixth of the codes, but decoded values lie in the middle of a step of any later index whose
// ranges are alike: to code them again costs nothing, however often vectors are taken over by the next generation.
static std::vector<float> ranges(const float *rows, int64_t count, size_t dimension) {
  std::vector<float> least(dimension, 0), most(dimension, 0);
  for (int64_t row = 0; row < count; ++row) {
    const float *values = rows + static_cast<size_t>(row) * dimension;
    for (size_t i = 0; i < dimension; ++i) {
      least[i] = row == 0 ? values[i] : std::min(least[i], values[i]);
      most[i] = row == 0 ? values[i] : std::max(most[i], values[i]);
    }
  }
  std::vector<float> trained(2 * dimension);
  for (size_t i = 0; i < dimension; ++i) {
    const double low = least[i], high = most[i];
    // Not so fine beside the values themselves that 32-bit floats cannot tell the steps apart.
    const double finest = std::max({(high - low) / 254, std::max(std::abs(low), std::abs(high)) / 65536, 1e-30});
    const double step = std::exp2(std::ceil(4 * std::log2(finest)) / 4);
    trained[i] = static_cast<float>(std::floor(low / step) * step);
    trained[dimension + i] = static_cast<float>(255 * step);
  }
  return trained;
}

std::unique_ptr<faiss::IndexIVFScalarQuantizer> buildLists(const float *rows, int64_t count, int32_t dimension,
                                                           int threads) {
  omp_set_num_threads(std::max(1, threads));
  auto centroids = std::make_unique<faiss::IndexFlatIP>(dimension);
  auto made = std::make_unique<faiss::IndexIVFScalarQuantizer>(
      centroids.get(), static_cast<size_t>(dimension), static_cast<size_t>(cfaiss_usual_lists(count)),
      faiss::ScalarQuantizer::QT_8bit, faiss::METRIC_INNER_PRODUCT, false);
  faiss::IndexFlatIP &table = *centroids.release();
  made->own_fields = true;
  if (count == 0) {
    table.add(1, std::vector<float>(static_cast<size_t>(dimension), 0).data());
    made->sq.trained = ranges(rows, 0, static_cast<size_t>(dimension));
    made->is_trained = true;
    return made;
  }
  made->cp.niter = 10;
  made->cp.spherical = true;
  made->cp.min_points_per_centroid = 1; // fewer than 39 would be told on the standard error
  made->train(count, rows);
  made->sq.trained = ranges(rows, count, static_cast<size_t>(dimension));
  made->add(count, rows);
  auto &stored = dynamic_cast<faiss::ArrayInvertedLists &>(*made->invlists);
  for (auto &codes : stored.codes) codes.shrink_to_fit();
  for (auto &ids : stored.ids) ids.shrink_to_fit();
  return made;
}

} // namespace cfaiss
