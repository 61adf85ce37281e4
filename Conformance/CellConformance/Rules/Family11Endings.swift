import CellContract

extension RuleCatalogue {
  static let leaseEndings: [Rule] = [
    Rule(
      "CELL-11.10", .must, "A body that throws ends its lease", needs: [.leasing],
      spec: "When a body throws, withValue MUST end the lease and throw that very error.",
      why: "Requests fail; a lease that stays behind keeps a closed index in memory for ever.",
      check: "Is the lease ended in a `defer`?",
      kills: [.init("leaks-lease-after-throw", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let told = try cell.startUse(fails: true).outcome()
      try stage.expect(
        told.failure?.error is LeaseFault, told.failure == nil ? .missingError : .wrongError,
        "the body threw LeaseFault and withValue \(told)")
      let closed = try stage.promptly(try cell.startClose(), "the body that threw is over, so close() must not wait")
      try stage.success(closed, of: "close()")
    },

    Rule(
      "CELL-11.11", .must, "A cancelled holder still ends its lease", needs: [.leasing], face: .suspending,
      spec:
        "A task that is cancelled while it holds a lease MUST keep the payload until its body ends, and then let it go.",
      why: "Clients hang up in the middle of a search.",
      check: "Is there a check for cancellation between the body and the end of the lease?",
      kills: [.init("leaks-lease-after-cancel", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      use.cancel()
      let close = try cell.startClose()
      try stage.settle()
      let disposals = stage.disposals(of: 1)
      gate.open()
      let closed = try stage.promptly(close, "the cancelled holder's body has ended, so close() must not wait")
      try stage.success(closed, of: "close()")
      try stage.expect(
        disposals == 0, .useAfterDispose, "the payload was disposed while a cancelled task still used it")
    },

    Rule(
      "CELL-11.20", .must, "A close gives up at its deadline, and says who is to blame",
      needs: [.leasing, .closeDeadlines],
      spec:
        "close(deadline:) MUST throw cell.deadline-exceeded at the deadline, by the cell's clock, with the number of holders.",
      why: "A shutdown has seconds, and whoever reads the log wants to know what held it up.",
      check: "Is there an alarm by the injected clock, and are the leases counted?",
      kills: [.init("close-deadline-ignored", .blocked), .init("deadline-without-holders", .poorMessage)]
    ) { stage in
      let cell = try stage.cell()
      let gates = [stage.gate("first lease"), stage.gate("second lease")]
      let uses = try gates.map { try cell.startUse(gate: $0) }
      for gate in gates { try stage.reached(gate, "withValue must run its body with a payload") }
      let close = try cell.startClose(deadline: .seconds(10))
      try stage.armed("a close with a deadline must wait by the world's clock")
      stage.clock.advance(by: .seconds(9))
      try stage.settle()
      let early = close.outcomeSoFar
      stage.clock.advance(by: .seconds(2))
      let told = try stage.promptly(close, "the deadline of the close is over")
      for gate in gates { gate.open() }
      for use in uses { try stage.success(try use.outcome(), of: "withValue") }
      try stage.expect(early == nil, .tooEarly, "after 9 of 10 s the close ended: \(told)")
      let failure = try stage.failure(told, .deadlineExceeded, of: "close(deadline:) with two leases held")
      try stage.expect(
        failure.cellError?.holders == 2, .poorMessage,
        "two leases are held, the error says \(failure.cellError?.holders.map(String.init) ?? "nothing")")
    },

    Rule(
      "CELL-11.21", .must, "After a close that gave up the last user disposes", needs: [.leasing, .closeDeadlines],
      spec: "A payload whose close gave up MUST be disposed exactly once, when its last lease ends, and not before.",
      why: "Giving up is about waiting, not about the payload.",
      check: "Does the end of a lease look for a close that went away?",
      kills: [.init("deadline-loses-payload", .lostPayload), .init("deadline-disposes-in-use", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let close = try cell.startClose(deadline: .seconds(10))
      try stage.armed("a close with a deadline must wait by the world's clock")
      stage.clock.advance(by: .seconds(11))
      let told = try close.outcome()
      let inUse = stage.disposals(of: 1)
      let seen = try cell.peek()
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      try stage.expect(inUse == 0, .useAfterDispose, "the payload was disposed at the deadline, while it was in use")
      try stage.failure(told, .deadlineExceeded, of: "close(deadline:) with a lease held")
      try stage.expect(seen == nil, .resurrection, "peek() shows payload #\(seen ?? 0) after the close gave up")
      try stage.expect(
        stage.disposals(of: 1) == 1, .lostPayload,
        "the payload was disposed \(stage.disposals(of: 1)) times by its last user")
      try stage.payload(try cell.get(), of: "getOrInitialize after all that")
    },

    Rule(
      "CELL-11.22", .must, "A close gives up on a factory too", needs: [.closeDeadlines],
      spec:
        "close(deadline:) during a factory MUST throw cell.deadline-exceeded with factoryRunning; the late payload is disposed.",
      why: "A load that hangs must not hang the shutdown.",
      check: "Is the deadline asked in the wait for the factory as well?",
      kills: [.init("deadline-ignores-factory", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let close = try cell.startClose(deadline: .seconds(10))
      try stage.armed("a close with a deadline must wait by the world's clock")
      stage.clock.advance(by: .seconds(11))
      let told = try stage.promptly(close, "the deadline of the close is over, and only a factory is running")
      gate.open()
      let failure = try stage.failure(told, .deadlineExceeded, of: "close(deadline:) during a factory")
      try stage.expect(
        failure.cellError?.factoryRunning == true, .poorMessage, "the error does not say that a factory was running")
      try stage.failure(try get.outcome(), .closed, of: "getOrInitialize that was closed")
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      try stage.expect(stage.disposals(of: 1) == 1, .lostPayload, "the late payload was not disposed")
    },

    Rule(
      "CELL-11.23", .must, "A close that has nothing to wait for does not wait", needs: [.closeDeadlines],
      spec: "close(deadline:) MUST return as soon as nothing is in use.",
      why: "A deadline is a bound, not a duration.",
      check: "Is the wait a wait for users, or a sleep?",
      kills: [.init("close-waits-its-deadline-out", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      let closed = try stage.promptly(try cell.startClose(deadline: .seconds(3600)), "nothing is in use")
      try stage.success(closed, of: "close(deadline:)")
      try stage.expect(stage.disposals(of: made) == 1, .lostPayload, "the payload was not disposed by close(deadline:)")
    },

    Rule(
      "CELL-11.24", .must, "A deadline in the past is refused", needs: [.closeDeadlines],
      spec: "close(deadline:) MUST throw cell.invalid-argument for a negative deadline, and change nothing.",
      why: "It is a mistake in a subtraction, and silence would turn it into a lost payload.",
      check: "Is the deadline looked at before anything happens?",
      kills: [.init("negative-deadline-accepted", .missingError)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      let told = try cell.startClose(deadline: .seconds(-1)).outcome()
      try stage.failure(told, .invalidArgument, of: "close(deadline: -1 s)")
      let seen = try cell.peek()
      try stage.expect(seen == made, .wrongState, "a refused close changed the cell")
    },
  ]
}
