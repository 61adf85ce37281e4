#include "cursor.hpp"
#include "include/cfaiss.h"
#include "lists.hpp"

#include <algorithm>

#include <faiss/impl/ScalarQuantizer.h>

namespace cfaiss {

namespace {

// Returns the bytes of a row.
uint64_t checkScalar(Cursor &cursor, uint64_t dimension, ListsLayout &layout) {
  if (cursor.take<int32_t>() != faiss::ScalarQuantizer::QT_8bit) cursor.reject("its codes are not of 8 bits");
  cursor.take<int32_t>(), cursor.take<float>(); // how FAISS would have chosen the ranges
  if (cursor.take<uint64_t>() != dimension || cursor.take<uint64_t>() != dimension)
    cursor.reject("its codes have another length than its vectors");
  const auto trained = cursor.section<float>();
  if (trained.count() != 2 * dimension) cursor.reject("the number of ranges is wrong");
  layout.trained = trained.bytes();
  if (cursor.take<uint64_t>() != dimension || cursor.take<uint8_t>() != 0)
    cursor.reject("its codes are not those of whole vectors");
  return dimension;
}

// Returns the bytes of a row.
uint64_t checkProduct(Cursor &cursor, uint64_t dimension, ListsLayout &layout) {
  if (cursor.take<uint8_t>() != 1) cursor.reject("its codes are not those of differences");
  const auto parts = cursor.take<uint64_t>();
  if (parts < 1 || parts > dimension || dimension % parts != 0) cursor.reject("the number of parts is impossible");
  if (cursor.take<uint64_t>() != dimension || cursor.take<uint64_t>() != parts || cursor.take<uint64_t>() != 8)
    cursor.reject("the parts disagree with the index, or their codes are not of 8 bits");
  const auto books = cursor.section<float>();
  if (books.count() != bookSize * dimension) cursor.reject("the books have the wrong size");
  layout.trained = books.bytes();
  layout.parts = parts;
  return parts;
}

} // namespace

// Which rows the lists name, and whether their numbers are finite, is checked when the lists are put together.
void checkLists(Cursor &cursor, const Trailer &trailer, ListsLayout &layout) {
  const bool isProduct = trailer.kind == CFAISS_IVF_PQ;
  cursor.header(isProduct ? "IwPQ" : "IwSq", trailer.dimension, trailer.count);
  const auto lists = cursor.take<uint64_t>();
  cursor.take<uint64_t>(); // nprobe: ours comes with each search
  // No file holds more lists than the rows it says it has, save the one of an empty index.
  if (lists < 1 || lists > std::max<uint64_t>(1, trailer.count)) cursor.reject("the number of lists is impossible");
  layout.centroids = cursor.flat(trailer.dimension, lists, "the number of centroids is wrong").bytes();
  if (cursor.take<uint8_t>() != 0 || cursor.take<uint64_t>() != 0) cursor.reject("it holds a map that we do not write");
  const auto bytes = isProduct ? checkProduct(cursor, trailer.dimension, layout)
                               : checkScalar(cursor, trailer.dimension, layout);
  cursor.tag("ilar", "an unexpected sort of lists");
  if (cursor.take<uint64_t>() != lists || cursor.take<uint64_t>() != bytes)
    cursor.reject("the lists disagree with the index");
  layout.lists.assign(lists, {});
  if (cursor.next("full")) {
    const auto sizes = cursor.section<uint64_t>();
    if (sizes.count() != lists) cursor.reject("the number of list sizes is wrong");
    for (uint64_t i = 0; i < lists; ++i) layout.lists[i].count = sizes[i];
  } else {
    cursor.tag("sprs", "an unexpected form of list sizes");
    const auto sizes = cursor.section<uint64_t>();
    if (sizes.count() % 2 != 0) cursor.reject("the number of list sizes is wrong");
    for (uint64_t i = 0; i < sizes.count(); i += 2) {
      if (sizes[i] >= lists) cursor.reject("a list's number is impossible");
      layout.lists[sizes[i]].count = sizes[i + 1];
    }
  }
  for (auto &list : layout.lists) {
    if (list.count > trailer.count) cursor.reject("a list is longer than the index");
    list.codes = cursor.section<uint8_t>(list.count * bytes).bytes();
    list.ids = cursor.section<int64_t>(list.count).bytes();
  }
  cursor.finish();
}

} // namespace cfaiss
