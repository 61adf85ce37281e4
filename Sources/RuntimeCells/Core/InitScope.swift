public import Synchronization

/// The chain of cells whose factories are running in the current task or on the current loader thread, outermost first.
/// It finds re-entrant requests (D4) and teaches the registry who needs whom (D11).
@usableFromInline
struct InitScope: Sendable {
  /// One factory or disposer that runs, or ran: tasks that it started may outlive it.
  struct Link: Sendable {
    let core: CellCoreBase
    let run = Run()
  }

  final class Run: Sendable {
    let isOver = Atomic<Bool>(false)
  }

  private(set) var chain: [Link] = []

  @TaskLocal static var current = InitScope()

  /// Factories and disposers running in the whole process: while there are none, a ready read need not look at the
  /// task-local.
  @usableFromInline static let running = Atomic<Int>(0)

  @inlinable static var mayBeActive: Bool { running.load(ordering: .relaxed) != 0 }

  /// The scope of the caller, or nil when no factory runs around it.
  static var active: InitScope? {
    guard mayBeActive else { return nil }
    var scope = current
    scope.chain.removeAll { $0.run.isOver.load(ordering: .acquiring) }
    return scope.chain.isEmpty ? nil : scope
  }

  /// The innermost cell, whose factory asks.
  var asker: CellCoreBase? { chain.last?.core }

  /// The scope of a factory or disposer of `core` that was asked for in this one.
  func entering(_ core: CellCoreBase) -> InitScope {
    var scope = self
    scope.chain.append(Link(core: core))
    return scope
  }

  /// The innermost factory or disposer begins.
  func begin() { Self.running.wrappingAdd(1, ordering: .relaxed) }

  /// It has ended: what it left behind is not part of it any more.
  func end() {
    chain.last?.run.isOver.store(true, ordering: .releasing)
    Self.running.wrappingSubtract(1, ordering: .relaxed)
  }

  /// The names from `core` down to the caller and back to `core`, if `core` is in the chain.
  func cycle(through core: CellCoreBase) -> [String]? {
    guard let start = chain.firstIndex(where: { $0.core === core }) else { return nil }
    return chain[start...].map(\.core.name) + [core.name]
  }
}
