import CellContract

extension RuleCatalogue {
  static let forcedCloses: [Rule] = [
    Rule(
      "CELL-11.30", .must, "A forced close disposes at its deadline", needs: [.leasing, .forcedCloses],
      spec:
        "A close by force MUST dispose a payload that tolerates it at the deadline, by the cell's clock, not before, and then return.",
      why: "A process that must end cannot wait for a request that hangs.",
      check: "Is the deadline's way different for a payload that declares ForceCloseable?",
      kills: [.init("forced-close-waits", .blocked), .init("forced-close-at-once", .tooEarly)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(.init(disposer: DisposerScript(toleratesForce: true)), gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let close = try cell.startForceClose(deadline: .seconds(10))
      try stage.settle()
      let early = stage.disposals(of: 1)
      if early == 0 {
        try stage.armed("a close with a deadline must wait by the world's clock")
        stage.clock.advance(by: .seconds(11))
      }
      let told = try stage.promptly(close, "the deadline is over and the payload tolerates to be closed in use")
      let disposals = stage.disposals(of: 1)
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      try stage.expect(early == 0, .tooEarly, "the payload was disposed under its user before the deadline")
      try stage.success(told, of: "a close by force")
      try stage.expect(disposals == 1, .lostPayload, "the payload was not disposed when the close by force returned")
    },

    Rule(
      "CELL-11.31", .must, "What was disposed by force is not disposed again", needs: [.leasing, .forcedCloses],
      spec:
        "The end of the last lease MUST NOT dispose a payload that was disposed by force, and the cell MUST be usable again.",
      why: "Two ways lead to the disposer here, and both are taken.",
      check: "Does the last user look at who disposed?",
      kills: [.init("forced-close-disposes-twice", .doubleDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(.init(disposer: DisposerScript(toleratesForce: true)), gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let close = try cell.startForceClose(deadline: .seconds(10))
      try stage.armed("a close with a deadline must wait by the world's clock")
      stage.clock.advance(by: .seconds(11))
      _ = try stage.promptly(close, "the deadline is over and the payload tolerates to be closed in use")
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      try stage.settle()
      try stage.expect(
        stage.disposals(of: 1) == 1, .doubleDispose, "the payload was disposed \(stage.disposals(of: 1)) times")
      try stage.payload(try cell.get(), of: "getOrInitialize after a close by force")
    },

    Rule(
      "CELL-11.32", .must, "Force is for payloads that tolerate it", needs: [.leasing, .forcedCloses],
      spec:
        "A close by force MUST leave a payload that is not ForceCloseable to its last user, and throw cell.deadline-exceeded.",
      why: "Unmapping an index under a search ends the process.",
      check: "Is the payload asked for its conformance, not only the caller for its wish?",
      kills: [.init("forces-any-payload", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let close = try cell.startForceClose(deadline: .seconds(10))
      try stage.armed("a close with a deadline must wait by the world's clock")
      stage.clock.advance(by: .seconds(11))
      let told = try stage.promptly(close, "the deadline of the close is over")
      let inUse = stage.disposals(of: 1)
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      try stage.expect(inUse == 0, .useAfterDispose, "a payload that does not tolerate it was disposed in use")
      try stage.failure(told, .deadlineExceeded, of: "a close by force of a payload that does not tolerate it")
      try stage.expect(stage.disposals(of: 1) == 1, .lostPayload, "the last user did not dispose the payload")
    },
  ]
}
