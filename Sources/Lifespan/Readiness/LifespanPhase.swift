/// Where a process is in its life. Phases only go forward.
public enum LifespanPhase: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  /// The listener may not be bound yet; nothing has been preloaded.
  case starting
  /// The preload set is being made ready.
  case preloading
  /// Requests are welcome.
  case ready
  /// The process is to end: requests in flight are answered, new ones should go elsewhere.
  case draining
  /// All cells are closed.
  case stopped

  /// Orders phases by time.
  public static func < (left: Self, right: Self) -> Bool { left.order < right.order }

  private var order: Int {
    switch self {
    case .starting: 0
    case .preloading: 1
    case .ready: 2
    case .draining: 3
    case .stopped: 4
    }
  }
}
