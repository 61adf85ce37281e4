import CellContract
import Lifespan
import Logging
import RuntimeCells
import RuntimeCellsTesting
import Synchronization

/// Real cells over journaled factories, and the targets that warm them.
final class Bench: Sendable {
  struct Broken: Error, Equatable { var cell: String }

  let journal = Journal()
  let clock = ManualClock()
  let registry = CellRegistry()
  private let breaks = Mutex<Set<String>>([])
  private let gates = Mutex<[String: Gate]>([:])

  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// Makes and registers a cell; one that `needs` another leases it in its factory.
  @discardableResult
  func cell(_ name: String, needs: RuntimeCell<String>? = nil, policy: FailurePolicy = .retryImmediately) throws
    -> RuntimeCell<String>
  {
    let cell = RuntimeCell<String>(
      name: name, configuration: CellConfiguration(failurePolicy: policy, clock: CellClock(clock)),
      disposer: .async { [journal] in journal.note("dispose \($0)") },
      factory: .async { [self] in
        journal.note("make \(name)")
        if let needs { try await needs.withValue { _ in } }
        if let gate = gates.withLock({ $0[name] }) { try await gate.pass() }
        if breaks.withLock({ $0.contains(name) }) { throw Broken(cell: name) }
        return name
      })
    try registry.register(cell)
    return cell
  }

  func setBroken(_ name: String, _ isBroken: Bool = true) {
    _ = breaks.withLock { isBroken ? $0.insert(name).inserted : $0.remove(name) != nil }
  }

  func gate(_ name: String) -> Gate {
    let gate = Gate()
    gates.withLock { $0[name] = gate }
    return gate
  }

  static func target(_ cell: RuntimeCell<String>, footprint: UInt64 = 0) -> PreloadTarget {
    PreloadTarget(
      name: cell.name, footprintBytes: footprint, isReady: { cell.isReady }, warm: { try await cell.withValue { _ in } }
    )
  }

  func preloader(_ plan: PreloadPlan, _ targets: [PreloadTarget]) throws -> Preloader {
    try Preloader(
      plan: plan, targets: targets, cells: registry.iterate(), clock: CellClock(clock), logger: Self.logger)
  }
}
