#include "flat_search.hpp"
#include "best.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <thread>

namespace cfaiss {

namespace {

// Rows a block holds: one block stays in the second-level cache while all queries pass over it.
size_t blockRows(size_t dimension) { return std::max<size_t>(16, 262144 / (dimension * sizeof(float)) / 4 * 4); }

// One thread's part of a scan.
class Scan {
public:
  Scan(const Kernels &kernel, const float *rows, size_t dimension, const float *queries, size_t queryCount,
       const Selection &selection, std::vector<Best> &best)
      : kernel(kernel), rows(rows), dimension(dimension), queries(queries), queryCount(queryCount), selection(selection),
        best(best), block(blockRows(dimension)), scores(4 * block) {}

  void run(int64_t first, int64_t last) {
    for (int64_t at = first; at < last; at += static_cast<int64_t>(block)) {
      const int64_t end = std::min(last, at + static_cast<int64_t>(block));
      const auto size = static_cast<size_t>(end - at);
      if (selection.all()) {
        compare(row(at), size, [&](Best &best, const float *line) { best.take(line, static_cast<int32_t>(at), size); });
        continue;
      }
      selection.list(at, end, chosen);
      if (queryCount < 4) {
        compareEach();
      } else if (chosen.size() * 2 >= size) {
        // Four queries against rows in a line cost less than half of them against rows anywhere.
        compare(row(at), size, [&](Best &best, const float *line) {
          for (const int32_t row : chosen) best.take(line[row - at], row);
        });
      } else if (!chosen.empty()) {
        gathered.resize(block * dimension);
        for (size_t i = 0; i < chosen.size(); ++i)
          std::copy_n(row(chosen[i]), dimension, gathered.data() + i * dimension);
        compare(gathered.data(), chosen.size(), [&](Best &best, const float *line) {
          for (size_t i = 0; i < chosen.size(); ++i) best.take(line[i], chosen[i]);
        });
      }
    }
  }

private:
  const float *row(int64_t i) const { return rows + static_cast<size_t>(i) * dimension; }

  // Every query against rows one after the other; `take` gets the scores of a query.
  template <typename Take> void compare(const float *start, size_t size, Take &&take) {
    size_t query = 0;
    for (; query + 4 <= queryCount; query += 4) {
      kernel.scanFour(queries + query * dimension, start, size, dimension, scores.data(), block);
      for (size_t i = 0; i < 4; ++i) take(best[query + i], scores.data() + i * block);
    }
    for (; query < queryCount; ++query) {
      kernel.scan(queries + query * dimension, start, size, dimension, scores.data());
      take(best[query], scores.data());
    }
  }

  // The chosen rows one by one, by the same product as a scan, so that a selection changes no score.
  void compareEach() {
    for (size_t i = 0; i < chosen.size(); ++i) {
      if (i + 1 < chosen.size()) {
        const char *next = reinterpret_cast<const char *>(row(chosen[i + 1]));
        for (size_t at = 0; at < dimension * sizeof(float) && at < 512; at += 64) __builtin_prefetch(next + at);
      }
      for (size_t query = 0; query < queryCount; ++query)
        best[query].take(kernel.dot(queries + query * dimension, row(chosen[i]), dimension), chosen[i]);
    }
  }

  const Kernels &kernel;
  const float *rows;
  size_t dimension;
  const float *queries;
  size_t queryCount;
  const Selection &selection;
  std::vector<Best> &best;
  size_t block;
  std::vector<float> scores, gathered;
  std::vector<int32_t> chosen;
};

} // namespace

void searchFlat(const Kernels &kernel, const float *rows, int64_t count, size_t dimension, const float *queries,
                size_t queryCount, size_t k, int threads, const Selection &selection,
                std::vector<std::vector<Scored>> &found) {
  // A thread costs some ten microseconds: worth it from a few megabytes of rows on.
  const int64_t parts = std::clamp<int64_t>(
      selection.count() * static_cast<int64_t>(dimension * queryCount) / 1000000, 1, std::max(1, threads));
  std::vector<std::vector<Best>> best(static_cast<size_t>(parts), std::vector<Best>(queryCount, Best(k)));
  std::vector<std::exception_ptr> failures(static_cast<size_t>(parts));
  auto work = [&](int64_t part) {
    try {
      Scan(kernel, rows, dimension, queries, queryCount, selection, best[static_cast<size_t>(part)])
          .run(count * part / parts, count * (part + 1) / parts);
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
    if (queryCount >= 4) rescore(rows, dimension, queries + query * dimension, found[query]);
  }
}

void rescore(const float *rows, size_t dimension, const float *query, std::vector<Scored> &found) {
  const Kernels &kernel = kernels();
  for (Scored &hit : found)
    hit.score = ordered(kernel.dot(query, rows + static_cast<size_t>(hit.row) * dimension, dimension));
  std::sort(found.begin(), found.end(), [](const Scored &left, const Scored &right) { return left.precedes(right); });
}

} // namespace cfaiss
