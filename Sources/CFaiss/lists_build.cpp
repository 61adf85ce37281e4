#include "include/cfaiss.h"
#include "index.hpp"
#include "lists.hpp"

#include <algorithm>
#include <cmath>

#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexScalarQuantizer.h>
#include <omp.h>

extern "C" int32_t cfaiss_usual_lists(int64_t rows) {
  return static_cast<int32_t>(std::max<int64_t>(1, std::llround(std::sqrt(static_cast<double>(rows)))));
}

extern "C" int32_t cfaiss_usual_parts(int32_t dimension) {
  for (const int32_t span : {4, 2}) {
    if (dimension % span == 0) return dimension / span;
  }
  return dimension;
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

static void trainCentroids(faiss::IndexIVF &index, const float *rows, int64_t count) {
  index.cp.niter = 10;
  index.cp.spherical = true;
  index.cp.min_points_per_centroid = 1; // fewer than 39 would be told on the standard error
  index.train_q1(static_cast<size_t>(count), rows, false, faiss::METRIC_INNER_PRODUCT);
}

static void trainBooks(faiss::IndexIVFPQ &index, const float *rows, int64_t count) {
  faiss::ProductQuantizer &books = index.pq;
  books.cp.niter = 10;
  books.cp.min_points_per_centroid = 1;
  books.cp.max_points_per_centroid = 64; // a book for four components is simple, and there are many
  if (count >= static_cast<int64_t>(bookSize)) {
    index.train_residual(count, rows);
    return;
  }
  // Every row's difference has a place of its own: nothing is lost, and there is nothing to train.
  std::vector<faiss::Index::idx_t> lists(static_cast<size_t>(count));
  index.quantizer->assign(count, rows, lists.data());
  std::vector<float> difference(static_cast<size_t>(index.d));
  for (int64_t row = 0; row < count; ++row) {
    index.quantizer->compute_residual(rows + row * index.d, difference.data(), lists[static_cast<size_t>(row)]);
    for (size_t part = 0; part < books.M; ++part)
      std::copy_n(difference.data() + part * books.dsub, books.dsub, books.get_centroids(part, static_cast<size_t>(row)));
  }
}

std::unique_ptr<faiss::IndexIVF> buildLists(int32_t kind, const float *rows, int64_t count, int32_t dimension, int threads) {
  omp_set_num_threads(std::max(1, threads));
  const auto width = static_cast<size_t>(dimension), number = static_cast<size_t>(cfaiss_usual_lists(count));
  auto table = std::make_unique<faiss::IndexFlatIP>(dimension);
  faiss::IndexFlatIP &centroids = *table;
  std::unique_ptr<faiss::IndexIVF> made;
  if (kind == CFAISS_IVF_PQ)
    made = std::make_unique<faiss::IndexIVFPQ>(&centroids, width, number, static_cast<size_t>(cfaiss_usual_parts(dimension)),
                                               8, faiss::METRIC_INNER_PRODUCT);
  else
    made = std::make_unique<faiss::IndexIVFScalarQuantizer>(&centroids, width, number, faiss::ScalarQuantizer::QT_8bit,
                                                            faiss::METRIC_INNER_PRODUCT, false);
  table.release();
  made->own_fields = true;
  if (count == 0)
    centroids.add(1, std::vector<float>(width, 0).data());
  else
    trainCentroids(*made, rows, count);
  if (auto *product = dynamic_cast<faiss::IndexIVFPQ *>(made.get()))
    trainBooks(*product, rows, count);
  else
    dynamic_cast<faiss::IndexIVFScalarQuantizer &>(*made).sq.trained = ranges(rows, count, width);
  made->is_trained = true;
  if (count > 0) made->add(count, rows);
  auto &stored = dynamic_cast<faiss::ArrayInvertedLists &>(*made->invlists);
  for (auto &codes : stored.codes) codes.shrink_to_fit();
  for (auto &ids : stored.ids) ids.shrink_to_fit();
  return made;
}

} // namespace cfaiss
