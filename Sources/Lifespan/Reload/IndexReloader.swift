/// How a new index generation is noticed and published. Made by the application context; the watcher knows nothing of
/// indexes.
public struct IndexReloader: Sendable {
  /// The generation that is served; nil when none is, so that there is nothing to replace.
  public var served: @Sendable () -> UInt64?
  /// The generation that `CURRENT` names; nil when there is none. May read files.
  public var available: @Sendable () async throws -> UInt64?
  /// Whether the guard allows a swap.
  public var isAllowed: @Sendable () -> Bool
  /// Swaps the whole generation (design decision D19) and returns the number of the one that serves now.
  public var reload: @Sendable () async throws -> UInt64?

  /// Makes a reloader.
  public init(
    served: @escaping @Sendable () -> UInt64?, available: @escaping @Sendable () async throws -> UInt64?,
    isAllowed: @escaping @Sendable () -> Bool, reload: @escaping @Sendable () async throws -> UInt64?
  ) {
    self.served = served
    self.available = available
    self.isAllowed = isAllowed
    self.reload = reload
  }
}
