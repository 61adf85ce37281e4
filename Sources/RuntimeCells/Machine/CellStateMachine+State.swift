extension CellStateMachine {
  /// What a cell was configured with, as far as the rules depend on it.
  struct Rules: Hashable, Sendable {
    var failurePolicy = FailurePolicy.retryImmediately
    var cancelWhenAbandoned = false
  }

  /// What an empty cell remembers of earlier attempts.
  enum Memory: Hashable, Sendable {
    case none
    /// The next attempt may start at `until`.
    case coolingDown(until: Duration, attempt: UInt64)
    /// No attempt may start until the cell is reset.
    case failed(attempt: UInt64)
  }

  /// A factory that runs.
  struct Flight: Hashable, Sendable {
    var ticket: UInt64
    /// The slot kept free for its payload.
    var slot: Int
    /// The cell was closed since: the payload must be disposed, not published.
    var isStale = false
    var waiters: [Waiter]
  }

  /// One of the two places for a payload.
  enum Slot: Hashable, Sendable {
    case vacant
    /// Kept free for the payload of a flight.
    case reserved
    /// Published.
    case live(UInt64)
    /// No longer published; leases are still held.
    case draining(UInt64)
    /// No lease is left; the disposer is running.
    case disposing(UInt64)

    /// The generation of the payload in the slot.
    var generation: UInt64? {
      switch self {
      case .vacant, .reserved: nil
      case .live(let generation), .draining(let generation), .disposing(let generation): generation
      }
    }
  }

  /// A call to close that has not returned.
  struct PendingClose: Hashable, Sendable {
    var id: Closer
    /// Whether this very call closed something.
    var didClose: Bool
    var isFinal: Bool
    var disposerFailed = false
    /// The flight that must end first.
    var ticket: UInt64?
    /// The generations that must be disposed first.
    var generations: Set<UInt64>
  }

  /// What can happen to a cell.
  enum Event: Hashable, Sendable {
    /// A caller wants a lease.
    case acquire(Waiter, hasFactory: Bool)
    /// A caller stops waiting.
    case leave(Waiter, Leaving)
    /// The factory with that ticket returned a payload.
    case built(UInt64)
    /// The factory with that ticket threw. `jitter` is a random number in 0..<1.
    case failed(UInt64, isRetryable: Bool, jitter: Double)
    case close(Closer?, isFinal: Bool)
    case closeDeadline(Closer)
    /// The last lease on a draining slot ended.
    case drained(Int)
    /// The disposer returned or threw.
    case disposed(Int, failed: Bool)
  }

  /// Why a caller stops waiting.
  enum Leaving: Hashable, Sendable {
    case cancelled
    case deadline
  }

  /// Why a caller gets no lease.
  enum Refusal: Hashable, Sendable {
    case cancelled
    case deadlineWhileBuilding
    case deadlineWhileDraining
    case closed
    case shutDown
    case empty
    case initializationFailed(attempt: UInt64)
    case coolingDown(until: Duration, attempt: UInt64)
    case failed(attempt: UInt64)
  }

  /// What must be done about an event.
  enum Effect: Hashable, Sendable {
    /// Run the factory of that caller.
    case start(ticket: UInt64, leader: Waiter)
    /// Ask the factory to stop.
    case cancelFactory(ticket: UInt64)
    /// Move the new payload into the slot.
    case store(slot: Int, generation: UInt64)
    /// Let readers in.
    case publish(slot: Int, generation: UInt64)
    /// Let no more readers in, and say when the last one has left.
    case retire(slot: Int)
    /// Run the disposer.
    case dispose(slot: Int, generation: UInt64, wasPublished: Bool)
    /// The slot holds nothing any more.
    case vacated(slot: Int)
    /// Give the caller a lease on the slot.
    case grant(Waiter, slot: Int, generation: UInt64)
    case refuse(Waiter, Refusal)
    case attemptEnded(ticket: UInt64, CellEventOutcome, generation: UInt64?, waiters: Int)
    case closed(Closer, disposerFailed: Bool, didClose: Bool, isFinal: Bool)
    case closeTimedOut(Closer, isFinal: Bool)
  }

  /// How an attempt ended.
  enum CellEventOutcome: Hashable, Sendable {
    case success
    case error
    case abandoned
  }
}
