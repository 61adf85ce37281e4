/// How a ``CellObserver`` gets its events.
public enum CellDelivery: Hashable, Sendable {
  /// Every event arrives, however many wait. For observers that count and return at once: all lossless observers of a
  /// cell are called by one thread, one after another, so a slow one delays the others and its queue grows.
  case lossless
  /// At most so many events of one cell wait (at least 1); later ones are dropped, and counted in
  /// ``CellSnapshot/droppedEvents``. The observer finds a gap in ``CellEvent/sequence``. It has a queue of its own and
  /// delays no other observer.
  case bounded(Int)

  /// For observers that do not say: 1,024 events.
  public static let standard = CellDelivery.bounded(1024)
}
