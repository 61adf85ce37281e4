#pragma once
#include "file.hpp"
#include "graph.hpp"
#include "selection.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <faiss/IndexScalarQuantizer.h>

namespace cfaiss {

// Rows behind their nearest centroids, a byte a component, as our own search reads them: from FAISS's memory or from a
// mapped file. A component is lowest + step * (code + 0.5).
class CodedLists {
public:
  // One centroid's rows. The ids are 64-bit numbers at any address.
  struct List {
    const uint8_t *codes = nullptr;
    const uint8_t *ids = nullptr;
    size_t count = 0;

    int64_t id(size_t i) const {
      int64_t value;
      std::memcpy(&value, ids + i * sizeof value, sizeof value);
      return value;
    }
  };

  // Over an index in memory, which must stay as it is.
  explicit CodedLists(const faiss::IndexIVFScalarQuantizer &index);
  // Over a mapped file, of which only the centroids and the range of each component are copied.
  CodedLists(std::unique_ptr<Mapping> mapping, const Trailer &trailer, const struct ListsLayout &layout);

  int64_t count() const { return rows; }
  size_t dimension() const { return width; }
  int32_t listCount() const { return static_cast<int32_t>(lists.size()); }
  bool mapped() const { return mapping != nullptr; }
  // Bytes of the heap that belong to this object.
  int64_t heapBytes() const;

  // The `k` best selected rows, best first. The `probes` lists with the nearest centroids are read, and further ones until
  // as large a part of the selected rows has been compared as an unfiltered search compares of all, and `k` at least. So few
  // selected rows that this would compare all of them are compared at once.
  void search(const float *query, size_t k, int32_t probes, const Selection &selection,
              std::vector<Scored> &found) const;

  // Writes the components of one row, as its codes stand for them.
  void decode(int64_t row, float *out) const;

private:
  void range(const float *trained);
  // Numbers the places of all rows. Throws unless every row is there once.
  void number();
  const uint8_t *code(int64_t row) const;

  size_t width;
  int64_t rows;
  std::unique_ptr<Mapping> mapping;
  std::vector<float> ownCentroids;
  const float *centroids;
  std::vector<float> lowest, step;
  std::vector<List> lists;
  std::vector<uint32_t> starts; // the place of each list's first row
  std::vector<uint32_t> places; // of each row
};

// Where the parts of a checked file lie.
struct ListsLayout {
  const uint8_t *centroids = nullptr;
  const uint8_t *trained = nullptr;
  std::vector<CodedLists::List> lists;
};

// Trains centroids and ranges on the rows and puts them into lists, on `threads` threads.
std::unique_ptr<faiss::IndexIVFScalarQuantizer> buildLists(const float *rows, int64_t count, int32_t dimension,
                                                           int threads);

} // namespace cfaiss
