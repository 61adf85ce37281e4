/// How rules are run.
public struct RunOptions: Sendable {
  /// When a run that makes no progress is given up.
  public var patience: HangPolicy
  /// The seed of everything that is left to chance; every report prints it.
  public var seed: UInt64
  /// How long races are played.
  public var mode: RunMode
  /// How many times the usual number of rounds stochastic rules play.
  var effort: Int { mode.effort }
  /// Stands in for the broken cell of `CELL-0.01`; only the self-test puts one here.
  package var canary: (any Subject)?
  /// In which order the kit runs its tasks; only the kit's own tests ask for another one.
  package var taskOrder = KitExecutor.Order.firstInFirstOut

  /// Makes options; without a seed, one is drawn.
  public init(patience: HangPolicy = .standard, seed: UInt64? = nil, mode: RunMode = .quick) {
    self.patience = patience
    self.mode = mode
    self.seed = seed ?? UInt64.random(in: 0...UInt64.max)
  }
}
