#pragma once
#include "failure.hpp"
#include "file.hpp"

#include <cstdint>
#include <cstring>

#include <faiss/MetricType.h>

namespace cfaiss {

// A section of the file whose elements may lie at any address.
template <typename Element> class Section {
public:
  Section() = default;
  Section(const uint8_t *start, uint64_t count) : start(start), count_(count) {}
  uint64_t count() const { return count_; }
  const uint8_t *bytes() const { return start; }
  Element operator[](uint64_t i) const {
    Element value;
    std::memcpy(&value, start + i * sizeof(Element), sizeof(Element));
    return value;
  }

private:
  const uint8_t *start = nullptr;
  uint64_t count_ = 0;
};

class Cursor {
public:
  Cursor(const Mapping &mapping, uint64_t end) : mapping(mapping), end(end) {}

  [[noreturn]] void reject(const char *why) const {
    fail(CFAISS_CORRUPT, 0, static_cast<int64_t>(at), "%s is damaged near byte %llu: %s", mapping.path(),
         static_cast<unsigned long long>(at), why);
  }

  template <typename Value> Value take() {
    if (end - at < sizeof(Value)) reject("it ends inside a header");
    Value value;
    std::memcpy(&value, mapping.bytes() + at, sizeof value);
    at += sizeof value;
    return value;
  }

  template <typename Element> Section<Element> section() {
    return section<Element>(take<uint64_t>());
  }

  // A section whose size is told elsewhere.
  template <typename Element> Section<Element> section(uint64_t count) {
    if (count > (end - at) / sizeof(Element)) reject("a section is longer than the file");
    Section<Element> result(mapping.bytes() + at, count);
    at += count * sizeof(Element);
    return result;
  }

  void tag(const char *tag, const char *why) {
    const auto found = take<uint32_t>();
    if (std::memcmp(&found, tag, 4) != 0) reject(why);
  }

  // Whether this tag comes next; if so it is passed.
  bool next(const char *tag) {
    if (end - at < 4 || std::memcmp(mapping.bytes() + at, tag, 4) != 0) return false;
    at += 4;
    return true;
  }

  void header(const char *type, uint32_t dimension, uint64_t count) {
    tag(type, "an unexpected index type");
    if (take<int32_t>() != static_cast<int32_t>(dimension)) reject("the dimensions disagree");
    if (take<int64_t>() != static_cast<int64_t>(count)) reject("the row counts disagree");
    take<int64_t>(), take<int64_t>();
    if (take<uint8_t>() != 1) reject("the index is not trained");
    if (take<int32_t>() != faiss::METRIC_INNER_PRODUCT) reject("the metric is not the inner product");
  }

  // A flat index of so many rows; gives its vectors.
  Section<float> flat(uint32_t dimension, uint64_t count, const char *why) {
    header("IxFI", dimension, count);
    const auto values = section<float>();
    if (values.count() != count * dimension) reject(why);
    return values;
  }

  void finish() const {
    if (at != end) reject("bytes follow the end of the index");
  }

private:
  const Mapping &mapping;
  uint64_t at = 0;
  uint64_t end;
};

} // namespace cfaiss
