#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A whole file mapped read-only: pages are read when touched and shared with other processes that map the file.
///
/// The file must not be shortened while it is mapped; replace files by renaming a new one over them.
final class MappedFile: @unchecked Sendable {
  // @unchecked: the mapping never changes between init and deinit.
  let bytes: UnsafeRawBufferPointer
  let path: String

  init(path: String) throws(EmbeddingError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path, errno: errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw .cannotOpen(path, errno: errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw EmbeddingError(.unreadableFile, "this is not a regular file: give the path of a file", path: path)
    }
    guard facts.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let size = Int(facts.st_size)
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw .cannotOpen(path, errno: errno) }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Tells the system that these pages are not needed for now; they come back from the file when touched.
  func forget(_ range: Range<Int>) {
    guard let start = bytes.baseAddress else { return }
    let page = sysconf(Int32(_SC_PAGESIZE))
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound / page * page
    guard first < last else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, MADV_DONTNEED)
  }
}

extension EmbeddingError {
  fileprivate static func cannotOpen(_ path: String, errno code: Int32) -> EmbeddingError {
    let reason = String(cString: strerror(code))
    if code == ENOENT || code == ENOTDIR {
      return EmbeddingError(
        .missingFile, "the file is not there (\(reason)): check the model folder, or run scripts/model", path: path)
    }
    return EmbeddingError(.unreadableFile, "the file cannot be read (\(reason)): check its permissions", path: path)
  }
}
