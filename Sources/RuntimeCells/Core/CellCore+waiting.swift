internal import CellContract
import Synchronization

extension CellCore {
  /// Waits for a lease, by way of the machine. Ends at once when the caller is cancelled, whatever the factory does (D2).
  func wait(factory: CellFactory<Value>?, deadline: Duration?) async throws -> Grant {
    let waiter = try makeWaiter(factory: factory, deadline: deadline)
    let edge = try enterGraph(waiter.scope)
    defer { leaveGraph(edge) }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enter(waiter, .task(continuation), deadline: deadline)
      }
    } onCancel: {
      cancel(waiter)
    }
  }

  /// A waiter that the machine does not know yet; refuses what could never end (D4).
  func makeWaiter(factory: CellFactory<Value>?, deadline: Duration?) throws(CellError) -> Waiter<Value> {
    for case let deadline? in [deadline, configuration.initDeadline] where deadline < .zero {
      throw negative(deadline)
    }
    let scope = InitScope.active ?? InitScope()
    if let cycle = scope.cycle(through: self) { throw reentrant(cycle) }
    let context = factory == nil ? nil : configuration.callContext?()
    return locked { Waiter<Value>(number: takeNumber(), factory: factory, scope: scope, context: context) }
  }

  /// If a factory asks, notes that its cell waits for this one; refuses to close a circle (D4).
  func enterGraph(_ scope: InitScope) throws(CellError) -> UInt64? {
    guard let from = scope.asker else { return nil }
    let (edge, circle) = WaitGraph.shared.add(from: from, to: self)
    guard let edge else { throw reentrant(circle) }
    // A factory that was let in now waits for this cell: it may have to go first.
    configuration.memory?.governor.reconsider()
    return edge
  }

  func leaveGraph(_ edge: UInt64?) {
    if let edge { WaitGraph.shared.remove(edge) }
  }

  /// Makes the waiter known to the machine.
  func enter(_ waiter: Waiter<Value>, _ way: Waiter<Value>.Way, deadline: Duration?) {
    locked {
      if case .cancelledEarly = waiter.state {
        waiter.state = .resumed
        deferred.resumes.append { way.resume(with: .failure(CancellationError())) }
        return
      }
      waiter.state = .waiting(way)
      waiters[waiter.number] = waiter
      transition(.acquire(waiter.number, hasFactory: waiter.factory != nil))
      if let deadline, case .waiting = waiter.state {
        if isHopeless(deadline) { return transition(.leave(waiter.number, .deadline)) }
        waiter.timer = timer(after: deadline) { $0.process(.leave(waiter.number, .deadline)) }
      }
    }
  }

  /// Whether the payload will come too late for a caller that has just begun to wait. Under the lock.
  private func isHopeless(_ deadline: Duration) -> Bool {
    guard configuration.refusesHopelessWaits, let left = estimatedWait, deadline < left else { return false }
    // A caller whose leaving would cancel the factory stays: else the cell would never become ready.
    return !(configuration.cancelWhenAbandoned && machine.flight?.waiters.count == 1)
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
    ground.noteUse()
    _ = ground.count(stripe: stripe, slot: slot).pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
    resume(number, with: .success(Grant(stripe: stripe, slot: slot, generation: generation)))
  }

  /// Ends a caller's wait. Under the lock.
  func resume(_ number: UInt64, with result: Result<Grant, any Error>) {
    guard let waiter = waiters.removeValue(forKey: number), case .waiting(let way) = waiter.state else {
      return
    }
    waiter.state = .resumed
    if let timer = waiter.timer { deferred.others.append { timer.cancel() } }
    deferred.resumes.append { way.resume(with: result) }
  }

  /// Runs `body` after a delay of the cell's clock, unless cancelled before. Holds the core meanwhile.
  func timer(after delay: Duration, _ body: @escaping @Sendable (CellCore) -> Void) -> Task<Void, Never> {
    Task.detached { [self] in
      do { try await configuration.clock.sleep(for: delay) } catch { return }
      body(self)
    }
  }
}
