import CellContract

extension RuleCatalogue {
  static let peek: [Rule] = [
    Rule(
      "CELL-1.01", .must, "peek() of a ready cell shows its payload",
      spec: "peek() MUST return the payload of a ready cell.",
      why: "Status pages and tests rely on it.",
      check: "Is the payload published before getOrInitialize returns?",
      kills: [.init("peek-always-nil", .wrongValue)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      let seen = try cell.peek()
      try stage.expect(
        seen == made, .wrongValue, "peek() shows \(seen.map { "#\($0)" } ?? "nothing"), not payload #\(made)")
    },

    Rule(
      "CELL-1.02", .must, "peek() never starts a factory",
      spec: "peek() MUST NOT call a factory, whatever the cell did before.",
      why: "A status page must not load a model.",
      check: "Does the cell remember an earlier factory and use it in peek()?",
      kills: [
        .init("peek-rebuilds", .factoryCount), .init("peek-retries-after-failure", .factoryCount),
        .init("peek-restarts-closed-flight", .factoryCount),
      ]
    ) { stage in
      let cell = try stage.cell()
      var runs = 0
      func look(after what: String) throws {
        _ = try cell.peek()
        let now = stage.factoryRuns(of: cell)
        try stage.expect(
          now == runs, .factoryCount, "\(now - runs) factories ran that nobody asked for: peek() after \(what)")
      }
      try look(after: "nothing at all")
      runs += 1
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "getOrInitialize that fails")
      try look(after: "a failure")
      runs += 1
      let gate = stage.gate("factory")
      let closed = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      try stage.success(try close.outcome(), of: "close() during the factory")
      _ = try closed.outcome()
      try look(after: "a close during initialisation")
      runs += 1
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try look(after: "a success")
      try stage.success(try cell.close(), of: "close()")
      try look(after: "a close")
      guard stage.can(.seeding) else { return }
      cell.setSeedGuard("1")
      try stage.success(try cell.seed(cell.payload()), of: "seed()")
      try stage.success(try cell.close(), of: "close() of the seeded cell")
      try look(after: "a seed and a close")
    },

    Rule(
      "CELL-1.03", .must, "peek() does not wait for a factory",
      spec: "peek() MUST return while a factory runs.",
      why: "Readiness probes ask while a model loads for minutes.",
      check: "Is a lock held while the factory runs?",
      kills: [.init("factory-under-lock", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let seen = try stage.promptly(try cell.startPeek(), "peek() must not wait for the factory, which is held")
      try stage.expect(seen.serial == nil, .phantomValue, "peek() shows \(seen) before the factory returned")
      gate.open()
      try stage.payload(try get.outcome(), of: "getOrInitialize")
    },

    Rule(
      "CELL-1.04", .must, "peek() shows nothing while a later payload is being made",
      spec: "peek() MUST return nothing between a close and the end of the next factory.",
      why: "The earlier payload is disposed; showing it invites its use.",
      check: "Is the payload variable cleared by close(), or only the state?",
      kills: [.init("peek-ignores-state", .resurrection)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      let gate = stage.gate("second factory")
      let get = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let seen = try stage.promptly(try cell.startPeek(), "peek() must not wait for the factory, which is held")
      try stage.expect(seen.serial == nil, .resurrection, "peek() shows \(seen) from before the close")
      gate.open()
      try stage.payload(try get.outcome(), of: "getOrInitialize")
    },

    Rule(
      "CELL-1.05", .must, "peek() shows nothing after a close",
      spec: "peek() MUST return nothing once a close has returned, until a new payload is ready.",
      why: "A closed payload must be out of reach.",
      check: "Is the payload taken out of the cell before its disposer runs?",
      kills: [.init("close-keeps-payload", .resurrection)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      let seen = try cell.peek()
      try stage.expect(seen == nil, .resurrection, "peek() shows payload #\(seen ?? 0) after the close")
    },

    Rule(
      "CELL-1.06", .must, "peek() shows nothing after a failed initialisation",
      spec: "A factory that throws MUST leave peek() without a payload.",
      why: "Half-made payloads must not be visible.",
      check: "What does the failure path store?",
      kills: [.init("failure-restores-old-payload", .resurrection)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      _ = try cell.get(.init(fails: true))
      let seen = try cell.peek()
      try stage.expect(seen == nil, .resurrection, "peek() shows payload #\(seen ?? 0) after a failed factory")
    },
  ]
}
