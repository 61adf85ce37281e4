public import ProblemDetails

/// Whether the service may be sent requests, and why not.
public protocol ReadinessSource: Sendable {
  /// The state now.
  ///
  /// - Parameter excluded: names of checks that shall not count.
  func readiness(excluding excluded: Set<String>) -> ReadinessPage
}

/// What `/readyz` shows.
public struct ReadinessPage: Sendable {
  /// One check.
  public struct Check: Sendable, Hashable {
    /// Its name, which `?exclude=` takes.
    public var name: String
    /// Whether it holds, or was excluded.
    public var passed: Bool

    /// A check.
    public init(name: String, passed: Bool) {
      self.name = name
      self.passed = passed
    }
  }

  /// Whether requests may be sent.
  public var isReady: Bool
  /// Every check, for the text form.
  public var checks: [Check]
  /// The members of the JSON form; no nulls, and names of three characters or more, so that they can extend a problem.
  public var members: [String: ProblemValue]

  /// A page.
  public init(isReady: Bool, checks: [Check], members: [String: ProblemValue]) {
    self.isReady = isReady
    self.checks = checks
    self.members = members
  }
}
