import ProblemDetails

/// The facts that the engine's errors share, as a sentence and as problem members.
struct ProblemFacts {
  var message: String
  var path: String?
  var expected: String?
  var actual: String?

  /// The message followed by the facts that people need to act.
  var detail: String {
    var text = message
    if let expected, let actual { text += " Expected \(expected), found \(actual)." }
    if expected == nil, let actual, !actual.isEmpty { text += " Found \(actual)." }
    if let path { text += " (\(path))" }
    return text
  }

  /// The same facts for programs.
  var extensions: [String: ProblemValue] {
    var members: [String: ProblemValue] = [:]
    if let path { members["path"] = .string(path) }
    if let expected { members["expected"] = .string(expected) }
    if let actual { members["actual"] = .string(actual) }
    return members
  }
}
