import CellConformance
import CellContract

/// The lock cell with a registry of its own that has one fault.
struct RegistryBackend: OverLockCell, BlockingSweeping, BlockingShutdown {
  enum Fault: String, CaseIterable {
    case forgetsLast = "close-all-forgets-last"
    case ignoresDependencies = "close-all-ignores-dependencies"
    case learnsNothing = "close-all-learns-nothing"
    case stops = "close-all-stops-at-failure"
    case swallows = "close-all-swallows-failures"
    case oneByOne = "close-all-one-by-one"
    case once = "close-all-once-only"
    case isFinal = "close-all-is-final"
    case onlyCloses = "shutdown-all-only-closes"
    case takesDuplicates = "takes-duplicate-names"
    case sweepsFirst = "sweeps-run-first"
    case sweepsAfterSuccessOnly = "sweeps-after-success-only"
    case sweepStopsOthers = "sweep-stops-others"
    case sweepsBackwards = "sweeps-run-backwards"
  }

  typealias Registry = LockRegistry

  let fault: Fault
  let inner = LockBackend()

  var manifest: BackendManifest {
    BackendManifest(name: "lock/\(fault.rawValue)", capabilities: [.registry, .shutdown, .sweeps])
  }

  func makeRegistry(of items: [RegistryItem<LockBackend.Cell>]) throws -> LockRegistry {
    try LockRegistry(items, backend: inner, fault: fault)
  }

  func addSweep(to registry: LockRegistry, named name: String, _ body: @escaping @Sendable () throws -> Void) {
    registry.addSweep(body)
  }

  func closeAll(_ registry: LockRegistry) -> [String: any Error] { registry.end(isFinal: false) }

  func shutDownAll(_ registry: LockRegistry) -> [String: any Error] { registry.end(isFinal: true) }

  func shutDown(_ cell: LockBackend.Cell, silent: Bool) throws { try inner.shutDown(cell, silent: silent) }
}
