import CellConformance
import CellContract

extension ActorCell {
  /// How long one call may wait.
  final class WaitLimit: @unchecked Sendable {
    // @unchecked: used on the actor only.
    let due: Duration
    var hasPassed = false
    /// The number under which the call waits for a flight.
    var waiter: UInt64?

    init(due: Duration) { self.due = due }
  }

  /// A call has waited long enough: the factory goes on for others.
  func expire(_ limit: WaitLimit) {
    if defect == .waitDeadlineIgnored { return }
    limit.hasPassed = true
    wakeIdle()
    guard case .building(let flight) = state else { return }
    if defect == .waitDeadlineKillsFlight { return tell(flight, .failure(warmingUp(nil))) }
    guard let place = flight.waiters.firstIndex(where: { $0.id == limit.waiter }) else { return }
    flight.waiters.remove(at: place).continuation.resume(throwing: warmingUp(nil))
    abandon(flight)
  }

  func warmingUp(_ left: Duration?) -> CellError {
    var told = error(.warmingUp, "\"\(name)\" is being initialised and will not be ready in time: try again later")
    if defect != .hopelessWithoutHint { told.retryAfter = left }
    return told
  }

  /// Refuses a call whose deadline comes sooner than the payload, by what the last factory took.
  func refuseHopeless(_ limit: WaitLimit?, elapsed: Duration) throws {
    guard case .refusesHopelessWaits = plan, let limit, let typicalTime, defect != .hopelessWaitsWait else { return }
    let left = typicalTime - elapsed
    if limit.due - world.clock.now.offset < left || defect == .hopefulRefused { throw warmingUp(left) }
  }

  /// Cancels a factory that nobody waits for, if the cell is to.
  func abandon(_ flight: Flight) {
    switch plan {
    case .cancelsWhenAbandoned where defect != .abandonedRunsOn: break
    default: if defect != .abandonsByDefault { return }
    }
    if flight.waiters.isEmpty || defect == .abandonedTooSoon { flight.task?.cancel() }
  }

  /// Sets the alarm that gives a factory up, if the cell is to.
  func startTimer(of flight: Flight) {
    guard case .initDeadline(let deadline) = plan, defect != .initDeadlineIgnored else { return }
    flight.timer = Task.detached { [world] in
      do { try await world.clock.sleep(for: deadline) } catch { return }
      await self.giveUp(flight)
    }
  }

  private func giveUp(_ flight: Flight) {
    guard case .building(let current) = state, current === flight else { return }
    let told = error(.initDeadlineExceeded, "the factory of \"\(name)\" takes too long: look at what it waits for")
    if defect == .initDeadlineReachesLeaderOnly, let leader = flight.waiters.first {
      flight.waiters.removeFirst()
      return leader.continuation.resume(throwing: told)
    }
    if defect != .initDeadlinePublishesLate {
      flight.isClosed = true
      flight.task?.cancel()
      state = .empty
    }
    tell(flight, .failure(told))
  }
}
