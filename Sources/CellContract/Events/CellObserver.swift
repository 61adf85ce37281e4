/// Is told what happened to a cell.
///
/// Calls come after the transition and outside every lock, one at a time and in order for each cell, on a thread that no
/// caller of the cell waits for. An observer may therefore be slow and may call back into the cell; it cannot throw, and
/// nothing it does delays or fails a user of the cell. Leases of a ready cell are not reported.
public protocol CellObserver: Sendable {
  /// Whether events may be dropped when the observer is too slow for them; ``CellDelivery/standard`` when it does not say.
  /// Asked once for each cell.
  var delivery: CellDelivery { get }

  /// Takes note of an event.
  func observe(_ event: CellEvent)
}

extension CellObserver {
  /// Bounded: an observer whose author did not think of it must not fill the memory.
  public var delivery: CellDelivery { .standard }
}
