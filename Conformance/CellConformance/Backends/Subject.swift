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
  func makeCell(named name: String, in world: CellWorld) throws -> any SubjectCell
  /// The problem document for an error of this backend.
  func problem(for error: any Error) -> [UInt8]
  /// Preloads the named cells and tells the errors by name. Cells of other subjects are left out.
  func preloadBlocking(_ entries: [PreloadEntry], only names: Set<String>) -> [String: any Error]
  func preloadSuspending(_ entries: [PreloadEntry], only names: Set<String>) async -> [String: any Error]
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

  var verb: HistoryEvent.Verb {
    switch self {
    case .get: .get
    case .peek: .peek
    case .close: .close
    case .seed: .seed
    case .swap: .swap
    case .use: .use
    case .snapshot: .snapshot
    }
  }
}

/// The ability that an operation needs is missing: the runner turns it into a finding.
struct MissingCapability: Error {
  let capability: Capability
}

func outcome(_ probe: Probe?) -> Outcome { probe.map { .value(serial: $0.serial) } ?? .nothing }
