#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An index file mapped read-only: memory grows only by the pages that searches touch, and they are shared between
/// processes. Files of a generation are never changed, only removed, which a mapping survives.
final class MappedIndexFile: @unchecked Sendable {
  // @unchecked: the mapping never changes between init and deinit.
  let bytes: UnsafeRawBufferPointer
  let path: String

  init(path: String) throws(RetrievalError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    defer { _ = close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw Self.failure(path, errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw RetrievalError(.io, "The index is not a regular file.", path: path)
    }
    guard facts.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let size = Int(facts.st_size)
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      throw Self.failure(path, errno)
    }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Gives the pages back; they come again from the file when touched.
  func forget() {
    guard let start = bytes.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_DONTNEED)
  }

  private static func failure(_ path: String, _ code: Int32) -> RetrievalError {
    let reason = String(cString: strerror(code))
    if code == ENOENT || code == ENOTDIR {
      return RetrievalError(
        .indexMissing, "The index file is not there (\(reason)). Build the index again (`codeintel index`).", path: path)
    }
    return RetrievalError(
      .io, "The index file cannot be read (\(reason)). Check the file's permissions and the disk.", path: path)
  }
}
