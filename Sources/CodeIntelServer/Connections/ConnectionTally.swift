import HummingbirdCore
import PrometheusMetrics

/// How many connections were taken from the system's queue, and how many of them are set up and read.
///
/// Between the two lie some turns of two event loops. A listener that is closed meanwhile drops the connection, so whoever
/// closes it waits until both are equal.
final class ConnectionTally: Sendable {
  private struct Counts {
    var accepted = 0
    var active = 0
  }

  private let counts = Locked(Counts())

  /// Whether each accepted connection is read. The accepted ones are counted longer than they are active, never shorter.
  var isSettled: Bool { counts.withLock { $0.accepted == $0.active } }

  fileprivate var accepted: Int { counts.withLock { $0.accepted } }

  func activated() { counts.withLock { $0.active += 1 } }

  func deactivated() { counts.withLock { $0.active -= 1 } }

  /// The framework's question whether one more may be accepted; it tells of each, too.
  struct Limit: AvailableConnectionsDelegate {
    let tally: ConnectionTally
    let maximum: Int

    func connectionOpened() { tally.counts.withLock { $0.accepted += 1 } }

    func connectionClosed() { tally.counts.withLock { $0.accepted -= 1 } }

    func isAcceptingNewConnections() -> Bool { tally.accepted < maximum }
  }
}
