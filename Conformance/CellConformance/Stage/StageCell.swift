package import CellContract

/// One cell on the stage, with the calls that rules make. The short forms make a call and wait for its return.
package final class StageCell: @unchecked Sendable {
  // @unchecked: `seedingAllowed` is used by the script's thread only; all else is constant.
  package let index: Int
  package let name: String
  package let world: CellWorld
  let inner: any SubjectCell
  private let stage: Stage
  private var seedingAllowed = false

  init(index: Int, name: String, world: CellWorld, stage: Stage, inner: any SubjectCell) {
    self.index = index
    self.name = name
    self.world = world
    self.stage = stage
    self.inner = inner
  }

  /// A factory for this cell.
  package func factory(
    _ plan: ProbeFactory.Plan = .init(), for purpose: HistoryEvent.Purpose = .initialization
  ) -> ProbeFactory {
    ProbeFactory(plan: plan, purpose: purpose, cell: index, counters: stage.counters, core: stage.core)
  }

  /// A finished payload, to be offered as a seed.
  package func payload(_ script: DisposerScript = .init()) -> Probe {
    Probe(serial: stage.counters.nextSerial(), cell: index, core: stage.core, script: script)
  }

  package func startGet(_ plan: ProbeFactory.Plan = .init()) throws -> Call {
    try stage.start(.get(factory(plan)), on: self)
  }

  package func startClose(silent: Bool = true) throws -> Call { try stage.start(.close(silent: silent), on: self) }

  package func startPeek() throws -> Call { try stage.start(.peek, on: self) }

  package func startSeed(_ probe: Probe) throws -> Call {
    try stage.start(.seed(probe, allowed: seedingAllowed), on: self)
  }

  package func startSwap(_ plan: ProbeFactory.Plan = .init()) throws -> Call {
    try stage.start(.swap(factory(plan, for: .swap)), on: self)
  }

  /// A caller that takes a lease, passes `gate` while it holds it, and gives it back.
  package func startUse(
    _ plan: ProbeFactory.Plan = .init(), gate: Gate? = nil, inside: InnerCall? = nil, fails: Bool = false
  ) throws -> Call {
    let body = LeaseBody(gate: gate, inside: inside, cell: index, lane: 0, core: stage.core, fails: fails)
    return try stage.start(.use(factory(plan), body), on: self)
  }

  /// A caller that closes and does not wait longer than `deadline`.
  package func startClose(deadline: Duration) throws -> Call {
    try stage.start(.closeBy(deadline: deadline, silent: true), on: self)
  }

  /// A caller that closes, and disposes what tolerates it at `deadline`.
  package func startForceClose(deadline: Duration) throws -> Call {
    try stage.start(.forceClose(deadline: deadline), on: self)
  }

  /// A caller that does not wait longer than `deadline` for the payload.
  package func startGet(_ plan: ProbeFactory.Plan = .init(), deadline: Duration) throws -> Call {
    try stage.start(.getBy(factory(plan), deadline: deadline), on: self)
  }

  /// A thread that uses the payload if it is there, on either face: the call never waits.
  package func startUseIfReady(gate: Gate? = nil, fails: Bool = false) throws -> Call {
    let body = LeaseBody(gate: gate, inside: nil, cell: index, lane: 0, core: stage.core, fails: fails)
    return try stage.startOnThread(.useIfReady(body), on: self)
  }

  package func startShutDown() throws -> Call { try stage.start(.shutDown, on: self) }

  package func swap(_ plan: ProbeFactory.Plan = .init(), probation: Duration) throws -> Outcome {
    try stage.start(.swapOnProbation(factory(plan, for: .swap), probation), on: self).outcome()
  }

  package func rollBack() throws -> Outcome { try stage.start(.rollBack, on: self).outcome() }

  package func get(_ plan: ProbeFactory.Plan = .init()) throws -> Outcome { try startGet(plan).outcome() }

  package func close(silent: Bool = true) throws -> Outcome { try startClose(silent: silent).outcome() }

  package func peek() throws -> Int? { try startPeek().outcome().serial }

  package func seed(_ probe: Probe) throws -> Outcome { try startSeed(probe).outcome() }

  package func swap(_ plan: ProbeFactory.Plan = .init()) throws -> Outcome { try startSwap(plan).outcome() }

  package func snapshot() throws -> CellSnapshot {
    guard case .snapshot(let snapshot) = try stage.start(.snapshot, on: self).outcome() else {
      throw StageStop.unsupported("no snapshot")
    }
    return snapshot
  }

  /// Sets the variable of the seed guard; nil removes it.
  package func setSeedGuard(_ value: String?) {
    world.set("KGFOUNDRY_ALLOW_RUNTIME_SEED", value)
    seedingAllowed = value.map { ["1", "true", "yes", "on"].contains($0.lowercased()) } ?? false
  }

  /// Sets the variable of the swap guard; nil removes it.
  package func setSwapGuard(_ value: String?) { world.set("KGFOUNDRY_ALLOW_RUNTIME_SWAP", value) }

  /// A call made from inside a factory, disposer or lease body of this or another cell.
  package func innerCall(_ operation: Operation) -> (call: InnerCall, result: Call) {
    let result = Call(number: stage.counters.nextCall(), verb: operation.verb, cell: index, core: stage.core)
    let performer = Performer(core: stage.core, cell: index, inner: inner)
    let number = result.number
    let call = InnerCall(
      performBlocking: { result.finish(performer.blocking(operation, as: number, lane: number, log: nil)) },
      performSuspending: { result.finish(await performer.suspending(operation, as: number, lane: number, log: nil)) })
    return (call, result)
  }
}
