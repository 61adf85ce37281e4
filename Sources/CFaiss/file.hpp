#pragma once
#include "checksum.hpp"
#include "failure.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace cfaiss {

// The last 64 bytes of an index file, little-endian. FAISS's own readers stop before it, so other FAISS programs can
// open the file; we refuse files without it, because FAISS 1.7.3 reserves whatever size a damaged header names.
struct Trailer {
  static constexpr char expectedMagic[8] = {'R', 'C', 'F', 'A', 'I', 'S', 'S', '\n'};
  static constexpr uint32_t currentVersion = 1;

  char magic[8];
  uint32_t version;
  uint32_t kind;
  uint64_t payloadBytes;
  uint64_t count;
  uint32_t dimension;
  uint16_t links;
  uint16_t reserved;
  uint64_t payloadChecksum;
  uint64_t reserved2;
  uint64_t ownChecksum; // of everything before it

  uint64_t checksum() const {
    Checksum result;
    result.update(this, offsetof(Trailer, ownChecksum));
    return result.value();
  }
};
static_assert(sizeof(Trailer) == 64, "the trailer is a file format");

// Whether the file holds inverted lists.
bool hasLists(const Trailer &trailer);

// A whole file mapped for reading.
class Mapping {
public:
  explicit Mapping(const char *path);
  ~Mapping();
  Mapping(const Mapping &) = delete;
  Mapping &operator=(const Mapping &) = delete;

  const uint8_t *bytes() const { return start; }
  size_t size() const { return length; }
  const char *path() const { return name.c_str(); }
  // Gives the pages back; they come again from the file when touched.
  void forget() const;

private:
  std::string name;
  const uint8_t *start = nullptr;
  size_t length = 0;
};

// The trailer, once its magic, version, own checksum and sizes hold.
Trailer checkedTrailer(const Mapping &mapping, int32_t expectedDimension);

// Walks FAISS's format: every section has the size the trailer implies and every link points at a row that has the
// level it is used on. After this neither FAISS nor our own search can be led outside its arrays. `layout` gets where the
// parts of an index with lists are.
void checkPayload(const Mapping &mapping, const Trailer &trailer, struct ListsLayout &layout);

class Cursor;
void checkLists(Cursor &cursor, const Trailer &trailer, struct ListsLayout &layout);

} // namespace cfaiss
