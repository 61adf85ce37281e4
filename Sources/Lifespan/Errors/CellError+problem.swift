public import CellContract
public import ProblemDetails

extension CellError: ProblemConvertible {
  /// The code's stable string.
  public var problemCode: String { code.rawValue }

  /// The message and, one a line, the other cells' errors.
  public var problemDetail: String {
    ([message] + others.map { "\($0.cell): \($0.problemDetail)" }).joined(separator: "\n")
  }

  /// `cell` and, where they apply, `generation`, `attempt`, `cycle`, `holders` and `retry_after_seconds`.
  public var problemExtensions: [String: ProblemValue] {
    var members: [String: ProblemValue] = ["cell": .string(cell)]
    if let generation { members["generation"] = .integer(Int64(clamping: generation.rawValue)) }
    if let attempt { members["attempt"] = .integer(Int64(clamping: attempt)) }
    if !path.isEmpty { members["cycle"] = .array(path.map(ProblemValue.string)) }
    if let holders { members["holders"] = .integer(Int64(holders)) }
    if let retryAfter { members["retry_after_seconds"] = .number(retryAfter / .seconds(1)) }
    return members
  }

  /// What the factory or the disposer threw.
  public var problemCause: (any Error)? { underlying ?? others.first }
}
