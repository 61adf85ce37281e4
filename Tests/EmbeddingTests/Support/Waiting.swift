import Embedding
import Synchronization

/// Lets other tasks run until `condition` holds. For facts that will come true without more help; a hang is the failure.
func until(_ condition: () async -> Bool) async {
  while !(await condition()) { await Task.yield() }
}

/// The error that `body` throws.
func caught<R>(_ body: () async throws -> R) async -> (any Error)? {
  do {
    _ = try await body()
    return nil
  } catch { return error }
}

/// The code of the `EmbeddingError` that `body` throws.
func code<R>(_ body: () async throws -> R) async -> EmbeddingError.Code? {
  (await caught(body) as? EmbeddingError)?.code
}

/// Gathers values from many tasks.
final class Box<Value: Sendable>: Sendable {
  private let state: Mutex<[Value]> = Mutex([])
  var values: [Value] { state.withLock { $0 } }
  func add(_ value: Value) { state.withLock { $0.append(value) } }
}
