import CellContract

extension RuleCatalogue {
  static let closingDuringInit: [Rule] = [
    Rule(
      "CELL-4.20", .must, "A close during initialisation ends the waits",
      spec: "close() while a factory runs MUST make every waiter throw cell.closed, without waiting for the factory.",
      why: "Shutdown must not wait for a load of minutes that nobody wants any more.",
      check: "Does close() resume the waiters of the running flight?",
      kills: [
        .init("close-ignores-flight", .blocked), .init("close-strands-waiters", .blocked),
        .init("close-strands-lease-waiters", .blocked),
      ]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let leader = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      var waiters = [try cell.startGet(), try cell.startGet()]
      if stage.can(.leasing) { waiters.append(try cell.startUse()) }
      try stage.settle()
      let close = try cell.startClose()
      for waiter in waiters {
        let told = try stage.promptly(waiter, "the cell was closed and the factory is held: the wait must end")
        try stage.failure(told, .closed, of: "a waiter's \(waiter.verb.rawValue)()")
      }
      gate.open()
      try stage.failure(try leader.outcome(), .closed, of: "the first caller's getOrInitialize")
      try stage.success(try close.outcome(), of: "close()")
    },

    Rule(
      "CELL-4.21", .must, "What a closed flight makes is disposed and never shown",
      spec: "A payload whose flight was closed MUST be disposed exactly once and MUST NOT be published.",
      why: "The original design lost such a payload: two built, one disposed.",
      check: "Does the end of a factory compare its generation with the cell's before it publishes?",
      kills: [.init("late-product-published", .wrongState), .init("late-product-lost", .lostPayload)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      try stage.success(try close.outcome(), of: "close()")
      let outcome = try get.outcome()
      let seen = try cell.peek()
      try stage.expect(seen == nil, .wrongState, "payload #\(seen ?? 0) of the closed flight is in the cell")
      try stage.failure(outcome, .closed, of: "the getOrInitialize that was closed")
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      let disposals = stage.disposals(of: 1)
      try stage.expect(disposals > 0, .lostPayload, "the payload of the closed flight was not disposed")
      try stage.expect(
        disposals == 1, .doubleDispose, "the payload of the closed flight was disposed \(disposals) times")
    },

    Rule(
      "CELL-4.22", .must, "No second factory starts while a closed one still runs",
      spec: "getOrInitialize after a close MUST wait for a factory that still runs before it starts another.",
      why: "Two loads at once double the peak memory, closed or not.",
      check: "Does the cell remember that the old factory has not returned?",
      kills: [.init("second-factory-beside-closed-one", .overlappingFlights)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let first = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let close = try cell.startClose()
      try stage.settle()
      let second = try cell.startGet()
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      gate.open()
      let made = try second.outcome()
      _ = try first.outcome()
      _ = try close.outcome()
      try stage.expect(runs == 1, .overlappingFlights, "a second factory ran while the closed one was held")
      if let failure = made.failure {
        // A call that comes while the close is still going on may be told so; the next one must succeed.
        try stage.expect(
          failure.code == .closed || failure.code == .draining, .wrongError, "getOrInitialize threw \(failure)")
        try stage.payload(try cell.get(), of: "getOrInitialize after the closed flight")
      }
    },

    Rule(
      "CELL-4.23", .must, "close() during initialisation returns when nothing of that flight lives",
      spec: "When close() returns, the factory it interrupted MUST have ended and its payload MUST be disposed.",
      why: "What follows a close must not meet a late payload.",
      check: "Does close() wait for the running factory?",
      kills: [.init("close-leaves-late-product", .tooEarly)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      try stage.success(try close.outcome(), of: "close()")
      _ = try get.outcome()
      let returned = stage.returnTicket(of: close) ?? 0
      let ended = stage.ticket { if case .disposeEnded(1, _) = $0 { true } else { false } }
      try stage.expect(
        ended.map { $0 < returned } ?? false, .tooEarly,
        "close() returned at t\(returned), the late payload's disposer ended \(ended.map { "at t\($0)" } ?? "later or never")"
      )
    },

    Rule(
      "CELL-4.24", .must, "A closed flight leaves the cell usable",
      spec: "After a close during initialisation and the factory's end, getOrInitialize MUST make a new payload.",
      why: "Closing is not the end of a cell.",
      check: "Is the state left at initialising, or the closed mark never cleared?",
      kills: [.init("wedged-after-closed-flight", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let first = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      _ = try first.outcome()
      try stage.success(try close.outcome(), of: "close()")
      let next = try stage.promptly(try cell.startGet(), "the closed flight is over and the cell must be usable")
      let made = try stage.payload(next, of: "getOrInitialize after the closed flight")
      try stage.expect(made != 1, .resurrection, "getOrInitialize returned the payload of the closed flight")
    },

    Rule(
      "CELL-4.25", .must, "A closed flight whose factory fails leaves the cell usable",
      spec: """
        A factory that throws after its flight was closed MUST NOT be told to anybody who calls later, and MUST free all who \
        wait for its end.
        """,
      why: "A late error belongs to a flight that is over, and whoever queues behind it waits for nothing else.",
      check: "Does the failure path compare its generation and wake everybody, as the success path does?",
      kills: [
        .init("late-failure-told-to-next", .splitFlight), .init("failed-closed-flight-wakes-one", .blocked),
      ]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let first = try cell.startGet(.init(gate: gate, fails: true))
      try gate.waitForArrivals()
      let close = try cell.startClose()
      try stage.settle()
      // Several, of both kinds: to wake one of them, or one list of them, is not enough.
      var queued = try (0..<3).map { _ in try cell.startGet() }
      if stage.can(.leasing) { queued += try (0..<2).map { _ in try cell.startUse() } }
      try stage.settle()
      gate.open()
      try stage.failure(try first.outcome(), .closed, of: "the getOrInitialize that was closed")
      try stage.success(try close.outcome(), of: "close()")
      for next in queued {
        let outcome = try stage.promptly(
          next, "the closed flight is over, and all \(queued.count) callers queued behind it must go on")
        try stage.expect(
          outcome.failure?.factoryRun == nil, .splitFlight, "a later caller was told the error of the closed flight")
      }
    },
  ]
}
