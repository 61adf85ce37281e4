import CellConformance
import CellContract

/// The cell of ``HostileOrderBackend``.
actor HostileOrderCell {
  private final class Flight {
    var waiters: [UInt64: CheckedContinuation<Probe, any Error>] = [:]
    var isClosed = false
    var task: Task<Void, Never>?
    /// What was told, for those whose turn to wait comes after it.
    var result: Result<Probe, any Error>?
  }

  @TaskLocal private static var path: [ObjectIdentifier] = []

  private let name: String
  private let world: CellWorld
  private let scheduler: HostileScheduler
  private var random: SeededRandom
  private var flight: Flight?
  private var payload: Probe?
  private var nextWaiter: UInt64 = 0
  private var cancelled: Set<UInt64> = []
  private var onEnd: [CheckedContinuation<Void, Never>] = []

  init(name: String, world: CellWorld, scheduler: HostileScheduler, seed: UInt64) {
    self.name = name
    self.world = world
    self.scheduler = scheduler
    random = SeededRandom(seed: seed)
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { scheduler.asUnownedSerialExecutor() }

  func peek() -> Probe? { payload }

  func getOrInitialize(_ factory: ProbeFactory) async throws -> Probe {
    while true {
      if let payload { return payload }
      guard let current = flight else { return try await wait(for: begin(factory)) }
      if Self.path.contains(ObjectIdentifier(self)) { throw reentrant() }
      let caller = Self.path.last
      if let caller, !WaitGraph.shared.wait(caller, for: current, runBy: ObjectIdentifier(self)) { throw reentrant() }
      defer { if let caller { WaitGraph.shared.stop(caller, waitingFor: current) } }
      if !current.isClosed { return try await wait(for: current) }
      await untilEnd(of: current)
    }
  }

  private func reentrant() -> CellError {
    var told = error(.reentrant, "the factory of \"\(name)\" waits for \"\(name)\": hand it what it needs")
    told.path = [name, name]
    return told
  }

  private func begin(_ factory: ProbeFactory) -> Flight {
    let flight = Flight()
    self.flight = flight
    let path = Self.path + [ObjectIdentifier(self)]
    flight.task = Task.detached {
      let made: Result<Probe, any Error>
      do { made = .success(try await Self.$path.withValue(path) { try await factory.make() }) } catch {
        made = .failure(error)
      }
      await self.finish(made)
    }
    return flight
  }

  private func wait(for flight: Flight) async throws -> Probe {
    nextWaiter += 1
    let id = nextWaiter
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if cancelled.remove(id) != nil {
          continuation.resume(throwing: CancellationError())
        } else if let result = flight.result {
          continuation.resume(with: result)
        } else {
          flight.waiters[id] = continuation
        }
      }
    } onCancel: {
      Task { await self.cancel(id) }
    }
  }

  private func cancel(_ id: UInt64) {
    if let continuation = flight?.waiters.removeValue(forKey: id) {
      continuation.resume(throwing: CancellationError())
    } else if flight != nil {
      // The cancellation may come before the wait: jobs run in any order.
      cancelled.insert(id)
    }
  }

  private func finish(_ made: Result<Probe, any Error>) async {
    guard let flight else { return }
    WaitGraph.shared.end(flight)
    if flight.isClosed {
      if case .success(let probe) = made { try? await probe.closeSuspending() }
      endFlight()
      return
    }
    endFlight()
    switch made {
    case .success(let probe):
      payload = probe
      tell(flight, .success(probe))
    case .failure(let cause):
      tell(flight, .failure(error(.initializationFailed, "the factory threw: \(cause)", underlying: cause)))
    }
  }

  private func endFlight() {
    flight = nil
    cancelled = []
    for continuation in onEnd.shuffled(using: &random) { continuation.resume() }
    onEnd = []
  }

  /// Resumes those who wait in an order that has nothing to do with the one they came in.
  private func tell(_ flight: Flight, _ result: Result<Probe, any Error>) {
    flight.result = result
    for id in flight.waiters.keys.sorted(by: >).shuffled(using: &random) {
      flight.waiters.removeValue(forKey: id)?.resume(with: result)
    }
  }

  /// Looks again where nothing can come between: under this scheduler even a call to the actor itself may let others in.
  private func untilEnd(of flight: Flight) async {
    await withCheckedContinuation { continuation in
      if self.flight === flight { onEnd.append(continuation) } else { continuation.resume() }
    }
  }

  func close(silent: Bool) async throws {
    if let flight {
      flight.isClosed = true
      flight.task?.cancel()
      tell(flight, .failure(error(.closed, "\"\(name)\" was closed while it was being initialised: call again")))
      if !Self.path.contains(ObjectIdentifier(self)) { while self.flight === flight { await untilEnd(of: flight) } }
      return
    }
    guard let old = payload else { return }
    payload = nil
    do { try await old.closeSuspending() } catch let cause where !silent {
      throw error(.disposeFailed, "the payload of \"\(name)\" could not be disposed: \(cause)", underlying: cause)
    } catch {}
  }

  func seed(_ probe: Probe) throws {
    guard SeedGuard.isOpen(world.environment(SeedGuard.variable)) else {
      throw error(.seedNotAllowed, "seeding \"\(name)\" is not allowed here: set \(SeedGuard.variable)=1 in a test")
    }
    if flight != nil { throw error(.initializing, "\"\(name)\" is being initialised: wait for it or close it first") }
    if payload != nil { throw error(.alreadyInitialized, "\"\(name)\" holds a payload: close it first") }
    payload = probe
  }

  private func error(_ code: CellError.Code, _ message: String, underlying: (any Error)? = nil) -> CellError {
    CellError(code, cell: name, message: message, underlying: underlying)
  }
}
