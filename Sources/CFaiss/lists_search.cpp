#include "best.hpp"
#include "index.hpp"
#include "lists.hpp"

#include <algorithm>
#include <cmath>

namespace cfaiss {

CodedLists::CodedLists(const faiss::IndexIVFScalarQuantizer &index)
    : width(static_cast<size_t>(index.d)), rows(index.ntotal),
      centroids(dynamic_cast<const faiss::IndexFlat &>(*index.quantizer).get_xb()) {
  lists.resize(index.nlist);
  for (size_t i = 0; i < lists.size(); ++i) {
    lists[i].codes = index.invlists->get_codes(i);
    lists[i].ids = reinterpret_cast<const uint8_t *>(index.invlists->get_ids(i));
    lists[i].count = index.invlists->list_size(i);
  }
  range(index.sq.trained.data());
  number();
}

CodedLists::CodedLists(std::unique_ptr<Mapping> file, const Trailer &trailer, const ListsLayout &layout)
    : width(trailer.dimension), rows(static_cast<int64_t>(trailer.count)), mapping(std::move(file)),
      ownCentroids(layout.lists.size() * trailer.dimension), centroids(ownCentroids.data()), lists(layout.lists) {
  std::memcpy(ownCentroids.data(), layout.centroids, ownCentroids.size() * sizeof(float));
  std::vector<float> trained(2 * width);
  std::memcpy(trained.data(), layout.trained, trained.size() * sizeof(float));
  range(trained.data());
  number();
  mapping->forget();
}

void CodedLists::range(const float *trained) {
  lowest.assign(trained, trained + width);
  step.resize(width);
  // The longest vector that codes can stand for: no product with a query overflows then.
  float length = 0;
  for (size_t i = 0; i < width; ++i) {
    step[i] = trained[width + i] / 255;
    const float most = std::abs(lowest[i]) + 256 * step[i];
    length += most * most;
    if (!(trained[width + i] >= 0) || !std::isfinite(length))
      fail(CFAISS_CORRUPT, 0, static_cast<int64_t>(i), "the range of component %zu is not one of finite vectors", i);
  }
  for (size_t i = 0; i < lists.size(); ++i) {
    const float *centroid = centroids + i * width;
    if (!std::isfinite(kernels().dot(centroid, centroid, width)))
      fail(CFAISS_CORRUPT, 0, static_cast<int64_t>(i), "centroid %zu is not a finite vector", i);
  }
}

void CodedLists::number() {
  starts.resize(lists.size());
  places.assign(static_cast<size_t>(rows), UINT32_MAX);
  uint32_t place = 0;
  for (size_t i = 0; i < lists.size(); ++i) {
    starts[i] = place;
    for (size_t j = 0; j < lists[i].count; ++j, ++place) {
      const int64_t id = lists[i].id(j);
      if (id < 0 || id >= rows || places[static_cast<size_t>(id)] != UINT32_MAX)
        fail(CFAISS_CORRUPT, rows, id, "list %zu names a row twice or one that does not exist", i);
      places[static_cast<size_t>(id)] = place;
    }
  }
  if (place != rows) fail(CFAISS_CORRUPT, rows, place, "the lists hold another number of rows");
}

const uint8_t *CodedLists::code(int64_t row) const {
  const uint32_t place = places[static_cast<size_t>(row)];
  // Empty lists begin where the next one does: the last of them has the row.
  const auto list = static_cast<size_t>(std::upper_bound(starts.begin(), starts.end(), place) - starts.begin() - 1);
  return lists[list].codes + (place - starts[list]) * width;
}

void CodedLists::decode(int64_t row, float *out) const {
  const uint8_t *codes = code(row);
  for (size_t i = 0; i < width; ++i) out[i] = lowest[i] + step[i] * (static_cast<float>(codes[i]) + 0.5f);
}

int64_t CodedLists::heapBytes() const {
  return static_cast<int64_t>((ownCentroids.capacity() + lowest.capacity() + step.capacity()) * sizeof(float) +
                              lists.capacity() * sizeof(List) +
                              (starts.capacity() + places.capacity()) * sizeof(uint32_t));
}

void CodedLists::search(const float *query, size_t k, int32_t probes, const Selection &selection,
                        std::vector<Scored> &found) const {
  const Kernels &kernel = kernels();
  std::vector<float> scaled(width);
  float base = 0;
  for (size_t i = 0; i < width; ++i) {
    scaled[i] = query[i] * step[i];
    base += query[i] * (lowest[i] + step[i] * 0.5f);
  }
  Best best(k);
  auto compare = [&](const uint8_t *codes, int32_t row) {
    best.take(ordered(base + kernel.dotBytes(scaled.data(), codes, width)), row);
  };
  const auto probed = static_cast<size_t>(std::clamp<int32_t>(probes, 1, listCount()));
  const double share = static_cast<double>(probed) / static_cast<double>(lists.size());
  const auto selected = static_cast<double>(selection.count());
  if (!selection.all() && selected <= share * static_cast<double>(rows)) {
    std::vector<int32_t> chosen;
    selection.list(0, rows, chosen);
    for (const int32_t row : chosen) compare(code(row), row);
    found = best.sorted();
    return;
  }
  std::vector<float> products(lists.size());
  kernel.scan(query, centroids, lists.size(), width, products.data());
  std::vector<Scored> order(lists.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = {ordered(products[i]), static_cast<int32_t>(i)};
  std::sort(order.begin(), order.end(), [](const Scored &left, const Scored &right) { return left.precedes(right); });
  const auto wanted = std::max(k, static_cast<size_t>(std::ceil(share * selected)));
  size_t seen = 0;
  for (size_t i = 0; i < order.size() && (i < probed || seen < wanted); ++i) {
    const List &list = lists[static_cast<size_t>(order[i].row)];
    for (size_t j = 0; j < list.count; ++j) {
      const auto row = static_cast<int32_t>(list.id(j));
      if (!selection.contains(row)) continue;
      compare(list.codes + j * width, row);
      ++seen;
    }
  }
  found = best.sorted();
}

} // namespace cfaiss
