public import CellContract

/// A swap that succeeded.
public struct SwapResult: Sendable, Hashable {
  /// The generation that served before; nil if the cell was empty.
  public var from: CellGeneration?
  /// The generation that serves now.
  public var to: CellGeneration
  /// How often a payload was tried to be made.
  public var attempts: Int
  /// From the call to the publish.
  public var duration: Duration
}
