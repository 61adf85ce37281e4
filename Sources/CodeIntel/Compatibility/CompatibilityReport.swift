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
  }

  /// Whether no check failed.
  public var isCompatible: Bool { !checks.contains { $0.outcome == .failed } }
  /// Every check, in a fixed order.
  public var checks: [Check]
  /// Why checks were skipped.
  public var limits: [String]
  /// The generation that was looked at.
  public var generation: Int
  /// Why the index of a channel cannot be opened, by the channel, as a code.
  public var unopened: [String: RetrievalError.Code] = [:]

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
