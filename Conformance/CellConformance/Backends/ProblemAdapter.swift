import CellContract
import ProblemDetails

/// The kit's own reporting: the contract's errors by the problem catalogue, with the details of server faults withheld.
package enum ProblemAdapter {
  package static func document(for error: any Error) -> [UInt8] {
    let problem: ProblemDetails
    if let error = error as? CellError {
      problem = ProblemDetails(Reported(error: error), redaction: .serverFaults)
    } else {
      problem = ProblemDetails(describing: error, redaction: .serverFaults)
    }
    return (try? problem.encoded()) ?? []
  }

  private struct Reported: ProblemConvertible {
    let error: CellError
    var problemCode: String { error.code.rawValue }
    var problemDetail: String { error.message }
    var problemExtensions: [String: ProblemValue] { ["cell": .string(error.cell)] }
    var problemCause: (any Error)? { error.underlying }
  }
}
