public import Retrieval

/// Whether the parts of an engine fit together: the answer of `validate_runtime_compatibility` (seed feature S35).
public struct CompatibilityReport: Sendable, Hashable, Encodable {
  /// How one check ended. The raw values appear in JSON and never change.
  public enum Outcome: String, Sendable, Hashable, Encodable {
    /// What was required was found.
    case passed
    /// It was not; expected and actual say both.
    case failed
    /// It could not be looked at; the reason is a limit.
    case skipped
  }

  /// One check.
  public struct Check: Sendable, Hashable, Encodable {
    /// Its name, such as `dense-dimension`.
    public var name: String
    /// How it ended.
    public var outcome: Outcome
    /// What is required.
    public var expected: String
    /// What was found.
    public var actual: String
    /// What it amounts to when it fails.
    var refusal: CompatibilityRefusal

    enum CodingKeys: String, CodingKey {
      case name, outcome, expected, actual
    }
  }

  /// Whether no check failed.
  public var isCompatible: Bool { !checks.contains { $0.outcome == .failed } }
  /// Every check, in a fixed order.
  public var checks: [Check]
  /// Why checks were skipped.
  public var limits: [String]
  /// The generation that was looked at.
  public var generation: Int

  /// The error that the report amounts to; nil when all parts fit.
  ///
  /// ``RetrievalError`` for the first failed check, naming expected and actual: `rowCountMismatch`, `dimensionMismatch`,
  /// `modelMismatch`, `fusionSettings`, or the code of what an index could not be opened for.
  public var failure: RetrievalError? {
    guard let failed = checks.first(where: { $0.outcome == .failed }) else { return nil }
    return RetrievalError(
      failed.refusal.code, failed.refusal.message, expected: failed.expected, actual: failed.actual)
  }

  enum CodingKeys: String, CodingKey {
    case ok, generation, checks, limits
  }

  /// Writes `ok`, `generation`, `checks` and `limits`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isCompatible, forKey: .ok)
    try container.encode(generation, forKey: .generation)
    try container.encode(checks, forKey: .checks)
    try container.encode(limits, forKey: .limits)
  }
}
