/// How long a run looks for faults that show only in races. Deterministic rules are the same in all modes.
public enum RunMode: String, Sendable, CaseIterable {
  /// At most two seconds on two cores: for every change.
  case quick
  /// At most a minute on two cores: for a merge.
  case ci
  /// Rounds of the ci mode, each with a seed of its own, for as long as asked.
  case soak

  /// How many times the usual number of rounds stochastic rules play.
  public var effort: Int {
    switch self {
    case .quick: 1
    case .ci, .soak: 40
    }
  }
}
