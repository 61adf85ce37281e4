#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written from its beginning to its end, then closed.
struct OutputFile: ~Copyable {
  let path: String
  private let stream: UnsafeMutablePointer<FILE>
  private(set) var count = 0

  init(path: String) throws(RetrievalError) {
    guard let stream = fopen(path, "wbxe") else { throw Self.failure(path) }
    self.path = path
    self.stream = stream
  }

  deinit { fclose(stream) }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(RetrievalError) {
    guard bytes.count > 0 else { return }
    guard fwrite(bytes.baseAddress, 1, bytes.count, stream) == bytes.count else { throw Self.failure(path) }
    count += bytes.count
  }

  mutating func write<T: BitwiseCopyable>(_ values: [T]) throws(RetrievalError) {
    let result: Result<Void, RetrievalError> = values.withUnsafeBytes { bytes in
      do throws(RetrievalError) {
        try write(bytes)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Fills up with zeros.
  mutating func pad(to place: Int) throws(RetrievalError) {
    try write([UInt8](repeating: 0, count: max(0, place - count)))
  }

  /// Brings everything to the file; a full disk shows here at the latest.
  mutating func flush() throws(RetrievalError) {
    guard fflush(stream) == 0 else { throw Self.failure(path) }
  }

  /// Writes over what is there already.
  mutating func overwrite(_ bytes: [UInt8], at place: Int) throws(RetrievalError) {
    guard fseek(stream, place, SEEK_SET) == 0, fwrite(bytes, 1, bytes.count, stream) == bytes.count,
      fflush(stream) == 0
    else { throw Self.failure(path) }
  }

  private static func failure(_ path: String) -> RetrievalError {
    RetrievalError(
      .io, "An index file cannot be written (\(String(cString: strerror(errno)))). Check rights and free space.",
      path: path)
  }
}
