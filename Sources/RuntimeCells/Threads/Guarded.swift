/// A value behind a ``ColdLock``.
final class Guarded<Value: Sendable>: @unchecked Sendable {
  // @unchecked: `value` is used under `lock` only.
  private let lock = ColdLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  /// Runs `body` alone with the value. `body` must not call user code.
  func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
    try lock.withLock { () throws(E) in try body(&value) }
  }
}
