import Synchronization

/// Cells of one backend outside of any rule: a program of somebody else's runs on them, and the history that it leaves behind
/// is checked like a rule's.
///
/// So the engine's own tests preload and search on cells of every shipped backend.
package final class CellHost: Sendable {
  private let subject: any Subject
  private let core = StageCore(patience: .standard)
  private let counters = Counters()
  private let clock: WorldClock
  private let cells = Atomic<Int>(0)

  /// A host for cells of `subject`. Their clock stands still: nothing that waits for a deadline ever ends by it.
  package init(_ subject: any Subject) {
    self.subject = subject
    clock = WorldClock(core: core)
  }

  /// The backend's name.
  package var name: String { subject.manifest.name }

  /// Makes an empty cell for a payload of any type.
  ///
  /// - Parameters:
  ///   - name: the cell's name.
  ///   - dependencies: names of the cells that `make` asks for; for the order of closing.
  ///   - make: makes the payload. Runs in a task whatever the backend's face, so it must not block.
  ///   - dispose: gives the payload up.
  /// - Throws: what the backend throws.
  package func cell<Payload: Sendable>(
    _ name: String, dependsOn dependencies: [String] = [], make: @escaping @Sendable () async throws -> Payload,
    dispose: @escaping @Sendable (Payload) async throws -> Void = { _ in }
  ) throws -> HostedCell<Payload> {
    let index = cells.add(1, ordering: .sequentiallyConsistent).oldValue
    let world = CellWorld(core: core, cell: index, clock: clock)
    let inner = try subject.makeCell(named: name, in: world, .standard)
    return HostedCell(
      name: name, dependencies: dependencies, subject: subject, counters: counters,
      performer: Performer(core: core, cell: index, inner: inner), hold: CargoHold(make: make, dispose: dispose))
  }

  /// What the checks find in what happened so far.
  ///
  /// - Parameter isOver: whether every call came back and every cell was closed, so that nothing may be left.
  package func findings(isOver: Bool) -> [Finding] {
    let byCell = Dictionary(grouping: core.history.events, by: \.cell).sorted { $0.key < $1.key }
    return byCell.flatMap { HistoryChecker($0.value, isComplete: isOver, checksEvents: false).findings() }
  }
}
