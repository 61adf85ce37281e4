#include "cursor.hpp"
#include "index.hpp"
#include "lists.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cfaiss {

Mapping::Mapping(const char *path) : name(path) {
  int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const int code = errno;
    fail(code == ENOENT ? CFAISS_MISSING : CFAISS_IO, 0, code, "cannot open %s: %s", path, std::strerror(code));
  }
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    fail(CFAISS_IO, 0, 0, "%s is not a regular file", path);
  }
  length = static_cast<size_t>(status.st_size);
  if (length > 0) {
    void *mapped = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int code = errno;
    if (mapped == MAP_FAILED) {
      ::close(descriptor);
      fail(CFAISS_IO, 0, code, "cannot map %s: %s", path, std::strerror(code));
    }
    start = static_cast<const uint8_t *>(mapped);
  }
  ::close(descriptor);
}

void Mapping::forget() const {
  if (start) ::madvise(const_cast<uint8_t *>(start), length, MADV_DONTNEED);
}

Mapping::~Mapping() {
  if (start) ::munmap(const_cast<uint8_t *>(start), length);
}

bool hasLists(const Trailer &trailer) { return trailer.kind == CFAISS_IVF_SQ8 || trailer.kind == CFAISS_IVF_PQ; }

Trailer checkedTrailer(const Mapping &mapping, int32_t expectedDimension) {
  const char *path = mapping.path();
  const auto size = static_cast<int64_t>(mapping.size());
  Trailer trailer{};
  if (mapping.size() >= sizeof trailer)
    std::memcpy(&trailer, mapping.bytes() + mapping.size() - sizeof trailer, sizeof trailer);
  if (std::memcmp(trailer.magic, Trailer::expectedMagic, sizeof trailer.magic) != 0) {
    const bool looksLikeFaiss = mapping.size() >= 4 && (std::memcmp(mapping.bytes(), "IxFI", 4) == 0 ||
                                                        std::memcmp(mapping.bytes(), "IHNf", 4) == 0 ||
                                                        std::memcmp(mapping.bytes(), "IwSq", 4) == 0 ||
                                                        std::memcmp(mapping.bytes(), "IwPQ", 4) == 0);
    if (looksLikeFaiss || mapping.size() < 4)
      fail(CFAISS_TRUNCATED, 0, size, "%s ends before its trailer: the file is cut off, or another program wrote it",
           path);
    fail(CFAISS_FOREIGN, 0, size, "%s is not an index file", path);
  }
  if (trailer.ownChecksum != trailer.checksum())
    fail(CFAISS_CORRUPT, 0, 0, "%s is damaged: its trailer does not match its own checksum", path);
  if (trailer.version != Trailer::currentVersion)
    fail(CFAISS_VERSION, Trailer::currentVersion, trailer.version, "%s has format version %u, this program reads %u",
         path, trailer.version, Trailer::currentVersion);
  if (trailer.payloadBytes != mapping.size() - sizeof trailer)
    fail(CFAISS_TRUNCATED, static_cast<int64_t>(trailer.payloadBytes + sizeof trailer), size,
         "%s has the wrong size", path);
  if (trailer.kind > CFAISS_IVF_PQ)
    fail(CFAISS_VERSION, CFAISS_IVF_PQ, trailer.kind, "%s is an index of kind %u, this program knows 1 to %d", path,
         trailer.kind, int{CFAISS_IVF_PQ});
  if (trailer.kind < CFAISS_FLAT || trailer.dimension < 1 ||
      trailer.dimension > static_cast<uint32_t>(maximumDimension) || trailer.count > uint64_t{maximumRows})
    fail(CFAISS_CORRUPT, 0, 0, "%s names an impossible kind, dimension or count", path);
  if (expectedDimension != 0 && trailer.dimension != static_cast<uint32_t>(expectedDimension))
    fail(CFAISS_DIMENSION, expectedDimension, trailer.dimension, "%s holds vectors of another dimension", path);
  return trailer;
}

namespace {

void checkGraph(Cursor &cursor, const Trailer &trailer) {
  const auto probabilities = cursor.section<double>();
  const auto cumulative = cursor.section<int32_t>();
  const auto levels = cursor.section<int32_t>();
  const auto offsets = cursor.section<uint64_t>();
  const auto neighbors = cursor.section<int32_t>();
  const auto entry = cursor.take<int32_t>();
  const auto top = cursor.take<int32_t>();
  const auto construction = cursor.take<int32_t>();
  cursor.take<int32_t>(); // efSearch: ours comes with each search
  const auto upperBeam = cursor.take<int32_t>();
  const auto count = trailer.count;

  if (cumulative.count() < 2 || cumulative.count() > 1024 || cumulative[0] != 0)
    cursor.reject("the table of links per level is wrong");
  for (uint64_t i = 1; i < cumulative.count(); ++i)
    if (cumulative[i] <= cumulative[i - 1]) cursor.reject("the table of links per level is not ascending");
  if (cumulative[1] != 2 * trailer.links || probabilities.count() + 1 != cumulative.count())
    cursor.reject("the number of links disagrees with the trailer");
  if (levels.count() != count || offsets.count() != count + 1) cursor.reject("the graph has another number of rows");
  if (upperBeam != 1 || construction < 1) cursor.reject("the graph's parameters are out of range");
  if (count == 0) {
    if (entry != -1 || neighbors.count() != 0) cursor.reject("an empty graph has links");
    return;
  }
  const auto topLevels = static_cast<int32_t>(cumulative.count()) - 1;
  if (entry < 0 || static_cast<uint64_t>(entry) >= count || top < 0 || top >= levels[entry])
    cursor.reject("the entry point does not exist");
  if (offsets[0] != 0) cursor.reject("the link table does not begin at 0");
  for (uint64_t row = 0; row < count; ++row) {
    const auto rowLevels = levels[row];
    if (rowLevels < 1 || rowLevels > topLevels) cursor.reject("a row has an impossible level");
    const auto size = static_cast<uint64_t>(cumulative[static_cast<uint64_t>(rowLevels)]);
    if (offsets[row] > neighbors.count() || offsets[row + 1] - offsets[row] != size)
      cursor.reject("a row's links have the wrong size");
  }
  if (offsets[count] != neighbors.count()) cursor.reject("the link table has the wrong size");
  for (uint64_t row = 0; row < count; ++row) {
    for (int32_t level = 0; level < levels[row]; ++level) {
      const auto first = offsets[row] + static_cast<uint64_t>(cumulative[static_cast<uint64_t>(level)]);
      const auto last = offsets[row] + static_cast<uint64_t>(cumulative[static_cast<uint64_t>(level) + 1]);
      for (auto i = first; i < last; ++i) {
        const auto other = neighbors[i];
        if (other < -1 || other >= static_cast<int64_t>(count)) cursor.reject("a link points outside the index");
        if (other >= 0 && levels[static_cast<uint64_t>(other)] <= level)
          cursor.reject("a link points at a row that is not on its level");
      }
    }
  }
}

} // namespace

void checkPayload(const Mapping &mapping, const Trailer &trailer, ListsLayout &layout) {
  Cursor cursor(mapping, trailer.payloadBytes);
  if (hasLists(trailer)) {
    checkLists(cursor, trailer, layout);
    return;
  }
  if (trailer.kind == CFAISS_HNSW) {
    cursor.header("IHNf", trailer.dimension, trailer.count);
    checkGraph(cursor, trailer);
  }
  cursor.flat(trailer.dimension, trailer.count, "the number of values is wrong");
  cursor.finish();
}

} // namespace cfaiss
