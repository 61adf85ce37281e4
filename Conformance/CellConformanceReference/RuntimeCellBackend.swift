public import CellConformance
public import CellContract
public import RuntimeCells
import Synchronization

/// How the kit reaches a `RuntimeCell`: the reference backend, on the suspending face.
public struct RuntimeCellBackend: SuspendingSeeding, SuspendingLeasing, SuspendingSwapping, SuspendingSnapshots {
  private let authority = SwapAuthority()

  /// Name and abilities.
  public let manifest = BackendManifest(
    name: "runtime-cell", version: "0.1", capabilities: [.seeding, .leasing, .swapping, .snapshots, .events])

  /// The backend.
  public init() {}

  /// An empty cell.
  public func makeCell(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    RuntimeCell(
      name: name, configuration: configuration(world),
      disposer: .async { try await $0.closeSuspending() })
  }

  private func configuration(_ world: CellWorld) -> CellConfiguration {
    var configuration = CellConfiguration(observers: [world])
    configuration.environment = CellEnvironment { world.environment($0) }
    configuration.swapAuthority = authority
    return configuration
  }

  /// The payload, if ready.
  public func peek(_ cell: RuntimeCell<Probe>) async -> Probe? { cell.peek() }

  /// The payload, made when there is none.
  public func getOrInitialize(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    let lease = try await cell.getOrInitialize { try await factory.make() }
    return lease.value
  }

  /// Empties the cell.
  public func close(_ cell: RuntimeCell<Probe>, silent: Bool) async throws {
    try await cell.close(deadline: nil, silent: silent)
  }

  /// Runs `body` with the payload held.
  public func withValue(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory, _ body: LeaseBody) async throws {
    try await cell.withValue(initializedBy: .async { try await factory.make() }) { await body.runSuspending($0) }
  }

  /// Puts a finished payload in.
  public func seed(_ cell: RuntimeCell<Probe>, _ payload: Probe) async throws { try cell.seed(payload) }

  /// Replaces the payload.
  public func swap(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    let built = ProbeHolder()
    try await cell.swap(
      permit: authority.permit(reason: "conformance"), options: SwapOptions(maxAttempts: 1), deadline: nil,
      factory: .async { try await built.keep(factory.make()) })
    guard let probe = built.probe else { throw CellError(.empty, cell: cell.name, message: "the swap built nothing") }
    return probe
  }

  /// The cell as it is now.
  public func snapshot(_ cell: RuntimeCell<Probe>) async -> CellSnapshot { cell.snapshot() }
}

/// Remembers which payload a swap built, for the swap itself tells only generations.
private final class ProbeHolder: Sendable {
  private let kept = Mutex<Probe?>(nil)

  var probe: Probe? { kept.withLock { $0 } }

  func keep(_ probe: Probe) -> Probe {
    kept.withLock { $0 = probe }
    return probe
  }
}
