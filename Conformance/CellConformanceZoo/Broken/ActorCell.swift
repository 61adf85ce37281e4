import CellConformance
import CellContract

/// A cell made of an actor: the factory runs in a task of the cell, every caller waits with a continuation of its own.
///
/// Correct without a defect; each defect changes one line of it.
package actor ActorCell {
  final class Entry: Sendable {
    let probe: Probe
    let generation: UInt64
    init(_ probe: Probe, generation: UInt64) {
      self.probe = probe
      self.generation = generation
    }
  }

  final class Flight: @unchecked Sendable {
    // @unchecked: used on the actor only; cancellation handlers carry it back there.
    var waiters: [(id: UInt64, continuation: CheckedContinuation<Entry, any Error>)] = []
    var isClosed = false
    var task: Task<Void, Never>?
    var timer: Task<Void, Never>?
    let begun: Duration
    init(begun: Duration) { self.begun = begun }
  }

  enum State {
    case empty
    case building(Flight)
    case ready(Entry)
  }

  /// The cells whose factories lead to the current task.
  @TaskLocal static var path: [ObjectIdentifier] = []

  nonisolated let name: String
  let world: CellWorld
  let defect: Defect?
  var state = State.empty
  /// The flight whose factory has not returned, closed or not.
  var running: Flight?
  var generation: UInt64 = 0
  private(set) var attempts: UInt64 = 0
  var built: UInt64 = 0
  private var disposed: UInt64 = 0
  private var nextWaiter: UInt64 = 0
  private var cancelled: Set<UInt64> = []
  var users: [ObjectIdentifier: Int] = [:]
  private var idle: [CheckedContinuation<Void, Never>] = []
  private var lastFailure: (any Error)?
  /// What only a defect uses.
  private var queued: [CheckedContinuation<Void, Never>] = []
  /// How many payloads are out of reach and not disposed: never more than two.
  var draining = 0
  var last: Entry?
  /// What only defects use: what a close is disposing.
  var grave: Entry?
  var isShutDown = false
  private var lastDisposeError: String?
  var isSwapping = false
  let swapGuardAtCreation: Bool
  /// The payload before the last swap, for defects.
  var replaced: Entry?
  /// How long the last factory that succeeded took.
  var typicalTime: Duration?
  let plan: CellPlan
  private let gate: ActorGate?

  init(name: String, world: CellWorld, defect: Defect?, plan: CellPlan = .standard) {
    self.name = name
    self.plan = plan
    if case .gate(let plan) = plan {
      gate = ActorGate(plan, cell: name, world: world, defect: defect)
    } else {
      gate = nil
    }
    self.world = world
    self.defect = defect
    swapGuardAtCreation = SeedGuard.isOpen(world.environment(SwapGuard.variable))
  }

  // MARK: - Looking

  func peek() -> Probe? {
    if defect == .peekStaleAfterSwap, let replaced { return replaced.probe }
    return if case .ready(let entry) = state { entry.probe } else { nil }
  }

  func snapshot() -> CellSnapshot {
    var snapshot = CellSnapshot(name: name)
    switch state {
    case .empty: if isShutDown, defect != .snapshotHidesShutdown { snapshot.detail = .shutDown }
    case .building: (snapshot.initState, snapshot.detail) = (.initializing, .building)
    case .ready(let entry):
      (snapshot.initState, snapshot.detail) = (.ready, .serving)
      snapshot.generation = CellGeneration(entry.generation)
      snapshot.leases = users[ObjectIdentifier(entry)] ?? 0
    }
    snapshot.attempts = attempts
    snapshot.built = built
    snapshot.disposed = disposed
    snapshot.live = Int(built - min(built, disposed))
    snapshot.lastDisposeError = lastDisposeError
    return snapshot
  }

  // MARK: - Getting

  func getOrInitialize(_ factory: ProbeFactory) async throws -> Probe {
    try await acquire(factory, leasing: false).probe
  }

  /// The same, waited for no longer than `deadline`.
  func getOrInitialize(_ factory: ProbeFactory, deadline: Duration) async throws -> Probe {
    if case .ready(let entry) = state { return entry.probe }
    guard deadline >= .zero || defect == .negativeWait else {
      throw error(.invalidArgument, "a deadline of \(deadline) makes no sense: it counts from now")
    }
    let limit = WaitLimit(due: world.clock.now.offset + deadline)
    let timer = Task.detached { [world] in
      do { try await world.clock.sleep(for: deadline) } catch { return }
      await self.expire(limit)
    }
    defer { timer.cancel() }
    return try await acquire(factory, leasing: false, limit: limit).probe
  }

  func withValue(_ factory: ProbeFactory, _ body: LeaseBody) async throws {
    try await gate?.enter()
    let entry: Entry
    do { entry = try await acquire(factory, leasing: true) } catch {
      if !(defect == .gateKeepsPlaceAfterCancel && error is CancellationError) { await gate?.leave() }
      throw error
    }
    var failure: (any Error)?
    let stale = defect == .leaseStaleAfterSwap ? replaced : nil
    do { try await body.runSuspending((stale ?? entry).probe) } catch { failure = error }
    if defect == .leaksAfterCancel { try Task.checkCancellation() }
    if defect == .leaksAfterThrow, let failure { throw failure }
    users[ObjectIdentifier(entry), default: 1] -= 1
    wakeIdle()
    await gate?.leave()
    if let failure { throw failure }
  }

  func acquire(_ factory: ProbeFactory, leasing: Bool, limit: WaitLimit? = nil) async throws -> Entry {
    if defect == .cachesFailure, let lastFailure { throw lastFailure }
    while true {
      if isShutDown, defect != .shutdownNotFinal { throw shutDownError }
      if limit?.hasPassed == true { throw warmingUp(nil) }
      switch state {
      case .ready(let entry):
        if defect == .neverCaches { return try await begin(factory) }
        if leasing { users[ObjectIdentifier(entry), default: 0] += 1 }
        return entry
      case .building(let flight):
        try refuseReentrance()
        if defect == .checkThenAct { return try await begin(factory) }
        let entry = try await joinFromOutside(flight, limit)
        if defect == .noRecheck { return try await begin(factory) }
        // The cell may have moved on between the end of the flight and this line, so a lease looks again.
        if !leasing { return entry }
      case .empty:
        if draining >= 2, defect != .thirdPayload {
          await untilIdle()
        } else if let running, defect != .secondFactory {
          if defect != .circleBehindClosed { try refuseReentrance() }
          try await waitBehind(running)
        } else {
          if defect == .hopelessStartsNothing { try refuseHopeless(limit, elapsed: .zero) }
          let entry = try await begin(factory, limit)
          if !leasing { return entry }
        }
      }
    }
  }

  func refuseReentrance() throws {
    guard Self.path.contains(ObjectIdentifier(self)) else { return }
    throw reentrant()
  }

  private func reentrant() -> CellError {
    var told = error(.reentrant, "the factory of \"\(name)\" waits for \"\(name)\": hand it what it needs")
    told.path = [name, name]
    return told
  }

  /// Joins a flight of somebody else, unless that flight waits for the caller's already.
  private func joinFromOutside(_ flight: Flight, _ limit: WaitLimit?) async throws -> Entry {
    guard let caller = Self.path.last, defect != .crosswiseWaits else { return try await join(flight, limit) }
    guard WaitGraph.shared.wait(caller, for: flight, runBy: ObjectIdentifier(self)) else { throw reentrant() }
    defer { WaitGraph.shared.stop(caller, waitingFor: flight) }
    return try await join(flight, limit)
  }

  /// Waits until something changes while a closed flight still runs its factory, unless that waits for the caller already.
  private func waitBehind(_ flight: Flight) async throws {
    if defect == .failedClosedWakesOne { return await withCheckedContinuation { queued.append($0) } }
    let asks = ![.crosswiseWaits, .circleBehindClosed, .crosswiseBehindClosed].contains(defect)
    guard asks, let caller = Self.path.last else { return await untilIdle() }
    guard WaitGraph.shared.wait(caller, for: flight, runBy: ObjectIdentifier(self)) else { throw reentrant() }
    defer { WaitGraph.shared.stop(caller, waitingFor: flight) }
    await untilIdle()
  }

  private func begin(_ factory: ProbeFactory, _ limit: WaitLimit? = nil) async throws -> Entry {
    let flight = Flight(begun: world.clock.now.offset)
    attempts += 1
    running = flight
    state = .building(flight)
    let path = (defect == .pathKnowsOwnCellOnly ? [] : Self.path) + [ObjectIdentifier(self)]
    if defect == .leaderRunsFactory {
      let made = await Self.result { try await Self.$path.withValue(path) { try await factory.make() } }
      await finish(flight, made)
      if case .ready(let entry) = state { return entry }
      return try made.map { Entry($0, generation: generation) }.get()
    }
    flight.task = Task.detached {
      let made = await Self.result { try await Self.$path.withValue(path) { try await factory.make() } }
      await self.finish(flight, made)
    }
    startTimer(of: flight)
    return try await join(flight, limit)
  }

  static func result(_ body: () async throws -> Probe) async -> Result<Probe, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  private func join(_ flight: Flight, _ limit: WaitLimit?) async throws -> Entry {
    if limit != nil { try refuseHopeless(limit, elapsed: world.clock.now.offset - flight.begun) }
    nextWaiter += 1
    let id = nextWaiter
    limit?.waiter = id
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if cancelled.remove(id) != nil {
          continuation.resume(throwing: CancellationError())
        } else {
          flight.waiters.append((id, continuation))
        }
      }
    } onCancel: {
      if defect != .cancelIgnored { Task { await self.cancel(id, in: flight) } }
    }
  }

  private func cancel(_ id: UInt64, in flight: Flight) {
    if defect == .cancelKillsFlight {
      for waiter in flight.waiters { waiter.continuation.resume(throwing: CancellationError()) }
      flight.waiters = []
    } else if let place = flight.waiters.firstIndex(where: { $0.id == id }) {
      flight.waiters.remove(at: place).continuation.resume(throwing: CancellationError())
      abandon(flight)
    } else if case .building(let current) = state, current === flight {
      cancelled.insert(id)
    }
  }

  private func finish(_ flight: Flight, _ made: Result<Probe, any Error>) async {
    WaitGraph.shared.end(flight)
    flight.timer?.cancel()
    if case .success = made { built += 1 }
    if flight.isClosed, defect != .lateProductPublished, defect != .lateOverwritesSeed || peek() == nil {
      if case .success(let probe) = made, defect != .lateProductLost { try? await dispose(probe) }
      running = nil
      wakeQueued(made)
      return wakeIdle()
    }
    running = nil
    cancelled = []
    switch made {
    case .success(let probe) where defect == .abandonedDisposed && flight.waiters.isEmpty:
      state = .empty
      try? await dispose(probe)
    case .success(let probe):
      typicalTime = world.clock.now.offset - flight.begun
      generation += 1
      let entry = Entry(probe, generation: generation)
      state = .ready(entry)
      last = entry
      tell(flight, .success(entry))
    case .failure(let cause):
      state = .empty
      let told = error(.initializationFailed, "the factory threw: \(cause)", underlying: cause)
      if defect == .cachesFailure { lastFailure = told }
      tell(flight, .failure(defect == .throwsRaw ? cause : told))
    }
    wakeIdle()
  }

  func tell(_ flight: Flight, _ result: Result<Entry, any Error>) {
    let count = defect == .notifyOne ? min(1, flight.waiters.count) : flight.waiters.count
    for waiter in flight.waiters.prefix(count) { waiter.continuation.resume(with: result) }
    flight.waiters.removeFirst(count)
  }

  // MARK: - Closing

  func shutDown(silent: Bool) async throws {
    isShutDown = true
    try await close(silent: silent)
  }

  func dispose(_ probe: Probe) async throws {
    defer { disposed += 1 }
    do { try await probe.closeSuspending() } catch {
      if defect != .disposeErrorForgotten {
        lastDisposeError = defect == .disposeErrorAsFlag ? "yes" : "\(error)"
      }
      throw error
    }
  }

  func close(silent: Bool) async throws {
    switch state {
    case .empty:
      if await endsEmptyBadly() { return }
      if running != nil, !Self.path.contains(ObjectIdentifier(self)) { await untilIdle() }
    case .building(let flight):
      if defect == .lateProductPublished { return }
      flight.isClosed = true
      // A cancelled factory's calls end by themselves, so that a circle through it shows only where it is not cancelled.
      if defect != .closeDoesNotCancel, defect != .crosswiseBehindClosed { flight.task?.cancel() }
      state = .empty
      let closed = error(.closed, "\"\(name)\" was closed while it was being initialised: call again")
      if defect != .closeStrandsWaiters { tell(flight, .failure(closed)) }
      if defect != .closeLeavesLateProduct { while running != nil { await untilIdle() } }
      if defect == .closeStrandsWaiters { tell(flight, .failure(closed)) }
    case .ready(let entry):
      if defect == .disposeBeforeFlip {
        try? await entry.probe.closeSuspending()
        state = .empty
        return
      }
      state = .empty
      draining += 1
      grave = entry
      defer {
        draining -= 1
        if grave === entry { grave = nil }
        wakeIdle()
      }
      if defect != .keepsReference { last = nil }
      while (users[ObjectIdentifier(entry)] ?? 0) > 0, defect != .disposeIgnoresLeases { await untilIdle() }
      users[ObjectIdentifier(entry)] = nil
      if defect == .neverDisposes { return }
      if defect == .closeReturnsEarly {
        Task.detached { try? await self.dispose(entry.probe) }
        return
      }
      do { try await dispose(entry.probe) } catch let cause where !silent && defect != .loudCloseSilent {
        throw error(.disposeFailed, "the payload of \"\(name)\" could not be disposed: \(cause)", underlying: cause)
      } catch {}
    }
  }

  // MARK: - Small parts

  var shutDownError: CellError { error(.shutDown, "\"\(name)\" was shut down, which is final") }

  func untilIdle() async { await withCheckedContinuation { idle.append($0) } }

  /// A factory that fails wakes the first only.
  private func wakeQueued(_ made: Result<Probe, any Error>) {
    var count = queued.count
    if case .failure = made { count = min(1, count) }
    for continuation in queued.prefix(count) { continuation.resume() }
    queued.removeFirst(count)
  }

  func wakeIdle() {
    for continuation in idle { continuation.resume() }
    idle = []
  }

  func error(_ code: CellError.Code, _ message: String, underlying: (any Error)? = nil) -> CellError {
    CellError(code, cell: name, message: message, attempt: attempts, underlying: underlying)
  }
}
