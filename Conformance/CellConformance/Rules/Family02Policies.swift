import CellContract

extension RuleCatalogue {
  private static let tenSeconds = CellPlan.failure(.backoff(initial: .seconds(10), factor: 2))

  static let policies: [Rule] = [
    Rule(
      "CELL-2.20", .must, "During a cool-down nothing is tried", needs: [.failurePolicies],
      spec: "After a failure, calls within the delay MUST throw cell.cooling-down and MUST NOT call a factory.",
      why: "A server that is down is not helped by a thousand callers that knock.",
      check: "Is the time of the next attempt looked at before a flight starts?",
      kills: [.init("backoff-ignored", .missingError)]
    ) { stage in
      let cell = try stage.cell("cooling", tenSeconds)
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "the first getOrInitialize")
      for seconds in [0, 9] {
        stage.clock.advance(by: .seconds(seconds))
        let told = try stage.promptly(try cell.startGet(), "a cool-down must refuse at once, not wait")
        try stage.failure(told, .coolingDown, of: "getOrInitialize \(seconds) s after a failure, with a delay of 10 s,")
      }
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .factoryCount, "\(runs) factory runs within the cool-down of the first")
    },

    Rule(
      "CELL-2.21", .must, "After the cool-down one call tries, for all", needs: [.failurePolicies],
      spec: "When the delay is over, the next call MUST run its factory, and no second one beside it.",
      why: "Half-open: one probe finds out for everybody.",
      check: "Is the delay counted by the injected clock, and the probe an ordinary flight?",
      kills: [.init("cooling-never-ends", .blocked)]
    ) { stage in
      let cell = try stage.cell("cooling", tenSeconds)
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "the first getOrInitialize")
      stage.clock.advance(by: .seconds(10))
      let gate = stage.gate("probe")
      let probe = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "the cool-down is over, so the next call must run its factory")
      let others = try (0..<3).map { _ in try cell.startGet() }
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      gate.open()
      try stage.payload(try probe.outcome(), of: "the probe")
      for other in others {
        // Whoever comes beside the probe waits for it, or is told to come later.
        let outcome = try other.outcome()
        if let failure = outcome.failure { try stage.expect(failure.code == .coolingDown, .wrongError, "\(failure)") }
      }
      try stage.expect(runs == 2, .factoryCount, "\(runs - 1) factories ran at once after the cool-down")
    },

    Rule(
      "CELL-2.22", .must, "A probe that fails begins a new cool-down", needs: [.failurePolicies],
      spec: "When the attempt after a cool-down fails, calls MUST be refused with cell.cooling-down again.",
      why: "Otherwise the second failure opens the gates that the first one shut.",
      check: "Does every failure set the time of the next attempt?",
      kills: [.init("half-open-forgets", .missingError)]
    ) { stage in
      let cell = try stage.cell("cooling", tenSeconds)
      for delay in [0, 10] {
        stage.clock.advance(by: .seconds(delay))
        try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "an attempt that is due")
      }
      try stage.failure(try cell.get(), .coolingDown, of: "getOrInitialize right after a failed probe")
    },

    Rule(
      "CELL-2.23", .must, "Each cool-down is longer than the one before", needs: [.failurePolicies],
      spec: "After n failures in a row the delay MUST be initial times factor to the power of n - 1.",
      why: "What has been broken for long will not be mended this second.",
      check: "Are failures in a row counted?",
      kills: [.init("backoff-constant", .missingError)]
    ) { stage in
      let cell = try stage.cell("cooling", tenSeconds)
      for delay in [0, 10] {
        stage.clock.advance(by: .seconds(delay))
        try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "an attempt that is due")
      }
      stage.clock.advance(by: .seconds(19))
      try stage.failure(try cell.get(), .coolingDown, of: "getOrInitialize 19 of 20 s after the second failure")
      stage.clock.advance(by: .seconds(1))
      try stage.payload(try cell.get(), of: "getOrInitialize 20 s after the second failure")
    },

    Rule(
      "CELL-2.24", .must, "A success forgets the failures", needs: [.failurePolicies],
      spec: "After a success the next failure MUST be followed by the initial delay.",
      why: "A good week must not be charged for a bad minute long ago.",
      check: "Is the count of failures in a row set back by a success?",
      kills: [.init("backoff-not-reset", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell("cooling", tenSeconds)
      for delay in [0, 10] {
        stage.clock.advance(by: .seconds(delay))
        try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "an attempt that is due")
      }
      stage.clock.advance(by: .seconds(20))
      try stage.payload(try cell.get(), of: "the attempt that succeeds")
      try stage.success(try cell.close(), of: "close()")
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "a failure after a success")
      stage.clock.advance(by: .seconds(10))
      try stage.payload(try cell.get(), of: "getOrInitialize 10 s after the first failure since a success")
    },

    Rule(
      "CELL-2.25", .must, "A cool-down says when it ends", needs: [.failurePolicies],
      spec: "cell.cooling-down MUST carry the time that is left as retryAfter, and the last failure as `underlying`.",
      why: "It becomes the header Retry-After, and the cause is what somebody must mend.",
      check: "Are both fields set?",
      kills: [.init("cooling-without-hint", .poorMessage)]
    ) { stage in
      let cell = try stage.cell("cooling", tenSeconds)
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "the first getOrInitialize")
      stage.clock.advance(by: .seconds(4))
      let failure = try stage.failure(try cell.get(), .coolingDown, of: "getOrInitialize during the cool-down")
      let hint = failure.cellError?.retryAfter
      try stage.expect(
        hint == .seconds(6), .poorMessage,
        "retryAfter is \(hint.map { "\($0)" } ?? "not set"), 4 of 10 s after the failure")
      try stage.expect(failure.factoryRun == 1, .poorMessage, "the error does not carry the failure that it stands for")
    },

    Rule(
      "CELL-2.26", .must, "A kept error is told without another attempt", needs: [.failurePolicies],
      spec:
        "Under the policy that keeps errors, calls after a failure MUST throw cell.failed and MUST NOT call a factory.",
      why: "A model file with a wrong checksum will not be right at the next call.",
      check: "Is the policy asked where the failure is stored?",
      kills: [.init("cache-policy-ignored", .missingError)]
    ) { stage in
      let cell = try stage.cell("keeping", .failure(.cacheError))
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "the first getOrInitialize")
      for hours in [0, 24] {
        stage.clock.advance(by: .seconds(hours * 3600))
        let failure = try stage.failure(try cell.get(), .failed, of: "getOrInitialize \(hours) h after a failure")
        try stage.expect(
          failure.factoryRun == 1, .poorMessage, "cell.failed does not carry the failure as `underlying`")
      }
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .factoryCount, "\(runs) factory runs, though the first error is kept")
    },
  ]
}
