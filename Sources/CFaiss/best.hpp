#pragma once
#include "graph.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace cfaiss {

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
  void take(float score, int32_t row) {
    if (score >= threshold()) offer({score, row});
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

} // namespace cfaiss
