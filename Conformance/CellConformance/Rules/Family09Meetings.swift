import CellContract

extension RuleCatalogue {
  static let meetings: [Rule] = [
    Rule(
      "CELL-9.15", .must, "What a closed flight makes does not take a seed's place", needs: [.seeding],
      spec: """
        A seed() that succeeds while a closed flight still runs its factory MUST be served until it is closed, and what that \
        factory makes MUST be disposed.
        """,
      why: "A test that seeds its cell must not be served what an earlier one was loading.",
      check: "Does the end of a closed flight leave the cell alone whatever it holds by then?",
      kills: [.init("late-product-overwrites-seed", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let close = try cell.startClose()
      try stage.settle()
      let payload = cell.payload()
      let seed = try cell.startSeed(payload)
      // It may be refused or wait for the factory's end instead: no rule asks for more.
      try stage.settle()
      gate.open()
      let outcome = try seed.outcome()
      try stage.success(try close.outcome(), of: "close()")
      _ = try get.outcome()
      guard outcome.failure == nil else { return }
      let seen = try cell.peek()
      // The close that was under way may have taken the seed for its own.
      try stage.expect(
        seen == payload.serial || (seen == nil && stage.disposals(of: payload.serial) == 1), .wrongState,
        "after the closed flight the cell holds \(seen.map { "#\($0)" } ?? "nothing"), not the seed #\(payload.serial)")
    },

    Rule(
      "CELL-9.16", .must, "Seeds that race closes are served or disposed, never both", kind: .stochastic,
      needs: [.seeding],
      spec: """
        However seeds and closes interleave, a seed that was taken MUST be disposed exactly once, and MUST NOT be seen after a \
        close that began when its seed() had returned.
        """,
      why: "Tests seed and close in quick succession, often from several places.",
      check: "Is a payload stored once, and does a close empty only what it took out?",
      kills: [
        .init("racy-close-of-empty", .lostPayload),
        .init("seed-stored-again", .resurrection, .useAfterDispose, .doubleDispose),
      ]
    ) { stage in
      for _ in 0..<(48 * stage.options.effort) {
        let cell = try stage.cell()
        cell.setSeedGuard("1")
        let close = RaceStep(cell: cell, operation: .close(silent: true))
        let peek = RaceStep(cell: cell, operation: .peek)
        func seed() -> RaceStep { RaceStep(cell: cell, operation: .seed(cell.payload(), allowed: true)) }
        let programs = (0..<Int.random(in: 2...8, using: &stage.random)).map { lane -> [RaceStep] in
          (0..<3).flatMap { _ in lane.isMultiple(of: 2) ? [seed(), close, peek] : [close, close, seed(), peek] }
        }
        try stage.race(programs, alternating: true)
        try stage.expectAllDisposed(in: cell)
      }
    },

    Rule(
      "CELL-9.17", .must, "Closes that meet at a lease dispose once, after it", needs: [.leasing],
      spec:
        "Closes that wait for the same last user MUST all return when it left, and its payload MUST be disposed once.",
      why: "Two shutdown paths meet while a query runs, and both wake when it ends.",
      check: "Is there one owner of the payload that a close took out, and do the others only wait?",
      kills: [.init("close-shares-drain", .doubleDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let closes = try (0..<4).map { _ in try cell.startClose() }
      try stage.settle()
      let early = stage.disposals(of: 1)
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      for close in closes {
        let outcome = try stage.promptly(close, "the last user left: every close must return")
        try stage.success(outcome, of: "close()")
      }
      try stage.expect(early == 0, .useAfterDispose, "the payload was disposed while a lease on it was held")
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      let disposals = stage.disposals(of: 1)
      try stage.expect(disposals > 0, .lostPayload, "four closes at a lease left the payload undisposed")
      try stage.expect(
        disposals == 1, .doubleDispose, "four closes at a lease disposed the payload \(disposals) times")
    },

    Rule(
      "CELL-9.18", .must, "A swap that waited for a factory publishes under a number of its own",
      needs: [.swapping, .snapshots],
      spec:
        "A swap that came while a factory ran MUST publish under a higher generation number than what that factory made.",
      why: "Caches are keyed by the number: two payloads under one are mixed up.",
      check: "Is the number drawn where the payload is published, not where the swap began?",
      kills: [.init("swap-number-drawn-early", .generationRegress)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let first = stage.gate("factory")
      let get = try cell.startGet(.init(gate: first))
      try stage.reached(first, "getOrInitialize must call its factory")
      let second = stage.gate("swap factory")
      let swap = try cell.startSwap(.init(gate: second))
      try stage.settle()
      first.open()
      let made = try stage.payload(try get.outcome(), of: "getOrInitialize")
      try stage.core.waitBriefly { second.arrivalsInMonitor > 0 || swap.isOverInMonitor }
      let before = try cell.snapshot().generation
      second.open()
      let outcome = try swap.outcome()
      // It may have been refused or have shared the flight instead: no rule asks for more.
      guard let new = outcome.serial, new != made else { return }
      let after = try cell.snapshot().generation
      try stage.expect(
        (after?.rawValue ?? 0) > (before?.rawValue ?? 0), .generationRegress,
        "generation \(before?.rawValue ?? 0) of payload #\(made) became \(after?.rawValue ?? 0) by the swap to #\(new)")
    },

    Rule(
      "CELL-9.19", .must, "Generation numbers only grow under contention", kind: .stochastic,
      needs: [.seeding, .snapshots],
      spec: """
        However seeds, gets, swaps and closes interleave, a snapshot MUST NOT show a lower number than one taken before it, nor \
        the same one when a close came between.
        """,
      why: "A cache that meets a number again serves what belonged to another payload.",
      check: "Is the number drawn in the critical section that publishes the payload?",
      kills: [.init("seed-number-drawn-early", .generationRegress)]
    ) { stage in
      for _ in 0..<(48 * stage.options.effort) {
        let cell = try stage.cell()
        cell.setSeedGuard("1")
        cell.setSwapGuard("1")
        let close = RaceStep(cell: cell, operation: .close(silent: true))
        let look = RaceStep(cell: cell, operation: .snapshot)
        func seed() -> RaceStep { RaceStep(cell: cell, operation: .seed(cell.payload(), allowed: true)) }
        let programs = (0..<Int.random(in: 3...8, using: &stage.random)).map { lane -> [RaceStep] in
          let get = RaceStep(cell: cell, operation: .get(cell.factory()))
          switch lane {
          case 0: return [look, look, look, look]
          case 3 where stage.can(.swapping): return [stage.swapStep(cell), look]
          case 6: return [get, look, close, look]
          default: return [seed(), look, close, seed(), look, close, look]
          }
        }
        try stage.race(programs, alternating: true)
        try stage.expectNoAnomaly(in: cell)
      }
    },
  ]
}
