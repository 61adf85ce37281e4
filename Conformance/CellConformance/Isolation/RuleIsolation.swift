/// How rules get a process of their own, so that a backend which traps, exits or never comes back fails one rule and the run
/// goes on.
public struct RuleIsolation: Sendable {
  /// Which rules get one.
  public enum Scope: String, Sendable {
    /// Only those that can wedge a process by design: re-entrancy and progress.
    case wedging
    /// Every rule.
    case all
  }

  /// Which rules get a process.
  public var scope: Scope
  /// The program to start; by default this one.
  public var executable: String
  /// The arguments with which that program plays one rule, by ``IsolatedChild/play(_:_:options:)-swift.method``.
  public var arguments: @Sendable (Rule, RunOptions) -> [String]

  /// Makes a plan.
  public init(
    _ scope: Scope, executable: String = "/proc/self/exe",
    arguments: @escaping @Sendable (Rule, RunOptions) -> [String]
  ) {
    self.scope = scope
    self.executable = executable
    self.arguments = arguments
  }

  func covers(_ rule: Rule) -> Bool { scope == .all || rule.canWedge }
}

extension Rule {
  /// Whether a wrong backend wedges by design what the rule runs in.
  public var canWedge: Bool { family == 10 || id == "CELL-2.06" }
}
