import CellConformance
import CellContract

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension LockCell {
  /// The end of a close's patience.
  final class Deadline: @unchecked Sendable {
    // @unchecked: used under the cell's monitor only.
    var hasPassed = false
    /// Whether a payload that tolerates it is disposed under its users then.
    var forces = false
    var alarm: WorldAlarm?
  }

  func shutDown(silent: Bool) throws {
    let isFirst = monitor.locked { () -> Bool in
      defer { isShutDown = true }
      return !isShutDown
    }
    if defect == .shutdownOnceOnly, !isFirst { throw error(.shutDown, "\"\(name)\" was shut down before") }
    try close(silent: silent, isFinal: true)
  }

  func close(deadline: Duration, silent: Bool, forces: Bool = false) throws {
    guard deadline >= .zero || defect == .negativeDeadline else {
      throw error(.invalidArgument, "a deadline of \(deadline) makes no sense: it counts from now")
    }
    let limit = Deadline()
    limit.forces = forces
    limit.hasPassed = forces && defect == .forcedCloseAtOnce
    if defect != .closeDeadlineIgnored {
      limit.alarm = world.clock.alarm(after: deadline) { [weak self] in
        self?.monitor.locked {
          limit.hasPassed = true
          self?.monitor.broadcast()
        }
      }
    }
    defer { limit.alarm?.cancel() }
    if defect == .closeWaitsItOut { monitor.locked { while !limit.hasPassed { monitor.wait() } } }
    try close(silent: silent, deadline: limit)
  }

  func close(silent: Bool, isFinal: Bool = false, deadline: Deadline? = nil) throws {
    if defect == .closeClosesAll {
      for other in shared.monitor.locked({ shared.cells }) where other !== self { try other.closeThis(silent: silent) }
    }
    var outcome = CellCloseOutcome.noop
    defer {
      monitor.locked { tell(.closed(.init(outcome: outcome, isFinal: isFinal, silent: silent, duration: .zero))) }
      if defect == .observerDelaysCallers { tellAll() }
    }
    if case .empty = monitor.locked({ state }) {} else { outcome = .ok }
    do { try closeThis(silent: silent, deadline: deadline) } catch {
      outcome = .error
      throw error
    }
  }

  private func closeThis(silent: Bool, deadline: Deadline? = nil) throws {
    if defect != .closeForgetsKept { letGo(monitor.locked { takeKept() }) }
    if defect == .disposeUnderLock {
      try monitor.locked { if let entry = try takeOut() { try dispose(entry, silent: silent) } }
      return
    }
    if defect == .disposeBeforeFlip || defect == .throwingDisposerKeeps {
      guard let entry = monitor.locked({ if case .ready(let entry) = state { entry } else { nil } }) else { return }
      try dispose(entry, silent: silent)
      monitor.locked { state = .empty }
      return
    }
    if defect == .racyClose {
      guard let entry = monitor.locked({ if case .ready(let entry) = state { entry } else { nil } }) else { return }
      KitThread.yield()
      monitor.locked { state = .empty }
      return try dispose(entry, silent: silent)
    }
    if defect == .racyEmptyClose, closesEmpty() { return }
    if defect == .closeSharesDrain, disposesShared() { return }
    if defect == .closeOfEmptyThrows, monitor.locked({ if case .empty = state { true } else { false } }) {
      throw error(.empty, "nothing to close")
    }
    if defect == .releasesUnderLock, monitor.locked({ bury() }) {
      if let probe = monitor.locked({ grave?.probe }) { try? disposeProbe(probe) }
      return monitor.locked { grave = nil }
    }
    guard let entry = try monitor.locked({ try takeOut(deadline) }) else { return }
    if defect == .closeReturnsEarly {
      gone(entry)
      try KitThread.start("early") { try? entry.probe.close() }
      return
    }
    try dispose(entry, silent: silent)
  }

  /// Takes the payload out where nobody else holds it. Only inside the monitor.
  private func bury() -> Bool {
    guard case .ready(let entry) = state, entry.users == 0 else { return false }
    (grave, state, last) = (entry, .empty, nil)
    return true
  }

  /// Empties the cell, ends a flight, and waits until nobody uses what was there. Only inside the monitor.
  private func takeOut(_ deadline: Deadline? = nil) throws -> Entry? {
    wasClosed = true
    if publishesLate, case .building = state { return nil }
    switch state {
    case .ready(let entry):
      if defect == .closeKeepsPayload { return last === entry && entry.isRetired ? nil : retire(entry) }
      state = .empty
      entry.isRetired = true
      if defect == .racyWaitStale { replaced = entry }
      drains(entry)
      if defect == .closeSharesDrain { grave = entry }
      if defect != .keepsReference, defect != .getReturnsClosed, defect != .secondCloseDisposes, !keepsLast {
        last = nil
      }
      if defect == .leasesClosing { state = .ready(entry) }
      if defect == .closeDoesNotWait, entry.users > 0 {
        try? KitThread.start("drain") { self.drainLater(entry) }
        return nil
      }
      let users = entry.users
      while entry.users > 0, defect != .disposeIgnoresLeases, defect != .drainsFirstOnly || entry.users == users {
        if deadline?.hasPassed == true {
          if defect == .deadlineDisposesInUse { return entry }
          if deadline?.forces == true, toleratesForce(entry.probe) {
            if defect == .forcedCloseWaits {
              monitor.wait()
              continue
            }
            entry.isOrphaned = defect == .forcedCloseDisposesTwice
            return entry
          }
          entry.isOrphaned = defect != .deadlineLosesPayload
          throw deadlineExceeded(holders: entry.users)
        }
        monitor.wait()
      }
      if defect == .leasesClosing { state = .empty }
      return entry
    case .building(let flight):
      if defect == .closeIgnoresFlight {
        while case .building = state { monitor.wait() }
        return try takeOut(deadline)
      }
      flight.isClosed = true
      flightWasClosed = true
      if defect != .closeStrandsWaiters, defect != .lateFailureTold {
        flight.result = .failure(error(.closed, "\"\(name)\" was closed while it was being initialised: call again"))
      }
      state = .empty
      if defect != .closeStrandsWaiters { monitor.broadcast() }
      try waitForClosedFlight(deadline)
      return nil
    case .empty:
      try waitForClosedFlight(deadline)
      if defect == .secondCloseDisposes { return last }
      return nil
    }
  }

  private func toleratesForce(_ probe: Probe) -> Bool { probe is any ForceCloseable || defect == .forcesAnyPayload }

  func disposed(_ entry: Entry, _ error: (any Error)? = nil) {
    monitor.locked { told(disposalOf: entry.generation, wasPublished: true, error: error) }
  }

  private func drainLater(_ entry: Entry) {
    monitor.locked { while entry.users > 0 { monitor.wait() } }
    gone(entry)
    try? entry.probe.close()
  }

  private var keepsLast: Bool {
    defect == .peekIgnoresState || defect == .failureRestoresOld || (defect == .shutdownKeepsPayload && isShutDown)
  }

  /// Whether a flight that was closed ends as if it was not.
  var publishesLate: Bool { defect == .lateProductPublished || (defect == .shutdownPublishesLate && isShutDown) }

  private func retire(_ entry: Entry) -> Entry {
    entry.isRetired = true
    return entry
  }

  private func waitForClosedFlight(_ deadline: Deadline?) throws {
    if defect == .closeLeavesLateProduct { return }
    while let running, running.thread != pthread_self() {
      if deadline?.hasPassed == true, defect != .deadlineIgnoresFactory { throw deadlineExceeded(holders: 0) }
      monitor.wait()
    }
  }

  /// Only inside the monitor.
  private func deadlineExceeded(holders: Int) -> CellError {
    var told = error(.deadlineExceeded, "\"\(name)\" was not fully closed in time: the last user disposes")
    if holders > 0 { tell(.leaseLeak(generation: .init(generation), holders: holders, sites: [])) }
    if defect != .deadlineWithoutHolders {
      told.holders = holders
      told.factoryRunning = running != nil
    }
    return told
  }

  /// Takes note of a disposer's error. Only inside the monitor.
  private func keep(_ cause: any Error, silent: Bool, of entry: Entry) {
    if defect == .silentCloseKeeps, silent { state = .ready(entry) }
    guard defect != .disposeErrorForgotten, defect != .loudDisposeErrorForgotten || silent else { return }
    lastDisposeError = defect == .disposeErrorAsFlag ? "yes" : "\(cause)"
  }

  private func dispose(_ entry: Entry, silent: Bool) throws {
    defer { gone(entry) }
    if defect == .neverDisposes || (defect == .seedNotDisposed && entry.wasSeeded) { return }
    var failure: (any Error)?
    defer { if defect != .disposeUnderLock { disposed(entry, failure) } }
    if defect == .disposeUnderLock { return try entry.probe.close() }
    do { try disposeProbe(entry.probe) } catch let cause {
      failure = cause
      monitor.locked { keep(cause, silent: silent, of: entry) }
      if defect == .silentCloseThrows || (!silent && defect != .loudCloseSilent) {
        throw CellError(
          .disposeFailed, cell: name, message: "the payload of \"\(name)\" could not be disposed: \(cause)",
          underlying: defect == .disposeErrorWithoutCause ? nil : cause)
      }
    }
  }
}
