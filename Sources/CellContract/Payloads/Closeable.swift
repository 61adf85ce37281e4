/// A payload that must be closed, by a call that may block.
///
/// A cell with no explicit disposer calls this exactly once, on a thread made for blocking, after the last lease ended.
public protocol Closeable: Sendable {
  /// Gives back what the payload holds. Is called at most once by a cell.
  func close() throws
}
