#pragma once
#include "graph.hpp"
#include "row_codes.hpp"

#include <vector>

namespace cfaiss {

// The answer of `searchFlat` for one query and all rows, bit for bit, by way of codes: a scan of these says how large and how
// small each score can be, and only rows that can be among the `k` best get their exact product. Returns how many got one, or
// -1 when codes cannot tell enough rows apart: then a plain scan is quicker and `found` is left as it is.
int64_t searchCodes(const Kernels &kernel, const float *rows, const RowCodes &codes, const float *query, size_t k,
                    std::vector<Scored> &found);

} // namespace cfaiss
