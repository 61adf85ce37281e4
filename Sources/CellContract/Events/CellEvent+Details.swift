extension CellEvent {
  /// The end of one attempt to make a payload.
  public struct Initialization: Sendable {
    /// How an attempt can end; the raw values are the `status` label of `runtime_cell_init_total`.
    public enum Outcome: String, Sendable, Hashable {
      /// The payload was published.
      case success
      /// The factory threw or was too late.
      case error
      /// The cell was closed meanwhile: whatever the factory made is disposed and was never published.
      case abandoned
    }

    /// The attempt's number, from 1.
    public var attempt: UInt64
    /// How it ended.
    public var outcome: Outcome
    /// The payload's generation, if one was made.
    public var generation: CellGeneration?
    /// How long the factory ran.
    public var duration: Duration
    /// How many callers were waiting for it at its end.
    public var waiters: Int
    /// The factory's error.
    public var error: (any Error)?

    /// Makes the details of an attempt's end.
    public init(
      attempt: UInt64, outcome: Outcome, generation: CellGeneration?, duration: Duration, waiters: Int,
      error: (any Error)?
    ) {
      self.attempt = attempt
      self.outcome = outcome
      self.generation = generation
      self.duration = duration
      self.waiters = waiters
      self.error = error
    }
  }

  /// The end of one payload.
  public struct Disposal: Sendable {
    /// The payload's generation.
    public var generation: CellGeneration
    /// False when the payload was never published: its cell was closed, or its check failed, before that.
    public var wasPublished: Bool
    /// How long the disposer ran.
    public var duration: Duration
    /// What the disposer threw.
    public var error: (any Error)?

    /// Makes the details of a disposal.
    public init(generation: CellGeneration, wasPublished: Bool, duration: Duration, error: (any Error)?) {
      self.generation = generation
      self.wasPublished = wasPublished
      self.duration = duration
      self.error = error
    }
  }

  /// The end of one call to close or shut down.
  public struct Closing: Sendable {
    /// How it ended; nil when its deadline passed first.
    public var outcome: CellCloseOutcome?
    /// Whether the cell is closed for ever.
    public var isFinal: Bool
    /// Whether a disposer's error is kept from the caller.
    public var silent: Bool
    /// From the call to its end: waiting for users, factory and disposer.
    public var duration: Duration

    /// Makes the details of a close.
    public init(outcome: CellCloseOutcome?, isFinal: Bool, silent: Bool, duration: Duration) {
      self.outcome = outcome
      self.isFinal = isFinal
      self.silent = silent
      self.duration = duration
    }
  }
}
