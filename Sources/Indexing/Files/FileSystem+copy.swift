#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileSystem {
  /// Gives a file a second name, or copies it where that cannot be done (another file system, too many links, a file
  /// system without them).
  ///
  /// - Returns: whether it is the same file.
  static func linkOrCopy(_ source: String, to target: String) throws(SystemCallFailure) -> Bool {
    if link(source, target) == 0 { return true }
    guard [EXDEV, EPERM, EMLINK, ENOTSUP, ENOSYS].contains(errno) else { throw SystemCallFailure("link", source) }
    try copy(source, to: target)
    return false
  }

  /// Copies a file's content into a new file.
  static func copy(_ source: String, to target: String) throws(SystemCallFailure) {
    let from = open(source, O_RDONLY | O_CLOEXEC)
    guard from >= 0 else { throw SystemCallFailure("open", source) }
    defer { close(from) }
    let into = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard into >= 0 else { throw SystemCallFailure("open", target) }
    defer { close(into) }
    var failure: SystemCallFailure?
    try forEachBlock(of: from, path: source, size: 1 << 20) { block in
      failure = writeAll(block, to: into, path: target)
      return failure == nil
    }
    if let failure { throw failure }
  }
}
