/// Which of the two faces a backend has.
public enum BackendFace: String, Sendable, CaseIterable {
  /// Calls block threads: ``BlockingCellBackend``.
  case blocking
  /// Calls suspend tasks: ``SuspendingCellBackend``.
  case suspending
}

/// A backend whose types are forgotten, so that rules are written once for both faces.
package protocol Subject: Sendable {
  var manifest: BackendManifest { get }
  var face: BackendFace { get }
  /// The abilities for which the protocols are there, whatever the manifest says.
  var conformances: Set<Capability> { get }
  func makeCell(named name: String, in world: CellWorld, _ plan: CellPlan) throws -> any SubjectCell
  /// The problem document for an error of this backend.
  func problem(for error: any Error) -> [UInt8]
  /// Preloads the named cells and tells the errors by name. Cells of other subjects are left out.
  func preloadBlocking(_ entries: [PreloadEntry], only names: Set<String>, rollsBack: Bool) -> [String: any Error]
  func preloadSuspending(
    _ entries: [PreloadEntry], only names: Set<String>, rollsBack: Bool
  ) async -> [String: any Error]
  /// Registers cells. Cells of other subjects are left out.
  func registryBlocking(_ entries: [RegistryEntry]) throws -> any SubjectRegistry
  func registrySuspending(_ entries: [RegistryEntry]) async throws -> any SubjectRegistry
  /// Has a cell of its own for payloads of another type give one twice.
  func getTwiceBlocking<Payload: Sendable>(_ trial: PayloadTrial<Payload>) throws
  func getTwiceSuspending<Payload: Sendable>(_ trial: PayloadTrial<Payload>) async throws
  /// Makes a cell, has it make a payload, and lets go of the cell.
  func getAndDropBlocking(_ trial: DropTrial) throws
  func getAndDropSuspending(_ trial: DropTrial) async throws
}

/// What the drop of a cell is tried with.
package struct DropTrial: Sendable {
  let name: String
  let world: CellWorld
  let factory: ProbeFactory
}

/// One cell of a registry, with its type forgotten.
package struct RegistryEntry: Sendable {
  let name: String
  let cell: any SubjectCell
  let dependencies: [String]
}

/// A registry whose type is forgotten. Gives the errors by name.
package protocol SubjectRegistry: Sendable {
  func endBlocking(isFinal: Bool) -> [String: any Error]
  func endSuspending(isFinal: Bool) async -> [String: any Error]
  func addSweepBlocking(_ name: String, _ body: @escaping @Sendable () throws -> Void) throws
  func addSweepSuspending(_ name: String, _ body: @escaping @Sendable () throws -> Void) async throws
}

extension SubjectRegistry {
  func addSweepBlocking(_ name: String, _ body: @escaping @Sendable () throws -> Void) throws {
    throw MissingCapability(capability: .sweeps)
  }

  func addSweepSuspending(_ name: String, _ body: @escaping @Sendable () throws -> Void) async throws {
    throw MissingCapability(capability: .sweeps)
  }
}

/// What ``Capability/anyPayload`` is tried with.
package struct PayloadTrial<Payload: Sendable>: Sendable {
  let world: CellWorld
  let make: @Sendable () throws -> Payload
  let use: @Sendable (Payload) -> Void
}

/// One cell of a preload, with its type forgotten.
package struct PreloadEntry: Sendable {
  let name: String
  let cell: any SubjectCell
  let factory: ProbeFactory
}

/// A cell whose type is forgotten.
package protocol SubjectCell: Sendable {
  func performBlocking(_ operation: Operation) throws -> Outcome
  func performSuspending(_ operation: Operation) async throws -> Outcome
}

/// One call that a rule makes.
package enum Operation: Sendable {
  case get(ProbeFactory)
  case peek
  case close(silent: Bool)
  case seed(Probe, allowed: Bool)
  case swap(ProbeFactory)
  case use(ProbeFactory, LeaseBody)
  case snapshot
  case closeBy(deadline: Duration, silent: Bool)
  case shutDown
  case swapOnProbation(ProbeFactory, Duration)
  case rollBack
  case forceClose(deadline: Duration)
  case getBy(ProbeFactory, deadline: Duration)
  case useIfReady(LeaseBody)

  var verb: HistoryEvent.Verb {
    switch self {
    case .get: .get
    case .peek: .peek
    case .close: .close
    case .seed: .seed
    case .swap: .swap
    case .use: .use
    case .snapshot: .snapshot
    case .closeBy: .close
    case .shutDown: .shutDown
    case .swapOnProbation: .swap
    case .rollBack: .rollBack
    case .forceClose: .forceClose
    case .getBy: .get
    case .useIfReady: .use
    }
  }
}

/// The ability that an operation needs is missing: the runner turns it into a finding.
struct MissingCapability: Error {
  let capability: Capability
}

func outcome(_ probe: Probe?) -> Outcome { probe.map { .value(serial: $0.serial) } ?? .nothing }
