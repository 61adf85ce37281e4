import Foundation

/// Whole writes to the process's streams, and lines read from them.
enum StandardStreams {
  /// Writes text to standard output.
  ///
  /// - Throws: ``OutputError`` when not all of it could be written: a result that got lost is no success.
  static func out(_ text: String) throws(OutputError) {
    let code = write(text, to: STDOUT_FILENO)
    if code != 0 { throw OutputError(code: code) }
  }

  /// Writes text to standard error. Where that fails there is nobody left to tell.
  static func error(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// The lines of standard input, read on a thread of their own: reading blocks until somebody types.
  static func lines() -> AsyncStream<String> {
    AsyncStream { continuation in
      Thread.detachNewThread {
        while let line = readLine() { continuation.yield(line) }
        continuation.finish()
      }
    }
  }

  /// Returns 0 or an `errno` value.
  static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
