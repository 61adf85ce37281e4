#include "flat_search.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <thread>

namespace cfaiss {

namespace {

// The k best so far: a heap whose front is the worst of them.
class Best {
public:
  explicit Best(size_t k) : k(k) {}

  float threshold() const { return heap.size() < k ? -std::numeric_limits<float>::infinity() : heap.front().score; }
  void offer(Scored hit) {
    if (heap.size() < k) {
      heap.push_back(hit);
      std::push_heap(heap.begin(), heap.end(), order);
    } else if (hit.precedes(heap.front())) {
      std::pop_heap(heap.begin(), heap.end(), order);
      heap.back() = hit;
      std::push_heap(heap.begin(), heap.end(), order);
    }
  }
  void take(const float *scores, int32_t first, size_t count) {
    float bound = threshold();
    for (size_t i = 0; i < count; ++i) {
      if (!(scores[i] >= bound)) continue; // also leaves out what is not a number
      offer({scores[i], first + static_cast<int32_t>(i)});
      bound = threshold();
    }
  }
  void merge(const Best &other) {
    for (const Scored &hit : other.heap) offer(hit);
  }
  std::vector<Scored> sorted() {
    std::sort(heap.begin(), heap.end(), order);
    return std::move(heap);
  }

private:
  static bool order(const Scored &left, const Scored &right) { return left.precedes(right); }
  size_t k;
  std::vector<Scored> heap;
};

// Rows a block holds: one block stays in the second-level cache while all queries pass over it.
size_t blockRows(size_t dimension) { return std::max<size_t>(16, 262144 / (dimension * sizeof(float)) / 4 * 4); }

void scanRange(const float *rows, int64_t first, int64_t last, size_t dimension, const float *queries,
               size_t queryCount, std::vector<Best> &best) {
  const Kernels &kernel = kernels();
  const size_t block = blockRows(dimension);
  std::vector<float> scores(4 * block);
  for (int64_t at = first; at < last; at += static_cast<int64_t>(block)) {
    const size_t size = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(block), last - at));
    const float *start = rows + static_cast<size_t>(at) * dimension;
    size_t query = 0;
    for (; query + 4 <= queryCount; query += 4) {
      kernel.scanFour(queries + query * dimension, start, size, dimension, scores.data(), block);
      for (size_t i = 0; i < 4; ++i) best[query + i].take(scores.data() + i * block, static_cast<int32_t>(at), size);
    }
    for (; query < queryCount; ++query) {
      kernel.scan(queries + query * dimension, start, size, dimension, scores.data());
      best[query].take(scores.data(), static_cast<int32_t>(at), size);
    }
  }
}

} // namespace

void searchFlat(const float *rows, int64_t count, size_t dimension, const float *queries, size_t queryCount, size_t k,
                int threads, std::vector<std::vector<Scored>> &found) {
  // A thread costs some ten microseconds: worth it from a few megabytes of rows on.
  const int64_t parts = std::clamp<int64_t>(
      count * static_cast<int64_t>(dimension * queryCount) / 1000000, 1, std::max(1, threads));
  std::vector<std::vector<Best>> best(static_cast<size_t>(parts), std::vector<Best>(queryCount, Best(k)));
  std::vector<std::exception_ptr> failures(static_cast<size_t>(parts));
  auto work = [&](int64_t part) {
    try {
      scanRange(rows, count * part / parts, count * (part + 1) / parts, dimension, queries, queryCount,
                best[static_cast<size_t>(part)]);
    } catch (...) {
      failures[static_cast<size_t>(part)] = std::current_exception();
    }
  };
  std::vector<std::thread> helpers;
  for (int64_t part = 1; part < parts; ++part) helpers.emplace_back(work, part);
  work(0);
  for (auto &helper : helpers) helper.join();
  for (auto &failure : failures)
    if (failure) std::rethrow_exception(failure);
  found.resize(queryCount);
  for (size_t query = 0; query < queryCount; ++query) {
    for (size_t part = 1; part < best.size(); ++part) best[0][query].merge(best[part][query]);
    found[query] = best[0][query].sorted();
  }
}

} // namespace cfaiss
