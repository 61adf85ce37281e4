import CellContract

extension RuleCatalogue {
  static let payloads: [Rule] = [
    Rule(
      "CELL-4.30", .must, "A payload may call back into its cell when it is released", face: .blocking,
      spec: "The last reference to a payload MUST NOT be given up while a lock of the cell is held.",
      why: "What a deinit does is nobody's business, and it may do anything.",
      check: "Is the payload taken out under the lock and released after it?",
      kills: [.init("releases-under-lock", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let (inner, result) = cell.innerCall(.peek)
      try stage.payload(
        try cell.get(.init(disposer: DisposerScript(atRelease: inner))), of: "getOrInitialize")
      let close = try cell.startClose()
      let seen = try stage.promptly(
        result, "the payload asks its cell for peek() when it is released, which must not wait")
      try stage.expect(seen.serial == nil, .resurrection, "peek() from the payload's deinit shows \(seen)")
      try stage.success(try close.outcome(), of: "close()")
    },

    Rule(
      "CELL-4.31", .must, "A payload may be nil", needs: [.anyPayload],
      spec: "A cell of an optional type whose factory returns nil MUST be ready, and MUST NOT call the factory again.",
      why: "\"There is none\" is an answer that may have cost a minute to find.",
      check: "Is emptiness a state of its own, or a payload that happens to be nil?",
      kills: [.init("nil-payload-reads-as-empty", .factoryCount)]
    ) { stage in
      try stage.tryPayload({ nil as Int? }, "an optional that is nil") { $0 == nil }
    },

    Rule(
      "CELL-4.32", .must, "A payload may have no size", needs: [.anyPayload],
      spec: "A cell of a type of zero bytes MUST behave like any other.",
      why: "A payload may be nothing but a proof that something was set up.",
      check: "Is the payload's memory or its size used as a sign of its presence?",
      kills: [.init("zero-size-payload-reads-as-empty", .factoryCount)]
    ) { stage in
      try stage.tryPayload({ NoBytes() }, "a struct without members") { _ in true }
    },

    Rule(
      "CELL-4.33", .must, "A payload may be huge", needs: [.anyPayload],
      spec: "A cell of a type of many kilobytes MUST give back every byte.",
      why: "A table held by value is as good a payload as a pointer.",
      check: "Is the payload kept in a buffer of fixed size?",
      kills: [.init("huge-payload-is-cut", .wrongValue)]
    ) { stage in
      try stage.tryPayload({ InlineArray<4096, UInt64> { UInt64($0) &* 0x9E37_79B9 } }, "a struct of 32 KiB") {
        payload in
        payload.indices.allSatisfy { payload[$0] == UInt64($0) &* 0x9E37_79B9 }
      }
    },

    Rule(
      "CELL-4.34", .must, "The books balance", needs: [.snapshots],
      spec: "At rest a snapshot MUST show built == disposed + live, and both counts MUST be what happened.",
      why: "The ledger is what an operator looks at when memory grows.",
      check: "Is each payload counted when it is made and when its disposer ends, late ones included?",
      kills: [.init("ledger-forgets-late-product", .metricDrift), .init("ledger-counts-failures", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      try stage.balance(cell, "an empty cell")
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "getOrInitialize that fails")
      try stage.balance(cell, "a failure")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.balance(cell, "a getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      try stage.balance(cell, "a close")
      let gate = stage.gate("factory")
      let late = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      try stage.success(try close.outcome(), of: "close() during the factory")
      try stage.failure(try late.outcome(), .closed, of: "getOrInitialize that was closed")
      try stage.balance(cell, "a late product")
    },

    Rule(
      "CELL-4.35", .must, "Each payload has a higher generation than the one before", needs: [.snapshots],
      spec: "The generation in a snapshot MUST rise with every payload, over closes too.",
      why: "Results are cached under it.",
      check: "Is the number counted up where the payload is published?",
      kills: [.init("generation-not-bumped", .generationRegress)]
    ) { stage in
      let cell = try stage.cell()
      var last: UInt64 = 0
      for number in 1...3 {
        try stage.payload(try cell.get(), of: "getOrInitialize")
        let seen = try cell.snapshot().generation?.rawValue
        try stage.expect(
          (seen ?? 0) > last, .generationRegress,
          "payload \(number) has generation \(seen.map(String.init) ?? "none"), the one before had \(last)")
        last = seen ?? 0
        try stage.success(try cell.close(), of: "close()")
        let gone = try cell.snapshot().generation
        try stage.expect(gone == nil, .wrongState, "an empty cell shows generation \(gone.map { "\($0)" } ?? "")")
      }
    },
  ]

  private struct NoBytes: Sendable {}
}

extension Stage {
  /// Has a cell for payloads of another type give one twice, and looks at both.
  fileprivate func tryPayload<Payload: Sendable>(
    _ make: @escaping @Sendable () -> Payload, _ what: String, isRight: @escaping @Sendable (Payload) -> Bool
  ) throws {
    let made = Tally()
    let right = Tally()
    try getTwice(
      make: {
        made.add()
        return make()
      },
      use: { if isRight($0) { right.add() } })
    try expect(made.count == 1, .factoryCount, "\(made.count) factory runs for two calls; the payload is \(what)")
    try expect(
      right.count == 2, .wrongValue, "\(2 - right.count) of two answers were not the payload, which is \(what)")
  }

  /// Compares a cell's books with what happened.
  fileprivate func balance(_ cell: StageCell, _ after: String) throws {
    let history = CellHistory(core.history.events.filter { $0.cell == cell.index })
    let made = history.payloadsInOrder.count(where: history.isOwned)
    let disposed = history.payloadsInOrder.reduce(0) { $0 + $1.disposed.count }
    let seen = try cell.snapshot()
    try expect(
      seen.built == seen.disposed + UInt64(max(0, seen.live)), .metricDrift,
      "after \(after): built \(seen.built), disposed \(seen.disposed), live \(seen.live): the books do not balance")
    try expect(
      seen.built == UInt64(made) && seen.disposed == UInt64(disposed), .metricDrift,
      "after \(after): built \(seen.built), disposed \(seen.disposed); really \(made) and \(disposed)")
  }
}
