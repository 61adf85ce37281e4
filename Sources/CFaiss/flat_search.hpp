#pragma once
#include "graph.hpp"

namespace cfaiss {

// The `k` best of `count` rows for each query, best first: every row is compared. Ties go to the smaller row.
void searchFlat(const float *rows, int64_t count, size_t dimension, const float *queries, size_t queryCount, size_t k,
                int threads, std::vector<std::vector<Scored>> &found);

} // namespace cfaiss
