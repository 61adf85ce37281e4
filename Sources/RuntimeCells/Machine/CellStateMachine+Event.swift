extension CellStateMachine {
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
    /// The factory with that ticket returned a payload that is not good enough; the flight is not over.
    case rejected(UInt64)
    /// There is no memory for the payload of the factory with that ticket, which did not run.
    case notAdmitted(UInt64)
    /// The factory with that ticket has run for too long.
    case initDeadline(UInt64, jitter: Double)
    /// A payload is put in by hand.
    case seed
    /// What is remembered of failures is forgotten.
    case reset
    case pause(Bool)
    case swap(Swapper, resourcePreserving: Bool, keepsOld: Bool)
    /// The caller of a swap gives up.
    case leaveSwap(Swapper, Leaving)
    /// The payload of that generation is not needed for a roll-back any more.
    case probationEnds(UInt64)
    /// The payload in probation is to serve again; the generation is the one that must be current.
    case rollBack(UInt64)
    case close(Closer?, isFinal: Bool, force: Bool)
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

  /// Why a caller gets no lease, or no seed, or no swap.
  enum Refusal: Hashable, Sendable {
    case cancelled
    case deadlineWhileBuilding
    case deadlineWhileDraining
    case closed
    case shutDown
    case empty
    case initializationFailed(attempt: UInt64)
    case initDeadline(attempt: UInt64)
    case coolingDown(until: Duration, attempt: UInt64)
    case failed(attempt: UInt64)
    case notAdmitted
    case alreadyInitialized
    case initializing
    case swapInProgress
    case swapFailed
    case noProbation
  }

  /// What must be done about an event.
  enum Effect: Hashable, Sendable {
    /// Run the factory: that of the swap, else that of the caller.
    case start(ticket: UInt64, leader: Waiter?, swap: Swapper?)
    /// Ask the factory to stop.
    case cancelFactory(ticket: UInt64)
    /// Move the new payload into the slot.
    case store(slot: Int, generation: UInt64)
    /// Let readers in.
    case publish(slot: Int, generation: UInt64)
    /// Show nothing to readers.
    case hide
    /// Let no more readers in, and say when the last one has left.
    case retire(slot: Int)
    /// Run the disposer; nobody holds a lease.
    case dispose(slot: Int, generation: UInt64, wasPublished: Bool)
    /// Run the disposer although leases are held; keep the memory.
    case disposeInPlace(slot: Int, generation: UInt64)
    /// Free the memory of a payload that was disposed in place.
    case discard(slot: Int)
    /// The slot holds nothing any more.
    case vacated(slot: Int)
    /// Give the caller a lease on the slot.
    case grant(Waiter, slot: Int, generation: UInt64)
    case refuse(Waiter, Refusal)
    case attemptEnded(ticket: UInt64, Outcome, generation: UInt64?, waiters: Int)
    /// A rejected payload is disposed; the flight may try again.
    case candidateGone(ticket: UInt64)
    case swapped(Swapper, from: UInt64?, to: UInt64, oldIsKept: Bool)
    case swapRefused(Swapper, Refusal)
    case seeded(generation: UInt64)
    case seedRefused(Refusal)
    case rolledBack(from: UInt64, to: UInt64, restores: UInt64)
    case rollBackRefused(Refusal)
    case closed(Closer, disposerFailed: Bool, didClose: Bool, isFinal: Bool)
    case closeTimedOut(Closer, isFinal: Bool)
    /// The disposers run under the users now; wait for them as long again.
    case closeForced(Closer)
  }

  /// How an attempt ended.
  enum Outcome: Hashable, Sendable {
    case success
    case error
    case abandoned
  }
}
