/// Is told what happened to a cell.
///
/// Calls come after the transition and outside every lock, one at a time and in order for each cell, on a thread that no
/// caller of the cell waits for. An observer may therefore be slow and may call back into the cell; it cannot throw, and
/// nothing it does delays or fails a user of the cell. Leases of a ready cell are not reported.
public protocol CellObserver: Sendable {
  /// Takes note of an event.
  func observe(_ event: CellEvent)
}
