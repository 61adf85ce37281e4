/// How many keys a ``CellPool`` holds, and what happens when all of them are in use.
public struct CellPoolOptions: Hashable, Sendable {
  /// What a caller meets that wants a new key while every place is taken by a key in use.
  ///
  /// A key that nobody uses is always evicted first, the least recently used one, and the caller waits for its disposal.
  public enum WhenFull: Hashable, Sendable {
    /// ``CellError/Code/overloaded`` at once.
    case refuse
    /// Waits until some key is used by nobody, at most this long; nil waits as long as the call's own deadline allows.
    case wait(Duration?)
    /// As ``wait(_:)``, and the least recently used key is taken out although it is in use: its users finish undisturbed,
    /// callers that come for it now wait for a place like everybody else. No caller starves behind busy keys.
    case drain(Duration?)
  }

  /// How many keys may have a cell at the same time, at least 1. A key that is being disposed counts until that is done.
  public var maxKeys: Int
  /// What happens when all keys are in use.
  public var whenFull: WhenFull
  /// How long an eviction may take before an event says so. It goes on all the same, and the key keeps its place.
  public var evictionDeadline: Duration

  /// Makes options.
  public init(maxKeys: Int, whenFull: WhenFull = .refuse, evictionDeadline: Duration = .seconds(30)) {
    self.maxKeys = maxKeys
    self.whenFull = whenFull
    self.evictionDeadline = evictionDeadline
  }

  /// How long a caller may wait for a place.
  var longestWait: Duration? {
    switch whenFull {
    case .refuse: nil
    case .wait(let longest), .drain(let longest): longest
    }
  }
}
