/// A payload that must be closed, by a call that suspends.
///
/// A cell with no explicit disposer calls this exactly once, in a task of its own, after the last lease ended. A payload
/// that is both ``Closeable`` and `AsyncCloseable` is closed through this protocol only.
public protocol AsyncCloseable: Sendable {
  /// Gives back what the payload holds. Is called at most once by a cell.
  func close() async throws
}
