extension CellEvent {
  /// A payload put in by hand.
  public struct Seeding: Sendable {
    /// Why seeding was allowed; the raw values are the `source` label of `runtime_cell_seed_total`.
    public enum Source: String, Sendable, Hashable {
      /// The environment variable.
      case environment = "env"
      /// A scope of the testing product.
      case testScope = "test_scope"
    }

    /// The payload's generation.
    public var generation: CellGeneration
    /// Why it was allowed.
    public var source: Source
    /// Where it was called from, as `#fileID:#line`.
    public var stack: String

    /// Makes the details of a seeding.
    public init(generation: CellGeneration, source: Source, stack: String) {
      self.generation = generation
      self.source = source
      self.stack = stack
    }
  }

  /// The end of a swap.
  public struct Swapping: Sendable {
    /// The generation that served before; nil if the cell was empty.
    public var from: CellGeneration?
    /// The generation that serves now; nil if the swap failed.
    public var to: CellGeneration?
    /// How often a payload was tried to be made.
    public var attempts: Int
    /// From the call to its end.
    public var duration: Duration
    /// Why it failed.
    public var error: (any Error)?

    /// Makes the details of a swap.
    public init(
      from: CellGeneration?, to: CellGeneration?, attempts: Int, duration: Duration, error: (any Error)?
    ) {
      self.from = from
      self.to = to
      self.attempts = attempts
      self.duration = duration
      self.error = error
    }
  }

  /// A roll-back: the payload before the last swap serves again.
  public struct RollBack: Sendable {
    /// The generation that served before.
    public var from: CellGeneration
    /// The new number of the restored payload.
    public var to: CellGeneration
    /// The number that the restored payload had before.
    public var restores: CellGeneration

    /// Makes the details of a roll-back.
    public init(from: CellGeneration, to: CellGeneration, restores: CellGeneration) {
      self.from = from
      self.to = to
      self.restores = restores
    }
  }
}
