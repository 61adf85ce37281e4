/// Whether a cell holds a payload: the three states of the original design. ``CellDetail`` tells more.
public enum CellInitState: String, Hashable, Sendable, CaseIterable {
  /// No payload is held and no factory is running for one.
  case empty
  /// A factory is running and callers may be waiting for it.
  case initializing
  /// A payload is held and can be leased.
  case ready
}
