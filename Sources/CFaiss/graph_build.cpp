#include "graph.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace cfaiss {

namespace {

// One byte a row: links are read and written for a few dozen nanoseconds at a time.
class Spin {
public:
  void lock() {
    while (held.exchange(1, std::memory_order_acquire) != 0)
      while (held.load(std::memory_order_relaxed) != 0) std::this_thread::yield();
  }
  void unlock() { held.store(0, std::memory_order_release); }

private:
  std::atomic<uint8_t> held{0};
};

// Inserts rows in the manner of Malkov and Yashunin (arXiv:1603.09320, algorithms 1 to 4) into FAISS's link table.
class Builder {
public:
  Builder(faiss::HNSW &hnsw, const float *rows, size_t dimension)
      : hnsw(hnsw), rows(rows), dimension(dimension), locks(std::make_unique<Spin[]>(hnsw.levels.size())),
        kernel(kernels()) {}

  void insert(int32_t row);

private:
  const float *at(int32_t row) const { return rows + static_cast<size_t>(row) * dimension; }
  int32_t *links(int32_t row, int32_t level) {
    return hnsw.neighbors.data() + hnsw.offsets[static_cast<size_t>(row)] + cumulative(level);
  }
  size_t cumulative(int32_t level) const {
    return static_cast<size_t>(hnsw.cum_nneighbor_per_level[static_cast<size_t>(level)]);
  }
  size_t capacity(int32_t level) const { return cumulative(level + 1) - cumulative(level); }

  void copyLinks(int32_t row, int32_t level, std::vector<int32_t> &out);
  void descend(const float *query, int32_t level, Scored &nearest, std::vector<int32_t> &neighbors);
  void widen(const float *query, int32_t level, Scored &nearest, std::vector<Scored> &found);
  void choose(std::vector<Scored> &candidates, size_t limit, std::vector<Scored> &chosen) const;
  void link(int32_t from, int32_t to, float score, int32_t level);

