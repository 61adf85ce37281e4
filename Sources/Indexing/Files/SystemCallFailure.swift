#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A system call that failed: which one, on what, and the operating system's reason.
struct SystemCallFailure: Error, Sendable, CustomStringConvertible {
  let call: String
  let path: String
  let number: Int32

  /// Takes the calling thread's `errno`.
  init(_ call: String, _ path: String) {
    self.call = call
    self.path = path
    number = errno
  }

  init(_ call: String, _ path: String, number: Int32) {
    self.call = call
    self.path = path
    self.number = number
  }

  /// Too many symbolic links on the way.
  var isLinkLoop: Bool { number == ELOOP }

  /// The file, or a directory on the way to it, does not exist.
  var isMissing: Bool { number == ENOENT }

  var reason: String { String(cString: strerror(number)) }

  var description: String { "\(call)(\(path)): \(reason)" }
}
