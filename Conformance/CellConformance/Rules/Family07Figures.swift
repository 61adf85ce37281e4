import CellContract

extension RuleCatalogue {
  /// What errors and events carry beside the fact itself.
  static let figures: [Rule] = [
    Rule(
      "CELL-7.09", .should, "A seed tells where it came from", needs: [.events, .seeding],
      spec: "The event of a seed SHOULD carry the place of the call as file and line.",
      why: "A payload in production that no factory made is found by its first line.",
      check: "Is the caller's #fileID and #line handed on?",
      kills: [.init("seed-without-place", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      try stage.success(try cell.seed(cell.payload()), of: "seed()")
      try stage.expectTold(1, "a seed came from a file and a line", of: cell) {
        guard case .seeded(let seed) = $0, let place = seed.stack.split(separator: "\n").first else { return false }
        let parts = place.split(separator: ":")
        return parts.count >= 2 && parts.contains { Int($0) != nil }
      }
    },

    Rule(
      "CELL-7.14", .must, "How long a factory took is told", needs: [.events],
      spec: "The event that ends an initialisation MUST carry its duration, by the cell's clock.",
      why: "It is the figure that everybody asks for first: how long does the start take?",
      check: "Is the time taken before the factory is called, from the injected clock?",
      kills: [.init("durations-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      stage.clock.advance(by: .seconds(5))
      gate.open()
      try stage.payload(try get.outcome(), of: "getOrInitialize")
      try stage.expectTold(1, "an initialisation took 5 s", of: cell) {
        if case .initialized(let end) = $0 { end.duration == .seconds(5) } else { false }
      }
    },

    Rule(
      "CELL-7.15", .must, "How long a swap took is told", needs: [.events, .swapping],
      spec: "Both events that end a swap MUST carry its duration, by the cell's clock.",
      why: "A reload that takes longer each day is seen here first.",
      check: "Is the time taken when the swap begins, on both ways out?",
      kills: [.init("durations-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      for fails in [false, true] {
        let gate = stage.gate("factory of a swap")
        let swap = try cell.startSwap(.init(gate: gate, fails: fails))
        try stage.reached(gate, "swap must call its factory")
        stage.clock.advance(by: .seconds(5))
        gate.open()
        _ = try swap.outcome()
      }
      try stage.expectTold(1, "a swap succeeded after 5 s", of: cell) {
        if case .swapSucceeded(let swap) = $0 { swap.duration == .seconds(5) } else { false }
      }
      try stage.expectTold(1, "a swap failed after 5 s", of: cell) {
        if case .swapFailed(let swap) = $0 { swap.duration == .seconds(5) } else { false }
      }
    },
  ]
}