  faiss::HNSW &hnsw;
  const float *rows;
  size_t dimension;
  std::unique_ptr<Spin[]> locks;
  const Kernels &kernel;
};

void Builder::copyLinks(int32_t row, int32_t level, std::vector<int32_t> &out) {
  out.clear();
  std::lock_guard<Spin> guard(locks[static_cast<size_t>(row)]);
  const int32_t *list = links(row, level);
  const size_t count = capacity(level);
  for (size_t i = 0; i < count && list[i] >= 0; ++i) out.push_back(list[i]);
}

void Builder::descend(const float *query, int32_t level, Scored &nearest, std::vector<int32_t> &neighbors) {
  for (bool moved = true; moved;) {
    moved = false;
    copyLinks(nearest.row, level, neighbors);
    scoreRows(kernel, query, rows, dimension, neighbors.data(), neighbors.size(), [&](float score, int32_t row) {
      if (score > nearest.score) nearest = {score, row}, moved = true;
    });
  }
}

// The best rows on a level around `nearest`, best first; `nearest` becomes the best of them.
void Builder::widen(const float *query, int32_t level, Scored &nearest, std::vector<Scored> &found) {
  Scratch &scratch = threadScratch();
  thread_local std::vector<int32_t> neighbors;
  scratch.visited.begin(static_cast<int64_t>(hnsw.levels.size()));
  scratch.beam.begin(static_cast<size_t>(hnsw.efConstruction));
  scratch.visited.insert(nearest.row);
  scratch.beam.insert(nearest.score, nearest.row);
  for (int32_t row; (row = scratch.beam.expand()) >= 0;) {
    copyLinks(row, level, neighbors);
    scratch.fresh.clear();
    for (int32_t other : neighbors)
      if (scratch.visited.insert(other)) scratch.fresh.push_back(other);
    scoreRows(kernel, query, rows, dimension, scratch.fresh.data(), scratch.fresh.size(),
              [&](float score, int32_t other) {
                if (scratch.beam.admits(score)) scratch.beam.insert(score, other);
              });
  }
  found.clear();
  for (size_t i = 0; i < scratch.beam.count(); ++i) found.push_back(scratch.beam.at(i));
  nearest = found.front();
}

// Keeps a candidate only when no kept one is nearer to it than the row itself is: links then point in different
// directions. `candidates` come best first.
void Builder::choose(std::vector<Scored> &candidates, size_t limit, std::vector<Scored> &chosen) const {
  chosen.clear();
  for (const Scored &candidate : candidates) {
    if (chosen.size() >= limit) break;
    const float *vector = at(candidate.row);
    bool kept = true;
    size_t i = 0;
    for (; kept && i + 4 <= chosen.size(); i += 4) {
      const float *const four[4] = {at(chosen[i].row), at(chosen[i + 1].row), at(chosen[i + 2].row),
                                    at(chosen[i + 3].row)};
      float scores[4];
      kernel.dotFour(vector, four, dimension, scores);
      for (float score : scores) kept = kept && score <= candidate.score;
    }
    for (; kept && i < chosen.size(); ++i) kept = kernel.dot(vector, at(chosen[i].row), dimension) <= candidate.score;
    if (kept) chosen.push_back(candidate);
  }
}

void Builder::link(int32_t from, int32_t to, float score, int32_t level) {
  thread_local std::vector<Scored> candidates, chosen;
  std::lock_guard<Spin> guard(locks[static_cast<size_t>(from)]);
  int32_t *list = links(from, level);
  const size_t count = capacity(level);
  size_t used = 0;
  for (; used < count && list[used] >= 0; ++used)
    if (list[used] == to) return;
  if (used < count) {
    list[used] = to;
    return;
  }
  candidates.clear();
  candidates.push_back({score, to});
  scoreRows(kernel, at(from), rows, dimension, list, used,
            [&](float score, int32_t row) { candidates.push_back({score, row}); });
  std::sort(candidates.begin(), candidates.end(),
            [](const Scored &left, const Scored &right) { return left.precedes(right); });
  choose(candidates, count, chosen);
  for (size_t i = 0; i < count; ++i) list[i] = i < chosen.size() ? chosen[i].row : -1;
}

void Builder::insert(int32_t row) {
  thread_local std::vector<Scored> found, chosen;
  thread_local std::vector<int32_t> neighbors;
  const int32_t level = hnsw.levels[static_cast<size_t>(row)] - 1;
  const float *query = at(row);
  Scored nearest{ordered(kernel.dot(query, at(hnsw.entry_point), dimension)), hnsw.entry_point};
  int32_t current = hnsw.max_level;
  for (; current > level; --current) descend(query, current, nearest, neighbors);
  for (; current >= 0; --current) {
    widen(query, current, nearest, found);
    // As many new links as an upper level holds: the bottom's other half is room for links back.
    choose(found, capacity(current) / (current == 0 ? 2 : 1), chosen);
    for (const Scored &other : chosen) link(row, other.row, other.score, current);
    for (const Scored &other : chosen) link(other.row, row, other.score, current);
  }
}

} // namespace

void buildGraph(faiss::HNSW &hnsw, const float *rows, size_t dimension, int64_t first, int threads) {
  // Highest levels first, so that the entry point is final before threads share the work.
  std::vector<int32_t> order;
  for (int64_t row = first; row < static_cast<int64_t>(hnsw.levels.size()); ++row)
    order.push_back(static_cast<int32_t>(row));
  if (order.empty()) return;
  std::sort(order.begin(), order.end(), [&](int32_t left, int32_t right) {
    const int one = hnsw.levels[static_cast<size_t>(left)], other = hnsw.levels[static_cast<size_t>(right)];
    return one != other ? one > other : left < right;
  });

  Builder builder(hnsw, rows, dimension);
  size_t begin = 0;
  const int32_t highest = hnsw.levels[static_cast<size_t>(order[0])] - 1;
  if (hnsw.entry_point < 0) {
    hnsw.entry_point = order[0];
    hnsw.max_level = highest;
    begin = 1;
  } else if (highest > hnsw.max_level) {
    // Linked on the levels that exist, it then becomes the entry to the new ones.
    builder.insert(order[0]);
    hnsw.entry_point = order[0];
    hnsw.max_level = highest;
    begin = 1;
  }

  std::atomic<size_t> next{begin};
  std::exception_ptr failure;
  std::mutex failureLock;
  auto work = [&] {
    try {
      for (size_t i; (i = next.fetch_add(1)) < order.size();) builder.insert(order[i]);
    } catch (...) {
      std::lock_guard<std::mutex> guard(failureLock);
      failure = std::current_exception();
      next.store(order.size());
    }
  };
  std::vector<std::thread> helpers;
  for (int i = 1; i < threads && order.size() > 1000; ++i) helpers.emplace_back(work);
  work();
  for (auto &helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
}

} // namespace cfaiss
