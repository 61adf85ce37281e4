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
  private enum Step {
    case entry(Entry)
    case failed(any Error)
    case build(Flight)
  }

  func getOrInitialize(_ factory: ProbeFactory) throws -> Probe {
    defer { if defect == .observerDelaysCallers { tellAll() } }
    return try acquire(factory).probe
  }

  func withValue(_ factory: ProbeFactory, _ body: LeaseBody) throws {
    if defect == .swapHoldsUpLeases { monitor.locked { while isSwapping { monitor.wait() } } }
    let gateIsLast = defect == .gateAfterLease
    if !gateIsLast { try enterGate() }
    let entry: Entry
    do { entry = try acquire(factory, leasing: defect != .racyLease) } catch {
      if defect != .gateKeepsPlaceAfterFailure { gate?.leave() }
      throw error
    }
    if defect == .racyLease {
      KitThread.yield()
      monitor.locked { entry.users += 1 }
    }
    if gateIsLast { try enterGate() }
    let stale = defect == .leaseStaleAfterSwap ? monitor.locked { replaced } : nil
    let result = Result { try body.run((stale ?? entry).probe) }
    if defect == .runsBodyTwice { try body.run(entry.probe) }
    if defect == .leaksLeases { return }
    if case .failure = result, defect == .leaksAfterThrow { return try result.get() }
    if case .failure = result, defect == .gateKeepsPlaceAfterThrow {} else { gate?.leave() }
    leave(entry)
    try result.get()
  }

  /// Ends a lease; the last one disposes what a close left to it.
  func leave(_ entry: Entry) {
    let isMine = monitor.locked { () -> Bool in
      if defect != .readyReadUnprotected || entry.users > 0 { entry.users -= 1 }
      monitor.broadcast()
      return entry.isOrphaned && entry.users == 0
    }
    if isMine {
      try? disposeProbe(entry.probe)
      gone(entry)
      disposed(entry)
    }
  }

  private func enterGate() throws {
    do { try gate?.enter() } catch {
      if let after = (error as? CellError)?.retryAfter { monitor.locked { tell(.gateOverloaded(retryAfter: after)) } }
      throw error
    }
  }

  func acquire(_ given: ProbeFactory, leasing: Bool = false) throws -> Entry {
    let factory = monitor.locked { () -> ProbeFactory in
      if firstFactory == nil { firstFactory = given }
      return defect == .reusesFactory ? firstFactory ?? given : given
    }
    if defect == .racyStart, monitor.locked({ if case .empty = state { running == nil } else { false } }) {
      KitThread.yield()
      if case .build(let flight) = monitor.locked({ startFlight() }) {
        return try finish(flight, Result { try factory.makeBlocking() }, leasing: leasing)
      }
    }
    if defect == .racyWait,
      let flight = monitor.locked({ if case .building(let flight) = state { flight } else { nil } })
    {
      KitThread.yield()
      // The flight may have ended since: then nobody will wake this caller.
      monitor.locked { monitor.wait() }
      if let result = monitor.locked({ flight.result }) { return try result.get() }
    }
    if let stale = staleAfterRace() { return stale }
    noteNeed()
    switch try monitor.locked({ try nextStep(leasing: leasing) }) {
    case .entry(let entry): return entry
    case .failed(let error): throw error
    case .build(let flight):
      if defect == .factoryUnderLock || defect == .globalLock {
        let made = monitor.locked { Result { try factory.makeBlocking() } }
        return try finish(flight, made, leasing: leasing)
      }
      if defect == .fourLoaders { takeLoader() }
      let made = FactoryStack.shared.run(for: self) { Result { try factory.makeBlocking() } }
      if defect == .fourLoaders { giveBackLoader() }
      return try finish(flight, made, leasing: leasing)
    }
  }

  /// What only a defect returns to whoever comes as a flight ends: what it saw of the cell before that flight.
  private func staleAfterRace() -> Entry? {
    guard defect == .racyWaitStale else { return nil }
    let seen = monitor.locked { () -> (flight: Flight, old: Entry)? in
      if case .building(let flight) = state, let replaced { (flight, replaced) } else { nil }
    }
    guard let seen else { return nil }
    KitThread.yield()
    return monitor.locked { seen.flight.result != nil } ? seen.old : nil
  }

  /// What a caller does next. Waits as long as it can only wait. Only inside the monitor.
  private func nextStep(leasing: Bool) throws -> Step {
    var joined: Flight?
    var waited = false
    if defect == .givesUp, failures >= 3 { throw error(.failed, "three attempts failed") }
    if defect == .cachesFailure, let lastFailure { return .failed(lastFailure) }
    while true {
      if defect == .noRecheck, waited { return startFlight() }
      if let result = joined?.result {
        switch result {
        case .failure(let error):
          if defect != .waitersRetry { return .failed(error) }
          joined = nil
        case .success(let entry):
          if !entry.isRetired { return take(entry, leasing) }
          joined = nil
        }
      }
      switch state {
      case .ready(let entry):
        if defect == .neverCaches || (defect == .seedIgnored && entry.wasSeeded) { return startFlight() }
        return take(entry, leasing)
      case .building(let flight):
        if defect == .checkThenAct { return startFlight() }
        if flight.thread == pthread_self(), flight.result == nil, !waitsForItself { throw reentrant() }
        try refuseInTask()
        if defect != .wedgedAfterFailure, defect != .wedgedAfterClosedFlight || !flight.isClosed,
          defect != .closeStrandsLeaseWaiters || !leasing
        {
          joined = flight
        }
        waited = true
        try wait(for: flight)
      case .empty:
        if let refusal = refusal() { throw refusal }
        try refuseInTask()
        if defect == .closeIsTerminal, wasClosed { throw error(.closed, "closed for good") }
        if defect == .getReturnsClosed, let last { return .entry(last) }
        if draining >= 2 {
          monitor.wait()
          continue
        }
        guard let running, defect != .secondFactory else { return startFlight() }
        if running.thread == pthread_self(), defect != .circleBehindClosed { throw reentrant() }
        if defect == .lateFailureTold { joined = running }
        try wait(for: running)
      }
    }
  }

  /// Sleeps until something changes, unless the flight waits for the caller already. Only inside the monitor.
  private func wait(for flight: Flight) throws {
    if defect == .failedClosedWakesOne, flight.isClosed { return waitInQueue(for: flight) }
    let own = AnyHashable(pthread_self())
    let asks = !flight.isClosed || (defect != .circleBehindClosed && defect != .crosswiseBehindClosed)
    if asks, defect != .crosswiseWaits, defect != .reentrantWaits, !flight.isOver {
      guard WaitGraph.shared.wait(own, for: flight, runBy: flight.thread) else { throw reentrant() }
    }
    monitor.wait()
    WaitGraph.shared.stop(own, waitingFor: flight)
  }

  /// Of those who wait here, a factory that fails wakes the first only.
  private func waitInQueue(for flight: Flight) {
    flight.queued += 1
    let isFirst = flight.queued == 1
    while !flight.isOver || (flight.failedAfterClose && !isFirst) { monitor.wait() }
  }

  private func isOver(_ flight: Flight) {
    flight.isOver = true
    WaitGraph.shared.end(flight)
  }

  private var waitsForItself: Bool { defect == .reentrantWaits }

  private func reentrant() -> CellError {
    var told = error(.reentrant, "the factory of \"\(name)\" waits for \"\(name)\": hand it what it needs")
    if defect != .reentrantWithoutPath { told.path = [name, name] }
    return told
  }

  private func refuseInTask() throws {
    if defect != .blocksInTask, runsInTask() {
      throw error(.wouldBlockTask, "\"\(name)\" would block a thread of the cooperative pool: call it from a thread")
    }
  }

  private func take(_ entry: Entry, _ leasing: Bool) -> Step {
    if leasing { entry.users += 1 }
    if defect == .eventOnReadyPath { tell(.initStarted(attempt: attempts)) }
    return .entry(entry)
  }

  private func failed(_ cause: any Error) -> CellError {
    var told = error(.initializationFailed, "the factory threw: \(cause)", underlying: cause)
    if defect != .errorWithoutAttempt { told.attempt = attempts }
    return told
  }

  private func startFlight() -> Step {
    let flight = Flight(begun: world.clock.now.offset)
    attempts += 1
    state = .building(flight)
    running = flight
    if defect == .leaksThreads { leakThread() }
    tell(.initStarted(attempt: attempts))
    return .build(flight)
  }

  /// Ends a flight: publishes what it made, tells why it made nothing, or disposes what nobody wants any more.
  private func finish(_ flight: Flight, _ made: Result<Probe, any Error>, leasing: Bool) throws -> Entry {
    let late = monitor.locked { () -> Probe? in
      if case .success = made { built += 1 } else if defect == .ledgerCountsFailures { built += 1 }
      if defect == .lateOverwritesSeed, holdsSeed { flight.isClosed = false }
      if flight.isClosed, !publishesLate {
        if defect == .lateFailureTold, case .failure(let cause) = made {
          flight.result = .failure(error(.initializationFailed, "the factory failed", underlying: cause))
        }
        guard case .success(let probe) = made else { return nil }
        return probe
      }
      isOver(flight)
      var wakes = true
      defer { if wakes { wakeAll() } }
      running = nil
      switch made {
      case .success(let probe):
        if defect != .generationNotBumped { generation += 1 }
        let entry = Entry(probe, generation: generation)
        if leasing { entry.users = 1 }
        last = entry
        if defect == .sharesPayload { shared.entry = entry }
        state = .ready(entry)
        flight.result = .success(entry)
        forgetFailures()
        ended(flight, .success)
      case .failure(let cause):
        failures += 1
        remember(cause)
        let told: any Error =
          defect == .throwsRaw ? cause : failed(cause)
        if defect == .cachesFailure { lastFailure = told }
        if defect == .failureRestoresOld, let last {
          state = .ready(last)
        } else if defect != .wedgedAfterFailure {
          state = .empty
        }
        flight.result = .failure(told)
        ended(flight, .error, error: cause)
        wakes = defect != .failureReachesLeaderOnly
        return nil
      }
      return nil
    }
    if flight.isClosed, !publishesLate {
      if defect == .ledgerForgetsLate {
        try? late?.close()
      } else if let late, defect != .lateProductLost {
        try? disposeProbe(late)
      }
      monitor.locked {
        ended(flight, .abandoned)
        if late != nil, defect != .eventLateDisposalMissing { told(disposalOf: generation + 1, wasPublished: false) }
        running = nil
        if case .failure = made { flight.failedAfterClose = true }
        isOver(flight)
        if defect == .wedgedAfterClosedFlight { state = .building(flight) }
        monitor.broadcast()
      }
      throw error(.closed, "\"\(name)\" was closed while it was being initialised: call again")
    }
    switch (flight.result, made) {
    case (.success(let entry)?, _): return entry
    case (.failure(let error)?, _): throw error
    case (nil, .failure(let cause)): throw error(.initializationFailed, "the factory failed", underlying: cause)
    case (nil, .success): throw error(.closed, "the flight ended without a result")
    }
  }
}
