/// What a run found out about a backend.
public struct ConformanceReport: Sendable {
  /// The version of the kit and of the rules; rules are added with it, never changed under the same id.
  public static let kitVersion = "0.1.0"

  /// The verdict on a backend.
  public enum Result: String, Sendable, CaseIterable {
    /// Every MUST rule of the core and of the declared abilities passed.
    case conformant
    /// Nothing failed, but part of the core was not run, not supported or waived.
    case partial
    /// A MUST rule failed.
    case nonconformant
    /// The run proves nothing: the canary was missed, or the kit could not find out.
    case inconclusive
  }

  /// The backend's own description.
  public let manifest: BackendManifest
  /// How the backend was driven.
  public let face: BackendFace
  /// The seed of everything that was left to chance.
  public let seed: UInt64
  /// How much was played, and how long that took.
  public let timing: RunTiming
  /// What came of each rule that was played.
  public let results: [RuleResult]
  /// The command that repeats the run.
  public let reproduce: String

  /// How many results have a verdict.
  public func count(_ verdict: RuleResult.Verdict) -> Int { results.count { $0.verdict == verdict } }

  /// Whether every rule of the catalogue was played.
  public var isComplete: Bool { results.count == RuleCatalogue.all.count }

  /// Whether the kit found its own broken cell in this run.
  public var canaryCaught: Bool { results.contains { $0.rule.id == "CELL-0.01" && $0.verdict == .passed } }

  /// The verdict.
  public var result: Result {
    if !canaryCaught || count(.inconclusive) > 0 { return .inconclusive }
    if count(.failed) > 0 { return .nonconformant }
    let coreIsMissing = results.contains { result in
      // A rule that also needs an extended ability is not core, whatever else it needs.
      let missing = result.rule.needs.subtracting(manifest.capabilities)
      return (result.verdict == .unsupported && missing.contains(where: \.isCore)) || result.verdict == .waived
    }
    return isComplete && !coreIsMissing ? .conformant : .partial
  }

  /// One line.
  public var summary: String {
    let parts = RuleResult.Verdict.allCases.compactMap { verdict -> String? in
      let count = count(verdict)
      // That nothing failed is worth saying.
      return count == 0 && verdict != .failed ? nil : "\(count) \(verdict.rawValue)"
    }
    return "\(manifest.name) \(manifest.version): \(result.rawValue), \(parts.joined(separator: ", "))"
      + " (\(results.count) of \(RuleCatalogue.all.count) rules, \(timing.mode.rawValue), \(rounds)"
      + "\(Self.thousandths(timing.duration / .seconds(1))) s, seed \(seed))"
  }

  private var rounds: String { timing.rounds == 1 ? "" : "\(timing.rounds) rounds, " }
}
