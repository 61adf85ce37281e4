#include "checksum.hpp"
#include "file.hpp"
#include "index.hpp"
#include "lists.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <faiss/impl/io.h>
#include <faiss/index_io.h>

using namespace cfaiss;

namespace {

class Writer : public faiss::IOWriter {
public:
  explicit Writer(FILE *file) : file(file) {}

  size_t operator()(const void *bytes, size_t size, size_t items) override {
    checksum.update(bytes, size * items);
    size_t written = std::fwrite(bytes, size, items, file);
    total += written * size;
    return written;
  }

  Checksum checksum;
  uint64_t total = 0;

private:
  FILE *file;
};

// Reads from checked memory only and never past its end.
class Reader : public faiss::IOReader {
public:
  Reader(const uint8_t *bytes, size_t count) : at(bytes), left(count) {}

  size_t operator()(void *out, size_t size, size_t items) override {
    if (size == 0) return items;
    size_t take = std::min(items, left / size);
    if (take > 0) std::memcpy(out, at, take * size);
    at += take * size, left -= take * size;
    return take;
  }

private:
  const uint8_t *at;
  size_t left;
};

struct File {
  FILE *handle;
  ~File() {
    if (handle) std::fclose(handle);
  }
};

[[noreturn]] void systemFailure(const char *verb, const std::string &path) {
  const int code = errno;
  fail(code == ENOENT ? CFAISS_MISSING : CFAISS_IO, 0, code, "cannot %s %s: %s", verb, path.c_str(),
       std::strerror(code));
}

void syncDirectory(const std::string &path) {
  auto slash = path.rfind('/');
  std::string directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) systemFailure("open the folder", directory);
  int status = ::fsync(descriptor);
  ::close(descriptor);
  if (status != 0) systemFailure("sync the folder", directory);
}

// Rows that are added have a finite length, so a file of ours has no others; no score needs a check then.
void checkStored(const cfaiss_index &index, const char *path) {
  const int64_t row = firstUnusable(index.rows(), index.count(), static_cast<size_t>(index.dimension()));
  if (row >= 0)
    fail(CFAISS_CORRUPT, 0, row, "%s is damaged: vector %lld is not finite", path, static_cast<long long>(row));
}

// Returns the checksum of FAISS's part.
uint64_t write(const cfaiss_index &index, const std::string &path) {
  File file{std::fopen(path.c_str(), "wbe")};
  if (!file.handle) systemFailure("create", path);
  Writer writer(file.handle);
  errno = 0;
  try {
    faiss::write_index(index.owned.get(), &writer);
  } catch (const faiss::FaissException &) {
    if (errno != 0) systemFailure("write", path);
    throw;
  }
  Trailer trailer{};
  std::memcpy(trailer.magic, Trailer::expectedMagic, sizeof trailer.magic);
  auto description = cfaiss_describe(&index);
  trailer.version = Trailer::currentVersion;
  trailer.kind = static_cast<uint32_t>(description.kind);
  trailer.payloadBytes = writer.total;
  trailer.count = static_cast<uint64_t>(description.count);
  trailer.dimension = static_cast<uint32_t>(description.dimension);
  trailer.links = static_cast<uint16_t>(description.links);
  trailer.payloadChecksum = writer.checksum.value();
  trailer.ownChecksum = trailer.checksum();
  if (std::fwrite(&trailer, sizeof trailer, 1, file.handle) != 1) systemFailure("write", path);
  if (std::fflush(file.handle) != 0 || ::fsync(::fileno(file.handle)) != 0) systemFailure("write", path);
  FILE *handle = file.handle;
  file.handle = nullptr;
  if (std::fclose(handle) != 0) systemFailure("close", path);
  return trailer.payloadChecksum;
}

} // namespace

extern "C" {

int32_t cfaiss_save(const cfaiss_index *index, const char *path, uint64_t *checksum, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (!index->owned) fail(CFAISS_ARGUMENT, 0, 0, "a mapped index is a file already: copy that");
    const std::string partial = std::string(path) + ".partial";
    try {
      *checksum = write(*index, partial);
      if (std::rename(partial.c_str(), path) != 0) systemFailure("rename to", path);
    } catch (...) {
      ::unlink(partial.c_str());
      throw;
    }
    syncDirectory(path);
  });
}

int32_t cfaiss_open(const char *path, int32_t expected_dimension, int32_t mapped, cfaiss_index **index,
                    cfaiss_failure *failure) {
  return guarded(failure, [&] {
    auto mapping = std::make_unique<Mapping>(path);
    const Trailer trailer = checkedTrailer(*mapping, expected_dimension);
    Checksum checksum;
    checksum.update(mapping->bytes(), trailer.payloadBytes);
    if (checksum.value() != trailer.payloadChecksum)
      fail(CFAISS_CORRUPT, 0, 0, "%s is damaged: its checksum does not match its content", path);
    ListsLayout layout;
    checkPayload(*mapping, trailer, layout);
    std::unique_ptr<cfaiss_index> opened;
    if (mapped != 0 && hasLists(trailer)) {
      opened = std::make_unique<cfaiss_index>();
      opened->lists = std::make_unique<CodedLists>(std::move(mapping), trailer, layout);
    } else {
      Reader reader(mapping->bytes(), trailer.payloadBytes);
      opened = adopt(std::unique_ptr<faiss::Index>(faiss::read_index(&reader)));
      if (!opened->lists) checkStored(*opened, path);
    }
    opened->checksum = trailer.payloadChecksum;
    *index = opened.release();
  });
}

uint64_t cfaiss_checksum(const void *bytes, int64_t count) {
  Checksum checksum;
  if (count > 0) checksum.update(bytes, static_cast<size_t>(count));
  return checksum.value();
}

} // extern "C"
