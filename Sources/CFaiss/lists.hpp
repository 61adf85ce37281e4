#pragma once
#include "file.hpp"
#include "graph.hpp"
#include "row_form.hpp"
#include "selection.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <faiss/IndexIVF.h>

namespace cfaiss {

// Rows behind their nearest centroids, in codes, as our own search reads them: from FAISS's memory or from a mapped file.
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
  explicit CodedLists(const faiss::IndexIVF &index);
  // Over a mapped file, of which only the centroids and what the codes stand for are copied.
  CodedLists(std::unique_ptr<Mapping> mapping, const Trailer &trailer, const struct ListsLayout &layout);

  int64_t count() const { return rows; }
  size_t dimension() const { return width; }
  int32_t listCount() const { return static_cast<int32_t>(lists.size()); }
  bool mapped() const { return mapping != nullptr; }
  // CFAISS_IVF_SQ8 or CFAISS_IVF_PQ.
  int32_t kind() const;
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
  // Throws when a centroid or a sum of one and of what codes stand for could overflow.
  void checkLengths() const;
  // Numbers the places of all rows. Throws unless every row is there once.
  void number();
  // The list that holds a place.
  size_t list(uint32_t place) const;
  const uint8_t *code(uint32_t place, size_t list) const { return lists[list].codes + (place - starts[list]) * form->bytes(); }

  size_t width;
  int64_t rows;
  std::unique_ptr<Mapping> mapping;
  std::vector<float> ownCentroids;
  const float *centroids;
  std::unique_ptr<RowForm> form;
  std::vector<List> lists;
  std::vector<uint32_t> starts; // the place of each list's first row
  std::vector<uint32_t> places; // of each row
};

// Where the parts of a checked file lie.
struct ListsLayout {
  const uint8_t *centroids = nullptr;
  const uint8_t *trained = nullptr; // ranges, or books
  size_t parts = 0;                 // 0 for codes of a byte a component
  std::vector<CodedLists::List> lists;
};

// Trains centroids and codes of a kind on the rows and puts them into lists, on `threads` threads.
std::unique_ptr<faiss::IndexIVF> buildLists(int32_t kind, const float *rows, int64_t count, int32_t dimension, int threads);

} // namespace cfaiss
