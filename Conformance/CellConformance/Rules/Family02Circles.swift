import CellContract

extension RuleCatalogue {
  static let circles: [Rule] = [
    Rule(
      "CELL-2.30", .must, "A circle of factories is told to the call that closes it",
      spec:
        "When the factory of A asks for B and the factory of B asks for A, the last call MUST throw cell.reentrant, not wait.",
      why: "Nobody sees such a circle in a review; without an error the program hangs with no hint.",
      check: "Does a factory know all the cells whose factories lead to it, not only its own?",
      kills: [.init("path-knows-own-cell-only", .blocked), .init("reentrant-waits", .blocked)]
    ) { stage in
      let a = try stage.cell("a")
      let b = try stage.cell("b")
      let (askA, fromB) = a.innerCall(.get(a.factory()))
      let (askB, fromA) = b.innerCall(.get(b.factory(.init(inside: askA))))
      let outer = try a.startGet(.init(inside: askB))
      let told = try stage.promptly(fromB, "the factory of a waits for b, whose factory waits for a")
      try stage.failure(told, .reentrant, of: "getOrInitialize of a, inside the factory of b, inside the factory of a,")
      try stage.payload(try fromA.outcome(), of: "getOrInitialize of b")
      try stage.payload(try outer.outcome(), of: "getOrInitialize of a")
    },

    Rule(
      "CELL-2.31", .must, "Two factories that wait for each other crosswise are told",
      spec:
        "When one caller's factory of A waits for B and another's of B for A, one of them MUST throw cell.reentrant.",
      why: "No single task or thread can see this circle, and it hangs two requests and every later one.",
      check: "Is it written down, for all cells together, whose factory waits for which flight?",
      kills: [.init("crosswise-waits", .blocked)]
    ) { stage in
      let a = try stage.cell("a")
      let b = try stage.cell("b")
      let gates = [stage.gate("factory of a"), stage.gate("factory of b")]
      let (askA, fromB) = a.innerCall(.get(a.factory()))
      let (askB, fromA) = b.innerCall(.get(b.factory()))
      let outer = [
        try a.startGet(.init(gate: gates[0], inside: askB)), try b.startGet(.init(gate: gates[1], inside: askA)),
      ]
      for gate in gates { try stage.reached(gate, "both cells must call their factories") }
      for gate in gates { gate.open() }
      let told = try [fromA, fromB].map {
        try stage.promptly($0, "the factory of a waits for b and the factory of b for a, in two callers")
      }
      let refused = told.compactMap(\.failure)
      try stage.expect(!refused.isEmpty, .missingError, "neither of two factories that ask for each other was refused")
      for failure in refused {
        try stage.expect(failure.code == .reentrant, .wrongError, "a factory in a circle was told \(failure)")
      }
      for call in outer { try stage.payload(try call.outcome(), of: "getOrInitialize") }
    },

    Rule(
      "CELL-2.32", .should, "A circle is told with its path",
      spec:
        "cell.reentrant SHOULD carry the names of the cells that wait for each other, the first one repeated at the end.",
      why: "The path is the whole diagnosis.",
      check: "Is CellError.path set?",
      kills: [.init("reentrant-without-path", .poorMessage)]
    ) { stage in
      let cell = try stage.cell("named")
      let (inner, result) = cell.innerCall(.get(cell.factory()))
      let outer = try cell.startGet(.init(inside: inner))
      let told = try stage.promptly(result, "a factory that asks for its own cell waits for itself")
      let failure = try stage.failure(told, .reentrant, of: "getOrInitialize inside its own factory")
      try stage.payload(try outer.outcome(), of: "the outer getOrInitialize")
      let path = failure.cellError?.path ?? []
      try stage.expect(path == ["named", "named"], .poorMessage, "the path is \(path), not [\"named\", \"named\"]")
    },

    Rule(
      "CELL-2.33", .must, "A factory whose flight was closed is told of the circle too",
      spec: """
        getOrInitialize called from the cell's own factory after its flight was closed MUST throw cell.reentrant and MUST \
        NOT wait.
        """,
      why: "The call would wait for the end of the factory it comes from, and the close would wait with it.",
      check: "Is the same question asked before waiting behind a closed flight as before joining an open one?",
      kills: [.init("circle-behind-closed-flight", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let (inner, result) = cell.innerCall(.get(cell.factory()))
      let outer = try cell.startGet(.init(gate: gate, inside: inner))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      let told = try stage.promptly(
        result, "a factory whose flight was closed asks for its own cell: it waits for itself")
      try stage.failure(told, .reentrant, of: "getOrInitialize inside its own factory, whose flight was closed,")
      try stage.failure(try outer.outcome(), .closed, of: "the getOrInitialize that was closed")
      try stage.success(try close.outcome(), of: "close()")
    },

    Rule(
      "CELL-2.34", .must, "Two factories do not wait crosswise when one's flight was closed",
      spec: """
        When the factory of A asks for B, whose flight was closed, and the factory of that flight asks for A, one of \
        them MUST be refused, with cell.reentrant unless the close ends its call anyway.
        """,
      why:
        "Waiting behind a closed flight is waiting for its factory, which waits back: two requests and a close hang.",
      check: "Is a wait behind a closed flight written down, for all cells together, as a wait for an open one is?",
      kills: [.init("crosswise-behind-closed-flight", .blocked)]
    ) { stage in
      let a = try stage.cell("a")
      let b = try stage.cell("b")
      let gates = [stage.gate("factory of a"), stage.gate("factory of b")]
      let (askA, fromB) = a.innerCall(.get(a.factory()))
      let (askB, fromA) = b.innerCall(.get(b.factory()))
      let outerA = try a.startGet(.init(gate: gates[0], inside: askB))
      let outerB = try b.startGet(.init(gate: gates[1], inside: askA))
      for gate in gates { try stage.reached(gate, "both cells must call their factories") }
      let close = try b.startClose()
      try stage.settle()
      for gate in gates { gate.open() }
      let told = try [fromA, fromB].map {
        try stage.promptly(
          $0, "the factory of a waits for b, whose closed flight still runs a factory that waits for a")
      }
      let refused = told.compactMap(\.failure)
      try stage.expect(!refused.isEmpty, .missingError, "neither of two factories that ask for each other was refused")
      for failure in refused {
        // A cancelled factory's own calls are cancelled too, and a cell may refuse who comes while a closed flight ends.
        try stage.expect(
          [.reentrant, .closed].contains(failure.code) || failure.isCancellation, .wrongError,
          "a factory in a circle was told \(failure)")
      }
      try stage.payload(try outerA.outcome(), of: "getOrInitialize of a")
      try stage.failure(try outerB.outcome(), .closed, of: "the getOrInitialize that was closed")
      try stage.success(try close.outcome(), of: "close()")
    },
  ]
}
