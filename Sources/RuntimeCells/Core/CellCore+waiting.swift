internal import CellContract
import Synchronization

extension CellCore {
  /// Waits for a lease, by way of the machine. Ends at once when the caller is cancelled, whatever the factory does (D2).
  func wait(factory: CellFactory<Value>?, deadline: Duration?) async throws -> Grant {
    let scope = InitScope.active ?? InitScope()
    if let cycle = scope.cycle(through: self) { throw reentrant(cycle) }
    if let deadline, deadline < .zero { throw negative(deadline) }
    let waiter = locked { Waiter<Value>(number: takeNumber(), factory: factory, scope: scope) }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enter(waiter, continuation, deadline: deadline)
      }
    } onCancel: {
      cancel(waiter)
    }
  }

  private func enter(
    _ waiter: Waiter<Value>, _ continuation: CheckedContinuation<Grant, any Error>, deadline: Duration?
  ) {
    locked {
      if case .cancelledEarly = waiter.state {
        waiter.state = .resumed
        deferred.resumes.append { continuation.resume(throwing: CancellationError()) }
        return
      }
      waiter.state = .waiting(continuation)
      waiters[waiter.number] = waiter
      transition(.acquire(waiter.number, hasFactory: waiter.factory != nil))
      if let deadline, case .waiting = waiter.state {
        waiter.timer = timer(after: deadline) { $0.process(.leave(waiter.number, .deadline)) }
      }
    }
  }

  private func cancel(_ waiter: Waiter<Value>) {
    locked {
      switch waiter.state {
      case .fresh: waiter.state = .cancelledEarly
      case .waiting: transition(.leave(waiter.number, .cancelled))
      case .cancelledEarly, .resumed: break
      }
    }
  }

  /// Counts a lease for a caller, so that it is sure of it however late it runs. Under the lock.
  func grant(_ number: UInt64, slot: Int, generation: UInt64) {
    let stripe = UInt32(truncatingIfNeeded: number)
    _ = ground.count(stripe: stripe, slot: slot).pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
    resume(number, with: .success(Grant(stripe: stripe, slot: slot, generation: generation)))
  }

  /// Ends a caller's wait. Under the lock.
  func resume(_ number: UInt64, with result: Result<Grant, any Error>) {
    guard let waiter = waiters.removeValue(forKey: number), case .waiting(let continuation) = waiter.state else {
      return
    }
    waiter.state = .resumed
    if let timer = waiter.timer { deferred.others.append { timer.cancel() } }
    deferred.resumes.append { continuation.resume(with: result) }
  }

  /// Runs `body` after a delay of the cell's clock, unless cancelled before. Holds the core meanwhile.
  func timer(after delay: Duration, _ body: @escaping @Sendable (CellCore) -> Void) -> Task<Void, Never> {
    Task.detached { [self] in
      do { try await configuration.clock.sleep(for: delay) } catch { return }
      body(self)
    }
  }
}
