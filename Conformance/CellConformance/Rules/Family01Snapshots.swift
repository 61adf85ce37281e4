import CellContract

extension RuleCatalogue {
  static let snapshots: [Rule] = [
    Rule(
      "CELL-1.10", .must, "A cell that cools down shows as empty, and why", needs: [.failurePolicies, .snapshots],
      spec: "The snapshot of a cell that is cooling down MUST show empty with the detail cooling_down and retryAfter.",
      why: "Readiness looks at snapshots: an idle cell is ready to be used, one that cools down is not.",
      check: "Is the cool-down looked at when the snapshot is taken?",
      kills: [.init("snapshot-hides-cooling", .wrongState)]
    ) { stage in
      let cell = try stage.cell("subject", .failure(.backoff(initial: .seconds(10), factor: 2)))
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "getOrInitialize")
      let cooling = try cell.snapshot()
      try stage.expect(
        cooling.initState == .empty && cooling.detail == .coolingDown, .wrongState,
        "during the cool-down the cell shows \(cooling.initState.rawValue)/\(cooling.detail.rawValue)")
      try stage.expect(
        cooling.retryAfter.map { $0 > .zero && $0 <= .seconds(10) } ?? false, .poorMessage,
        "retryAfter is \(cooling.retryAfter.map { "\($0)" } ?? "missing") in a cool-down of 10 s")
      stage.clock.advance(by: .seconds(11))
      try stage.payload(try cell.get(), of: "getOrInitialize after the cool-down")
      let served = try cell.snapshot()
      try stage.expect(
        served.initState == .ready && served.detail == .serving, .wrongState,
        "a ready cell shows \(served.initState.rawValue)/\(served.detail.rawValue)")
    }
  ]
}
