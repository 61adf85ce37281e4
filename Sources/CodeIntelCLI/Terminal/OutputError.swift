import Foundation
import ProblemDetails

/// A result could not be written to standard output: a full disk, a closed stream, a reader that has gone away.
struct OutputError: ProblemConvertible, Equatable {
  /// The `errno` value of the failed write.
  let code: Int32

  var problemCode: String { "output.not-writable" }
  var problemDetail: String {
    "The result could not be written to standard output: \(String(cString: strerror(code)))."
  }
}
