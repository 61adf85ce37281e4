import CellContract

extension RuleCatalogue {
  static let swapSlots: [Rule] = [
    Rule(
      "CELL-5.09", .must, "No swap makes a third payload", needs: [.leasing, .swapping],
      spec: "While the payload before the last swap is in use, the factory of another swap MUST NOT be called.",
      why: "Two payloads are what a machine is sized for; a third one takes the process down for want of memory.",
      check: "Does a swap look at what the one before it left in use?",
      kills: [.init("third-payload", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let gates = [stage.gate("first lease"), stage.gate("second lease")]
      var uses = [try cell.startUse(gate: gates[0])]
      try stage.reached(gates[0], "withValue must run its body with a payload")
      let swap = try cell.startSwap()
      try stage.settle()
      uses.append(try cell.startUse(gate: gates[1]))
      try stage.settle()
      let next = try cell.startSwap()
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      for gate in gates { gate.open() }
      for call in uses { try stage.success(try call.outcome(), of: "withValue") }
      try stage.payload(try swap.outcome(), of: "swap()")
      try stage.refusedWhileDraining(try next.outcome(), "a swap")
      try stage.expect(runs <= 2, .wrongState, "factory \(runs) was called while two payloads were in use")
    }
  ]
}
