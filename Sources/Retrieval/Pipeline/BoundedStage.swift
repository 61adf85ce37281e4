import RuntimeCells

/// A stage of a search that may take only so long.
enum BoundedStage {
  /// What `work` gives, or nil when `limit` passed first; see ``BoundedWork``.
  ///
  /// - Parameter limit: nil allows any time.
  /// - Throws: what `work` throws; `CancellationError` when the caller is cancelled.
  static func run<R: Sendable>(
    within limit: Duration?, clock: CellClock, _ work: @escaping @Sendable () async throws -> R
  ) async throws -> R? {
    guard let limit else { return try await work() }
    guard limit > .zero else { return nil }
    return try await BoundedWork.run(within: limit, clock: clock, atEnd: { .success(nil) }) { try await work() }
  }
}
