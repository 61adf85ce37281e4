package import RuntimeCells

/// Work that somebody waits for until a deadline, and that is cancelled when nobody waits any more.
///
/// Who waits is answered at the deadline, even when the work takes longer to notice that it was cancelled. Late work holds
/// leases of its own on what it uses, so nothing is closed under it, and what it still gives is dropped.
package enum BoundedWork {
  /// Runs `work` until it ends, `limit` passes, or `watch` gives up.
  ///
  /// - Parameters:
  ///   - atEnd: what the caller gets when the time is over.
  ///   - watch: is given an action that ends the wait with an error, and returns what ends the watching.
  /// - Throws: what `work` throws, or what `atEnd` or the watcher gave; `CancellationError` when the caller is cancelled.
  package static func run<R: Sendable>(
    within limit: Duration, clock: CellClock, atEnd: @escaping @Sendable () -> Result<R, any Error>,
    watch: (@escaping @Sendable (any Error) -> Void) -> (@Sendable () -> Void) = { _ in {} },
    _ work: @escaping @Sendable () async throws -> R
  ) async throws -> R {
    // The moment, not the duration: the timer may get its thread late.
    let end = clock.now + limit
    let race = FirstResult<R>()
    let task = Task {
      do { race.end(.success(try await work())) } catch { race.end(.failure(error)) }
    }
    let timer = Task {
      do { try await clock.sleep(for: max(.zero, end - clock.now)) } catch { return }
      race.end(atEnd())
    }
    let unwatch = watch { race.end(.failure($0)) }
    defer {
      unwatch()
      timer.cancel()
      task.cancel()
    }
    return try await withTaskCancellationHandler {
      try await race.value()
    } onCancel: {
      race.end(.failure(CancellationError()))
    }
  }
}
