/// A payload on its way into a cell or out of it, held so that it is let go at a known point: after its disposer, before
/// anybody hears of that.
final class HeldPayload<Value: Sendable>: @unchecked Sendable {
  // @unchecked: one thread at a time owns the holder.
  private var value: Value?

  init(value: Value) { self.value = .some(value) }

  /// Gives the payload away.
  func take() -> Value? { value.take() }

  /// Looks at the payload, for as long as that takes.
  func peek(_ body: (Value) async throws -> Void) async rethrows {
    if let value { try await body(value) }
  }

  /// Looks at the payload.
  func peek<R>(_ body: (Value) -> R) -> R? { value.map(body) }

  /// Runs a disposer that may block, then lets go of the payload. Returns what the disposer threw.
  func dispose(in scope: InitScope, _ body: (Value) throws -> Void) -> (any Error)? {
    // The payload's own deinit runs in `letGo`, so that it has ended before the cell counts the payload as disposed.
    defer { letGo() }
    scope.begin()
    defer { scope.end() }
    do {
      try InitScope.$current.withValue(scope) { try value.map(body) }
      return nil
    } catch { return error }
  }

  /// Runs a disposer that suspends, then lets go of the payload. Returns what the disposer threw.
  func dispose(in scope: InitScope, _ body: (Value) async throws -> Void) async -> (any Error)? {
    defer { letGo() }
    scope.begin()
    defer { scope.end() }
    do {
      try await InitScope.$current.withValue(scope) {
        if let value { try await body(value) }
      }
      return nil
    } catch { return error }
  }

  private func letGo() { value = nil }
}
