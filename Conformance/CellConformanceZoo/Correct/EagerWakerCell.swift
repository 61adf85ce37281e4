import CellConformance
import CellContract

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cell of ``EagerWakerBackend``.
final class EagerWakerCell: @unchecked Sendable {
  // @unchecked: all variables are written under `monitor` and read under it, but for a flight's `failure`, which only its own
  // thread writes and which that thread alone reads outside.
  private final class Flight {
    let thread = pthread_self()
    var isClosed = false
    var failure: CellError?
  }

  private let name: String
  private let world: CellWorld
  private let monitor = Monitor()
  private var flight: Flight?
  private var payload: Probe?

  init(name: String, world: CellWorld) {
    self.name = name
    self.world = world
  }

  func peek() -> Probe? { monitor.locked { payload } }

  func getOrInitialize(_ factory: ProbeFactory) throws -> Probe {
    let flight = Flight()
    if let ready = try monitor.locked({ try joinOrLead(flight) }) { return ready }
    // Too early: nothing has changed yet for those who wait.
    monitor.locked { monitor.broadcast() }
    let made = Result { try factory.makeBlocking() }
    return try finish(flight, made)
  }

  /// The payload, or nil when the caller is to run the factory. Only inside the monitor.
  private func joinOrLead(_ own: Flight) throws -> Probe? {
    while true {
      if let payload { return payload }
      if runsInTask() {
        throw error(.wouldBlockTask, "\"\(name)\" would block a thread of the cooperative pool: call it from a thread")
      }
      guard let current = flight else {
        flight = own
        return nil
      }
      guard current.thread != own.thread, WaitGraph.shared.wait(own.thread, for: current, runBy: current.thread) else {
        var told = error(.reentrant, "the factory of \"\(name)\" waits for \"\(name)\": hand it what it needs")
        told.path = [name, name]
        throw told
      }
      defer { WaitGraph.shared.stop(own.thread, waitingFor: current) }
      if current.isClosed {
        // A newcomer waits until the closed flight is over, and then begins anew.
        wait { flight !== current }
      } else {
        wait { flight !== current || current.isClosed }
        if current.isClosed { throw closed() }
        if let failure = current.failure { throw failure }
      }
    }
  }

  /// Waits for a fact, and wakes for nothing: three times it does not sleep at all but looks again, and each look wakes all
  /// others. Correct, because what counts is the fact. Only inside the monitor.
  private func wait(until fact: () -> Bool) {
    var early = 3
    while !fact() {
      if early > 0 {
        early -= 1
        monitor.broadcast()
        // Gives the lock up for a moment, as a spurious wake-up would.
        _ = monitor.wait(nanoseconds: 1)
      } else {
        monitor.wait()
      }
    }
  }

  private func finish(_ own: Flight, _ made: Result<Probe, any Error>) throws -> Probe {
    let isClosed = monitor.locked { () -> Bool in
      // Too early again: the result is not there yet.
      monitor.broadcast()
      if own.isClosed { return true }
      if case .success(let probe) = made { payload = probe }
      if case .failure(let cause) = made {
        own.failure = error(.initializationFailed, "the factory threw: \(cause)", underlying: cause)
      }
      endFlight()
      return false
    }
    if isClosed {
      if case .success(let probe) = made { try? probe.close() }
      monitor.locked { endFlight() }
      throw closed()
    }
    if let failure = own.failure { throw failure }
    return try made.get()
  }

  private func endFlight() {
    if let flight { WaitGraph.shared.end(flight) }
    flight = nil
    monitor.broadcast()
  }

  func close(silent: Bool) throws {
    let old = monitor.locked { () -> Probe? in
      if let current = flight {
        current.isClosed = true
        monitor.broadcast()
        if current.thread != pthread_self() { wait { flight !== current } }
        return nil
      }
      defer { payload = nil }
      return payload
    }
    monitor.locked { monitor.broadcast() }
    do { try old?.close() } catch let cause where !silent {
      throw error(.disposeFailed, "the payload of \"\(name)\" could not be disposed: \(cause)", underlying: cause)
    } catch {}
  }

  func seed(_ probe: Probe) throws {
    guard SeedGuard.isOpen(world.environment(SeedGuard.variable)) else {
      throw error(.seedNotAllowed, "seeding \"\(name)\" is not allowed here: set \(SeedGuard.variable)=1 in a test")
    }
    try monitor.locked {
      if flight != nil { throw error(.initializing, "\"\(name)\" is being initialised: wait for it or close it first") }
      if payload != nil { throw error(.alreadyInitialized, "\"\(name)\" holds a payload: close it first") }
      payload = probe
      monitor.broadcast()
    }
  }

  private func closed() -> CellError {
    error(.closed, "\"\(name)\" was closed while it was being initialised: call again")
  }

  private func error(_ code: CellError.Code, _ message: String, underlying: (any Error)? = nil) -> CellError {
    CellError(code, cell: name, message: message, underlying: underlying)
  }
}
