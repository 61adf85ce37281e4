import CellConformance
import CellContract

/// Lets a limited number of threads through, the others in the order in which they came. Correct without a defect.
final class LockGate: @unchecked Sendable {
  // @unchecked: the variables are read and written under the monitor only.
  private final class Ticket: @unchecked Sendable {
    // @unchecked: the variables are read and written under the gate's monitor only; an alarm takes it before it looks.
    var isGranted = false
    var isLate = false
    var alarm: WorldAlarm?
  }

  private let plan: GatePlan
  private let cell: String
  private let world: CellWorld
  private let defect: Defect?
  private let monitor = Monitor()
  private var active = 0
  private var queue: [Ticket] = []

  init(_ plan: GatePlan, cell: String, world: CellWorld, defect: Defect?) {
    self.plan = plan
    self.cell = cell
    self.world = world
    self.defect = defect
  }

  /// Passes, at once or in turn.
  func enter() throws {
    guard plan.maxConcurrency > 0 || defect == .gateZeroWaits else {
      throw CellError(
        .invalidArgument, cell: cell, message: "a gate of width \(plan.maxConcurrency) lets nobody through")
    }
    if defect == .gateRacy {
      let isFull = monitor.locked { active >= plan.maxConcurrency }
      KitThread.yield()
      if !isFull { return monitor.locked { active += 1 } }
    }
    try monitor.locked {
      if defect == .gateIgnored || (active < plan.maxConcurrency && queue.isEmpty) {
        active += 1
        return
      }
      if let limit = plan.maxQueue, queue.count >= limit, defect != .gateQueueUnbounded { throw overloaded() }
      let ticket = Ticket()
      if defect == .gateLifo { queue.insert(ticket, at: 0) } else { queue.append(ticket) }
      if let deadline = plan.queueDeadline, defect != .gateDeadlineIgnored {
        ticket.alarm = world.clock.alarm(after: deadline) { [weak self] in self?.expire(ticket) }
      }
      while !ticket.isGranted, !ticket.isLate { monitor.wait() }
      ticket.alarm?.cancel()
      if ticket.isLate { throw overloaded() }
    }
  }

  /// Comes out; the next one in the queue passes.
  func leave() {
    if defect == .gateLeaksPlace { return }
    monitor.locked {
      if queue.isEmpty {
        active -= 1
      } else {
        queue.removeFirst().isGranted = true
      }
      monitor.broadcast()
    }
  }

  private func expire(_ ticket: Ticket) {
    monitor.locked {
      guard !ticket.isGranted else { return }
      ticket.isLate = true
      // With the defect the next place goes to one that has left.
      if defect != .gateLateStaysQueued { queue.removeAll { $0 === ticket } }
      monitor.broadcast()
    }
  }

  private func overloaded() -> CellError {
    CellError(
      .overloaded, cell: cell, message: "\"\(cell)\" is in use and enough callers wait: try again later",
      retryAfter: defect == .overloadedSilent ? nil : .milliseconds(50))
  }
}
