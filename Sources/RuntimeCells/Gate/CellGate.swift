internal import CellContract

/// Lets a limited number through at once, the others in the order in which they came (D17). One passes the gate first and
/// takes the lease then, so that those who queue hold nothing that a close waits for.
@usableFromInline
final class CellGate: LeaseEnding, @unchecked Sendable {
  // @unchecked: all constants, but for `state`, which is guarded.
  /// One that queues.
  private struct Queued: Sendable {
    var number: UInt64
    var since: Duration
    var way: Way
    var timer: Task<Void, Never>?
  }

  /// How one that queues is woken.
  enum Way: Sendable {
    case task(CheckedContinuation<Void, any Error>)
    case thread(ThreadParker<Result<Void, any Error>>)

    func resume(with result: Result<Void, any Error>) {
      switch self {
      case .task(let continuation): continuation.resume(with: result)
      case .thread(let parker): parker.resume(with: result)
      }
    }
  }

  private struct State: Sendable {
    var active = 0
    var next: UInt64 = 0
    var queue: [Queued] = []
    var cancelledEarly: Set<UInt64> = []
    /// A moving average of how long the last ones queued.
    var typicalWait: Duration = .milliseconds(100)
    /// How long everybody queued who passed or gave up.
    var waits = CellWaitTimes()
  }

  private enum Step {
    case pass
    case wait
    case refuse(any Error)
  }

  let cell: String
  let limits: GateLimits
  private let clock: CellClock
  /// Is told of each one turned away.
  private let overloaded: @Sendable (Duration) -> Void
  private let state = Guarded(State())

  init(
    cell: String, limits: GateLimits, clock: CellClock, overloaded: @escaping @Sendable (Duration) -> Void
  ) {
    self.cell = cell
    self.limits = limits
    self.clock = clock
    self.overloaded = overloaded
    super.init()
  }

  /// How many are through and how many wait.
  var occupancy: (active: Int, queued: Int) { state.withLock { ($0.active, $0.queue.count) } }

  /// How long everybody queued who passed or gave up.
  var waits: CellWaitTimes { state.withLock { $0.waits } }

  /// Passes if that needs no wait.
  @usableFromInline func tryEnter() -> Bool {
    state.withLock { state in
      guard state.active < limits.maxConcurrency, state.queue.isEmpty else { return false }
      state.active += 1
      state.waits.add(.zero)
      return true
    }
  }

  /// Passes, at once or in turn.
  @usableFromInline func enter() async throws {
    let number = takeNumber()
    defer { state.withLock { _ = $0.cancelledEarly.remove(number) } }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { enter(number, .task($0)) }
    } onCancel: {
      turnAway(number, mayBeEarly: true) { _ in CancellationError() }
    }
  }

  /// Passes, and blocks the thread while waiting.
  func enterBlocking() throws {
    if tryEnter() { return }
    let parker = ThreadParker<Result<Void, any Error>>()
    enter(takeNumber(), .thread(parker))
    try parker.park().get()
  }

  override func leaseEnds() { leave() }

  /// Comes out; the next one in the queue passes.
  @usableFromInline func leave() {
    let now = clock.now
    let next: Queued? = state.withLock { state in
      guard !state.queue.isEmpty else {
        state.active -= 1
        return nil
      }
      let next = state.queue.removeFirst()
      state.typicalWait = (state.typicalWait * 3 + (now - next.since)) / 4
      state.waits.add(now - next.since)
      return next
    }
    next?.timer?.cancel()
    next?.way.resume(with: .success(()))
  }

  private func takeNumber() -> UInt64 {
    state.withLock {
      $0.next += 1
      return $0.next
    }
  }

  private func enter(_ number: UInt64, _ way: Way) {
    let now = clock.now
    let step: Step = state.withLock { state in
      if state.cancelledEarly.remove(number) != nil { return .refuse(CancellationError()) }
      guard limits.maxConcurrency > 0 else { return .refuse(zeroWidth) }
      if let deadline = limits.queueDeadline, deadline < .zero { return .refuse(negative(deadline)) }
      if state.active < limits.maxConcurrency, state.queue.isEmpty {
        state.active += 1
        state.waits.add(.zero)
        return .pass
      }
      guard state.queue.count < limits.maxQueue else { return .refuse(overload(after: state.typicalWait)) }
      var queued = Queued(number: number, since: now, way: way)
      if let deadline = limits.queueDeadline { queued.timer = timer(number, deadline) }
      state.queue.append(queued)
      return .wait
    }
    switch step {
    case .pass: way.resume(with: .success(()))
    case .wait: break
    case .refuse(let error):
      tell(error)
      way.resume(with: .failure(error))
    }
  }

  private func timer(_ number: UInt64, _ deadline: Duration) -> Task<Void, Never> {
    Task.detached { [self] in
      do { try await clock.sleep(for: max(.zero, deadline)) } catch { return }
      turnAway(number, mayBeEarly: false) { [self] in overload(after: $0) }
    }
  }

  private func turnAway(_ number: UInt64, mayBeEarly: Bool, _ reason: (Duration) -> any Error) {
    let now = clock.now
    let found = state.withLock { state -> (Queued, Duration)? in
      guard let index = state.queue.firstIndex(where: { $0.number == number }) else {
        if mayBeEarly { state.cancelledEarly.insert(number) }
        return nil
      }
      let queued = state.queue.remove(at: index)
      state.waits.add(now - queued.since)
      return (queued, state.typicalWait)
    }
    guard let (queued, wait) = found else { return }
    let error = reason(wait)
    tell(error)
    queued.timer?.cancel()
    queued.way.resume(with: .failure(error))
  }

  private func tell(_ error: any Error) {
    if let after = (error as? CellError)?.retryAfter { overloaded(after) }
  }

  private func overload(after wait: Duration) -> CellError {
    CellError(
      .overloaded, cell: cell,
      message: "Cell '\(cell)' is in use by \(limits.maxConcurrency) and more callers wait than it takes. "
        + "Try again later, or widen its gate.",
      retryAfter: max(.milliseconds(1), wait))
  }

  private func negative(_ deadline: Duration) -> CellError {
    CellError(
      .invalidArgument, cell: cell,
      message: "The gate of cell '\(cell)' lets callers queue for \(deadline), which makes no sense. Use zero or more.")
  }

  private var zeroWidth: CellError {
    CellError(
      .invalidArgument, cell: cell,
      message: "The gate of cell '\(cell)' lets \(limits.maxConcurrency) through, which is nobody. Use 1 or more.")
  }
}
