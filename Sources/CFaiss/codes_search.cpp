#include "codes_search.hpp"
#include "best.hpp"

#include <algorithm>

namespace cfaiss {

namespace {

constexpr size_t block = 512;

// Rows that can still be among the best, while codes are scanned.
class Candidates {
public:
  Candidates(size_t k, size_t most) : most(most), lowest(k) {}

  // Takes a row whose score is at least `low` and at most `high`. False when too many rows are left.
  bool take(int32_t row, float high, float low) {
    if (high < lowest.threshold()) return true;
    lowest.take(low, row);
    rows.push_back({high, row});
    return rows.size() < 2 * most || prune();
  }

  // Leaves out what k rows are better than for certain. The k best scores are none of them: each is at least the k-th largest
  // lower end.
  bool prune() {
    const float least = lowest.threshold();
    rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const Scored &row) { return row.score < least; }),
               rows.end());
    return rows.size() <= most;
  }

  std::vector<Scored> rows;

private:
  size_t most;
  Best lowest;
};

} // namespace

int64_t searchCodes(const Kernels &kernel, const float *rows, const RowCodes &codes, const float *query, size_t k,
                    std::vector<Scored> &found) {
  const size_t dimension = codes.dimension, count = codes.steps.size(), most = count / 8;
  if (k > most) return -1;
  const CodedQuery coded(query, dimension);
  if (coded.step == 0) return -1;
  Candidates candidates(k, most);
  int32_t products[block];
  float highs[block], lows[block];
  for (size_t at = 0; at < count; at += block) {
    const size_t size = std::min(block, count - at);
    kernel.scanCodes(coded.codes.data(), codes.codes.data() + at * dimension, size, dimension, products);
    for (size_t i = 0; i < size; ++i) {
      const float step = codes.steps[at + i], middle = static_cast<float>(products[i]) * step;
      const float slack = coded.slack(step, codes.bounds[at + i]);
      highs[i] = middle + slack;
      lows[i] = middle - slack;
    }
    for (size_t i = 0; i < size; ++i)
      if (!candidates.take(static_cast<int32_t>(at + i), highs[i], lows[i])) return -1;
  }
  if (!candidates.prune()) return -1;

  // The most promising first: the k-th best exact score soon leaves the rest out.
  auto &left = candidates.rows;
  std::sort(left.begin(), left.end(), [](const Scored &a, const Scored &b) { return a.precedes(b); });
  Best best(k);
  int64_t compared = 0;
  for (size_t i = 0; i < left.size(); ++i) {
    if (coded.step * left[i].score < best.threshold()) break;
    if (i + 1 < left.size()) {
      const char *next = reinterpret_cast<const char *>(rows + static_cast<size_t>(left[i + 1].row) * dimension);
      for (size_t ahead = 0; ahead < dimension * sizeof(float) && ahead < 512; ahead += 64)
        __builtin_prefetch(next + ahead);
    }
    best.take(kernel.dot(query, rows + static_cast<size_t>(left[i].row) * dimension, dimension), left[i].row);
    ++compared;
  }
  found = best.sorted();
  return compared;
}

} // namespace cfaiss
