#include "best.hpp"
#include "index.hpp"
#include "lists.hpp"

#include <algorithm>
#include <cmath>

#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexScalarQuantizer.h>

namespace cfaiss {

CodedLists::CodedLists(const faiss::IndexIVF &index)
    : width(static_cast<size_t>(index.d)), rows(index.ntotal),
      centroids(dynamic_cast<const faiss::IndexFlat &>(*index.quantizer).get_xb()) {
  if (const auto *scalar = dynamic_cast<const faiss::IndexIVFScalarQuantizer *>(&index)) {
    form = scalarForm(scalar->sq.trained.data(), width);
  } else {
    const auto &product = dynamic_cast<const faiss::IndexIVFPQ &>(index).pq;
    form = productForm(product.centroids.data(), width, product.M);
  }
  lists.resize(index.nlist);
  for (size_t i = 0; i < lists.size(); ++i) {
    lists[i].codes = index.invlists->get_codes(i);
    lists[i].ids = reinterpret_cast<const uint8_t *>(index.invlists->get_ids(i));
    lists[i].count = index.invlists->list_size(i);
  }
  checkLengths();
  number();
}

CodedLists::CodedLists(std::unique_ptr<Mapping> file, const Trailer &trailer, const ListsLayout &layout)
    : width(trailer.dimension), rows(static_cast<int64_t>(trailer.count)), mapping(std::move(file)),
      ownCentroids(layout.lists.size() * trailer.dimension), centroids(ownCentroids.data()), lists(layout.lists) {
  std::memcpy(ownCentroids.data(), layout.centroids, ownCentroids.size() * sizeof(float));
  std::vector<float> trained((layout.parts == 0 ? 2 : bookSize) * width);
  std::memcpy(trained.data(), layout.trained, trained.size() * sizeof(float));
  form = layout.parts == 0 ? scalarForm(trained.data(), width) : productForm(trained.data(), width, layout.parts);
  checkLengths();
  number();
  mapping->forget();
}

int32_t CodedLists::kind() const { return form->isResidual() ? CFAISS_IVF_PQ : CFAISS_IVF_SQ8; }

void CodedLists::checkLengths() const {
  for (size_t i = 0; i < lists.size(); ++i) {
    const float *centroid = centroids + i * width;
    const float square = kernels().dot(centroid, centroid, width);
    const float length = std::sqrt(square) + (form->isResidual() ? form->longest() : 0);
    if (!std::isfinite(square) || !std::isfinite(length * length))
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

size_t CodedLists::list(uint32_t place) const {
  // Empty lists begin where the next one does: the last of them has the row.
  return static_cast<size_t>(std::upper_bound(starts.begin(), starts.end(), place) - starts.begin() - 1);
}

void CodedLists::decode(int64_t row, float *out) const {
  const uint32_t place = places[static_cast<size_t>(row)];
  const size_t own = list(place);
  form->decode(code(place, own), centroids + own * width, out);
}

int64_t CodedLists::heapBytes() const {
  return static_cast<int64_t>(ownCentroids.capacity() * sizeof(float) +
                              lists.capacity() * sizeof(List) +
                              (starts.capacity() + places.capacity()) * sizeof(uint32_t)) +
         form->heapBytes();
}

void CodedLists::search(const float *query, size_t k, int32_t probes, const Selection &selection,
                        std::vector<Scored> &found) const {
  const std::vector<float> prepared = form->prepared(query);
  std::vector<float> products(lists.size());
  kernels().scan(query, centroids, lists.size(), width, products.data());
  Best best(k);
  auto compare = [&](const uint8_t *code, size_t list, int32_t row) {
    const float base = form->isResidual() ? products[list] : 0;
    best.take(ordered(base + form->product(prepared, code)), row);
  };
  const auto probed = static_cast<size_t>(std::clamp<int32_t>(probes, 1, listCount()));
  const double share = static_cast<double>(probed) / static_cast<double>(lists.size());
  const auto selected = static_cast<double>(selection.count());
  if (!selection.all() && selected <= share * static_cast<double>(rows)) {
    std::vector<int32_t> chosen;
    selection.list(0, rows, chosen);
    for (const int32_t row : chosen) {
      const uint32_t place = places[static_cast<size_t>(row)];
      const size_t own = list(place);
      compare(code(place, own), own, row);
    }
    found = best.sorted();
    return;
  }
  std::vector<Scored> order(lists.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = {ordered(products[i]), static_cast<int32_t>(i)};
  std::sort(order.begin(), order.end(), [](const Scored &left, const Scored &right) { return left.precedes(right); });
  const auto wanted = std::max(k, static_cast<size_t>(std::ceil(share * selected)));
  size_t seen = 0;
  for (size_t i = 0; i < order.size() && (i < probed || seen < wanted); ++i) {
    const auto number = static_cast<size_t>(order[i].row);
    const List &list = lists[number];
    for (size_t j = 0; j < list.count; ++j) {
      const auto row = static_cast<int32_t>(list.id(j));
      if (!selection.contains(row)) continue;
      compare(list.codes + j * form->bytes(), number, row);
      ++seen;
    }
  }
  found = best.sorted();
}

} // namespace cfaiss
