/// The suites by which a backend is judged. The five of the core are the verdict; the others are for declared abilities.
public enum NamedSuite: String, Sendable, CaseIterable, Codable {
  /// The kit's own health, and looking at cells. Core, because the others rest on it.
  case foundation = "FoundationSuite"
  /// Single flight, races and progress.
  case contentionHammer = "ContentionHammerSuite"
  /// The guard of seeding, and what a seed does.
  case seedGuard = "SeedGuardSuite"
  /// Closing, disposal and leases.
  case disposer = "DisposerSuite"
  /// Preloading, and many cells together.
  case preload = "PreloadSuite"
  /// Errors told as RFC 9457 problems.
  case problemDetailsShape = "ProblemDetailsShapeSuite"
  /// Replacing a payload while it serves.
  case swap = "SwapSuite"
  /// What observers are told.
  case events = "EventSuite"
  /// Limits on concurrent use.
  case gate = "GateSuite"

  /// The families of rules that belong to the suite.
  public var families: Set<Int> {
    switch self {
    case .foundation: [0, 1]
    case .contentionHammer: [2, 9, 10]
    case .seedGuard: [3]
    case .disposer: [4, 11]
    case .preload: [6, 13]
    case .problemDetailsShape: [8]
    case .swap: [5]
    case .events: [7]
    case .gate: [12]
    }
  }

  /// The suite's rules, by family and number.
  public var rules: [Rule] { RuleCatalogue.all.filter { families.contains($0.family) } }
}

extension Rule {
  /// The suite that the rule belongs to.
  public var suite: NamedSuite { NamedSuite.allCases.first { $0.families.contains(family) } ?? .foundation }
}
