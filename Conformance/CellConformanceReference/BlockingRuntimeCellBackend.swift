public import CellConformance
public import CellContract
public import RuntimeCells

/// How the kit reaches a `RuntimeCell` from plain threads: the blocking face of the reference. It has no blocking swap and
/// no blocking shutdown, so it declares neither.
public struct BlockingRuntimeCellBackend: BlockingSeeding, BlockingLeasing, BlockingSnapshots, BlockingCloseDeadlines,
  BlockingAnyPayload, BlockingWaitDeadlines, ReadyReading, GateConfiguring, FailurePolicyConfiguring,
  InitDeadlineConfiguring, HopelessWaitConfiguring
{
  /// Name and abilities.
  public let manifest = BackendManifest(
    name: "runtime-cell-blocking", version: "0.1",
    capabilities: [
      .seeding, .leasing, .snapshots, .closeDeadlines, .anyPayload, .gate, .failurePolicies, .events,
      .readyReads, .waitDeadlines, .hopelessWaits, .initDeadlines, .drops,
    ])

  /// The backend.
  public init() {}

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    cell(name, CellConfiguration(in: world))
  }

  /// An empty cell with a gate.
  public func makeCell(named name: String, in world: CellWorld, gate: GatePlan) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world)
    configuration.gate = GateLimits(gate)
    return cell(name, configuration)
  }

  /// An empty cell with another policy after failures.
  public func makeCell(
    named name: String, in world: CellWorld, afterFailure plan: FailurePlan
  ) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world)
    configuration.failurePolicy = FailurePolicy(plan)
    return cell(name, configuration)
  }

  /// An empty cell that gives up on a factory after a time.
  public func makeCell(
    named name: String, in world: CellWorld, initDeadline: Duration
  ) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world)
    configuration.initDeadline = initDeadline
    return cell(name, configuration)
  }

  /// An empty cell that refuses who would wait in vain.
  public func makeCellRefusingHopelessWaits(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(in: world)
    configuration.refusesHopelessWaits = true
    return cell(name, configuration)
  }

  private func cell(_ name: String, _ configuration: CellConfiguration) -> RuntimeCell<Probe> {
    RuntimeCell(name: name, configuration: configuration, disposer: .blocking { try $0.close() })
  }

  /// The payload, if ready.
  public func peek(_ cell: RuntimeCell<Probe>) -> Probe? { cell.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) throws -> Probe {
    let lease = try cell.getOrInitializeBlocking { try factory.makeBlocking() }
    return lease.value
  }

  /// The payload, waited for no longer than that.
  public func getOrInitialize(
    _ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, deadline: Duration
  ) throws -> Probe {
    let lease = try cell.getOrInitializeBlocking(deadline: deadline) { try factory.makeBlocking() }
    return lease.value
  }

  /// Runs `body` with the payload held, if it is there.
  public func useIfReady(_ cell: RuntimeCell<Probe>, _ body: LeaseBody) throws {
    _ = try cell.withValueIfReady { try body.run($0) }
  }

  /// Empties the cell.
  public func close(_ cell: RuntimeCell<Probe>, silent: Bool) throws {
    try cell.closeBlocking(deadline: nil, silent: silent)
  }

  /// Empties the cell, and does not wait longer than that.
  public func close(_ cell: RuntimeCell<Probe>, deadline: Duration, silent: Bool) throws {
    try cell.closeBlocking(deadline: deadline, silent: silent)
  }

  /// Runs `body` with the payload held.
  public func withValue(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, _ body: LeaseBody) throws {
    let lease = try cell.getOrInitializeBlocking { try factory.makeBlocking() }
    try lease.withValue { try body.run($0) }
  }

  /// Puts a finished payload in.
  public func seed(_ cell: RuntimeCell<Probe>, _ payload: Probe) throws { try cell.seed(payload) }

  /// The cell as it is now.
  public func snapshot(_ cell: RuntimeCell<Probe>) -> CellSnapshot { cell.snapshot() }

  /// A cell for payloads of any type.
  public func getTwice<Payload: Sendable>(
    named name: String, in world: CellWorld, make: @escaping @Sendable () throws -> Payload,
    use: @Sendable (Payload) -> Void
  ) throws {
    let cell = RuntimeCell<Payload>(name: name, configuration: CellConfiguration(in: world))
    for _ in 0..<2 {
      let lease = try cell.getOrInitializeBlocking(make)
      lease.withValue { use($0) }
    }
    try cell.closeBlocking()
  }
}
