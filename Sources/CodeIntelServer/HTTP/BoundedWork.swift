import Retrieval
import RuntimeCells

/// Work that somebody waits for until a deadline, and that is cancelled when nobody waits any more.
///
/// Who waits is answered at the deadline, even when the work takes longer to notice that it was cancelled.
enum BoundedWork {
  /// Runs `work` until it ends, `deadline` passes, or `abandon` calls what it is given.
  ///
  /// - Parameters:
  ///   - expired: the error to throw at the deadline.
  ///   - watch: is given an action that ends the wait with an error, and returns what ends the watching.
  /// - Throws: what `work` throws, `expired`, or what the watcher gave; `CancellationError`.
  static func run<R: Sendable>(
    within deadline: Duration, clock: CellClock, expired: @escaping @Sendable () -> any Error,
    watch: (@escaping @Sendable (any Error) -> Void) -> (@Sendable () -> Void),
    _ work: @escaping @Sendable () async throws -> R
  ) async throws -> R {
    let race = FirstResult<R>()
    let task = Task {
      do { race.end(.success(try await work())) } catch { race.end(.failure(error)) }
    }
    let timer = Task {
      do { try await clock.sleep(for: deadline) } catch { return }
      race.end(.failure(expired()))
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
