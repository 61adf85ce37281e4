internal import CellContract

/// How a payload is disposed, exactly once, after its last lease ended.
public enum CellDisposer<Value: Sendable>: Sendable {
  /// ``AsyncCloseable/close()`` or ``Closeable/close()`` if the payload has one; else it is just released.
  case automatic
  /// Runs on a thread made for blocking.
  case blocking(@Sendable (Value) throws -> Void)
  /// Runs in a task of the cell's own.
  case async(@Sendable (Value) async throws -> Void)
}

extension CellDisposer {
  /// What to run for this payload. Captures no payload: the job alone decides when it is let go.
  func resolved(for job: HeldPayload<Value>) -> CellDisposer {
    guard case .automatic = self else { return self }
    if job.peek({ $0 is any AsyncCloseable }) == true {
      return .async { try await ($0 as? any AsyncCloseable)?.close() }
    }
    if job.peek({ $0 is any Closeable }) == true { return .blocking { try ($0 as? any Closeable)?.close() } }
    return .automatic
  }
}
