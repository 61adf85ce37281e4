import RuntimeCells

/// How long the stages of one search may take.
///
/// A search with a deadline keeps a part of its time for what comes after the channels, so that an answer without the late
/// ones is ready before the deadline. Where a channel rescores what others found, those get two thirds of the rest.
struct StagePlan: Sendable {
  /// The most that is kept for fusing and reading the texts.
  static let reserve: Duration = .milliseconds(500)

  private let clock: CellClock
  private let budget: Duration?
  /// When channels that search must be done, and when those that rescore, on `clock`.
  private let ends: (search: Duration, rescore: Duration)?

  /// A plan that begins now.
  ///
  /// - Parameters:
  ///   - deadline: how long the whole search may take; nil allows any time.
  ///   - budget: how long each channel may take; nil allows any time.
  ///   - rescores: whether a channel rescores what others found.
  init(deadline: Duration?, budget: Duration?, rescores: Bool, clock: CellClock) {
    self.clock = clock
    self.budget = budget
    ends = deadline.map { deadline in
      let usable = deadline - min(deadline / 5, Self.reserve)
      return (clock.now + (rescores ? usable * 2 / 3 : usable), clock.now + usable)
    }
  }

  /// How long a channel that searches may take from now on; nil for any time, 0 or less when none is left.
  var search: Duration? { limit(ends?.search) }

  /// The same for one that rescores, and for token matches.
  var rescore: Duration? { limit(ends?.rescore) }

  private func limit(_ end: Duration?) -> Duration? {
    guard let end else { return budget }
    let left = end - clock.now
    return budget.map { min($0, left) } ?? left
  }
}
