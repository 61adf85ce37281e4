import CellConformance
import CellContract

/// The cell of ``TaskHandleBackend``.
final class TaskHandleCell: @unchecked Sendable {
  // @unchecked: the variables are read and written under the monitor only.
  final class Flight: @unchecked Sendable {
    // @unchecked: `boxes` and `isClosed` are used under the cell's monitor only. `task` is set under it before anybody else
    // can find the flight, and never again; the task itself does not look at it.
    var task: Task<Probe, any Error>?
    var boxes: [Box] = []
    var isClosed = false
  }

  /// A place for one result: the first of several counts, and one caller waits for it.
  final class Box: @unchecked Sendable {
    // @unchecked: used under its monitor only.
    private let monitor = Monitor()
    private var continuation: CheckedContinuation<Void, Never>?
    private var result: Result<Probe, any Error>?

    func wait() async throws -> Probe {
      await withCheckedContinuation { continuation in
        let isThere = monitor.locked { () -> Bool in
          if result == nil { self.continuation = continuation }
          return result != nil
        }
        if isThere { continuation.resume() }
      }
      // Not handed over by the continuation: resumed before it is awaited, it shows the thread sanitizer no order.
      guard let result = monitor.locked({ result }) else { throw CancellationError() }
      return try result.get()
    }

    func resume(_ result: Result<Probe, any Error>) {
      let waiting = monitor.locked { () -> CheckedContinuation<Void, Never>? in
        defer { continuation = nil }
        if self.result == nil { self.result = result }
        return continuation
      }
      waiting?.resume()
    }
  }

  private enum State {
    case empty
    case building(Flight)
    case ready(Probe)
  }

  private enum Step {
    case value(Probe)
    case join(Flight)
    case waitFor(Flight)
  }

  @TaskLocal private static var path: [ObjectIdentifier] = []
  private let name: String
  private let world: CellWorld
  private let monitor = Monitor()
  private var state = State.empty
  private var running: Flight?

  init(name: String, world: CellWorld) {
    self.name = name
    self.world = world
  }

  func peek() -> Probe? { monitor.locked { if case .ready(let probe) = state { probe } else { nil } } }

  func getOrInitialize(_ factory: ProbeFactory) async throws -> Probe {
    while true {
      switch monitor.locked({ step(factory) }) {
      case .value(let probe): return probe
      case .join(let flight): return try await fromOutside(flight) { try await self.join(flight) }
      case .waitFor(let flight): _ = try await fromOutside(flight) { await flight.task?.result }
      }
    }
  }

  /// Waits for a flight of somebody else, unless that flight waits for the caller already.
  private func fromOutside<R>(_ flight: Flight, _ wait: () async throws -> R) async throws -> R {
    if Self.path.contains(ObjectIdentifier(self)) { throw reentrant() }
    guard let caller = Self.path.last else { return try await wait() }
    guard WaitGraph.shared.wait(caller, for: flight, runBy: ObjectIdentifier(self)) else { throw reentrant() }
    defer { WaitGraph.shared.stop(caller, waitingFor: flight) }
    return try await wait()
  }

  private func reentrant() -> CellError {
    var told = error(.reentrant, "the factory of \"\(name)\" waits for \"\(name)\": hand it what it needs")
    told.path = [name, name]
    return told
  }

  private func step(_ factory: ProbeFactory) -> Step {
    switch state {
    case .ready(let probe): return .value(probe)
    case .building(let flight): return .join(flight)
    case .empty:
      if let running { return .waitFor(running) }
      let flight = Flight()
      let path = Self.path + [ObjectIdentifier(self)]
      flight.task = Task.detached { try await self.fly(flight, factory, path) }
      state = .building(flight)
      running = flight
      return .join(flight)
    }
  }

  private func fly(_ flight: Flight, _ factory: ProbeFactory, _ path: [ObjectIdentifier]) async throws -> Probe {
    let made: Result<Probe, any Error>
    do { made = .success(try await Self.$path.withValue(path) { try await factory.make() }) } catch {
      made = .failure(error)
    }
    WaitGraph.shared.end(flight)
    let isClosed = monitor.locked { () -> Bool in
      if flight.isClosed { return true }
      running = nil
      if case .success(let probe) = made { state = .ready(probe) } else { state = .empty }
      return false
    }
    if isClosed {
      if case .success(let probe) = made { try? await probe.closeSuspending() }
      monitor.locked { running = nil }
      throw closed()
    }
    switch made {
    case .success(let probe): return probe
    case .failure(let cause): throw error(.initializationFailed, "the factory threw: \(cause)", underlying: cause)
    }
  }

  private func join(_ flight: Flight) async throws -> Probe {
    let box = Box()
    let isClosed = monitor.locked { () -> Bool in
      flight.boxes.append(box)
      return flight.isClosed
    }
    if isClosed { throw closed() }
    Task.detached {
      guard let result = await flight.task?.result else { return }
      // Under the monitor, where the flight put it: a task's result shows the thread sanitizer no order either.
      box.resume(self.monitor.locked { result })
    }
    return try await withTaskCancellationHandler {
      try await box.wait()
    } onCancel: {
      box.resume(.failure(CancellationError()))
    }
  }

  func close(silent: Bool) async throws {
    let (old, flight) = monitor.locked { () -> (Probe?, Flight?) in
      defer { state = .empty }
      switch state {
      case .ready(let probe): return (probe, nil)
      case .building(let flight):
        flight.isClosed = true
        return (nil, flight)
      case .empty: return (nil, running)
      }
    }
    if let flight, !Self.path.contains(ObjectIdentifier(self)) {
      for box in monitor.locked({ flight.boxes }) { box.resume(.failure(closed())) }
      flight.task?.cancel()
      _ = await flight.task?.result
    }
    do { try await old?.closeSuspending() } catch let cause where !silent {
      throw error(.disposeFailed, "the payload of \"\(name)\" could not be disposed: \(cause)", underlying: cause)
    } catch {}
  }

  func seed(_ probe: Probe) throws {
    guard SeedGuard.isOpen(world.environment(SeedGuard.variable)) else {
      throw error(.seedNotAllowed, "seeding \"\(name)\" is not allowed here: set \(SeedGuard.variable)=1 in a test")
    }
    try monitor.locked {
      switch state {
      case .ready: throw error(.alreadyInitialized, "\"\(name)\" holds a payload: close it first")
      case .building: throw error(.initializing, "\"\(name)\" is being initialised: wait for it or close it first")
      case .empty: state = .ready(probe)
      }
    }
  }

  private func closed() -> CellError {
    error(.closed, "\"\(name)\" was closed while it was being initialised: call again")
  }

  private func error(_ code: CellError.Code, _ message: String, underlying: (any Error)? = nil) -> CellError {
    CellError(code, cell: name, message: message, underlying: underlying)
  }
}
