import CellConformance
import CellContract
import Synchronization

/// The cell of ``AtomicsBackend``.
final class AtomicsCell: @unchecked Sendable {
  // @unchecked: `payload` belongs to whoever took the word to `busy`, and is handed over by the word's releasing stores;
  // `failures` is used under `parking` only.
  private enum Word {
    static let empty = 0
    static let building = 1
    static let ready = 2
    /// Somebody looks into the cell for a moment.
    static let busy = 3
  }

  private let name: String
  private let world: CellWorld
  private let state = Atomic<Int>(Word.empty)
  /// The number of the latest flight, and of the latest one that was closed.
  private let flight = Atomic<Int>(0)
  private let closedFlight = Atomic<Int>(0)
  private let builder = Atomic<Int>(0)
  private let parking = Monitor()
  private var payload: Probe?
  /// Errors of the latest flights, for waiters that look late. Under `parking`.
  private var failures: [Int: CellError] = [:]

  init(name: String, world: CellWorld) {
    self.name = name
    self.world = world
  }

  func peek() -> Probe? {
    guard take(Word.ready) else { return nil }
    defer { put(Word.ready) }
    return payload
  }

  func getOrInitialize(_ factory: ProbeFactory) throws -> Probe {
    while true {
      if let payload = peek() { return payload }
      if runsInTask() {
        throw error(.wouldBlockTask, "\"\(name)\" would block a thread of the cooperative pool: call it from a thread")
      }
      if take(Word.empty) { return try build(factory) }
      let number = flight.load(ordering: .acquiring)
      let own = ThreadStates.currentThread()
      let runner = builder.load(ordering: .acquiring)
      // No builder: the factory has returned, so that nobody waits for it in a circle.
      if runner != 0 {
        guard runner != own, WaitGraph.shared.wait(own, for: self, runBy: runner) else { throw reentrant() }
      }
      defer { WaitGraph.shared.stop(own, waitingFor: self) }
      let failure = parking.locked { () -> CellError? in
        while isBuilding(number), closedFlight.load(ordering: .acquiring) < number { parking.wait() }
        return failures[number]
      }
      if let failure { throw failure }
      if closedFlight.load(ordering: .acquiring) >= number, isBuilding(number) { throw closed() }
    }
  }

  func close(silent: Bool) throws {
    while true {
      if take(Word.ready) {
        let old = payload
        payload = nil
        change(to: Word.empty)
        do { try old?.close() } catch let cause where !silent {
          throw error(.disposeFailed, "the payload of \"\(name)\" could not be disposed: \(cause)", underlying: cause)
        } catch {}
        return
      }
      let number = flight.load(ordering: .acquiring)
      guard isBuilding(number) else {
        if state.load(ordering: .acquiring) == Word.empty { return }
        continue
      }
      parking.locked {
        closedFlight.store(number, ordering: .releasing)
        parking.broadcast()
        while isBuilding(number) { parking.wait() }
      }
    }
  }

  func seed(_ probe: Probe) throws {
    guard SeedGuard.isOpen(world.environment(SeedGuard.variable)) else {
      throw error(.seedNotAllowed, "seeding \"\(name)\" is not allowed here: set \(SeedGuard.variable)=1 in a test")
    }
    guard take(Word.empty) else {
      if isBuilding(flight.load(ordering: .acquiring)) {
        throw error(.initializing, "\"\(name)\" is being initialised: wait for it or close it first")
      }
      throw error(.alreadyInitialized, "\"\(name)\" holds a payload: close it first")
    }
    payload = probe
    change(to: Word.ready)
  }

  private func build(_ factory: ProbeFactory) throws -> Probe {
    let number = flight.add(1, ordering: .acquiringAndReleasing).newValue
    builder.store(ThreadStates.currentThread(), ordering: .releasing)
    state.store(Word.building, ordering: .releasing)
    let made = Result { try factory.makeBlocking() }
    builder.store(0, ordering: .releasing)
    WaitGraph.shared.end(self)
    let isClosed = closedFlight.load(ordering: .acquiring) >= number
    switch made {
    case .success(let probe) where !isClosed:
      _ = take(Word.building)
      payload = probe
      change(to: Word.ready)
      return probe
    case .success(let probe):
      try? probe.close()
      change(to: Word.empty)
      throw closed()
    case .failure(let cause):
      let failure =
        isClosed ? closed() : error(.initializationFailed, "the factory threw: \(cause)", underlying: cause)
      parking.locked {
        failures[number] = failure
        failures[number - 16] = nil
      }
      change(to: Word.empty)
      throw failure
    }
  }

  private func isBuilding(_ number: Int) -> Bool {
    state.load(ordering: .acquiring) == Word.building && flight.load(ordering: .acquiring) == number
  }

  /// Takes the word from `word` to busy; looks again while somebody else is busy for a moment.
  private func take(_ word: Int) -> Bool {
    while true {
      let (exchanged, seen) = state.compareExchange(
        expected: word, desired: Word.busy, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      if seen != Word.busy { return false }
      KitThread.yield()
    }
  }

  /// An exchange, not a store: the optimiser lets a retain of the payload sink below a store, to where a close may have
  /// released it.
  private func put(_ word: Int) { _ = state.exchange(word, ordering: .acquiringAndReleasing) }

  private func change(to word: Int) {
    put(word)
    parking.locked { parking.broadcast() }
  }

  private func reentrant() -> CellError {
    var told = error(.reentrant, "the factory of \"\(name)\" waits for \"\(name)\": hand it what it needs")
    told.path = [name, name]
    return told
  }

  private func closed() -> CellError {
    error(.closed, "\"\(name)\" was closed while it was being initialised: call again")
  }

  private func error(_ code: CellError.Code, _ message: String, underlying: (any Error)? = nil) -> CellError {
    CellError(code, cell: name, message: message, underlying: underlying)
  }
}
