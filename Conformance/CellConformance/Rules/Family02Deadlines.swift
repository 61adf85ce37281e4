import CellContract

extension RuleCatalogue {
  static let deadlines: [Rule] = [
    Rule(
      "CELL-2.40", .must, "A factory that takes too long is given up", needs: [.initDeadlines],
      spec:
        "When a factory takes longer than the cell's init deadline, by the cell's clock, all who wait MUST be told cell.init-deadline-exceeded.",
      why: "A download that hangs must not hang every request that needs what it brings.",
      check: "Is there an alarm by the injected clock for the whole flight, and does it end the waits of all?",
      kills: [
        .init("init-deadline-ignored", .blocked), .init("init-deadline-reaches-leader-only", .blocked),
      ]
    ) { stage in
      let cell = try stage.cell("subject", .initDeadline(.seconds(10)))
      let gate = stage.gate("factory")
      let leader = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let waiter = try cell.startGet()
      try stage.settle()
      try stage.armed("a factory with a deadline must be timed by the world's clock")
      stage.clock.advance(by: .seconds(9))
      try stage.settle()
      let early = [leader, waiter].filter(\.isFinished)
      stage.clock.advance(by: .seconds(2))
      let told = try [leader, waiter].map { try stage.promptly($0, "the factory's deadline is over") }
      gate.open()
      try stage.expect(early.isEmpty, .tooEarly, "after 9 of 10 s a caller was told already")
      for outcome in told {
        try stage.failure(outcome, .initDeadlineExceeded, of: "getOrInitialize beyond the init deadline")
      }
    },

    Rule(
      "CELL-2.41", .must, "What is given up is never shown", needs: [.initDeadlines],
      spec:
        "A payload whose factory was given up MUST be disposed and never shown, and a second factory MUST NOT run beside it.",
      why: "Its callers were told that it failed; a payload that appears later belongs to nobody.",
      check: "Is the flight marked, so that its end disposes what it made, and does the next one wait for that end?",
      kills: [.init("init-deadline-publishes-late", .wrongState)]
    ) { stage in
      let cell = try stage.cell("subject", .initDeadline(.seconds(10)))
      let gate = stage.gate("factory")
      let leader = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      try stage.armed("a factory with a deadline must be timed by the world's clock")
      stage.clock.advance(by: .seconds(11))
      try stage.failure(
        try stage.promptly(leader, "the factory's deadline is over"), .initDeadlineExceeded, of: "getOrInitialize")
      let next = try cell.startGet()
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      gate.open()
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      let seen = try cell.peek()
      try stage.expect(seen != 1, .wrongState, "the cell holds payload #1, whose factory was given up")
      try stage.expect(stage.disposals(of: 1) == 1, .lostPayload, "the payload that came too late was not disposed")
      try stage.expect(runs == 1, .overlappingFlights, "a second factory ran beside the one that was given up")
      let again = try stage.payload(try next.outcome(), of: "getOrInitialize after a factory that was given up")
      try stage.expect(again != 1, .resurrection, "getOrInitialize returned the payload that came too late")
    },

    Rule(
      "CELL-2.42", .must, "A caller's own deadline ends its wait, and nothing else", needs: [.waitDeadlines],
      spec:
        "getOrInitialize(deadline:) MUST throw cell.warming-up at the deadline, by the cell's clock; the factory goes on for all others.",
      why: "One impatient client must not take the payload from the patient ones.",
      check: "Does the alarm take one waiter out of the flight, or end the flight?",
      kills: [.init("wait-deadline-ignored", .blocked), .init("wait-deadline-kills-flight", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let patient = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let hasty = try cell.startGet(deadline: .seconds(10))
      try stage.armed("a call with a deadline must wait by the world's clock")
      stage.clock.advance(by: .seconds(9))
      try stage.settle()
      let early = hasty.outcomeSoFar
      stage.clock.advance(by: .seconds(2))
      let told = try stage.promptly(hasty, "the caller's deadline is over")
      gate.open()
      try stage.expect(early == nil, .tooEarly, "after 9 of 10 s the call ended: \(told)")
      try stage.failure(told, .warmingUp, of: "getOrInitialize(deadline:)")
      try stage.payload(try patient.outcome(), of: "getOrInitialize of the caller without a deadline")
      let ready = try stage.promptly(try cell.startGet(deadline: .zero), "the cell is ready")
      try stage.payload(ready, of: "getOrInitialize(deadline: 0) of a ready cell")
      try stage.expect(stage.factoryRuns(of: cell) == 1, .factoryCount, "a caller's deadline made another factory run")
    },

    Rule(
      "CELL-2.43", .must, "A negative wait is refused", needs: [.waitDeadlines],
      spec:
        "getOrInitialize(deadline:) of an empty cell MUST throw cell.invalid-argument for a negative deadline and call no factory.",
      why: "It is a mistake in a subtraction; a payload that nobody waits for would hide it.",
      check: "Is the deadline looked at before anything starts?",
      kills: [.init("negative-wait-accepted", .missingError, .wrongError)]
    ) { stage in
      let cell = try stage.cell()
      let told = try stage.promptly(
        try cell.startGet(deadline: .seconds(-1)), "a call that makes no sense must be refused at once")
      try stage.failure(told, .invalidArgument, of: "getOrInitialize(deadline: -1 s)")
      try stage.expect(stage.factoryRuns(of: cell) == 0, .factoryCount, "a refused call had a factory run")
    },

    Rule(
      "CELL-2.44", .must, "Who would wait in vain is told at once", needs: [.hopelessWaits, .waitDeadlines],
      spec:
        "A cell so configured MUST throw cell.warming-up at once when a call's deadline comes sooner than factories took before; the factory starts all the same.",
      why: "A client that will give up in 10 s should not hold a connection for them while a model loads for a minute.",
      check: "Is the time of earlier factories measured by the injected clock, and compared before the wait?",
      kills: [
        .init("hopeless-waits-wait", .blocked), .init("hopeless-starts-nothing", .factoryCount, .blocked),
      ]
    ) { stage in
      let cell = try stage.cell("subject", .refusesHopelessWaits)
      let gate = try stage.afterSlowInit(of: cell)
      let told = try stage.promptly(
        try cell.startGet(.init(gate: gate), deadline: .seconds(10)), "a factory took 60 s before; 10 s are too few")
      try stage.failure(told, .warmingUp, of: "getOrInitialize(deadline: 10 s) of a cell that takes 60 s")
      try stage.reached(
        gate, "the refused call must have its factory started for those who come later", else: .factoryCount)
      gate.open()
      try stage.payload(try cell.get(), of: "getOrInitialize without a deadline")
      try stage.expect(stage.factoryRuns(of: cell) == 2, .factoryCount, "the refused call's factory was not used")
    },

    Rule(
      "CELL-2.45", .must, "Who would not wait in vain is let wait", needs: [.hopelessWaits, .waitDeadlines],
      spec:
        "A cell that refuses hopeless waits MUST let a call wait whose deadline comes later than the payload, as far as is known.",
      why: "An estimate that is read the wrong way round refuses everybody.",
      check: "Is the time that has gone by subtracted, and the comparison the right way round?",
      kills: [.init("hopeful-waits-refused", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell("subject", .refusesHopelessWaits)
      let gate = try stage.afterSlowInit(of: cell)
      let leader = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let patient = try cell.startGet(deadline: .seconds(90))
      try stage.settle()
      stage.clock.advance(by: .seconds(55))
      // Five seconds are left of the sixty: ten are enough now.
      let late = try cell.startGet(deadline: .seconds(10))
      try stage.settle()
      gate.open()
      for call in [leader, patient, late] {
        try stage.payload(try call.outcome(), of: "getOrInitialize with a deadline that comes late enough")
      }
    },

    Rule(
      "CELL-2.46", .should, "A refusal says when to come again", needs: [.hopelessWaits, .waitDeadlines],
      spec: "cell.warming-up of a hopeless wait SHOULD carry retryAfter: how much longer it will take.",
      why: "It becomes the Retry-After of an HTTP answer.",
      check: "Is CellError.retryAfter set, from the estimate?",
      kills: [.init("hopeless-without-hint", .poorMessage)]
    ) { stage in
      let cell = try stage.cell("subject", .refusesHopelessWaits)
      let gate = try stage.afterSlowInit(of: cell)
      let told = try stage.promptly(
        try cell.startGet(.init(gate: gate), deadline: .seconds(10)), "a factory took 60 s before; 10 s are too few")
      let failure = try stage.failure(told, .warmingUp, of: "getOrInitialize(deadline: 10 s) of a cell that takes 60 s")
      gate.open()
      let hint = failure.cellError?.retryAfter
      try stage.expect(
        hint.map { $0 > .zero && $0 <= .seconds(60) } ?? false, .poorMessage,
        "retryAfter is \(hint.map { "\($0)" } ?? "missing"); the last factory took 60 s")
    },
  ]
}

extension Stage {
  /// Has the cell make and lose a payload that takes 60 seconds of the world's clock. Returns a gate for the next factory.
  fileprivate func afterSlowInit(of cell: StageCell) throws -> Gate {
    let first = gate("slow factory")
    let get = try cell.startGet(.init(gate: first))
    try reached(first, "getOrInitialize must call its factory")
    clock.advance(by: .seconds(60))
    first.open()
    try payload(try get.outcome(), of: "getOrInitialize")
    try success(try cell.close(), of: "close()")
    return gate("factory")
  }
}
