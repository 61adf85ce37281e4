/// How much a run did, and how long it took.
public struct RunTiming: Sendable {
  /// The mode.
  public var mode: RunMode
  /// How often the rules were played, each time with another seed.
  public var rounds: Int
  /// From the first rule's beginning to the last one's end.
  public var duration: Duration

  /// Makes a timing.
  public init(mode: RunMode = .quick, rounds: Int = 1, duration: Duration = .zero) {
    self.mode = mode
    self.rounds = rounds
    self.duration = duration
  }
}
