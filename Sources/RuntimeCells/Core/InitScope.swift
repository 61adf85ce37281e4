public import Synchronization

/// The chain of cells whose factories are running in the current task or on the current loader thread, outermost first.
/// It finds re-entrant requests (D4) and teaches the registry who needs whom (D11).
@usableFromInline
struct InitScope: Sendable {
  var chain: [CellCoreBase] = []

  @TaskLocal static var current = InitScope()

  /// Factories running in the whole process: while there are none, a ready read need not look at the task-local.
  @usableFromInline static let running = Atomic<Int>(0)

  @inlinable static var mayBeActive: Bool { running.load(ordering: .relaxed) != 0 }

  /// The scope of the caller, or nil when no factory runs around it.
  static var active: InitScope? {
    guard mayBeActive else { return nil }
    let scope = current
    return scope.chain.isEmpty ? nil : scope
  }

  /// Counts a factory as running.
  static func factoryStarts() { running.wrappingAdd(1, ordering: .relaxed) }

  /// Counts a factory as done.
  static func factoryEnds() { running.wrappingSubtract(1, ordering: .relaxed) }

  /// The names from `core` down to the caller and back to `core`, if `core` is in the chain.
  func cycle(through core: CellCoreBase) -> [String]? {
    guard let start = chain.firstIndex(where: { $0 === core }) else { return nil }
    return chain[start...].map(\.name) + [core.name]
  }
}
