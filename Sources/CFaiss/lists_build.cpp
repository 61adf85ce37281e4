#include "include/cfaiss.h"
#include "index.hpp"
#include "lists.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include <faiss/Clustering.h>
#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexScalarQuantizer.h>
#include <omp.h>

extern "C" int openblas_get_num_threads(void);
extern "C" void openblas_set_num_threads(int);

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

// What `count` rows are off their lists' centroids.
static std::vector<float> differences(const faiss::IndexIVF &index, const float *rows, int64_t count) {
  const auto width = static_cast<size_t>(index.d);
  std::vector<faiss::Index::idx_t> lists(static_cast<size_t>(count));
  std::vector<float> result(static_cast<size_t>(count) * width);
  index.quantizer->assign(count, rows, lists.data());
  for (size_t row = 0; row < lists.size(); ++row)
    index.quantizer->compute_residual(rows + row * width, result.data() + row * width, lists[row]);
  return result;
}

// Trains the book of one part. On this thread alone: FAISS's and the library's threads would wait for each other over
// matrices of four columns, which takes twenty times as long.
static void trainBook(faiss::ProductQuantizer &books, const std::vector<float> &off, size_t count, size_t part) {
  omp_set_num_threads(1);
  std::vector<float> slice(count * books.dsub);
  for (size_t row = 0; row < count; ++row)
    std::copy_n(off.data() + row * books.d + part * books.dsub, books.dsub, slice.data() + row * books.dsub);
  faiss::ClusteringParameters parameters;
  parameters.niter = 10;
  parameters.min_points_per_centroid = 1;
  parameters.max_points_per_centroid = static_cast<int>(count);
  faiss::Clustering clusters(static_cast<int>(books.dsub), static_cast<int>(bookSize), parameters);
  faiss::IndexFlatL2 nearest(static_cast<faiss::Index::idx_t>(books.dsub));
  clusters.train(static_cast<faiss::Index::idx_t>(count), slice.data(), nearest);
  books.set_params(clusters.centroids.data(), static_cast<int>(part));
}

static void trainBooks(faiss::IndexIVFPQ &index, const float *rows, int64_t count, int threads) {
  faiss::ProductQuantizer &books = index.pq;
  // A book for four components is simple: 64 rows for each of its vectors are enough. They are spread over all.
  const int64_t used = std::min<int64_t>(count, 64 * static_cast<int64_t>(bookSize));
  const auto width = static_cast<size_t>(index.d);
  std::vector<float> sample(static_cast<size_t>(used) * width);
  for (int64_t i = 0; i < used; ++i)
    std::copy_n(rows + static_cast<size_t>(i * count / used) * width, width, sample.data() + static_cast<size_t>(i) * width);
  const std::vector<float> off = differences(index, sample.data(), used);
  if (used < static_cast<int64_t>(bookSize)) {
    // Every row's difference has a place of its own: nothing is lost, and there is nothing to train.
    for (size_t row = 0; row < static_cast<size_t>(used); ++row)
      for (size_t part = 0; part < books.M; ++part)
        std::copy_n(off.data() + row * width + part * books.dsub, books.dsub, books.get_centroids(part, row));
    return;
  }
  const int blas = openblas_get_num_threads();
  openblas_set_num_threads(1);
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  auto work = [&] {
    try {
      for (size_t part = next++; part < books.M; part = next++) trainBook(books, off, static_cast<size_t>(used), part);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> workers;
  try {
    for (int i = 1; i < threads; ++i) workers.emplace_back(work);
  } catch (const std::system_error &) {
    // Fewer threads do the same.
  }
  work();
  for (auto &worker : workers) worker.join();
  openblas_set_num_threads(blas);
  omp_set_num_threads(std::max(1, threads));
  if (failure) std::rethrow_exception(failure);
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
    trainBooks(*product, rows, count, threads);
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
