#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileSystem {
  /// The bytes of a regular file, at most `limit`; nil when it holds more.
  ///
  /// A final link is not followed and a pipe is not waited for: between the walk and the read a path may change its kind.
  static func read(_ path: String, limit: Int) throws(SystemCallFailure) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw SystemCallFailure("open", path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw SystemCallFailure("fstat", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SystemCallFailure("open", path, number: EINVAL) }
    guard Int(status.st_size) <= limit else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size) + 1)
    try forEachBlock(of: file, path: path, size: 1 << 16) { block in
      bytes.append(contentsOf: block)
      return bytes.count <= limit
    }
    return bytes.count <= limit ? bytes : nil
  }

  /// Calls `body` with each block of an open file until it returns false or the file ends.
  static func forEachBlock(
    of file: Int32, path: String, size: Int, _ body: (UnsafeRawBufferPointer) -> Bool
  ) throws(SystemCallFailure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = systemRead(file, buffer)
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemCallFailure("read", path)
      }
      if count == 0 || !body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { return }
    }
  }

  private static func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(file, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(file, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func systemWrite(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(file, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(file, bytes.baseAddress, bytes.count)
    #endif
  }

  /// Writes a new file, or replaces one, and brings its content to the disk; not yet its name: see ``replace(_:with:)``.
  static func write(_ bytes: [UInt8], to path: String) throws(SystemCallFailure) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw SystemCallFailure("open", path) }
    defer { close(file) }
    let failure = bytes.withUnsafeBytes { writeAll($0, to: file, path: path) }
    if let failure { throw failure }
    guard fsync(file) == 0 else { throw SystemCallFailure("fsync", path) }
  }

  /// Writes a whole block to an open file; what went wrong, or nil.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32, path: String) -> SystemCallFailure? {
    var written = 0
    while written < bytes.count {
      let count = systemWrite(file, UnsafeRawBufferPointer(rebasing: bytes[written...]))
      if count < 0 {
        if errno == EINTR { continue }
        return SystemCallFailure("write", path)
      }
      written += count
    }
    return nil
  }

  /// Replaces a file as one step that survives power loss: temporary file, fsync, rename, fsync of the directory.
  static func replace(_ path: String, with bytes: [UInt8]) throws(SystemCallFailure) {
    let temporary = path + ".tmp"
    try write(bytes, to: temporary)
    try move(temporary, to: path)
    try sync(Paths.parent(of: path))
  }

  /// Brings a file's content, or a directory's entries, to the disk.
  static func sync(_ path: String) throws(SystemCallFailure) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SystemCallFailure("open", path) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw SystemCallFailure("fsync", path) }
  }

  /// Brings a directory and everything below it to the disk, the leaves first.
  static func syncTree(_ path: String) throws(SystemCallFailure) {
    if try status(path).kind == .directory {
      for entry in try entries(of: path) {
        if let name = entry.name { try syncTree(Paths.join(path, name)) }
      }
    }
    try sync(path)
  }
}
