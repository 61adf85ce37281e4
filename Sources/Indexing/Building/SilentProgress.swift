/// Ignores progress.
public struct SilentProgress: IndexProgress {
  /// Creates it.
  public init() {}

  /// Does nothing.
  public func stage(_ name: String, done: Int, total: Int?) {}
}
