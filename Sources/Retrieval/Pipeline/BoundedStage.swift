import RuntimeCells

/// A stage of a search that may take only so long.
enum BoundedStage {
  /// What `work` gives, or nil when `limit` passed first.
  ///
  /// Work that is late is cancelled and not waited for: it holds leases of its own on what it uses, so nothing is closed
  /// under it, and what it still gives is dropped.
  ///
  /// - Parameter limit: nil allows any time.
  /// - Throws: what `work` throws; `CancellationError` when the caller is cancelled.
  static func run<R: Sendable>(
    within limit: Duration?, clock: CellClock, _ work: @escaping @Sendable () async throws -> R
  ) async throws -> R? {
    guard let limit else { return try await work() }
    guard limit > .zero else { return nil }
    // The moment, not the duration: the timer may get its thread late.
    let end = clock.now + limit
    let first = FirstResult<R?>()
    let task = Task {
      do { first.end(.success(try await work())) } catch { first.end(.failure(error)) }
    }
    let timer = Task {
      do { try await clock.sleep(for: max(.zero, end - clock.now)) } catch { return }
      first.end(.success(nil))
    }
    defer {
      timer.cancel()
      task.cancel()
    }
    return try await withTaskCancellationHandler {
      try await first.value()
    } onCancel: {
      first.end(.failure(CancellationError()))
    }
  }
}
