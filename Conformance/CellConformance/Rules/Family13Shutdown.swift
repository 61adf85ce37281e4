import CellContract

extension RuleCatalogue {
  static let shutdown: [Rule] = [
    Rule(
      "CELL-13.20", .must, "A shutdown is final", needs: [.shutdown],
      spec: "After a shutdown getOrInitialize MUST throw cell.shut-down and MUST NOT call a factory.",
      why: "A request that comes late must not bring a half-dead process back to life.",
      check: "Is there a state that nothing leaves?",
      kills: [.init("shutdown-not-final", .missingError)]
    ) { stage in
      for isFilled in [true, false] {
        let cell = try stage.cell(isFilled ? "ready" : "empty")
        if isFilled { try stage.payload(try cell.get(), of: "getOrInitialize") }
        try stage.success(try cell.startShutDown().outcome(), of: "shutDown()")
        let runs = stage.factoryRuns(of: cell)
        let told = try stage.promptly(try cell.startGet(), "a cell that is shut down must refuse at once")
        try stage.failure(told, .shutDown, of: "getOrInitialize after the shutdown")
        try stage.expect(
          stage.factoryRuns(of: cell) == runs, .factoryCount, "a factory was called after the shutdown")
      }
    },

    Rule(
      "CELL-13.21", .must, "A shut down cell holds nothing", needs: [.shutdown],
      spec: "After a shutdown peek() MUST return nothing, and the payload MUST be disposed exactly once.",
      why: "Nothing may be in use when the process ends.",
      check: "Does the end for ever go through the same steps as a close?",
      kills: [.init("shutdown-keeps-payload", .resurrection)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.startShutDown().outcome(), of: "shutDown()")
      let seen = try cell.peek()
      try stage.expect(seen == nil, .resurrection, "peek() shows payload #\(seen ?? 0) after the shutdown")
      let disposals = stage.disposals(of: made)
      try stage.expect(disposals == 1, .lostPayload, "the payload was disposed \(disposals) times by the shutdown")
    },

    Rule(
      "CELL-13.22", .must, "A shutdown can be repeated, and a close after it does nothing", needs: [.shutdown],
      spec: "A second shutdown and a close after a shutdown MUST succeed and do nothing.",
      why: "Signal handlers, service groups and tests all shut down, often more than one of them.",
      check: "Does the final state refuse its own verb?",
      kills: [.init("shutdown-once-only", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      for _ in 0..<2 { try stage.success(try cell.startShutDown().outcome(), of: "a repeated shutDown()") }
      try stage.success(try cell.close(), of: "close() after the shutdown")
      let told = try cell.get()
      try stage.failure(told, .shutDown, of: "getOrInitialize after the shutdown and a close")
      try stage.expect(stage.disposals(of: made) == 1, .doubleDispose, "the payload was disposed more than once")
    },

    Rule(
      "CELL-13.23", .must, "What a factory makes after the shutdown is disposed", needs: [.shutdown],
      spec:
        "A payload whose factory returns after the shutdown began MUST be disposed and never shown; who waited is told.",
      why: "Loads take minutes; a shutdown comes in the middle of one sooner or later.",
      check: "Does the end of a flight look at the state again?",
      kills: [.init("shutdown-publishes-late-product", .wrongState, .resurrection, .missingError)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let leader = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let waiter = try cell.startGet()
      try stage.settle()
      let ending = try cell.startShutDown()
      try stage.settle()
      gate.open()
      try stage.success(try ending.outcome(), of: "shutDown()")
      for call in [leader, waiter] {
        let outcome = try call.outcome()
        guard let failure = outcome.failure else {
          try stage.expect(false, .missingError, "a caller that waited through the shutdown got \(outcome)")
          continue
        }
        try stage.expect(
          failure.code == .shutDown || failure.code == .closed, .wrongError,
          "a caller that waited through the shutdown threw \(failure); cell.shut-down or cell.closed would be right")
      }
      let seen = try cell.peek()
      try stage.expect(seen == nil, .wrongState, "after the shutdown the cell holds payload #\(seen ?? 0)")
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      try stage.expect(stage.disposals(of: 1) == 1, .lostPayload, "the late payload was not disposed")
    },

    Rule(
      "CELL-13.24", .must, "A shut down cell takes no seed", needs: [.shutdown, .seeding],
      spec: "seed() after a shutdown MUST throw cell.shut-down, and MUST NOT dispose what was offered.",
      why: "Final means final for every way in.",
      check: "Is the final state looked at by seed()?",
      kills: [.init("seeds-after-shutdown", .missingError)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      try stage.success(try cell.startShutDown().outcome(), of: "shutDown()")
      try stage.failure(try cell.seed(cell.payload()), .shutDown, of: "seed() after the shutdown")
    },

    Rule(
      "CELL-13.25", .must, "A shut down cell cannot be swapped", needs: [.shutdown, .swapping],
      spec: "swap() after a shutdown MUST throw cell.shut-down and MUST NOT call a factory.",
      why: "Final means final for every way in.",
      check: "Is the final state looked at before a swap on an empty cell initialises it?",
      kills: [.init("swaps-after-shutdown", .wrongError, .missingError, .factoryCount)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.startShutDown().outcome(), of: "shutDown()")
      try stage.failure(try cell.swap(), .shutDown, of: "swap() after the shutdown")
      try stage.expect(stage.factoryRuns(of: cell) == 1, .factoryCount, "a swap after the shutdown called its factory")
    },

    Rule(
      "CELL-13.26", .must, "A registry's shutdown shuts every cell down", needs: [.shutdown],
      spec: "After shutdown() of a registry every cell of it MUST be shut down; it may be repeated.",
      why: "One cell that still works after the end is a leak with a pulse.",
      check: "Does the registry call the verb that is final?",
      kills: [.init("shutdown-all-only-closes", .missingError)]
    ) { stage in
      let cells = try ["a", "b", "c"].map { try stage.cell($0) }
      try stage.payload(try cells[0].get(), of: "getOrInitialize")
      try stage.payload(try cells[1].get(.init(disposer: DisposerScript(fails: true))), of: "getOrInitialize")
      let registry = try stage.registry([(cells[0], []), (cells[1], ["a"]), (cells[2], [])])
      for round in 1...2 {
        let errors = try registry.shutDown()
        let expected = round == 1 ? ["b"] : []
        try stage.expect(
          errors.keys.sorted() == expected, .unexpectedError,
          "shutdown() number \(round) reported \(errors.keys.sorted()); the disposer of b threw once")
        for cell in cells {
          try stage.failure(try cell.get(), .shutDown, of: "getOrInitialize of \"\(cell.name)\" after the shutdown")
        }
      }
    },

    Rule(
      "CELL-13.27", .must, "A cell that was shut down shows it", needs: [.shutdown, .snapshots],
      spec: "The snapshot of a cell that was shut down MUST show empty with the detail shut_down.",
      why: "Whoever looks at a process that does not answer wants to know whether it is meant to.",
      check: "Is the final state looked at when the snapshot is taken?",
      kills: [.init("snapshot-hides-shutdown", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.startShutDown().outcome(), of: "shutDown()")
      let seen = try cell.snapshot()
      try stage.expect(
        seen.initState == .empty && seen.detail == .shutDown && seen.generation == nil, .wrongState,
        "after the shutdown the cell shows \(seen.initState.rawValue)/\(seen.detail.rawValue)")
    },
  ]
}
