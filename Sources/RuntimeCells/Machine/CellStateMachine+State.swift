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

  /// One that waits for a lease.
  struct Caller: Hashable, Sendable {
    var id: Waiter
    var hasFactory: Bool
  }

  /// One that wants a replacement.
  struct Swap: Hashable, Sendable {
    var id: Swapper
    /// The old payload must be gone before the new one is made.
    var resourcePreserving: Bool
    /// The old payload is kept after the publish, for a roll-back.
    var keepsOld: Bool
  }

  /// A factory that runs, or that will as soon as there is room.
  struct Flight: Hashable, Sendable {
    var ticket: UInt64
    /// The slot kept free for its payload.
    var slot: Int
    var waiters: [Caller]
    var swap: Swap?
    /// False while the flight waits for the old payload to go.
    var isStarted = true
    /// Nobody wants the payload any more: it must be disposed, not published.
    var isStale = false
    /// Its end was told already.
    var isReported = false
  }

  /// One of the two places for a payload.
  enum Slot: Hashable, Sendable {
    case vacant
    /// Kept free for the payload of a flight.
    case reserved
    /// Published.
    case live(UInt64)
    /// Replaced, but kept for a roll-back.
    case probation(UInt64)
    /// No longer published; leases are still held.
    case draining(UInt64)
    /// No lease is left; the disposer is running.
    case disposing(UInt64)
    /// The disposer was run under the last leases; the memory stays until they end.
    case forced(UInt64, isDisposed: Bool, isDrained: Bool)

    /// The generation of the payload in the slot.
    var generation: UInt64? {
      switch self {
      case .vacant, .reserved: nil
      case .live(let generation), .probation(let generation), .draining(let generation), .disposing(let generation),
        .forced(let generation, _, _):
        generation
      }
    }

    /// Whether there is a payload that is not disposed.
    var isLive: Bool {
      switch self {
      case .vacant, .reserved, .forced(_, isDisposed: true, _): false
      case .live, .probation, .draining, .disposing, .forced: true
      }
    }
  }

  /// A call to close that has not returned.
  struct PendingClose: Hashable, Sendable {
    var id: Closer
    /// Whether this very call closed something.
    var didClose: Bool
    var isFinal: Bool
    /// Whether payloads are disposed under their users at the deadline.
    var force: Bool
    var disposerFailed = false
    /// The flight that must end first.
    var ticket: UInt64?
    /// The generations that must be disposed first.
    var generations: Set<UInt64>
  }
}
