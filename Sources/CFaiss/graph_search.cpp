#include "flat_search.hpp"
#include "graph.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cfaiss {

Scratch &threadScratch() {
  thread_local Scratch scratch;
  return scratch;
}

void Beam::insert(float score, int32_t row) {
  size_t low = 0, high = used;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const Entry &entry = entries[middle];
    if (entry.score > score || (entry.score == score && entry.row < row)) low = middle + 1;
    else high = middle;
  }
  if (low >= limit) return;
  const size_t moved = std::min(used, limit - 1) - low;
  std::memmove(&entries[low + 1], &entries[low], moved * sizeof(Entry));
  entries[low] = {score, row, false};
  if (used < limit) ++used;
  if (low < next) next = low;
}

int32_t Beam::expand() {
  while (next < used && entries[next].expanded) ++next;
  if (next == used) return -1;
  entries[next].expanded = true;
  return entries[next++].row;
}

// Follows the best neighbour on one upper level until none is better.
static void descend(const GraphView &graph, const Kernels &kernel, const float *query, int32_t level, Scored &nearest,
                    std::vector<int32_t> &fresh) {
  for (bool moved = true; moved;) {
    moved = false;
    const size_t base = graph.offsets[nearest.row];
    fresh.clear();
    for (size_t i = base + graph.cumulative[level]; i < base + graph.cumulative[level + 1]; ++i) {
      if (graph.neighbors[i] < 0) break;
      fresh.push_back(graph.neighbors[i]);
    }
    scoreRows(kernel, query, graph.rows, graph.dimension, fresh.data(), fresh.size(), [&](float score, int32_t row) {
      if (score > nearest.score) nearest = {score, row}, moved = true;
    });
  }
}

// The beam's best rows, selected or not, end in the thread's scratch.
static const Beam &walk(const GraphView &graph, const float *query, size_t width) {
  const Kernels &kernel = kernels();
  Scratch &scratch = threadScratch();
  Scored nearest{ordered(kernel.dot(query, graph.row(graph.entry), graph.dimension)), graph.entry};
  for (int32_t level = graph.top; level > 0; --level) descend(graph, kernel, query, level, nearest, scratch.fresh);

  scratch.visited.begin(graph.count);
  scratch.beam.begin(width);
  scratch.visited.insert(nearest.row);
  scratch.beam.insert(nearest.score, nearest.row);
  const size_t bottom = static_cast<size_t>(graph.cumulative[1]);
  for (int32_t row; (row = scratch.beam.expand()) >= 0;) {
    const int32_t *links = graph.neighbors + graph.offsets[row];
    for (size_t i = 0; i < bottom && links[i] >= 0; ++i) scratch.visited.prefetch(links[i]);
    scratch.fresh.clear();
    for (size_t i = 0; i < bottom && links[i] >= 0; ++i)
      if (scratch.visited.insert(links[i])) scratch.fresh.push_back(links[i]);
    scoreRows(kernel, query, graph.rows, graph.dimension, scratch.fresh.data(), scratch.fresh.size(),
              [&](float score, int32_t other) {
                if (scratch.beam.admits(score)) scratch.beam.insert(score, other);
              });
  }
  return scratch.beam;
}

// The `k` best selected rows of a beam. What is behind the last by no more than rounding is compared again too: among equal
// vectors the smaller rows win, whichever score the walk gave them.
static void take(const GraphView &graph, const float *query, const Beam &beam, size_t k, const Selection &selection,
                 std::vector<Scored> &found) {
  found.clear();
  for (size_t i = 0; i < beam.count(); ++i) {
    const Scored hit = beam.at(i);
    if (found.size() >= k) {
      const float last = found[k - 1].score;
      const float rounding = 1e-5f * std::max(std::abs(found.front().score), std::abs(last));
      if (!(hit.score >= last - rounding)) break;
    }
    if (selection.contains(hit.row)) found.push_back(hit);
  }
  rescore(graph.rows, graph.dimension, query, found);
  if (found.size() > k) found.resize(k);
}

void searchGraph(const GraphView &graph, const float *query, size_t k, size_t beamWidth, const Selection &selection,
                 std::vector<Scored> &found) {
  found.clear();
  if (graph.entry < 0 || selection.count() == 0) return;
  const auto selected = static_cast<size_t>(selection.count());
  const size_t wanted = std::min(k, selected);
  if (selection.all()) {
    take(graph, query, walk(graph, query, std::max(beamWidth, k)), k, selection, found);
    return;
  }
  // A beam of w rows holds about w times the share of selected ones. For k of them three deviations more are needed,
  // or every other search would come back short. The walk passes through all rows: the best of the selected ones are
  // then the best of the beam, as good as an unfiltered search of that width.
  const auto asked = static_cast<double>(k);
  const double places = std::max(static_cast<double>(beamWidth), asked + 3 * std::sqrt(asked));
  // A walk compares each of its rows' links once at most, a scan each selected row.
  const double links = graph.cumulative[1];
  for (double width = std::ceil(places / selection.share()); width * links < static_cast<double>(selected);
       width *= 4) {
    take(graph, query, walk(graph, query, static_cast<size_t>(width)), wanted, selection, found);
    if (found.size() == wanted) return;
  }
  std::vector<std::vector<Scored>> all;
  searchFlat(kernels(), graph.rows, graph.count, graph.dimension, query, 1, wanted, 1, selection, all);
  found = std::move(all.front());
}

} // namespace cfaiss
