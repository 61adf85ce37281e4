import CellContract

extension RuleCatalogue {
  static let swapGuard: [Rule] = [
    Rule(
      "CELL-5.16", .must, "The swap guard knows four words, in any case", needs: [.swapping],
      spec: "1, true, yes and on, in any case, MUST allow swapping.",
      why: "The set is part of the contract, and the same as for seeding.",
      check: "Compare lower-cased with the whole set.",
      kills: [.init("swap-guard-knows-only-1", .wrongError)]
    ) { stage in
      let cell = try stage.cell()
      var held = try stage.payload(try cell.get(), of: "getOrInitialize")
      for word in truthy {
        cell.setSwapGuard(word)
        let outcome = try cell.swap()
        try stage.expect(
          outcome.failure == nil, .wrongError, "swap() with the variable set to \"\(word)\" gave \(outcome)")
        let made = try stage.payload(outcome, of: "swap() with \"\(word)\"")
        try stage.expect(made != held, .wrongValue, "swap() with \"\(word)\" returned the payload from before it")
        held = made
      }
    },

    Rule(
      "CELL-5.17", .must, "Any other value keeps the swap guard shut", needs: [.swapping],
      spec: "Every value but the four words MUST refuse swapping, whatever the variable of seeding says.",
      why: "`=0` must not mean yes, and who allowed one thing did not allow the other.",
      check: "Is the variable only looked at for being set, or is there one guard for both?",
      kills: [
        .init("swap-guard-any-value", .guardBreach), .init("swap-guard-inverted", .guardBreach),
        .init("swap-guard-takes-seed-variable", .guardBreach),
      ]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      for word in falsy.map(Optional.some) + [nil] {
        cell.setSwapGuard(word)
        // Last the variable is away, and that of seeding says yes.
        if word == nil { cell.setSeedGuard("1") }
        let what =
          word.map { "with the variable set to \"\($0)\"" } ?? "with the variable of seeding set, and not its own"
        let outcome = try cell.swap()
        try stage.expect(outcome.failure != nil, .guardBreach, "swap() succeeded \(what)")
        try stage.failure(outcome, .swapNotAllowed, of: "swap() \(what)")
      }
    },

    Rule(
      "CELL-5.18", .must, "The swap guard is asked at each call", needs: [.swapping],
      spec: "The guard MUST be read when swap() is called, not when the cell is made.",
      why: "An operator opens it for one reload and shuts it again.",
      check: "Is the variable read in an initialiser or a static?",
      kills: [.init("swap-guard-read-at-creation", .wrongError)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.failure(try cell.swap(), .swapNotAllowed, of: "swap() with the guard shut")
      cell.setSwapGuard("on")
      let opened = try cell.swap()
      try stage.expect(opened.failure == nil, .wrongError, "swap() after the guard was opened gave \(opened)")
      cell.setSwapGuard(nil)
      try stage.failure(try cell.swap(), .swapNotAllowed, of: "swap() after the guard was shut again")
    },

    Rule(
      "CELL-5.19", .must, "A refused swap says what would allow it", needs: [.swapping],
      spec: "The message of cell.swap-not-allowed MUST name KGFOUNDRY_ALLOW_RUNTIME_SWAP.",
      why: "Whoever meets the refusal in the night needs one line, not a search.",
      check: "Is the variable's name in the message?",
      kills: [.init("swap-guard-message-silent", .poorMessage)]
    ) { stage in
      let cell = try stage.cell()
      let failure = try stage.failure(try cell.swap(), .swapNotAllowed, of: "swap() without the guard")
      let message = failure.cellError?.message ?? ""
      try stage.expect(
        message.contains("KGFOUNDRY_ALLOW_RUNTIME_SWAP"), .poorMessage, "the message is \"\(message)\"")
    },

    Rule(
      "CELL-5.20", .must, "A refused swap changes nothing, of a ready cell and of an empty one", needs: [.swapping],
      spec: "A refused swap MUST leave the cell as it was, ready or empty, and MUST NOT call a factory.",
      why:
        "To make a payload where none is looks harmless and is what the guard forbids: a factory of the swap's choice.",
      check: "Is the guard asked before the question whether there is something to replace?",
      kills: [
        .init("refused-swap-initialises-empty", .missingError), .init("refused-swap-calls-factory", .factoryCount),
        .init("refused-swap-empties-cell", .wrongState),
      ]
    ) { stage in
      let empty = try stage.cell("empty")
      try stage.failure(try empty.swap(), .swapNotAllowed, of: "swap() of an empty cell, without the guard")
      let nothing = try empty.peek()
      try stage.expect(nothing == nil, .wrongState, "a refused swap left payload #\(nothing ?? 0) in an empty cell")
      try stage.expect(
        stage.factoryRuns(of: empty) == 0, .factoryCount, "a refused swap of an empty cell called its factory")

      let ready = try stage.cell("ready")
      let made = try stage.payload(try ready.get(), of: "getOrInitialize")
      let before = stage.can(.snapshots) ? try ready.snapshot().generation : nil
      ready.setSwapGuard("0")
      try stage.failure(try ready.swap(), .swapNotAllowed, of: "swap() of a ready cell, with the variable set to \"0\"")
      let seen = try ready.peek()
      try stage.expect(
        seen == made, .wrongState, "after a refused swap the cell holds \(seen.map { "#\($0)" } ?? "nothing")")
      try stage.expect(stage.disposals(of: made) == 0, .wrongState, "a refused swap disposed payload #\(made)")
      try stage.expect(stage.factoryRuns(of: ready) == 1, .factoryCount, "a refused swap called its factory")
      if stage.can(.snapshots) {
        let after = try ready.snapshot().generation
        try stage.expect(before == after, .wrongState, "a refused swap changed the generation of the payload")
      }
    },
  ]
}
