/// How rules are run.
public struct RunOptions: Sendable {
  /// When a run that makes no progress is given up.
  public var patience: HangPolicy
  /// The seed of everything that is left to chance; every report prints it.
  public var seed: UInt64
  /// How many times the usual number of rounds stochastic rules play: 1 is the quick mode.
  public var effort: Int
  /// The broken cell of `CELL-0.01`; only the self-test puts another one here.
  package var canary: any Subject = BlockingSubject(CanaryBackend())

  /// Makes options; without a seed, one is drawn.
  public init(patience: HangPolicy = .standard, seed: UInt64? = nil, effort: Int = 1) {
    self.patience = patience
    self.effort = max(1, effort)
    self.seed = seed ?? UInt64.random(in: 0...UInt64.max)
  }
}
