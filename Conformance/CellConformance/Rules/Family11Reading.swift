import CellContract

extension RuleCatalogue {
  static let readyReads: [Rule] = [
    Rule(
      "CELL-11.40", .must, "A read of what is ready starts nothing", needs: [.readyReads],
      spec: "withValueIfReady MUST NOT run its body, call a factory or wait when the cell is not ready.",
      why: "It is called on paths that must not block, at every request.",
      check: "Does the read share its slow path with getOrInitialize?",
      kills: [.init("ready-read-initializes", .factoryCount), .init("ready-read-waits", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      let empty = try stage.promptly(try cell.startUseIfReady(), "an empty cell has nothing to read")
      try stage.success(empty, of: "withValueIfReady of an empty cell")
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .factoryCount, "withValueIfReady of an empty cell called a factory")
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let early = try stage.promptly(try cell.startUseIfReady(), "the payload is being made, and a read must not wait")
      gate.open()
      try stage.payload(try get.outcome(), of: "getOrInitialize")
      try stage.success(early, of: "withValueIfReady during a factory")
      try stage.expect(stage.uses == 0, .wrongState, "withValueIfReady ran its body though the cell was not ready")
    },

    Rule(
      "CELL-11.41", .must, "A read of what is ready gets it", needs: [.readyReads],
      spec: "withValueIfReady of a ready cell MUST run its body once, with the cell's payload, before it returns.",
      why: "It is the hot path: a cell that never answers on it makes every request take the long way.",
      check: "Is the state looked at as it is now?",
      kills: [.init("ready-read-does-nothing", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.startUseIfReady().outcome(), of: "withValueIfReady")
      let used = stage.core.history.events.compactMap { event -> Int? in
        if case .useBegan(let serial) = event.what { serial } else { nil }
      }
      try stage.expect(used == [made], .wrongState, "one read of a cell that holds #\(made) ran bodies with \(used)")
    },

    Rule(
      "CELL-11.42", .must, "A read protects what it reads", needs: [.readyReads],
      spec:
        "A payload MUST NOT be disposed while a body of withValueIfReady runs on it, and no read begins after a close began.",
      why: "The fastest path is the one most requests are on when a close comes.",
      check: "Is the read counted, or marked, before the payload is looked at?",
      kills: [.init("ready-read-unprotected", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      let gate = stage.gate("read")
      let read = try cell.startUseIfReady(gate: gate)
      try stage.reached(gate, "withValueIfReady must run its body with a ready payload")
      let close = try cell.startClose()
      try stage.settle()
      let disposals = stage.disposals(of: 1)
      let late = try stage.promptly(try cell.startUseIfReady(), "a read must not wait for a close")
      let uses = stage.uses
      gate.open()
      for (call, what) in [(read, "withValueIfReady"), (close, "close()")] {
        try stage.success(try call.outcome(), of: what)
      }
      try stage.success(late, of: "withValueIfReady during a close")
      try stage.expect(disposals == 0, .useAfterDispose, "the payload was disposed under a read of it")
      try stage.expect(uses == 1, .useAfterDispose, "a read began on the payload that was being closed")
    },

    Rule(
      "CELL-11.43", .must, "A read whose body throws is over", needs: [.readyReads],
      spec: "When its body throws, withValueIfReady MUST end its protection and throw that very error.",
      why: "A mark that stays behind keeps a closed index in memory for ever.",
      check: "Is the protection ended in a `defer`?",
      kills: [.init("ready-read-leaks-after-throw", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      let told = try cell.startUseIfReady(fails: true).outcome()
      try stage.expect(
        told.failure?.error is LeaseFault, told.failure == nil ? .missingError : .wrongError,
        "the body threw LeaseFault and withValueIfReady \(told)")
      let closed = try stage.promptly(try cell.startClose(), "the body that threw is over, so close() must not wait")
      try stage.success(closed, of: "close()")
    },
  ]
}

extension Stage {
  /// How many lease bodies began so far.
  fileprivate var uses: Int { core.history.events.count { if case .useBegan = $0.what { true } else { false } } }
}
