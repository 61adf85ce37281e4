/// An alarm that a cell has set with ``WorldClock/alarm(after:_:)``.
public struct WorldAlarm: Sendable {
  private let stop: @Sendable () -> Void

  init(_ stop: @escaping @Sendable () -> Void) { self.stop = stop }

  /// Calls the alarm off. It may ring all the same if it is due this moment.
  public func cancel() { stop() }
}
