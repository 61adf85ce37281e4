/// How a close ended. The raw values are the `outcome` label of `runtime_cell_close_total`.
public enum CellCloseOutcome: String, Hashable, Sendable, CaseIterable {
  /// This call closed something, and all of it is disposed.
  case ok
  /// There was nothing left to close for this call.
  case noop
  /// All is disposed, but a disposer threw.
  case error
}
