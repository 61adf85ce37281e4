import CellContract

extension RuleCatalogue {
  static let swapRaces: [Rule] = [
    Rule(
      "CELL-9.10", .must, "Gets that race a swap get the old payload or the new one", kind: .stochastic,
      needs: [.swapping],
      spec:
        "However gets and one swap interleave, each get MUST return the old or the new payload, and no third MUST be made.",
      why: "A reload under load that shows nothing for a moment makes every caller of that moment load again.",
      check: "Is the new payload put in the place of the old one in one step?",
      kills: [.init("swap-leaves-gap", .doubleBuild)]
    ) { stage in
      for round in 0..<(24 * stage.options.effort) {
        let cell = try stage.cell()
        cell.setSwapGuard("1")
        // Every fourth swap finds the cell empty, or being filled by a get.
        let isReady = !round.isMultiple(of: 4)
        if isReady { try stage.payload(try cell.get(), of: "getOrInitialize") }
        let lanes = round == 1 ? 31 : Int.random(in: 1...7, using: &stage.random)
        let gets = (0..<lanes).map { _ in
          (0..<12).map { _ in RaceStep(cell: cell, operation: .get(cell.factory(.init(pauses: 2)))) }
        }
        try stage.race([[stage.swapStep(cell)]] + gets, alternating: true)
        try stage.expectNoAnomaly(in: cell)
        for outcome in stage.outcomes(of: .get, on: cell) { try stage.payload(outcome, of: "getOrInitialize") }
        for outcome in stage.outcomes(of: .swap, on: cell) {
          if isReady { try stage.payload(outcome, of: "swap()") }
          try stage.expectSwapped(outcome, or: .initializing)
        }
        let runs = stage.factoryRuns(of: cell)
        try stage.expect(runs <= 2, .factoryCount, "one swap and \(lanes) callers called \(runs) factories")
      }
    },

    Rule(
      "CELL-9.11", .must, "Whoever meets the end of the old payload gets the new one", needs: [.swapping],
      spec: "While a swap has the old payload disposed, reads MUST return the new one without waiting.",
      why: "An index that is being unmapped must be out of everybody's reach by then.",
      check: "Is the new payload published before the old one's disposer is called?",
      kills: [.init("swap-disposes-first", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let gate = stage.gate("old payload's disposer")
      let old = try stage.payload(try cell.get(.init(disposer: .init(gate: gate))), of: "getOrInitialize")
      let swap = try cell.startSwap()
      try stage.reached(gate, "a swap must have the old payload disposed")
      let read = try stage.promptly(
        try cell.startGet(), "reads must not wait for the old payload's disposer, which is held")
      gate.open()
      let new = try stage.payload(try swap.outcome(), of: "swap()")
      try stage.expect(
        read.serial != old, .useAfterDispose, "a read returned payload #\(old), whose disposer was running")
      try stage.expect(
        read.serial == new, .wrongState, "a read during the swap's end gave \(read), not payload #\(new)")
    },

    Rule(
      "CELL-9.12", .must, "Of swaps that race each other, each publishes or is refused, and nothing is lost",
      kind: .stochastic, needs: [.swapping],
      spec: """
        However swaps interleave, one at least MUST succeed, each other MUST succeed or throw cell.swap-in-progress, their \
        factories MUST NOT overlap, and every payload MUST be disposed exactly once.
        """,
      why: "Two operators press the button at once, and the payload of one of them is nobody's from then on.",
      check: "Is \"no swap is under way\" tested and taken in one step?",
      kills: [.init("racy-swap", .lostPayload, .overlappingFlights)]
    ) { stage in
      for round in 0..<(24 * stage.options.effort) {
        let cell = try stage.cell()
        cell.setSwapGuard("1")
        if !round.isMultiple(of: 4) { try stage.payload(try cell.get(), of: "getOrInitialize") }
        let lanes = round == 1 ? 32 : Int.random(in: 2...8, using: &stage.random)
        try stage.race((0..<lanes).map { _ in [stage.swapStep(cell)] })
        try stage.expectAllDisposed(in: cell)
        let outcomes = stage.outcomes(of: .swap, on: cell)
        for outcome in outcomes { try stage.expectSwapped(outcome) }
        try stage.expect(
          outcomes.contains { $0.failure == nil }, .missingError, "all of \(lanes) swaps at once were refused")
        let most = stage.mostSwapFactoriesAtOnce(of: cell)
        try stage.expect(most <= 1, .overlappingFlights, "\(most) factories of swaps ran at once")
      }
    },

    Rule(
      "CELL-9.13", .must, "A swap that ends while a close disposes publishes nothing", needs: [.swapping],
      spec:
        "A swap whose factory returns after close() began MUST NOT publish, whatever the close is waiting for by then.",
      why: "A close takes as long as its disposer: a reload that ends meanwhile must not undo it.",
      check: "Does the swap compare with what it was to replace, or only ask whether a close is over?",
      kills: [.init("swap-publishes-during-close", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      let disposer = stage.gate("old payload's disposer")
      try stage.payload(try cell.get(.init(disposer: .init(gate: disposer))), of: "getOrInitialize")
      let factory = stage.gate("swap factory")
      let swap = try cell.startSwap(.init(gate: factory))
      try stage.reached(factory, "swap() must call its factory")
      let close = try cell.startClose()
      // The close is at the disposer now, or waits for the swap's factory before: both are right.
      try stage.settle()
      factory.open()
      try stage.settle()
      disposer.open()
      try stage.success(try close.outcome(), of: "close()")
      let outcome = try swap.outcome()
      let seen = try cell.peek()
      try stage.expect(seen == nil, .wrongState, "after the close the cell holds payload #\(seen ?? 0)")
      try stage.failure(outcome, .closed, of: "the swap that was closed")
    },

    Rule(
      "CELL-9.14", .must, "Swaps that race closes bring nothing back and lose nothing", kind: .stochastic,
      needs: [.swapping],
      spec: """
        However swaps, closes and gets interleave, no payload from before a close MUST be seen after it, a swap MUST succeed \
        or throw cell.closed or cell.swap-in-progress, and every payload MUST be disposed exactly once.
        """,
      why: "A reload that was about to publish when the shutdown came brings the service back to life.",
      check: "Is the state looked at and the new payload published in one and the same critical section?",
      kills: [.init("racy-swap-publish", .resurrection, .lostPayload)]
    ) { stage in
      for _ in 0..<(48 * stage.options.effort) {
        let cell = try stage.cell()
        cell.setSwapGuard("1")
        try stage.payload(try cell.get(), of: "getOrInitialize")
        let close = RaceStep(cell: cell, operation: .close(silent: true))
        let peek = RaceStep(cell: cell, operation: .peek)
        // A close comes when it comes: before the factory, while it runs, at the publish, or after it.
        var closer: [RaceStep] = []
        var swapper: [RaceStep] = []
        for _ in 0..<6 {
          closer += Array(repeating: peek, count: Int.random(in: 0...6, using: &stage.random)) + [close, peek, peek]
          swapper += [RaceStep(cell: cell, operation: .get(cell.factory())), stage.swapStep(cell)]
        }
        var programs = [swapper, closer]
        for _ in 0..<Int.random(in: 0...3, using: &stage.random) {
          let get = RaceStep(cell: cell, operation: .get(cell.factory(.init(pauses: 1))))
          let step = [stage.swapStep(cell), get, close].randomElement(using: &stage.random) ?? get
          programs.append([peek, step, peek])
        }
        try stage.race(programs.shuffled(using: &stage.random), alternating: true)
        for outcome in stage.outcomes(of: .swap, on: cell) { try stage.expectSwapped(outcome, or: .closed) }
        try stage.expectAllDisposed(in: cell)
      }
    },
  ]
}

extension Stage {
  /// A swap with a factory that takes a little while or none.
  func swapStep(_ cell: StageCell) -> RaceStep {
    let pauses = Int.random(in: 0...3, using: &random)
    return RaceStep(cell: cell, operation: .swap(cell.factory(.init(pauses: pauses), for: .swap)))
  }

  /// Accepts a swap that succeeded, or that another one or older payloads were in the way of.
  func expectSwapped(_ outcome: Outcome, or further: CellError.Code...) throws {
    guard let failure = outcome.failure else { return }
    let right: [CellError.Code] = [.swapInProgress, .draining] + further
    try expect(
      failure.code.map(right.contains) ?? false, .wrongError,
      "a swap in a race threw \(failure); \(right.map(\.rawValue).joined(separator: ", ")) would be right")
  }

  /// Closes the cell, and ends the script unless all that it made or took over is disposed once, or with any anomaly.
  func expectAllDisposed(in cell: StageCell) throws {
    try expectNoAnomaly(in: cell)
    try success(try cell.close(), of: "close()")
    try core.waitBriefly { self.leftovers(of: cell).isEmpty }
    let left = leftovers(of: cell)
    try expect(
      left.isEmpty, .lostPayload, "the cell was closed, and payloads \(left.map { "#\($0)" }) were never disposed")
    try expectNoAnomaly(in: cell)
  }

  private func leftovers(of cell: StageCell) -> [Int] {
    let history = CellHistory(core.history.events(of: cell.index))
    return history.payloadsInOrder.filter { history.isOwned($0) && $0.disposals.isEmpty }.map(\.serial)
  }

  /// The greatest number of factories of swaps of one cell that ran at the same time.
  func mostSwapFactoriesAtOnce(of cell: StageCell) -> Int {
    var (running, most) = (0, 0)
    for event in core.history.events(of: cell.index) {
      switch event.what {
      case .factoryBegan(_, .swap): running += 1
      case .factoryReturned(_, _, .swap), .factoryThrew(_, .swap): running -= 1
      default: break
      }
      most = max(most, running)
    }
    return most
  }
}
