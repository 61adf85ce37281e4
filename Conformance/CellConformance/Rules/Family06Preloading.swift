import CellContract

extension RuleCatalogue {
  static let preloading: [Rule] = [
    Rule(
      "CELL-6.01", .must, "A preload makes the named cells and no other",
      spec: "A preload MUST initialise exactly the cells that are named.",
      why: "What is not named stays lazy: that is how a small machine starts.",
      check: "Is the set of names looked at?",
      kills: [.init("preloads-everything", .factoryCount)]
    ) { stage in
      let cells = try ["a", "b", "c"].map { try stage.cell($0) }
      let errors = try stage.startPreload(cells.map { ($0, .init()) }, only: ["a", "c"]).errors()
      try stage.expect(errors.isEmpty, .unexpectedError, "the preload reported \(errors)")
      let runs = cells.map { stage.factoryRuns(of: $0) }
      try stage.expect(runs == [1, 0, 1], .factoryCount, "factory runs of a, b, c: \(runs); a and c were named")
      for cell in [cells[0], cells[2]] {
        let seen = try cell.peek()
        try stage.expect(seen != nil, .wrongState, "\"\(cell.name)\" is not ready after its preload")
      }
    },

    Rule(
      "CELL-6.02", .must, "An empty preload does nothing",
      spec: "A preload without names MUST NOT call any factory.",
      why: "The default is lazy.",
      check: "Does an empty set mean all?",
      kills: [.init("preloads-everything", .factoryCount)]
    ) { stage in
      let cells = try ["a", "b"].map { try stage.cell($0) }
      _ = try stage.startPreload(cells.map { ($0, .init()) }, only: []).errors()
      let runs = cells.map { stage.factoryRuns(of: $0) }
      try stage.expect(runs == [0, 0], .factoryCount, "factory runs of a, b: \(runs); nothing was named")
    },

    Rule(
      "CELL-6.03", .must, "A preloaded cell is not made again",
      spec: "After a preload, getOrInitialize MUST return the preloaded payload; each factory runs once.",
      why: "A first request that loads again takes the preload's point away.",
      check: "Does the preload keep its product outside the cell?",
      kills: [.init("preload-warms-nothing", .factoryCount)]
    ) { stage in
      let cell = try stage.cell("a")
      _ = try stage.startPreload([(cell, .init())], only: ["a"]).errors()
      try stage.payload(try cell.get(), of: "getOrInitialize after the preload")
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .factoryCount, "\(runs) factory runs after a preload and a getOrInitialize")
    },

    Rule(
      "CELL-6.04", .must, "One failure does not stop the others, and is told by name",
      spec: "A preload MUST attempt every named cell and MUST report each failure under its cell's name.",
      why: "Whoever mends a start wants the whole list at once.",
      check: "Does the first error end the loop, or get lost?",
      kills: [.init("preload-stops-at-failure", .factoryCount), .init("preload-swallows-failures", .missingError)]
    ) { stage in
      let cells = try ["a", "b", "c"].map { try stage.cell($0) }
      let errors = try stage.startPreload(
        [(cells[0], .init(fails: true)), (cells[1], .init()), (cells[2], .init())], only: ["a", "b", "c"]
      ).errors()
      let runs = cells.map { stage.factoryRuns(of: $0) }
      try stage.expect(
        runs == [1, 1, 1], .factoryCount, "factory runs of a, b, c: \(runs); a failed and all were named")
      try stage.expect(errors["a"] != nil, .missingError, "the preload did not report the failure of a")
      try stage.expect(
        errors.count == 1, .unexpectedError, "the preload reported \(errors.keys.sorted()); only a failed")
      let code = (errors["a"] as? CellError)?.code
      try stage.expect(
        code == .initializationFailed, .wrongError,
        "the failure of a was told as \(errors["a"].map { "\($0)" } ?? "nil")")
    },

    Rule(
      "CELL-6.05", .must, "A preload and a request share one flight",
      spec: "A request during a preload MUST wait for the preload's factory run.",
      why: "Traffic arrives while a service warms up.",
      check: "Does the preload build aside and store afterwards?",
      kills: [.init("preload-bypasses-flight", .factoryCount)]
    ) { stage in
      let cell = try stage.cell("a")
      let gate = stage.gate("factory")
      let preload = try stage.startPreload([(cell, .init(gate: gate))], only: ["a"])
      try stage.reached(gate, "the preload must call the factory of a")
      let get = try cell.startGet()
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      gate.open()
      try stage.payload(try get.outcome(), of: "getOrInitialize during the preload")
      _ = try preload.errors()
      try stage.expect(runs == 1, .factoryCount, "\(runs) factory runs were under way during a preload")
    },

    Rule(
      "CELL-6.06", .must, "A preload that fails takes back what it made, and nothing else",
      spec:
        "When a cell of a preload that rolls back fails, the cells that this preload made MUST be closed, and no other one.",
      why: "A start that fails must leave no half-loaded process, and must not take down what served before.",
      check: "Is it written down which payloads the preload itself made?",
      kills: [.init("roll-back-closes-everything", .wrongState), .init("preload-never-rolls-back", .wrongState)]
    ) { stage in
      let cells = try ["made", "served", "unnamed", "fails"].map { try stage.cell($0) }
      let served = try stage.payload(try cells[1].get(), of: "getOrInitialize before the preload")
      let unnamed = try stage.payload(try cells[2].get(), of: "getOrInitialize before the preload")
      let preload = try stage.startPreload(
        cells.map { ($0, .init(fails: $0.name == "fails")) }, only: ["made", "served", "fails"], rollsBack: true)
      let errors = try preload.errors()
      try stage.expect(
        errors.keys.sorted() == ["fails"], .unexpectedError,
        "the preload reported \(errors.keys.sorted()); only \"fails\" failed")
      let seen = try cells.map { try $0.peek() }
      try stage.expect(seen[0] == nil, .wrongState, "\"made\", which the failed preload made, is still there")
      try stage.expect(seen[1] == served, .wrongState, "\"served\", which was ready before the preload, was closed")
      try stage.expect(seen[2] == unnamed, .wrongState, "\"unnamed\", which the preload did not name, was closed")
    },

    Rule(
      "CELL-6.07", .must, "A preload that succeeds takes nothing back",
      spec: "A preload that rolls back and does not fail MUST leave every named cell ready.",
      why: "The roll-back is for failures.",
      check: "Is there an error before anything is closed?",
      kills: [.init("preload-warms-nothing", .wrongState)]
    ) { stage in
      let cells = try ["a", "b"].map { try stage.cell($0) }
      let errors = try stage.startPreload(cells.map { ($0, .init()) }, only: ["a", "b"], rollsBack: true).errors()
      try stage.expect(errors.isEmpty, .unexpectedError, "the preload reported \(errors)")
      for cell in cells {
        let seen = try cell.peek()
        try stage.expect(seen != nil, .wrongState, "\"\(cell.name)\" is not ready after its preload")
      }
    },
  ]
}
