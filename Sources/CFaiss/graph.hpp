#pragma once
#include "kernels/kernels.hpp"
#include "selection.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <faiss/impl/HNSW.h>

namespace cfaiss {

// A row with its inner product. Larger scores come first, smaller rows first when scores are equal.
struct Scored {
  float score;
  int32_t row;

  bool precedes(const Scored &other) const { return score != other.score ? score > other.score : row < other.row; }
};

// The graph of a FAISS HNSW index over its vectors, read by our own search.
struct GraphView {
  const float *rows;
  size_t dimension;
  int64_t count;
  const int32_t *cumulative;
  const size_t *offsets;
  const int32_t *neighbors;
  int32_t entry;
  int32_t top;

  GraphView(const faiss::HNSW &hnsw, const float *rows, size_t dimension)
      : rows(rows), dimension(dimension), count(static_cast<int64_t>(hnsw.levels.size())),
        cumulative(hnsw.cum_nneighbor_per_level.data()), offsets(hnsw.offsets.data()),
        neighbors(hnsw.neighbors.data()), entry(hnsw.entry_point), top(hnsw.max_level) {}

  const float *row(int32_t i) const { return rows + static_cast<size_t>(i) * dimension; }
};

// Rows seen by one search: a stamp a row, so that clearing is one addition.
class Visited {
public:
  void begin(int64_t count) {
    if (static_cast<int64_t>(stamps.size()) < count) stamps.resize(static_cast<size_t>(count), 0);
    if (++stamp == 0) {
      std::fill(stamps.begin(), stamps.end(), uint16_t{0});
      stamp = 1;
    }
  }
  // True when the row had not been seen.
  bool insert(int32_t row) {
    uint16_t &mark = stamps[static_cast<size_t>(row)];
    if (mark == stamp) return false;
    mark = stamp;
    return true;
  }
  void prefetch(int32_t row) const { __builtin_prefetch(&stamps[static_cast<size_t>(row)]); }

private:
  std::vector<uint16_t> stamps;
  uint16_t stamp = 0;
};

// The best rows found so far, sorted, at most `capacity` of them, and which have been expanded. This is HNSW's pair of
// heaps in one array: a candidate worse than the beam's last is never expanded, so it need not be kept.
class Beam {
public:
  void begin(size_t capacity) {
    limit = capacity;
    used = 0;
    next = 0;
    if (entries.size() < capacity + 1) entries.resize(capacity + 1);
  }
  bool admits(float score) const { return used < limit || score > entries[used - 1].score; }
  void insert(float score, int32_t row);
  // The best row that was not expanded, or -1.
  int32_t expand();
  size_t count() const { return used; }
  Scored at(size_t i) const { return {entries[i].score, entries[i].row}; }

private:
  struct Entry {
    float score;
    int32_t row;
    bool expanded;
  };
  std::vector<Entry> entries;
  size_t limit = 0, used = 0, next = 0;
};

// What a thread needs for searches, kept from one to the next.
struct Scratch {
  Visited visited;
  Beam beam;
  std::vector<int32_t> fresh;
};

// The scratch of the calling thread.
Scratch &threadScratch();

// A score that can be ordered: forged files may hold values whose products are not numbers.
inline float ordered(float score) { return score == score ? score : -std::numeric_limits<float>::infinity(); }

// Scores `count` rows against the query, four at a time, and calls `use(score, row)` for each.
template <typename Use>
inline void scoreRows(const Kernels &kernel, const float *query, const float *rows, size_t dimension,
                      const int32_t *wanted, size_t count, Use &&use) {
  auto fetch = [&](size_t i) {
    const char *start = reinterpret_cast<const char *>(rows + static_cast<size_t>(wanted[i]) * dimension);
    const size_t bytes = dimension * sizeof(float);
    for (size_t at = 0; at < bytes && at < 512; at += 64) __builtin_prefetch(start + at);
  };
  for (size_t i = 0; i < count && i < 4; ++i) fetch(i);
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (size_t j = i + 4; j < i + 8 && j < count; ++j) fetch(j);
    const float *const four[4] = {
        rows + static_cast<size_t>(wanted[i]) * dimension, rows + static_cast<size_t>(wanted[i + 1]) * dimension,
        rows + static_cast<size_t>(wanted[i + 2]) * dimension, rows + static_cast<size_t>(wanted[i + 3]) * dimension};
    float scores[4];
    kernel.dotFour(query, four, dimension, scores);
    for (size_t j = 0; j < 4; ++j) use(ordered(scores[j]), wanted[i + j]);
  }
  for (; i < count; ++i)
    use(ordered(kernel.dot(query, rows + static_cast<size_t>(wanted[i]) * dimension, dimension)), wanted[i]);
}

// The `k` best selected rows a beam of `beam` finds, best first. The beam is widened as far as rows are left out; where a
// scan of the selected rows costs less than that, or the walk finds too few of them, they are scanned.
void searchGraph(const GraphView &graph, const float *query, size_t k, size_t beam, const Selection &selection,
                 std::vector<Scored> &found);

// Links rows first ..< levels.size() of an index whose level table is already prepared.
void buildGraph(faiss::HNSW &hnsw, const float *rows, size_t dimension, int64_t first, int threads);

} // namespace cfaiss
