import CellContract

extension RuleCatalogue {
  static let probation: [Rule] = [
    Rule(
      "CELL-5.10", .must, "A roll-back brings the old payload back under a new number",
      needs: [.probation, .snapshots],
      spec:
        "During the probation the old payload MUST be kept; rollBack() MUST have it served under a higher generation number.",
      why: "Caches are keyed by generations: a number that comes back brings wrong entries back.",
      check: "Is the restored payload published like any other, with the next number?",
      kills: [
        .init("probation-disposes-at-once", .wrongState), .init("roll-back-reuses-generation", .generationRegress),
      ]
    ) { stage in
      let (cell, old, new) = try stage.swappedOnProbation()
      let before = try cell.snapshot().generation
      try stage.expect(stage.disposals(of: old) == 0, .wrongState, "the old payload was disposed during its probation")
      try stage.success(try cell.rollBack(), of: "rollBack()")
      let seen = try cell.peek()
      try stage.expect(
        seen == old, .wrongValue, "after the roll-back peek() shows \(seen.map { "#\($0)" } ?? "nothing")")
      let after = try cell.snapshot().generation
      try stage.expect(
        (after?.rawValue ?? 0) > (before?.rawValue ?? 0), .generationRegress,
        "generation \(before?.rawValue ?? 0) became \(after?.rawValue ?? 0) by the roll-back")
      try stage.expect(
        stage.disposals(of: old) == 0, .useAfterDispose, "payload #\(old) serves and is disposed (\(new))")
    },

    Rule(
      "CELL-5.11", .must, "A probation ends", needs: [.probation],
      spec:
        "After the probation, by the cell's clock, the old payload MUST be disposed, and rollBack() MUST throw cell.swap-failed.",
      why: "Two indexes in memory for a minute are a net; for ever they are a leak.",
      check: "Is there an alarm by the injected clock?",
      kills: [.init("probation-never-ends", .blocked)]
    ) { stage in
      let (cell, old, new) = try stage.swappedOnProbation()
      try stage.armed("the end of a probation must be waited for by the world's clock")
      stage.clock.advance(by: .seconds(9))
      try stage.settle()
      try stage.expect(stage.disposals(of: old) == 0, .tooEarly, "the old payload was disposed after 9 of 10 s")
      stage.clock.advance(by: .seconds(2))
      try stage.core.waitBriefly { stage.disposals(of: old) > 0 }
      try stage.expect(
        stage.disposals(of: old) == 1, .lostPayload, "the old payload was not disposed after its probation")
      try stage.failure(try cell.rollBack(), .swapFailed, of: "rollBack() after the probation")
      let seen = try cell.peek()
      try stage.expect(seen == new, .wrongState, "a refused roll-back changed the payload")
    },

    Rule(
      "CELL-5.12", .must, "A close during a probation disposes both", needs: [.probation],
      spec: "close() during a probation MUST dispose the new and the kept payload, each exactly once.",
      why: "What is kept for a rainy day must not be forgotten in the flood.",
      check: "Does close() end the probation?",
      kills: [.init("close-forgets-kept", .lostPayload)]
    ) { stage in
      let (cell, old, new) = try stage.swappedOnProbation()
      try stage.success(try cell.close(), of: "close()")
      for serial in [old, new] {
        try stage.expect(
          stage.disposals(of: serial) == 1, .lostPayload,
          "payload #\(serial) was disposed \(stage.disposals(of: serial)) times by a close during the probation")
      }
      try stage.failure(try cell.rollBack(), .swapFailed, of: "rollBack() after the close")
    },

    Rule(
      "CELL-5.13", .must, "The next swap ends the probation", needs: [.probation],
      spec: "A swap during a probation MUST let the kept payload go: never more than two live at a time.",
      why: "Memory is planned for two.",
      check: "Is the kept payload disposed before the next one is made?",
      kills: [.init("swap-forgets-kept", .lostPayload)]
    ) { stage in
      let (cell, oldest, _) = try stage.swappedOnProbation()
      let gate = stage.gate("second swap's factory")
      let swap = try cell.startSwap(.init(gate: gate))
      try stage.core.waitBriefly { stage.disposals(of: oldest) > 0 || gate.arrivalsInMonitor > 0 }
      try stage.core.waitBriefly { stage.disposals(of: oldest) > 0 }
      let disposals = stage.disposals(of: oldest)
      gate.open()
      try stage.payload(try swap.outcome(), of: "the second swap()")
      try stage.expect(disposals == 1, .lostPayload, "a third payload was made while the first one was kept")
    },

    Rule(
      "CELL-5.14", .must, "A roll-back is guarded like a swap", needs: [.probation],
      spec:
        "rollBack() MUST throw cell.swap-not-allowed unless KGFOUNDRY_ALLOW_RUNTIME_SWAP is truthy, and change nothing.",
      why: "It replaces a live resource too.",
      check: "Is the guard asked at each call?",
      kills: [.init("roll-back-unguarded", .missingError), .init("roll-back-guard-any-value", .missingError)]
    ) { stage in
      let (cell, _, new) = try stage.swappedOnProbation()
      for word in [nil, "0", "", "enabled"] {
        cell.setSwapGuard(word)
        let what = word.map { "with the variable set to \"\($0)\"" } ?? "without the guard"
        try stage.failure(try cell.rollBack(), .swapNotAllowed, of: "rollBack() \(what)")
        let seen = try cell.peek()
        try stage.expect(seen == new, .wrongState, "a roll-back refused \(what) changed the payload")
      }
    },

    Rule(
      "CELL-5.15", .must, "What was rolled back is disposed", needs: [.probation],
      spec: "After a roll-back the payload that it replaced MUST be disposed exactly once, after its last user.",
      why: "The bad version must not stay in memory because the good one came back.",
      check: "Does the roll-back let the replaced payload go as a swap does?",
      kills: [.init("roll-back-loses-new", .lostPayload)]
    ) { stage in
      let (cell, old, new) = try stage.swappedOnProbation()
      try stage.success(try cell.rollBack(), of: "rollBack()")
      try stage.core.waitBriefly { stage.disposals(of: new) > 0 }
      try stage.expect(stage.disposals(of: new) == 1, .lostPayload, "the payload that was rolled back is not disposed")
      let got = try stage.payload(try cell.get(), of: "getOrInitialize after the roll-back")
      try stage.expect(got == old, .staleAfterSwap, "after the roll-back getOrInitialize returned #\(got), not #\(old)")
    },
  ]
}

extension Stage {
  /// A cell with a payload in place of an older one, which is kept for ten seconds.
  fileprivate func swappedOnProbation() throws -> (cell: StageCell, old: Int, new: Int) {
    let cell = try cell()
    cell.setSwapGuard("1")
    let old = try payload(try cell.get(), of: "getOrInitialize")
    let new = try payload(try cell.swap(probation: .seconds(10)), of: "swap()")
    return (cell, old, new)
  }
}
