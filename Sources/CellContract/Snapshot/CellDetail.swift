/// What lies behind a cell's ``CellInitState``. The raw values appear in status output and never change.
public enum CellDetail: String, Hashable, Sendable, CaseIterable {
  /// Empty: nothing was asked for yet, or the cell was closed.
  case idle
  /// Empty: the last attempt failed and the next one is not due yet.
  case coolingDown = "cooling_down"
  /// Empty: the last attempt failed for good.
  case failed
  /// Empty: closed, but an older payload is still in use or a cancelled factory has not returned.
  case draining
  /// Empty for ever.
  case shutDown = "shut_down"
  /// Empty: new payloads are paused for want of memory.
  case paused
  /// Initialising: a factory is running.
  case building
  /// Ready, with nothing else going on.
  case serving
  /// Ready, and a replacement is being built.
  case swapping
  /// Ready, and the payload before the last swap is kept for a possible roll-back.
  case probation
}
