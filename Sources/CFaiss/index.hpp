#pragma once
#include "failure.hpp"
#include "lists.hpp"
#include "row_codes.hpp"

#include <cstdint>
#include <memory>

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>

// One FAISS index of a kind we know: `graph` is null for a flat index, `vectors` points at the stored rows, and both are null
// where `lists` has them as codes. A mapped index has `lists` alone. `codes` lie beside the vectors of a flat index that was
// asked to keep them.
struct cfaiss_index {
  std::unique_ptr<faiss::Index> owned;
  faiss::IndexFlat *vectors = nullptr;
  faiss::IndexHNSWFlat *graph = nullptr;
  std::unique_ptr<cfaiss::CodedLists> lists; // reads what `owned` holds, so it goes first
  std::unique_ptr<cfaiss::RowCodes> codes;
  uint64_t checksum = 0;                     // of the file's payload it was opened from

  int64_t count() const { return lists ? lists->count() : owned->ntotal; }
  int32_t dimension() const { return lists ? static_cast<int32_t>(lists->dimension()) : owned->d; }
  const float *rows() const { return vectors->get_xb(); }
};

namespace cfaiss {

// Links are 32-bit in FAISS's graph, so no index may hold more rows.
constexpr int64_t maximumRows = INT32_MAX - 1;
constexpr int32_t maximumDimension = 65536;

std::unique_ptr<cfaiss_index> adopt(std::unique_ptr<faiss::Index> index);

// The first row whose length is not finite, or -1.
int64_t firstUnusable(const float *rows, int64_t count, size_t dimension);

// Throws unless every row has a finite length. Products of two such rows are finite (Cauchy-Schwarz), so that no score
// needs a check later.
void checkRows(const float *rows, int64_t count, size_t dimension, const char *what);

} // namespace cfaiss
