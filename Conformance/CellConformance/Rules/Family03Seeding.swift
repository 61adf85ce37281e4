import CellContract

extension RuleCatalogue {
  static let truthy = ["1", "true", "TRUE", "True", "yes", "Yes", "on", "ON"]
  static let falsy = ["", "0", "false", "no", "off", "2", "enabled", "t", "y"]

  static let seeding: [Rule] = [
    Rule(
      "CELL-3.01", .must, "Seeding is refused without its guard", needs: [.seeding],
      spec: "seed() MUST throw cell.seed-not-allowed unless KGFOUNDRY_ALLOW_RUNTIME_SEED is truthy.",
      why: "A seed left in a production path would serve test data.",
      check: "Is the guard asked before anything is stored?",
      kills: [.init("seed-unguarded", .guardBreach)]
    ) { stage in
      let cell = try stage.cell()
      let outcome = try cell.seed(cell.payload())
      if outcome.failure == nil {
        try stage.expect(false, .guardBreach, "seed() succeeded though the variable is not set")
      }
      try stage.failure(outcome, .seedNotAllowed, of: "seed() without the guard")
    },

    Rule(
      "CELL-3.02", .must, "The guard knows four words, in any case", needs: [.seeding],
      spec: "1, true, yes and on, in any case, MUST allow seeding.",
      why: "The set is part of the contract: scripts of other projects set these words.",
      check: "Compare lower-cased with the whole set.",
      kills: [.init("guard-knows-only-1", .wrongError)]
    ) { stage in
      for word in truthy {
        let cell = try stage.cell("seed-\(word)")
        cell.setSeedGuard(word)
        let outcome = try cell.seed(cell.payload())
        try stage.expect(
          outcome.failure == nil, .wrongError, "seed() with the variable set to \"\(word)\" gave \(outcome)")
      }
    },

    Rule(
      "CELL-3.03", .must, "Any other value keeps the guard shut", needs: [.seeding],
      spec: "Every value but the four words MUST refuse seeding, whatever the variable of swapping says.",
      why: "`=0` must not mean yes, and who allowed one thing did not allow the other.",
      check: "Is the variable only looked at for being set, or is there one guard for both?",
      kills: [
        .init("guard-any-value", .guardBreach), .init("guard-inverted", .guardBreach),
        .init("guard-takes-swap-variable", .guardBreach),
      ]
    ) { stage in
      for word in falsy {
        let cell = try stage.cell("seed-\(word)")
        cell.setSeedGuard(word)
        let outcome = try cell.seed(cell.payload())
        try stage.expect(outcome.failure != nil, .guardBreach, "seed() succeeded with the variable set to \"\(word)\"")
        try stage.failure(outcome, .seedNotAllowed, of: "seed() with \"\(word)\"")
      }
      let cell = try stage.cell("seed-by-swap")
      cell.setSwapGuard("1")
      let outcome = try cell.seed(cell.payload())
      try stage.expect(outcome.failure != nil, .guardBreach, "seed() succeeded with the variable of swapping set")
    },

    Rule(
      "CELL-3.04", .must, "A ready cell refuses a seed", needs: [.seeding],
      spec: "seed() on a ready cell MUST throw cell.already-initialized and keep the payload.",
      why: "Replacing a payload in use is a swap, which has rules of its own.",
      check: "Is the state looked at under the same lock that stores the seed?",
      kills: [.init("seed-overwrites", .missingError)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.failure(try cell.seed(cell.payload()), .alreadyInitialized, of: "seed() on a ready cell")
      let seen = try cell.peek()
      try stage.expect(seen == made, .wrongState, "the refused seed replaced payload #\(made)")
    },

    Rule(
      "CELL-3.05", .must, "A cell that is initialising refuses a seed", needs: [.seeding],
      spec: "seed() while a factory runs MUST throw cell.initializing and MUST NOT touch the flight.",
      why: "An accepted seed would silently be overwritten by the factory.",
      check: "Does seed() look for a running flight?",
      kills: [.init("seed-during-init", .missingError)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let outcome = try stage.promptly(
        try cell.startSeed(cell.payload()), "seed() must be refused while the factory is held, not wait")
      try stage.failure(outcome, .initializing, of: "seed() while a factory runs")
      gate.open()
      let made = try stage.payload(try get.outcome(), of: "getOrInitialize")
      let seen = try cell.peek()
      try stage.expect(seen == made, .wrongState, "the refused seed disturbed the flight")
    },

    Rule(
      "CELL-3.06", .must, "A refusal changes nothing", needs: [.seeding],
      spec: "A refused seed MUST leave the cell as it was and MUST NOT be disposed: it still belongs to the caller.",
      why: "A caller that is refused keeps its payload.",
      check: "Is the payload stored or disposed on the way out?",
      kills: [.init("refusal-disposes", .foreignDispose), .init("refusal-stores", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      let refused = cell.payload()
      try stage.failure(try cell.seed(refused), .seedNotAllowed, of: "seed() without the guard")
      try stage.expect(
        stage.disposals(of: refused.serial) == 0, .foreignDispose, "the refused payload was disposed by the cell")
      let seen = try cell.peek()
      try stage.expect(seen == nil, .wrongState, "the refused payload is in the cell")
      let made = try stage.payload(try cell.get(), of: "getOrInitialize after the refusal")
      try stage.expect(made != refused.serial, .wrongState, "getOrInitialize returned the refused payload")
    },

    Rule(
      "CELL-3.07", .must, "A seeded payload is served", needs: [.seeding],
      spec: "After a seed, getOrInitialize MUST return the seeded payload and MUST NOT call the factory.",
      why: "That is what seeding is for.",
      check: "Does seeding set the state as well as the payload?",
      kills: [.init("seed-ignored-by-get", .doubleBuild)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      let offered = cell.payload()
      try stage.success(try cell.seed(offered), of: "seed()")
      let got = try stage.payload(try cell.get(), of: "getOrInitialize after the seed")
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 0, .doubleBuild, "the factory was called though the cell was seeded")
      try stage.expect(
        got == offered.serial, .wrongValue, "getOrInitialize returned #\(got), seeded was #\(offered.serial)")
    },

    Rule(
      "CELL-3.08", .must, "A seeded payload is disposed like a built one", needs: [.seeding],
      spec: "close() MUST dispose a seeded payload exactly once.",
      why: "The cell took it over.",
      check: "Is the disposer tied to the factory path?",
      kills: [.init("seed-not-disposed", .lostPayload)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      let offered = cell.payload()
      try stage.success(try cell.seed(offered), of: "seed()")
      try stage.success(try cell.close(), of: "close()")
      let disposals = stage.disposals(of: offered.serial)
      try stage.expect(disposals >= 1, .lostPayload, "the seeded payload was not disposed by close()")
    },

    Rule(
      "CELL-3.09", .must, "The guard is asked at each call", needs: [.seeding],
      spec: "The guard MUST be read when seed() is called, not when the cell is made.",
      why: "Tests open and shut it around one call.",
      check: "Is the variable read in an initialiser or a static?",
      kills: [.init("guard-read-at-creation", .wrongError)]
    ) { stage in
      let cell = try stage.cell()
      try stage.failure(try cell.seed(cell.payload()), .seedNotAllowed, of: "seed() with the guard shut")
      cell.setSeedGuard("on")
      let opened = try cell.seed(cell.payload())
      try stage.expect(opened.failure == nil, .wrongError, "seed() after the guard was opened gave \(opened)")
      try stage.success(try cell.close(), of: "close()")
      cell.setSeedGuard(nil)
      try stage.failure(try cell.seed(cell.payload()), .seedNotAllowed, of: "seed() after the guard was shut again")
    },

    Rule(
      "CELL-3.10", .must, "A refusal says what would allow it", needs: [.seeding],
      spec: "The message of cell.seed-not-allowed MUST name KGFOUNDRY_ALLOW_RUNTIME_SEED.",
      why: "Whoever meets the refusal in a test needs one line, not a search.",
      check: "Is the variable's name in the message?",
      kills: [.init("guard-message-silent", .poorMessage)]
    ) { stage in
      let cell = try stage.cell()
      let failure = try stage.failure(try cell.seed(cell.payload()), .seedNotAllowed, of: "seed() without the guard")
      let message = failure.cellError?.message ?? ""
      try stage.expect(
        message.contains("KGFOUNDRY_ALLOW_RUNTIME_SEED"), .poorMessage, "the message is \"\(message)\"")
    },

    Rule(
      "CELL-3.11", .must, "A closed cell can be seeded again", needs: [.seeding],
      spec: "After a close, an allowed seed MUST be accepted.",
      why: "Test fixtures are used again and again.",
      check: "Is \"seeded\" a flag that is never cleared?",
      kills: [.init("seeds-once-only", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSeedGuard("1")
      for _ in 0..<2 {
        let offered = cell.payload()
        try stage.success(try cell.seed(offered), of: "seed()")
        let seen = try cell.peek()
        try stage.expect(seen == offered.serial, .wrongState, "peek() does not show the seeded payload")
        try stage.success(try cell.close(), of: "close()")
      }
    },
  ]
}
