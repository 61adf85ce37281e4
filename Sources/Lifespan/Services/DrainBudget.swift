public import RuntimeCells
import Synchronization

/// How much of the time for a whole shutdown is left: begun by the ``DrainGate``, asked by whoever closes what takes long.
public final class DrainBudget: Sendable {
  /// What is left when the time is over, so that cells without users are still disposed.
  public static let least = Duration.seconds(1)

  private let limit: Duration?
  private let clock: CellClock
  private let begun = Mutex<Duration?>(nil)

  /// - Parameters:
  ///   - limit: how long the whole shutdown may take; nil sets no bound.
  ///   - clock: measures it.
  public init(limit: Duration?, clock: CellClock = .continuous) {
    self.limit = limit
    self.clock = clock
  }

  /// The shutdown begins; only the first call counts.
  public func begin() {
    let now = clock.now
    begun.withLock { $0 = $0 ?? now }
  }

  /// What is left, at least ``least``; all of it before the beginning, as when a start failed; nil without a bound.
  public var remaining: Duration? {
    guard let limit else { return nil }
    let now = clock.now
    let spent = begun.withLock { $0.map { now - $0 } ?? .zero }
    return max(Self.least, limit - spent)
  }
}
