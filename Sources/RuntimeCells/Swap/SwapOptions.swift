/// How a swap is done.
public struct SwapOptions: Sendable {
  /// Which payload may be there at the same time as which.
  public enum Policy: Sendable, Hashable {
    /// The new payload is made while the old one serves: no reader waits, and for a while there are two.
    case availabilityPreserving
    /// The old payload is disposed before the new one is made: readers wait, and there is never more than one. For
    /// payloads of which one fills the machine.
    case resourcePreserving
    /// The first where the cell's ``MemoryGovernor`` has room for two payloads, else the second.
    case automatic
  }

  /// What happens when another swap of the cell is under way.
  public enum Conflict: Sendable, Hashable {
    /// ``CellError/Code/swapInProgress`` is thrown.
    case refuse
    /// The call takes the outcome of the other swap for its own.
    case coalesce
  }

  /// Availability or resources.
  public var policy: Policy
  /// How often a payload is tried to be made, at least once.
  public var maxAttempts: Int
  /// The delays between attempts.
  public var backoff: Backoff
  /// How long the old payload is kept after the publish, so that ``RuntimeCell/rollBack(permit:)`` can restore it; nil
  /// lets it go at once.
  public var probation: Duration?
  /// What happens when another swap is under way.
  public var conflict: Conflict

  /// Makes options. The defaults are three attempts, half a second apart and more, availability first, no probation.
  public init(
    policy: Policy = .availabilityPreserving, maxAttempts: Int = 3, backoff: Backoff = Backoff(),
    probation: Duration? = nil, conflict: Conflict = .refuse
  ) {
    self.policy = policy
    self.maxAttempts = maxAttempts
    self.backoff = backoff
    self.probation = probation
    self.conflict = conflict
  }
}
