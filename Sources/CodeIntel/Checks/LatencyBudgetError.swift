public import ProblemDetails

/// A component works, but took longer than it was allowed to.
public struct LatencyBudgetError: Error, Sendable, Equatable, ProblemConvertible {
  /// What was measured.
  public var duration: Duration
  /// What was allowed.
  public var budget: Duration

  private enum Code: String { case exceeded = "probe.over-budget" }

  /// The code's stable string.
  public var problemCode: String { Code.exceeded.rawValue }
  /// Both durations.
  public var problemDetail: String {
    "One batch took \(milliseconds(duration)) ms, \(milliseconds(budget)) ms are allowed. "
      + "Allow more with --budget-ms, or give the process more processors."
  }
  /// `duration_ms` and `budget_ms`.
  public var problemExtensions: [String: ProblemValue] {
    ["duration_ms": .number(milliseconds(duration)), "budget_ms": .number(milliseconds(budget))]
  }

  private func milliseconds(_ duration: Duration) -> Double { (duration / .milliseconds(1) * 1000).rounded() / 1000 }
}
