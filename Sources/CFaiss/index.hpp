#pragma once
#include "failure.hpp"

#include <cstdint>
#include <memory>

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>

// One FAISS index of a kind we know. `graph` is null for a flat index; `vectors` always points at the stored rows.
struct cfaiss_index {
  std::unique_ptr<faiss::Index> owned;
  faiss::IndexFlat *vectors = nullptr;
  faiss::IndexHNSWFlat *graph = nullptr;

  int64_t count() const { return owned->ntotal; }
  int32_t dimension() const { return owned->d; }
  const float *rows() const { return vectors->get_xb(); }
};

namespace cfaiss {

// Links are 32-bit in FAISS's graph, so no index may hold more rows.
constexpr int64_t maximumRows = INT32_MAX - 1;
constexpr int32_t maximumDimension = 65536;

std::unique_ptr<cfaiss_index> adopt(std::unique_ptr<faiss::Index> index);

inline void checkFinite(const float *values, int64_t count, const char *what) {
  // A sum of x - x is 0 for finite values and NaN otherwise: one pass that the compiler can vectorise.
  float probe = 0;
  for (int64_t i = 0; i < count; ++i) probe += values[i] - values[i];
  if (probe == 0) return;
  for (int64_t i = 0; i < count; ++i) {
    if (values[i] - values[i] != 0)
      fail(CFAISS_NOT_FINITE, 0, i, "%s has a NaN or infinite value at position %lld", what,
           static_cast<long long>(i));
  }
}

} // namespace cfaiss
