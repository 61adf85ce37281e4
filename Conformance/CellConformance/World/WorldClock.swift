/// The time that a cell lives in during a rule: it stands still until the rule moves it, so that no rule about deadlines,
/// delays and probations ever sleeps.
///
/// Cells for tasks wait by it as by any `Clock`; cells for threads ask it to call them back, see ``alarm(after:_:)``.
public final class WorldClock: Clock, @unchecked Sendable {
  // @unchecked: the variables are read and written under the stage's monitor only.
  /// A point in the clock's time, counted from its making.
  public struct Instant: InstantProtocol, CustomStringConvertible {
    /// Time since the clock was made.
    public var offset: Duration

    /// The instant `duration` later.
    public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    /// The time from here to `other`.
    public func duration(to other: Instant) -> Duration { other.offset - offset }
    /// Orders instants by time.
    public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    /// The offset.
    public var description: String { "\(offset)" }
  }

  private enum Waiting {
    case task(CheckedContinuation<Void, any Error>)
    case call(@Sendable () -> Void)
  }

  private let core: StageCore
  private var time = Instant(offset: .zero)
  private var lastNumber = 0
  private var waiting: [(number: Int, due: Instant, what: Waiting)] = []
  private var cancelledEarly: Set<Int> = []
  private var isRetired = false

  init(core: StageCore) { self.core = core }

  /// The time that the clock stands at.
  public var now: Instant { core.monitor.locked { time } }

  /// The clock never rounds.
  public var minimumResolution: Duration { .zero }

  /// Suspends until the rule moves the clock to `deadline` or beyond.
  ///
  /// - Throws: `CancellationError` when the task is cancelled, or the rule is over.
  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let number = takeNumber()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer = core.change { () -> Result<Void, any Error>? in
          if isRetired || cancelledEarly.remove(number) != nil { return .failure(CancellationError()) }
          if deadline <= time { return .success(()) }
          waiting.append((number, deadline, .task(continuation)))
          return nil
        }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      cancel(number)
    }
  }

  /// Calls `ring` once, on a thread of the kit's, when the rule has moved the clock by `delay`, unless the alarm is
  /// cancelled before.
  public func alarm(after delay: Duration, _ ring: @escaping @Sendable () -> Void) -> WorldAlarm {
    let number = takeNumber()
    let isDue = core.change { () -> Bool in
      guard delay > .zero, !isRetired else { return delay <= .zero }
      waiting.append((number, time.advanced(by: delay), .call(ring)))
      return false
    }
    if isDue { Self.ringAside([ring]) }
    return WorldAlarm { [weak self] in self?.cancel(number) }
  }

  // MARK: - What rules do

  /// Blocks the script until at least `count` wait by the clock.
  func waitForSleepers(_ count: Int = 1) throws {
    try core.wait(for: "\(count) to wait by the world's clock") { waiting.count >= count }
  }

  /// How many wait by the clock.
  var sleeperCount: Int { core.monitor.locked { waiting.count } }

  /// Moves the clock, and wakes whoever was to wait until then.
  func advance(by duration: Duration) {
    let due = core.change { () -> [Waiting] in
      time = time.advanced(by: duration)
      defer { waiting.removeAll { $0.due <= time } }
      return waiting.filter { $0.due <= time }.map(\.what)
    }
    wake(due, .success(()))
  }

  /// Lets everybody go: the rule is over.
  func retire() {
    let left = core.change { () -> [Waiting] in
      isRetired = true
      defer { waiting = [] }
      return waiting.map(\.what)
    }
    for case .task(let continuation) in left { continuation.resume(throwing: CancellationError()) }
  }

  private func wake(_ due: [Waiting], _ result: Result<Void, any Error>) {
    var calls: [@Sendable () -> Void] = []
    for item in due {
      switch item {
      case .task(let continuation): continuation.resume(with: result)
      case .call(let ring): calls.append(ring)
      }
    }
    if !calls.isEmpty { Self.ringAside(calls) }
  }

  /// Not on the script's thread: what a cell does when it is rung may block.
  private static func ringAside(_ calls: [@Sendable () -> Void]) {
    try? KitThread.start("cell-clock") { for ring in calls { ring() } }
  }

  private func takeNumber() -> Int {
    core.monitor.locked {
      lastNumber += 1
      return lastNumber
    }
  }

  private func cancel(_ number: Int) {
    let found = core.change { () -> Waiting? in
      guard let place = waiting.firstIndex(where: { $0.number == number }) else {
        cancelledEarly.insert(number)
        return nil
      }
      return waiting.remove(at: place).what
    }
    if case .task(let continuation)? = found { continuation.resume(throwing: CancellationError()) }
  }
}
