import CellConformance
import CellContract

/// Lets a limited number of tasks through, the others in the order in which they came. Correct without a defect.
actor ActorGate {
  private let plan: GatePlan
  private let cell: String
  private let world: CellWorld
  private let defect: Defect?
  private var active = 0
  private var lastNumber: UInt64 = 0
  private var queue: [(number: UInt64, continuation: CheckedContinuation<Void, any Error>?)] = []
  private var cancelled: Set<UInt64> = []
  private var timers: [UInt64: Task<Void, Never>] = [:]

  init(_ plan: GatePlan, cell: String, world: CellWorld, defect: Defect?) {
    self.plan = plan
    self.cell = cell
    self.world = world
    self.defect = defect
  }

  /// Passes, at once or in turn.
  func enter() async throws {
    guard plan.maxConcurrency > 0 else {
      throw CellError(
        .invalidArgument, cell: cell, message: "a gate of width \(plan.maxConcurrency) lets nobody through")
    }
    lastNumber += 1
    let number = lastNumber
    defer { timers.removeValue(forKey: number)?.cancel() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { take($0, number) }
    } onCancel: {
      if defect != .gateCancelIgnored { Task { await self.turnAway(number, CancellationError()) } }
    }
  }

  private func take(_ continuation: CheckedContinuation<Void, any Error>, _ number: UInt64) {
    if cancelled.remove(number) != nil { return continuation.resume(throwing: CancellationError()) }
    if defect == .gateIgnored || (active < plan.maxConcurrency && queue.isEmpty) {
      active += 1
      return continuation.resume()
    }
    if let limit = plan.maxQueue, queue.count >= limit { return continuation.resume(throwing: overloaded()) }
    if defect == .gateLifo { queue.insert((number, continuation), at: 0) } else { queue.append((number, continuation)) }
    if let deadline = plan.queueDeadline, defect != .gateDeadlineIgnored {
      timers[number] = Task.detached { [world] in
        do { try await world.clock.sleep(for: deadline) } catch { return }
        await self.turnAway(number, self.overloaded())
      }
    }
  }

  /// Comes out; the next one in the queue passes.
  func leave() {
    guard !queue.isEmpty else { return active -= 1 }
    // With a defect the next one may have left long ago: then its place is lost.
    queue.removeFirst().continuation?.resume()
  }

  private func turnAway(_ number: UInt64, _ error: any Error) {
    guard let place = queue.firstIndex(where: { $0.number == number }) else {
      // Not there yet, if it was cancelled before it came; else it is through.
      if number > lastNumber - min(lastNumber, 1), error is CancellationError { cancelled.insert(number) }
      return
    }
    queue[place].continuation?.resume(throwing: error)
    if defect == .gateCancelledStaysQueued { queue[place].continuation = nil } else { queue.remove(at: place) }
  }

  private nonisolated func overloaded() -> CellError {
    CellError(
      .overloaded, cell: cell, message: "\"\(cell)\" is in use and enough callers wait: try again later",
      retryAfter: .milliseconds(50))
  }
}
