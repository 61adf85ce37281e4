import Embedding
import NIOConcurrencyHelpers

/// Lets a limited number of requests through, the others in the order in which they came; a cancelled one leaves the queue.
final class CallGate: Sendable {
  private struct State {
    var active = 0
    var next = 0
    var queue: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    var cancelledEarly: Set<Int> = []
  }

  private let width: Int
  private let maxQueue: Int
  private let state = NIOLockedValueBox(State())

  init(width: Int, maxQueue: Int) {
    self.width = width
    self.maxQueue = maxQueue
  }

  /// How many are through and how many wait.
  var occupancy: (active: Int, queued: Int) { state.withLockedValue { ($0.active, $0.queue.count) } }

  /// Runs `body` inside the gate.
  ///
  /// - Throws: what `body` throws, `EmbeddingError` with code `overloaded`, or `CancellationError`.
  func run<R: Sendable>(_ body: () async throws -> R) async throws -> R {
    try await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async throws {
    let number = state.withLockedValue {
      $0.next += 1
      return $0.next
    }
    defer { state.withLockedValue { _ = $0.cancelledEarly.remove(number) } }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result: Result<Void, any Error>? = state.withLockedValue { state in
          if state.cancelledEarly.remove(number) != nil { return .failure(CancellationError()) }
          if state.active < width {
            state.active += 1
            return .success(())
          }
          guard state.queue.count < maxQueue else { return .failure(overloaded(state.queue.count)) }
          state.queue.append((number, continuation))
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let continuation = state.withLockedValue { state -> CheckedContinuation<Void, any Error>? in
        guard let index = state.queue.firstIndex(where: { $0.number == number }) else {
          state.cancelledEarly.insert(number)
          return nil
        }
        return state.queue.remove(at: index).continuation
      }
      continuation?.resume(throwing: CancellationError())
    }
  }

  private func leave() {
    let next = state.withLockedValue { state -> CheckedContinuation<Void, any Error>? in
      guard !state.queue.isEmpty else {
        state.active -= 1
        return nil
      }
      return state.queue.removeFirst().continuation
    }
    next?.resume()
  }

  private func overloaded(_ waiting: Int) -> EmbeddingError {
    EmbeddingError(
      .overloaded,
      "\(waiting) requests wait for the embedding server, which is as many as may: try again later, or raise maxQueue",
      retryAfter: .seconds(1))
  }
}
