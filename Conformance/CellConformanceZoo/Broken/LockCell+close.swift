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
  func close(silent: Bool) throws {
    if defect == .closeClosesAll {
      for other in shared.monitor.locked({ shared.cells }) where other !== self { try other.closeThis(silent: silent) }
    }
    var outcome = CellCloseOutcome.noop
    defer {
      monitor.locked { tell(.closed(.init(outcome: outcome, isFinal: false, silent: silent, duration: .zero))) }
      if defect == .observerDelaysCallers { tellAll() }
    }
    if case .empty = monitor.locked({ state }) {} else { outcome = .ok }
    do { try closeThis(silent: silent) } catch {
      outcome = .error
      throw error
    }
  }

  private func closeThis(silent: Bool) throws {
    if defect == .disposeUnderLock {
      try monitor.locked { if let entry = takeOut() { try dispose(entry, silent: silent) } }
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
    if defect == .closeOfEmptyThrows, monitor.locked({ if case .empty = state { true } else { false } }) {
      throw error(.empty, "nothing to close")
    }
    guard let entry = monitor.locked({ takeOut() }) else { return }
    if defect == .closeReturnsEarly {
      try KitThread.start("early") { try? entry.probe.close() }
      return
    }
    try dispose(entry, silent: silent)
  }

  /// Empties the cell, ends a flight, and waits until nobody uses what was there. Only inside the monitor.
  private func takeOut() -> Entry? {
    wasClosed = true
    if defect == .lateProductPublished, case .building = state { return nil }
    switch state {
    case .ready(let entry):
      if defect == .closeKeepsPayload { return last === entry && entry.isRetired ? nil : retire(entry) }
      state = .empty
      entry.isRetired = true
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
        monitor.wait()
      }
      if defect == .leasesClosing { state = .empty }
      return entry
    case .building(let flight):
      if defect == .closeIgnoresFlight {
        while case .building = state { monitor.wait() }
        return takeOut()
      }
      flight.isClosed = true
      if defect != .closeStrandsWaiters, defect != .lateFailureTold {
        flight.result = .failure(error(.closed, "\"\(name)\" was closed while it was being initialised: call again"))
      }
      state = .empty
      if defect != .closeStrandsWaiters { monitor.broadcast() }
      waitForClosedFlight()
      return nil
    case .empty:
      waitForClosedFlight()
      if defect == .secondCloseDisposes { return last }
      return nil
    }
  }

  func disposed(_ entry: Entry, _ error: (any Error)? = nil) {
    monitor.locked { told(disposalOf: entry.generation, wasPublished: true, error: error) }
  }

  private func drainLater(_ entry: Entry) {
    monitor.locked { while entry.users > 0 { monitor.wait() } }
    try? entry.probe.close()
  }

  private var keepsLast: Bool { defect == .peekIgnoresState || defect == .failureRestoresOld }

  private func retire(_ entry: Entry) -> Entry {
    entry.isRetired = true
    return entry
  }

  private func waitForClosedFlight() {
    if defect == .closeLeavesLateProduct { return }
    while let running, running.thread != pthread_self() { monitor.wait() }
  }

  private func dispose(_ entry: Entry, silent: Bool) throws {
    if defect == .neverDisposes || (defect == .seedNotDisposed && entry.wasSeeded) { return }
    var failure: (any Error)?
    defer { if defect != .disposeUnderLock { disposed(entry, failure) } }
    do { try entry.probe.close() } catch let cause {
      failure = cause
      if defect == .silentCloseThrows || (!silent && defect != .loudCloseSilent) {
        throw CellError(
          .disposeFailed, cell: name, message: "the payload of \"\(name)\" could not be disposed: \(cause)",
          underlying: defect == .disposeErrorWithoutCause ? nil : cause)
      }
    }
  }
}
