/// An error that can tell itself as a problem. Every error struct of ours conforms.
public protocol ProblemConvertible: Error {
  /// The stable error code, such as `cell.closed`; `Fixtures/contract.json` gives it a type.
  var problemCode: String { get }
  /// What went wrong this time, why, and what helps. Shown to local users; redacted towards clients for 5xx.
  var problemDetail: String { get }
  /// Further members, named by ``ExtensionName``'s grammar: numbers and names a program can use.
  var problemExtensions: [String: ProblemValue] { get }
  /// The error underneath, if there is one.
  var problemCause: (any Error)? { get }
}

extension ProblemConvertible {
  /// No further members.
  public var problemExtensions: [String: ProblemValue] { [:] }

  /// No error underneath.
  public var problemCause: (any Error)? { nil }
}
