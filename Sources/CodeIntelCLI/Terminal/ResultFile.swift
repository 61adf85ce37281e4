import Foundation

/// A file that a result goes to at the end: opened before the work, so that a path that cannot be written costs none.
final class ResultFile: Sendable {
  private let path: String
  private let descriptor: Int32

  /// Opens the file, which is made if it is not there, and left as it is until ``write(_:)``.
  ///
  /// - Throws: ``OutputError``.
  init(path: String) throws(OutputError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw OutputError(code: errno, path: path) }
  }

  deinit { close(descriptor) }

  /// Makes the text all that is in the file.
  ///
  /// - Throws: ``OutputError`` when not all of it could be written.
  func write(_ text: String) throws(OutputError) {
    // What is no regular file, such as a pipe, has no length to change.
    if ftruncate(descriptor, 0) != 0, errno != EINVAL { throw OutputError(code: errno, path: path) }
    let code = StandardStreams.write(text, to: descriptor)
    if code != 0 { throw OutputError(code: code, path: path) }
  }
}
