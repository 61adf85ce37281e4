/// The operating-system threads that cells use for what may block: factories, disposers, observers.
public struct CellThreads: Sendable {
  /// Run blocking factories and disposers.
  public var loaders: DedicatedThreads
  /// Call observers.
  public var observers: DedicatedThreads

  /// Uses the given pools.
  public init(loaders: DedicatedThreads, observers: DedicatedThreads) {
    self.loaders = loaders
    self.observers = observers
  }

  /// The pools of cells that were given none: four loaders and one observer thread, started at first use.
  public static let shared = CellThreads(
    loaders: DedicatedThreads(name: "cell-load", count: 4),
    observers: DedicatedThreads(name: "cell-observe", count: 1))
}
