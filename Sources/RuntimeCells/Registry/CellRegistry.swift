public import CellContract

/// The cells of one application: lists them, and closes them in an order that respects who needs whom.
///
/// Made by the application context and handed to whoever needs it; there is no global registry.
public final class CellRegistry: Sendable {
  private let state = Guarded(State())

  struct Entry: Sendable {
    var cell: any ManagedCell
    var declaredDependencies: [String]
  }

  struct Sweep: Sendable {
    var name: String
    var body: @Sendable () async throws -> Void
  }

  struct State: Sendable {
    var entries: [Entry] = []
    var sweeps: [Sweep] = []
    var isShutDown = false
  }

  /// Makes an empty registry.
  public init() {}

  /// Adds a cell. Names are unique within a registry.
  ///
  /// - Parameter dependencies: names of cells that this one needs, beyond those that its factories are seen to ask for;
  ///   they are closed after it. They may be registered later.
  /// - Throws: ``CellError`` with `duplicateName`, `shutDown`.
  public func register(_ cell: any ManagedCell, dependsOn dependencies: [String] = []) throws {
    let name = cell.name
    try state.withLock { (state) throws(CellError) in
      if state.isShutDown {
        throw CellError(
          .shutDown, cell: name, message: "Cell '\(name)' cannot be registered: the registry was shut down.")
      }
      if state.entries.contains(where: { $0.cell.name == name }) {
        throw CellError(
          .duplicateName, cell: name,
          message: "A cell named '\(name)' is registered already. Names label metrics, so they must differ.")
      }
      state.entries.append(Entry(cell: cell, declaredDependencies: dependencies))
    }
  }

  /// The cells in the order of their registration, as they are at the call.
  public func iterate() -> [any ManagedCell] { state.withLock { $0.entries.map(\.cell) } }

  /// The cell of that name, or nil.
  public subscript(name: String) -> (any ManagedCell)? { iterate().first { $0.name == name } }

  /// All cells as they are now, in the order of their registration.
  public func snapshot() -> [CellSnapshot] { iterate().map { $0.snapshot() } }

  /// Adds a hook that runs after every `closeAll` and `shutdown`, even one with errors: trim the heap, remove dead index
  /// generations, release an accelerator. Hooks run one after another in the order in which they were added.
  public func addSweep(named name: String, _ body: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.sweeps.append(Sweep(name: name, body: body)) }
  }

  /// Closes all cells; they can be used again afterwards. A cell is closed after all that need it, independent cells at
  /// the same time. A cell that fails stops nobody. Sweeps run last. May be repeated.
  ///
  /// - Parameters:
  ///   - silent: true leaves errors to the report; false also throws them, at the end.
  ///   - perCell: how long to wait for one cell; nil waits for ever.
  ///   - total: how long to wait for all of them together; nil waits as long as it takes.
  /// - Throws: ``CellError`` with `closeIncomplete` if not silent; `invalidArgument` for a negative deadline.
  @discardableResult
  public func closeAll(
    silent: Bool = true, perCell: Duration? = .seconds(30), total: Duration? = nil
  ) async throws -> CellCloseReport {
    try await end(silent: silent, perCell: perCell, total: total, isFinal: false)
  }

  /// Closes all cells and the registry for ever. Otherwise like ``closeAll(silent:perCell:total:)``; may be repeated.
  @discardableResult
  public func shutdown(
    silent: Bool = true, perCell: Duration? = .seconds(30), total: Duration? = nil
  ) async throws -> CellCloseReport {
    state.withLock { $0.isShutDown = true }
    return try await end(silent: silent, perCell: perCell, total: total, isFinal: true)
  }

  private func end(
    silent: Bool, perCell: Duration?, total: Duration?, isFinal: Bool
  ) async throws -> CellCloseReport {
    for deadline in [perCell, total] {
      guard let deadline, deadline < .zero else { continue }
      throw CellError(
        .invalidArgument, cell: "", message: "A deadline of \(deadline) makes no sense: it counts from now.")
    }
    let (entries, sweeps) = state.withLock { ($0.entries, $0.sweeps) }
    let closing = OrderedClose(entries: entries, isFinal: isFinal, perCell: perCell, total: total)
    var report = await closing.run()
    for sweep in sweeps {
      do { try await sweep.body() } catch { report.sweepErrors[sweep.name] = error }
    }
    if !silent, let error = report.error { throw error }
    return report
  }
}
