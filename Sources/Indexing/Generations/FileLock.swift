#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An advisory `flock` on an open file. The kernel gives it back when the process ends, however it ends.
final class FileLock: Sendable {
  private let file: Int32

  private init(file: Int32) { self.file = file }

  /// Unlocks before closing: a child process that is just being started still has a copy of every open file until it
  /// becomes another program, and closing alone would leave the lock with that copy.
  deinit {
    flock(file, LOCK_UN)
    close(file)
  }

  /// Nil when somebody else holds the lock. Creates the file when it is missing.
  static func exclusive(_ path: String) throws(SystemCallFailure) -> FileLock? {
    try take(path, flags: O_RDWR | O_CREAT, operation: LOCK_EX)
  }

  /// Nil when somebody holds the lock exclusively, or the file is gone. Any number may share it.
  static func shared(_ path: String) throws(SystemCallFailure) -> FileLock? {
    do throws(SystemCallFailure) {
      return try take(path, flags: O_RDONLY, operation: LOCK_SH)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  private static func take(_ path: String, flags: Int32, operation: Int32) throws(SystemCallFailure) -> FileLock? {
    let file = open(path, flags | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw SystemCallFailure("open", path) }
    let lock = FileLock(file: file)
    while flock(file, operation | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      if errno == EWOULDBLOCK { return nil }
      throw SystemCallFailure("flock", path)
    }
    // Between open and lock the file may have been removed or replaced: then the lock protects nothing.
    var (opened, named) = (stat(), stat())
    guard fstat(file, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
      opened.st_dev == named.st_dev
    else { return nil }
    return lock
  }

  /// Replaces the file's content, so that others can see who holds the lock.
  func write(_ text: String) {
    ftruncate(file, 0)
    _ = text.withCString { pwrite(file, $0, strlen($0), 0) }
  }
}
