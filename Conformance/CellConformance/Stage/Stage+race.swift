import Synchronization

/// One step of a caller's program in a race.
struct RaceStep: Sendable {
  let cell: StageCell
  let operation: Operation
}

extension Stage {
  /// Lets several callers run their programs against each other. All of them stand behind one barrier first, so that they
  /// begin together; each step of a program is a call of its own in the history.
  ///
  /// - Parameter alternating: whether tasks step aside after each call. One that never has to wait would else run its whole
  ///   program before the next begins, as threads on two processors do not.
  func race(_ programs: [[RaceStep]], alternating: Bool = false) throws {
    let barrier = gate("start")
    // Waking up takes the threads through a lock one by one; the first few wait for each other once more, or the first
    // would be done before the second is awake.
    let awake = AwakeCount()
    let together = min(programs.count, 8)
    var lanes: [Call] = []
    for program in programs {
      let lane = Call(number: counters.nextCall(), verb: .get, cell: program.first?.cell.index ?? 0, core: core)
      lanes.append(lane)
      let steps = program.map {
        (Performer(core: core, cell: $0.cell.index, inner: $0.cell.inner), $0.operation, counters.nextCall())
      }
      let log = core.history.makeLog(of: Set(program.map(\.cell.index)))
      let number = lane.number
      switch subject.face {
      case .blocking:
        try KitThread.start("cell-race-\(number)") {
          lane.began(onThread: ThreadStates.currentThread())
          barrier.pass()
          awake.increment()
          // On a crowded machine the last of them may come late; waiting longer would burn what it needs to come.
          let latest = ContinuousClock.now.advanced(by: .milliseconds(20))
          while awake.value < together, ContinuousClock.now < latest { KitThread.yield() }
          for (performer, operation, call) in steps {
            _ = performer.blocking(operation, as: call, lane: number, log: log)
          }
          lane.finish(.nothing)
        }
      case .suspending:
        lane.setTask(
          Task(executorPreference: executor) {
            lane.began(onThread: nil)
            await barrier.passSuspending()
            for (performer, operation, call) in steps {
              _ = await performer.suspending(operation, as: call, lane: number, log: log)
              if alternating { await Task.yield() }
            }
            lane.finish(.nothing)
          })
      }
    }
    adopt(lanes)
    try barrier.waitForArrivals(programs.count)
    barrier.open()
    for lane in lanes { _ = try promptly(lane, "a caller in a race never came back", else: .lostWakeup) }
  }

  /// Ends the script with the first anomaly in the history of `cell`.
  func expectNoAnomaly(in cell: StageCell) throws {
    if let finding = check(core.history.events(of: cell.index), isComplete: false).first {
      throw StageStop.failed(finding)
    }
  }

  /// The outcomes of all calls with a verb.
  func outcomes(of verb: HistoryEvent.Verb, on cell: StageCell) -> [Outcome] {
    core.history.events(of: cell.index).compactMap { event in
      if case .returned(_, verb, let outcome) = event.what { outcome } else { nil }
    }
  }
}

private final class AwakeCount: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .acquiring) }
  func increment() { count.add(1, ordering: .acquiringAndReleasing) }
}
