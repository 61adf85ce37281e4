import RuntimeCells

/// Ends work that takes too long, by a clock that a test can move.
enum Timeout {
  /// What `body` returns, or nil when `limit` passed first; then `body` is cancelled and waited for.
  ///
  /// - Throws: what `body` throws; `CancellationError` when the caller was cancelled.
  static func run<R: Sendable>(
    _ limit: Duration, _ clock: CellClock, _ body: @escaping @Sendable () async throws -> R
  ) async throws -> R? {
    try await withThrowingTaskGroup(of: R?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await clock.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
