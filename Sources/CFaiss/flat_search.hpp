#pragma once
#include "graph.hpp"
#include "selection.hpp"

namespace cfaiss {

// The `k` best of the selected rows for each query, best first: every selected row is compared. Ties go to the smaller
// row.
void searchFlat(const Kernels &kernel, const float *rows, int64_t count, size_t dimension, const float *queries,
                size_t queryCount, size_t k, int threads, const Selection &selection,
                std::vector<std::vector<Scored>> &found);

// Replaces the scores by those of the plain product and sorts anew. Kernels that take four rows or queries at a time round
// otherwise, by a row's place among the four: equal vectors must have equal scores, the same ones in every search.
void rescore(const float *rows, size_t dimension, const float *query, std::vector<Scored> &found);

} // namespace cfaiss
