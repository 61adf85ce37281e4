import CFaiss

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An index file mapped read-only. Index files are never changed in place, so the mapping stays valid.
final class MappedIndexFile: @unchecked Sendable {
  // @unchecked: the mapping never changes between init and deinit.
  let bytes: UnsafeRawBufferPointer

  /// Maps the file. Blocks.
  ///
  /// - Throws: ``RetrievalError`` with `indexMissing` or `io`.
  init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.refused(path) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw Self.refused(path) }
    guard facts.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = mmap(nil, Int(facts.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw Self.refused(path) }
    bytes = UnsafeRawBufferPointer(start: address, count: Int(facts.st_size))
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// XXH64 of a part of the file, seed 0.
  func checksum(of range: Range<Int>) -> UInt64 {
    let part = UnsafeRawBufferPointer(rebasing: bytes[range])
    return cfaiss_checksum(part.baseAddress?.assumingMemoryBound(to: UInt8.self), Int64(part.count))
  }

  private static func refused(_ path: String) -> RetrievalError {
    let code = errno
    let reason = String(cString: strerror(code))
    return code == ENOENT || code == ENOTDIR
      ? RetrievalError(.indexMissing, "The index file is missing: index again.", path: path)
      : RetrievalError(.io, "The index file cannot be read (\(reason)).", path: path)
  }
}
