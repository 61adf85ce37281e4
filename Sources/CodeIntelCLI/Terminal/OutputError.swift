import Foundation
import ProblemDetails

/// A result could not be written to standard output or to the file that was asked for: a full disk, a closed stream, a reader that has gone away.
struct OutputError: ProblemConvertible, Equatable {
  /// The `errno` value of the failed write.
  let code: Int32
  /// The file; nil for standard output.
  var path: String?

  var problemCode: String { "output.not-writable" }
  var problemDetail: String {
    "The result could not be written to \(path ?? "standard output"): \(String(cString: strerror(code)))."
  }
}
