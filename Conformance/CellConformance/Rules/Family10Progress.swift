extension RuleCatalogue {
  static let progress: [Rule] = [
    Rule(
      "CELL-10.01", .must, "Waiting tasks leave their threads to others", face: .suspending,
      spec: "A task that waits for a factory MUST suspend; it MUST NOT block the thread that it runs on.",
      why: "The cooperative pool has as many threads as the machine has cores: a few blocked waiters stop the process.",
      check: "Is there a semaphore, a condition or a blocking lock on the way of a waiter?",
      kills: [.init("parks-threads", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let other = try stage.cell("other")
      let gate = stage.gate("factory")
      let leader = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let waiters = try (0..<KitExecutor.width * 2).map { _ in try cell.startGet() }
      // This caller needs a thread of the executor on which the others wait.
      let outcome = try stage.promptly(
        try other.startPeek(), "\(waiters.count) tasks wait for a factory and none of their threads is left to others")
      try stage.expect(outcome.serial == nil, .phantomValue, "peek() of an empty cell shows \(outcome)")
      gate.open()
      for call in [leader] + waiters { try stage.payload(try call.outcome(), of: "getOrInitialize") }
    },

    Rule(
      "CELL-10.02", .must, "Nobody is stranded when tasks run last come, first served", face: .suspending,
      spec: "Progress MUST NOT depend on the order in which an executor runs its jobs.",
      why: "Executors promise no order, and a priority change alters it.",
      check: "Does the end of a flight rely on a waiter having run before?",
      kills: [.init("notify-one", .lostWakeup)]
    ) { stage in
      try stage.useExecutor(order: .lastInFirstOut)
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      var calls = [try cell.startGet(.init(gate: gate))]
      try gate.waitForArrivals()
      for _ in 0..<8 { calls.append(try cell.startGet()) }
      try stage.settle()
      gate.open()
      for call in calls {
        try stage.payload(
          try stage.promptly(call, "the factory has ended and every waiter must return", else: .lostWakeup),
          of: "getOrInitialize")
      }
    },

    Rule(
      "CELL-10.03", .must, "A waiter that comes as the factory ends is served", kind: .stochastic,
      spec: "A caller that arrives while a flight ends MUST return, with the payload of that flight.",
      why: "The classic lost wake-up: the waiter looks, the flight ends, the waiter sleeps.",
      check: "Is the last look at the state made under the lock that the wait gives up?",
      kills: [.init("racy-wait", .lostWakeup), .init("racy-wait-stale-payload", .wrongValue)]
    ) { stage in
      for round in 0..<(48 * stage.options.effort) {
        let cell = try stage.cell()
        // In every other round there was a payload before, which nobody must be given any more.
        let earlier = round.isMultiple(of: 2) ? 0 : 1
        if earlier > 0 {
          try stage.payload(try cell.get(), of: "getOrInitialize")
          try stage.success(try cell.close(), of: "close()")
        }
        // The flight must end while somebody is on the way into its wait; how long that takes differs, so it is varied.
        let pauses = Int.random(in: 0...4, using: &stage.random)
        try stage.race(
          (0..<4).map { _ in [RaceStep(cell: cell, operation: .get(cell.factory(.init(pauses: pauses))))] })
        let serials = try stage.outcomes(of: .get, on: cell).dropFirst(earlier).map {
          try stage.payload($0, of: "getOrInitialize")
        }
        let made = try cell.peek()
        try stage.expect(
          serials.count == 4 && Set(serials) == [made ?? 0], .wrongValue,
          "four callers of one flight got payloads \(serials), the flight made #\(made ?? 0)")
      }
    },
  ]
}
