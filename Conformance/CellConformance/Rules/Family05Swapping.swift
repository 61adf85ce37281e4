import CellContract

extension RuleCatalogue {
  static let swapping: [Rule] = [
    Rule(
      "CELL-5.01", .must, "Swapping is refused without its guard", needs: [.swapping],
      spec:
        "swap() MUST throw cell.swap-not-allowed unless KGFOUNDRY_ALLOW_RUNTIME_SWAP is truthy, and call no factory.",
      why: "Replacing a live resource is an operator's decision.",
      check: "Is the guard asked before the factory is called?",
      kills: [.init("swap-unguarded", .missingError)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.failure(try cell.swap(), .swapNotAllowed, of: "swap() without the guard")
      let seen = try cell.peek()
      try stage.expect(seen == made, .wrongState, "a refused swap changed the payload")
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .factoryCount, "a refused swap called its factory")
    },

    Rule(
      "CELL-5.02", .must, "A swap puts the new payload in place and disposes the old one", needs: [.swapping],
      spec:
        "After swap() returned, every read MUST give the new payload, and the old one MUST be disposed exactly once.",
      why: "That is what a swap is.",
      check: "Which of the two payloads is handed to the disposer?",
      kills: [
        .init("swap-disposes-new", .wrongState, .useAfterDispose), .init("swap-forgets-old", .lostPayload),
        .init("peek-stale-after-swap", .staleAfterSwap), .init("lease-stale-after-swap", .staleAfterSwap),
        .init("ready-read-stale-after-swap", .staleAfterSwap),
      ]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let old = try stage.payload(try cell.get(), of: "getOrInitialize")
      let new = try stage.payload(try cell.swap(), of: "swap()")
      try stage.expect(new != old, .wrongValue, "swap() returned the old payload")
      try stage.expect(stage.disposals(of: new) == 0, .wrongState, "swap() disposed the new payload #\(new)")
      let got = try stage.payload(try cell.get(), of: "getOrInitialize after the swap")
      try stage.expect(got == new, .staleAfterSwap, "after the swap getOrInitialize returned #\(got), not #\(new)")
      try stage.expectReads(of: cell, give: new, else: .staleAfterSwap, "after the swap")
      try stage.core.waitBriefly { stage.disposals(of: old) > 0 }
      try stage.expect(stage.disposals(of: old) > 0, .lostPayload, "the old payload was not disposed")
    },

    Rule(
      "CELL-5.03", .must, "Readers are served while a new payload is built", needs: [.swapping],
      spec: "While a swap's factory runs, reads MUST return the old payload without waiting.",
      why: "The point of a swap is that nobody notices.",
      check: "Is the cell emptied, or locked, before the new payload is there?",
      kills: [
        .init("swap-empties-first", .wrongState, .blocked, .factoryCount), .init("swap-hides-peek", .wrongState),
        .init("swap-holds-up-leases", .blocked),
      ]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let old = try stage.payload(try cell.get(), of: "getOrInitialize")
      let gate = stage.gate("swap factory")
      let swap = try cell.startSwap(.init(gate: gate))
      try stage.reached(gate, "swap() must call its factory")
      let read = try stage.promptly(try cell.startGet(), "reads must not wait for the swap's factory, which is held")
      try stage.expect(read.serial == old, .wrongState, "a read during the swap gave \(read), not payload #\(old)")
      try stage.expectReads(of: cell, give: old, else: .wrongState, "while the swap's factory is held")
      gate.open()
      try stage.payload(try swap.outcome(), of: "swap()")
    },

    Rule(
      "CELL-5.04", .must, "A swap whose factory fails changes nothing", needs: [.swapping],
      spec: "When a swap's factory throws, swap() MUST throw cell.swap-failed and the old payload MUST go on serving.",
      why: "A bad new version must not take the good one down.",
      check: "Is the old payload given up before the new one is built?",
      kills: [.init("failed-swap-loses-old", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let old = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.failure(try cell.swap(.init(fails: true)), .swapFailed, of: "swap() with a failing factory")
      let seen = try cell.peek()
      try stage.expect(
        seen == old, .wrongState, "after the failed swap the cell holds \(seen.map { "#\($0)" } ?? "nothing")")
      try stage.expect(stage.disposals(of: old) == 0, .wrongState, "the failed swap disposed the old payload")
    },

    Rule(
      "CELL-5.05", .must, "The old payload stays for those who use it", needs: [.swapping, .leasing],
      spec: "A swap MUST NOT dispose the old payload while a lease on it is held.",
      why: "Queries that began on the old index end on it.",
      check: "Does the swap wait for, or leave disposal to, the last user?",
      kills: [.init("dispose-ignores-leases", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let swap = try cell.startSwap()
      try stage.settle()
      let disposals = stage.disposals(of: 1)
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      try stage.payload(try swap.outcome(), of: "swap()")
      try stage.expect(disposals == 0, .useAfterDispose, "the old payload was disposed while a lease on it was held")
    },

    Rule(
      "CELL-5.06", .must, "A close during a swap wins", needs: [.swapping],
      spec: "close() during a swap MUST end with an empty cell; the new payload MUST be disposed and never shown.",
      why: "A shutdown must not be undone by a reload that was under way.",
      check: "Does the swap look at the state again before it publishes?",
      kills: [.init("swap-resurrects-closed-cell", .wrongState, .resurrection)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      let gate = stage.gate("swap factory")
      let swap = try cell.startSwap(.init(gate: gate))
      try stage.reached(gate, "swap() must call its factory")
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      try stage.success(try close.outcome(), of: "close()")
      let outcome = try swap.outcome()
      let seen = try cell.peek()
      try stage.expect(seen == nil, .wrongState, "after the close the cell holds payload #\(seen ?? 0)")
      try stage.failure(outcome, .closed, of: "the swap that was closed")
    },

    Rule(
      "CELL-5.07", .must, "One swap at a time", needs: [.swapping],
      spec: "A second swap while one is under way MUST throw cell.swap-in-progress, or join the first one.",
      why: "Three payloads at once are one too many.",
      check: "Is the running swap remembered?",
      kills: [.init("swaps-overlap", .missingError)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      let gate = stage.gate("swap factory")
      let first = try cell.startSwap(.init(gate: gate))
      try stage.reached(gate, "swap() must call its factory")
      let second = try cell.startSwap()
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      let told = second.outcomeSoFar
      gate.open()
      try stage.payload(try first.outcome(), of: "the first swap()")
      _ = try second.outcome()
      try stage.expect(runs == 2, .missingError, "a second swap called its factory while the first one's was held")
      if let told { try stage.failure(told, .swapInProgress, of: "a second swap during the first") }
    },

    Rule(
      "CELL-5.08", .must, "A swap of an empty cell initialises it", needs: [.swapping],
      spec: "swap() on an empty cell MUST make a payload and put it in place.",
      why: "A reload must not depend on whether somebody has asked before.",
      check: "What does swap() do when there is nothing to replace?",
      kills: [.init("swap-refuses-empty", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let made = try stage.payload(try cell.swap(), of: "swap() of an empty cell")
      let seen = try cell.peek()
      try stage.expect(seen == made, .wrongState, "after the swap the cell holds \(seen.map { "#\($0)" } ?? "nothing")")
    },
  ]
}
