import CellContract

// The cells of these rules are closed by the backend's own registry where it has one (``Capability/registry``), else by
// the kit's.
extension RuleCatalogue {
  static let registry: [Rule] = [
    Rule(
      "CELL-13.01", .must, "Closing all closes every cell, and each can be used again",
      spec: "After closeAll() every registered cell MUST be empty and usable.",
      why: "A restart of the runtimes without a restart of the process.",
      check: "Is every cell of the registry visited, and closed rather than shut down?",
      kills: [.init("close-all-forgets-last", .wrongState), .init("close-all-is-final", .unexpectedError)]
    ) { stage in
      let cells = try ["a", "b", "c"].map { try stage.cell($0) }
      for cell in cells { try stage.payload(try cell.get(), of: "getOrInitialize") }
      let errors = try stage.registry(cells.map { ($0, []) }).closeAll()
      try stage.expect(errors.isEmpty, .unexpectedError, "closeAll() reported \(errors)")
      for cell in cells {
        let seen = try cell.peek()
        try stage.expect(seen == nil, .wrongState, "\"\(cell.name)\" still holds #\(seen ?? 0) after closeAll()")
        try stage.payload(try cell.get(), of: "getOrInitialize of \"\(cell.name)\" after closeAll()")
      }
    },

    Rule(
      "CELL-13.02", .must, "Who needs others is closed before them",
      spec: "closeAll() MUST end the close of a cell before it begins the close of a cell that the first one needs.",
      why: "A disposer may still write to what its cell was built on.",
      check: "Is the order the reverse of the dependencies, whatever the order of registration?",
      kills: [.init("close-all-ignores-dependencies", .tooEarly)]
    ) { stage in
      // Needed first, and needed last: one order of registration would be right by chance.
      let cells = try ["base", "user", "top"].map { try stage.cell($0) }
      let gate = stage.gate("disposer of \"user\"")
      let made = try cells.map { cell in
        let disposer = cell.name == "user" ? DisposerScript(gate: gate) : DisposerScript()
        return try stage.payload(try cell.get(.init(disposer: disposer)), of: "getOrInitialize")
      }
      let registry = try stage.registry([(cells[0], []), (cells[1], ["base"]), (cells[2], ["user"])])
      let ending = try registry.start()
      try stage.reached(gate, "closeAll() must close \"user\"")
      try stage.settle()
      let early = stage.disposals(of: made[0])
      let top = stage.disposals(of: made[2])
      gate.open()
      _ = try ending.errors()
      try stage.expect(early == 0, .tooEarly, "\"base\" was disposed while \"user\", which needs it, was being closed")
      try stage.expect(top == 1, .tooEarly, "\"user\" was disposed before \"top\", which needs it")
    },

    Rule(
      "CELL-13.03", .must, "Who asked for whom is known without being told", needs: [.registry],
      spec: "A cell whose factory asked for another MUST be closed before that one, declared or not.",
      why: "Nobody keeps lists of dependencies up to date by hand.",
      check: "Is it written down when a factory asks for another cell?",
      kills: [.init("close-all-learns-nothing", .tooEarly)]
    ) { stage in
      let base = try stage.cell("base")
      let user = try stage.cell("user")
      let gate = stage.gate("disposer of \"user\"")
      let (inner, result) = base.innerCall(.get(base.factory()))
      try stage.payload(
        try user.get(.init(inside: inner, disposer: DisposerScript(gate: gate))), of: "getOrInitialize of \"user\"")
      let made = try stage.payload(
        try result.outcome(), of: "getOrInitialize of \"base\" inside the factory of \"user\"")
      let ending = try stage.registry([(base, []), (user, [])]).start()
      try stage.reached(gate, "closeAll() must close \"user\"")
      try stage.settle()
      let early = stage.disposals(of: made)
      gate.open()
      _ = try ending.errors()
      try stage.expect(early == 0, .tooEarly, "\"base\" was disposed while \"user\", whose factory used it, was closed")
    },

    Rule(
      "CELL-13.04", .must, "Closing all can be repeated",
      spec: "A second closeAll() MUST succeed, and MUST close what was made since the first one.",
      why: "Tests and admin pages close everything more than once.",
      check: "Is there a flag that is set by the first one?",
      kills: [.init("close-all-once-only", .wrongState)]
    ) { stage in
      let cells = try ["a", "b"].map { try stage.cell($0) }
      let registry = try stage.registry(cells.map { ($0, []) })
      for round in 1...3 {
        if round < 3 { for cell in cells { try stage.payload(try cell.get(), of: "getOrInitialize") } }
        let errors = try registry.closeAll()
        try stage.expect(errors.isEmpty, .unexpectedError, "closeAll() number \(round) reported \(errors)")
        for cell in cells {
          let seen = try cell.peek()
          try stage.expect(seen == nil, .wrongState, "\"\(cell.name)\" is ready after closeAll() number \(round)")
        }
      }
    },

    Rule(
      "CELL-13.05", .must, "One cell that fails stops nobody, and is told by name",
      spec:
        "closeAll() MUST close every cell even if disposers throw, and MUST report each failure under its cell's name.",
      why: "The first broken disposer must not leave ten other resources open.",
      check: "Does an error end the loop, or get lost?",
      kills: [.init("close-all-stops-at-failure", .wrongState), .init("close-all-swallows-failures", .missingError)]
    ) { stage in
      let cells = try ["a", "b", "c"].map { try stage.cell($0) }
      for cell in cells {
        let disposer = DisposerScript(fails: cell.name != "b")
        try stage.payload(try cell.get(.init(disposer: disposer)), of: "getOrInitialize")
      }
      // "c" needs the others: its failure comes first, and must not keep them open either.
      let errors = try stage.registry([(cells[0], []), (cells[1], []), (cells[2], ["a", "b"])]).closeAll()
      for cell in cells {
        let seen = try cell.peek()
        try stage.expect(seen == nil, .wrongState, "\"\(cell.name)\" was left open: other cells failed")
      }
      try stage.expect(
        errors.keys.sorted() == ["a", "c"], .missingError,
        "the disposers of a and c threw, closeAll() reported \(errors.keys.sorted())")
      let code = (errors["a"] as? CellError)?.code
      try stage.expect(
        code == .disposeFailed, .wrongError, "the failure of a was told as \(code?.rawValue ?? "foreign")")
    },

    Rule(
      "CELL-13.06", .must, "Cells that do not need each other are closed at the same time", needs: [.registry],
      spec:
        "closeAll() MUST NOT let the disposer of one cell delay the close of a cell that has nothing to do with it.",
      why: "A shutdown has seconds; ten slow disposers in a row do not fit.",
      check: "Is each cell closed by a task or thread of its own?",
      kills: [.init("close-all-one-by-one", .blocked)]
    ) { stage in
      let cells = try ["a", "b"].map { try stage.cell($0) }
      let gates = cells.map { stage.gate("disposer of \"\($0.name)\"") }
      for (cell, gate) in zip(cells, gates) {
        try stage.payload(try cell.get(.init(disposer: DisposerScript(gate: gate))), of: "getOrInitialize")
      }
      let ending = try stage.registry(cells.map { ($0, []) }).start()
      for gate in gates {
        try stage.reached(gate, "the disposers of independent cells must run at the same time; one of them is held")
      }
      for gate in gates { gate.open() }
      _ = try ending.errors()
    },

    Rule(
      "CELL-13.07", .must, "A name is taken once", needs: [.registry],
      spec: "Registering a second cell of the same name MUST throw cell.duplicate-name.",
      why: "Names are keys of reports and labels of metrics.",
      check: "Is the name looked up before the cell is added?",
      kills: [.init("takes-duplicate-names", .missingError)]
    ) { stage in
      let cells = try ["same", "same"].map { try stage.cell($0) }
      do { _ = try stage.registry(cells.map { ($0, []) }) } catch let stop as StageStop {
        throw stop
      } catch {
        try stage.failure(.failed(Failure(error)), .duplicateName, of: "registering two cells of the same name")
        return
      }
      try stage.expect(false, .missingError, "two cells of the same name were registered")
    },
  ]
}
