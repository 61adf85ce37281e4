public import CellContract

/// The cells of one application: lists them, and closes them in an order that respects who needs whom.
///
/// Made by the application context and handed to whoever needs it; there is no global registry.
public final class CellRegistry: Sendable {
  private let state = Guarded(State())

  struct Entry: Sendable {
    /// Asked once: a cell's own code is not called under the lock.
    var name: String
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
    /// Counts the cells that were taken out.
    var removals: UInt64 = 0
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
      if state.entries.contains(where: { $0.name == name }) {
        throw CellError(
          .duplicateName, cell: name,
          message: "A cell named '\(name)' is registered already. Names label metrics, so they must differ.")
      }
      state.entries.append(Entry(name: name, cell: cell, declaredDependencies: dependencies))
    }
  }

  /// Takes a cell out without closing it. Its name can be used again at once, and what the other cells were seen to need
  /// of it is forgotten; dependencies declared by name stay and mean the next cell of that name.
  ///
  /// A `closeAll` or `shutdown` under way still closes the cell and reports it; later ones do not know it any more. Works
  /// after a shutdown too.
  ///
  /// - Returns: whether this very cell was registered; false changes nothing.
  @discardableResult
  public func unregister(_ cell: any ManagedCell) -> Bool {
    guard let others = remove(cell) else { return false }
    Self.forget(cell.name, others)
    return true
  }

  /// Takes a cell out and returns the others, which are to forget it; nil if it was not there.
  func remove(_ cell: any ManagedCell) -> [Entry]? {
    state.withLock { state in
      guard let index = state.entries.firstIndex(where: { $0.cell === cell }) else { return nil }
      state.removals += 1
      state.entries.remove(at: index)
      return state.entries
    }
  }

  /// Has cells forget what they learned about a gone one.
  static func forget(_ name: String, _ entries: [Entry]) {
    for entry in entries { (entry.cell as? any DependencyLearning)?.forgetDependency(on: name) }
  }

  /// The cells in the order of their registration, as they are at the call.
  public func iterate() -> [any ManagedCell] { state.withLock { $0.entries.map(\.cell) } }

  /// The cell of that name, or nil.
  public subscript(name: String) -> (any ManagedCell)? { iterate().first { $0.name == name } }

  /// All cells as they are now, in the order of their registration.
  ///
  /// Sums over cells stay right while cells come and go: when one was taken out meanwhile, all are read again.
  public func snapshot() -> [CellSnapshot] {
    var snapshots: [CellSnapshot] = []
    // A few times only: a registry that never stands still must not hold up a scrape.
    for _ in 0..<8 {
      let (cells, removals) = state.withLock { ($0.entries.map(\.cell), $0.removals) }
      snapshots = cells.map { $0.snapshot() }
      if state.withLock({ $0.removals }) == removals { break }
    }
    return snapshots
  }

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
    try Self.check([perCell, total])
    return try await end(silent: silent, perCell: perCell, total: total, isFinal: false)
  }

  /// Closes all cells and the registry for ever. Otherwise like ``closeAll(silent:perCell:total:)``; may be repeated.
  @discardableResult
  public func shutdown(
    silent: Bool = true, perCell: Duration? = .seconds(30), total: Duration? = nil
  ) async throws -> CellCloseReport {
    try Self.check([perCell, total])
    state.withLock { $0.isShutDown = true }
    return try await end(silent: silent, perCell: perCell, total: total, isFinal: true)
  }

  private static func check(_ deadlines: [Duration?]) throws {
    for deadline in deadlines {
      guard let deadline, deadline < .zero else { continue }
      throw CellError(
        .invalidArgument, cell: "", message: "A deadline of \(deadline) makes no sense: it counts from now.")
    }
  }

  private func end(
    silent: Bool, perCell: Duration?, total: Duration?, isFinal: Bool
  ) async throws -> CellCloseReport {
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
