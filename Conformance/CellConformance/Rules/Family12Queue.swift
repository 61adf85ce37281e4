import CellContract

extension RuleCatalogue {
  static let queue: [Rule] = [
    Rule(
      "CELL-12.20", .must, "A full queue refuses at once", needs: [.gate, .leasing],
      spec: "When maxQueue callers wait, the next one MUST throw cell.overloaded without waiting.",
      why: "Under overload a quick no is worth more than a late yes.",
      check: "Is the length of the queue looked at before a caller joins it?",
      kills: [.init("gate-queue-unbounded", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1, maxQueue: 1)))
      let (holder, held) = try stage.holdPlace(in: cell)
      let queued = try cell.startUse()
      try stage.settle()
      let told = try stage.promptly(try cell.startUse(), "one may wait and one does: the next must be refused")
      held.open()
      try stage.failure(told, .overloaded, of: "withValue at a full queue")
      for call in [holder, queued] { try stage.success(try call.outcome(), of: "withValue") }
    },

    Rule(
      "CELL-12.21", .must, "A refusal says when to come again", needs: [.gate, .leasing],
      spec: "cell.overloaded MUST carry a retryAfter above zero.",
      why: "It becomes the header Retry-After; without it clients come back at once, all together.",
      check: "Is retryAfter set?",
      kills: [.init("overloaded-without-hint", .poorMessage)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1, maxQueue: 0)))
      let (holder, held) = try stage.holdPlace(in: cell)
      let told = try stage.promptly(try cell.startUse(), "nobody may wait: the second caller must be refused")
      held.open()
      try stage.success(try holder.outcome(), of: "withValue")
      let failure = try stage.failure(told, .overloaded, of: "withValue with a queue of length 0")
      let hint = failure.cellError?.retryAfter
      try stage.expect(
        hint.map { $0 > .zero } ?? false, .poorMessage, "retryAfter is \(hint.map { "\($0)" } ?? "not set")")
    },

    Rule(
      "CELL-12.22", .must, "A wait in the queue ends at its deadline", needs: [.gate, .leasing],
      spec:
        "A caller that has waited for queueDeadline by the cell's clock MUST throw cell.overloaded, and not before.",
      why: "Whoever asked has given up by then; work for it is work for nobody.",
      check: "Is there an alarm for each caller in the queue, by the injected clock?",
      kills: [.init("gate-deadline-ignored", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1, queueDeadline: .seconds(10))))
      let (holder, held) = try stage.holdPlace(in: cell)
      let queued = try cell.startUse()
      try stage.armed("a caller in the queue must wait by the world's clock")
      stage.clock.advance(by: .seconds(9))
      try stage.settle()
      let early = queued.outcomeSoFar
      stage.clock.advance(by: .seconds(2))
      let told = try stage.promptly(queued, "its time in the queue is over")
      held.open()
      try stage.success(try holder.outcome(), of: "withValue")
      try stage.expect(early == nil, .tooEarly, "after 9 of 10 seconds in the queue the caller got \(told)")
      try stage.failure(told, .overloaded, of: "withValue after its time in the queue")
    },

    Rule(
      "CELL-12.23", .must, "Whoever gave up takes no place", needs: [.gate, .leasing],
      spec: "A caller whose time in the queue is over MUST leave the queue: its place goes to the next one.",
      why: "A place handed to nobody is lost for ever.",
      check: "Does the deadline take the caller out of the queue, in one step with the answer?",
      kills: [.init("gate-late-stays-queued", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1, queueDeadline: .seconds(10))))
      let (holder, held) = try stage.holdPlace(in: cell)
      let late = try cell.startUse()
      try stage.armed("a caller in the queue must wait by the world's clock")
      stage.clock.advance(by: .seconds(11))
      try stage.failure(try late.outcome(), .overloaded, of: "withValue after its time in the queue")
      held.open()
      try stage.success(try holder.outcome(), of: "withValue")
      let used = try stage.promptly(try cell.startUse(), "the gate is free: nobody is inside and nobody waits")
      try stage.success(used, of: "withValue")
    },

    Rule(
      "CELL-12.24", .must, "A cancelled caller leaves the queue at once", needs: [.gate, .leasing], face: .suspending,
      spec: "Cancelling a task that waits at the gate MUST end its wait with CancellationError.",
      why: "A client that hung up must not stand in line.",
      check: "Has each caller in the queue a cancellation handler?",
      kills: [.init("gate-cancel-ignored", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1)))
      let (holder, held) = try stage.holdPlace(in: cell)
      let queued = try cell.startUse()
      try stage.settle()
      queued.cancel()
      let told = try stage.promptly(queued, "its task is cancelled and the gate is held: the wait must end")
      held.open()
      try stage.success(try holder.outcome(), of: "withValue")
      try stage.expect(
        told.failure?.isCancellation == true, told.failure == nil ? .missingError : .wrongError,
        "a caller cancelled in the queue got \(told); it must throw CancellationError")
    },

    Rule(
      "CELL-12.25", .must, "A cancelled caller takes no place, neither inside nor in the queue",
      needs: [.gate, .leasing],
      face: .suspending,
      spec: "A caller cancelled in the queue MUST NOT count against maxQueue, nor be given a place later.",
      why: "A place handed to somebody who left is lost for ever.",
      check: "Does the cancellation take the caller out of the queue?",
      kills: [.init("gate-cancelled-stays-queued", .unexpectedError, .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1, maxQueue: 1)))
      let (holder, held) = try stage.holdPlace(in: cell)
      let cancelled = try cell.startUse()
      try stage.settle()
      cancelled.cancel()
      _ = try cancelled.outcome()
      let next = try cell.startUse()
      try stage.settle()
      held.open()
      try stage.success(try holder.outcome(), of: "withValue")
      let served = try stage.promptly(next, "the gate is free, and the caller before it in the queue was cancelled")
      try stage.success(served, of: "withValue of the caller after a cancelled one")
    },

    Rule(
      "CELL-12.26", .must, "A caller cancelled behind the gate gives its place back", needs: [.gate, .leasing],
      face: .suspending,
      spec: "A caller that passed the gate and is cancelled while it waits for the factory MUST give its place back.",
      why: "Impatient clients would close the gate one by one.",
      check: "Is the place given back on every way out of the wait for the payload?",
      kills: [.init("gate-keeps-place-after-cancel", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1)))
      let factory = stage.gate("factory")
      let impatient = try cell.startUse(.init(gate: factory))
      try stage.reached(factory, "withValue on an empty cell must call the factory")
      impatient.cancel()
      let told = try stage.promptly(impatient, "its task is cancelled and the factory is held: the wait must end")
      try stage.expect(told.failure?.isCancellation == true, .wrongError, "the cancelled caller got \(told)")
      let next = try cell.startUse()
      try stage.settle()
      factory.open()
      let used = try stage.promptly(next, "the caller inside was cancelled, so the next must get in")
      try stage.success(used, of: "withValue")
    },
  ]
}
