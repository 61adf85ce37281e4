import Synchronization

/// One result that several may give and one waits for: the first one counts, later ones are dropped.
final class FirstResult<Value: Sendable>: Sendable {
  private enum State: Sendable {
    case open
    case awaited(CheckedContinuation<Value, any Error>)
    case ended(Result<Value, any Error>)
  }

  private let state = Mutex<State>(.open)

  /// Nobody has given one yet.
  init() {}

  /// Gives a result; without effect when there is one already.
  func end(_ result: Result<Value, any Error>) {
    let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
      switch state {
      case .open:
        state = .ended(result)
        return nil
      case .awaited(let continuation):
        state = .ended(result)
        return continuation
      case .ended: return nil
      }
    }
    waiting?.resume(with: result)
  }

  /// The result, as soon as there is one. For one caller.
  func value() async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let result: Result<Value, any Error>? = state.withLock { state in
        guard case .ended(let result) = state else {
          state = .awaited(continuation)
          return nil
        }
        return result
      }
      if let result { continuation.resume(with: result) }
    }
  }
}
