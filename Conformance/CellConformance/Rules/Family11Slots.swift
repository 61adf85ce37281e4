import CellContract

extension RuleCatalogue {
  /// Never a third payload.
  static let slots: [Rule] = [
    Rule(
      "CELL-11.07", .must, "No third payload is made while two are in use", needs: [.leasing],
      spec: "While two older payloads of a cell are in use, a factory for a third one MUST NOT be called.",
      why: "Two payloads are what a machine is sized for; a third one takes the process down for want of memory.",
      check: "Are the payloads counted that are closed and not disposed?",
      kills: [.init("third-payload", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      let gates = [stage.gate("first lease"), stage.gate("second lease")]
      let first = try cell.startUse(gate: gates[0])
      try stage.reached(gates[0], "withValue must run its body with a payload")
      var closes = [try cell.startClose()]
      try stage.settle()
      // A cell may keep this one waiting until the first payload is gone: then there is no second one to count.
      let second = try cell.startUse(gate: gates[1])
      try stage.settle()
      closes.append(try cell.startClose())
      try stage.settle()
      let third = try cell.startGet()
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      for gate in gates { gate.open() }
      for call in [first] + closes { try stage.success(try call.outcome(), of: call.verb.rawValue) }
      for call in [second, third] { try stage.refusedWhileDraining(try call.outcome(), call.verb.rawValue) }
      try stage.expect(runs <= 2, .wrongState, "factory \(runs) was called while two payloads were in use")
    }
  ]
}

extension Stage {
  /// Accepts a payload, or an error that says that older ones are in the way.
  func refusedWhileDraining(_ outcome: Outcome, _ what: String) throws {
    guard let failure = outcome.failure else { return }
    let right: [CellError.Code] = [.draining, .closed, .swapInProgress]
    try expect(
      failure.code.map(right.contains) ?? false, .wrongError,
      "\(what) while older payloads were in use threw \(failure); cell.draining would be right")
  }
}
