#include "graph.hpp"

#include <algorithm>
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

void searchGraph(const GraphView &graph, const float *query, size_t k, size_t beamWidth, std::vector<Scored> &found) {
  found.clear();
  if (graph.entry < 0) return;
  const Kernels &kernel = kernels();
  Scratch &scratch = threadScratch();
  Scored nearest{ordered(kernel.dot(query, graph.row(graph.entry), graph.dimension)), graph.entry};
  for (int32_t level = graph.top; level > 0; --level) descend(graph, kernel, query, level, nearest, scratch.fresh);

  scratch.visited.begin(graph.count);
  scratch.beam.begin(std::max(beamWidth, k));
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
  const size_t count = std::min(k, scratch.beam.count());
  for (size_t i = 0; i < count; ++i) found.push_back(scratch.beam.at(i));
}

} // namespace cfaiss
