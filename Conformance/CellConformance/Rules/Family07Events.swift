import CellContract

extension Stage {
  /// What the observer of a cell was told so far.
  fileprivate func told(of cell: StageCell) -> [CellEvent] {
    core.history.events.compactMap { event in
      if event.cell == cell.index, case .observed(let told) = event.what { told } else { nil }
    }
  }

  /// Waits until the observer was told `count` things of a kind, and demands that there are no more of them.
  func expectTold(
    _ count: Int, _ what: String, of cell: StageCell, where matches: (CellEvent.Kind) -> Bool
  ) throws {
    try core.waitBriefly { self.told(of: cell).count { matches($0.kind) } >= count }
    try settle()
    let found = told(of: cell).count { matches($0.kind) }
    try expect(
      found == count, .metricDrift, "the observer was told \(found) times that \(what); it happened \(count) times")
  }
}

extension RuleCatalogue {
  static let events: [Rule] = [
    Rule(
      "CELL-7.01", .must, "Every start of a factory has one end", needs: [.events],
      spec: "For each initStarted event there MUST be exactly one initialized event, whatever became of the attempt.",
      why: "A gauge of running initialisations that only goes up is useless.",
      check: "Are the paths of failure and of close reported too?",
      kills: [.init("event-end-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      _ = try cell.get(.init(fails: true))
      try stage.payload(try cell.get(), of: "getOrInitialize")
      _ = try cell.close()
      let gate = stage.gate("factory")
      let get = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      _ = try get.outcome()
      _ = try close.outcome()
      try stage.expectTold(3, "a factory was started", of: cell) { if case .initStarted = $0 { true } else { false } }
      try stage.expectTold(3, "an attempt ended", of: cell) { if case .initialized = $0 { true } else { false } }
      for (outcome, count) in [(CellEvent.Initialization.Outcome.success, 1), (.error, 1), (.abandoned, 1)] {
        try stage.expectTold(count, "an attempt ended as \(outcome)", of: cell) {
          if case .initialized(let end) = $0 { end.outcome == outcome } else { false }
        }
      }
    },

    Rule(
      "CELL-7.02", .must, "Every disposal is told once", needs: [.events],
      spec: "There MUST be one disposed event for each payload that was disposed.",
      why: "Payloads made and disposed must add up, or leaks cannot be seen.",
      check: "Is the event sent where the disposer is called, and nowhere else?",
      kills: [
        .init("event-disposed-twice", .metricDrift), .init("event-late-disposal-missing", .metricDrift),
        .init("event-swap-disposal-missing", .metricDrift),
      ]
    ) { stage in
      let cell = try stage.cell()
      var disposals = 0
      func expectTold(_ what: String) throws {
        disposals += 1
        try stage.expectTold(disposals, "a payload was disposed, the last one \(what),", of: cell) {
          if case .disposed = $0 { true } else { false }
        }
      }
      for _ in 0..<2 {
        try stage.payload(try cell.get(), of: "getOrInitialize")
        _ = try cell.close()
        try expectTold("by a close")
      }
      let gate = stage.gate("factory")
      let late = try cell.startGet(.init(gate: gate))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      _ = try late.outcome()
      _ = try close.outcome()
      try expectTold("when its flight was closed")
      guard stage.can(.swapping) else { return }
      cell.setSwapGuard("1")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.payload(try cell.swap(), of: "swap()")
      try expectTold("by a swap")
    },

    Rule(
      "CELL-7.03", .must, "Events come in order and without gaps", needs: [.events],
      spec: "The sequence numbers of a cell's events MUST be 1, 2, 3 and so on, in the order of delivery.",
      why: "A reader that sees a gap knows that it missed something; with gaps of its own making it knows nothing.",
      check: "Is there one queue and one drain for each cell?",
      kills: [.init("event-sequence-gap", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      for _ in 0..<3 {
        try stage.payload(try cell.get(), of: "getOrInitialize")
        _ = try cell.close()
      }
      try stage.core.waitBriefly { stage.told(of: cell).count >= 9 }
      let numbers = stage.told(of: cell).map(\.sequence)
      try stage.expect(
        numbers == (0..<numbers.count).map { UInt64($0 + 1) }, .metricDrift, "the events' numbers are \(numbers)")
      try stage.expect(
        numbers.count >= 9, .metricDrift, "three lives of a payload were told by \(numbers.count) events")
    },

    Rule(
      "CELL-7.04", .must, "An observer may call back into its cell", needs: [.events], face: .blocking,
      spec: "Observers MUST be called with no lock of the cell held.",
      why: "Sinks look at the cell to describe it.",
      check: "Is the observer called between lock and unlock?",
      kills: [.init("observer-under-lock", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let (inner, result) = cell.innerCall(.peek)
      cell.world.onObservation(inner)
      let get = try cell.startGet()
      _ = try stage.promptly(result, "the observer asks the cell for peek(), which must not wait")
      cell.world.onObservation(nil)
      try stage.payload(try get.outcome(), of: "getOrInitialize")
    },

    Rule(
      "CELL-7.05", .must, "A slow observer delays nobody", needs: [.events],
      spec: "No call to a cell MUST wait for an observer.",
      why: "A log sink that hangs must not take the service with it.",
      check: "Is the observer called on the caller's way out?",
      kills: [.init("observer-delays-callers", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("observer")
      cell.world.holdObserver(at: gate)
      let made = try stage.promptly(try cell.startGet(), "the observer is held, which must not hold up the caller")
      try stage.payload(made, of: "getOrInitialize")
      let closed = try stage.promptly(try cell.startClose(), "the observer is held, which must not hold up a close")
      try stage.success(closed, of: "close()")
      cell.world.holdObserver(at: nil)
      gate.open()
    },

    Rule(
      "CELL-7.06", .must, "Reads of a ready cell are not reported", needs: [.events],
      spec: "getOrInitialize on a ready cell and peek MUST NOT send events.",
      why: "The ready path is walked a million times a second.",
      check: "Is there an event on the path that finds a payload?",
      kills: [.init("event-on-ready-path", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.core.waitBriefly { stage.told(of: cell).count >= 2 }
      try stage.settle()
      let before = stage.told(of: cell).count
      for _ in 0..<3 {
        _ = try cell.get()
        _ = try cell.peek()
      }
      try stage.settle()
      let after = stage.told(of: cell).count
      try stage.expect(after == before, .metricDrift, "six reads of a ready cell sent \(after - before) events")
    },

    Rule(
      "CELL-7.07", .must, "Every close is told, with its outcome", needs: [.events],
      spec: "There MUST be one closed event for each call to close, with outcome ok, or noop when nothing was there.",
      why: "Operators ask who closed what.",
      check: "Is a close of an empty cell reported as noop?",
      kills: [.init("event-close-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(), of: "getOrInitialize")
      for _ in 0..<2 { try stage.success(try cell.close(), of: "close()") }
      for (outcome, count) in [(CellCloseOutcome.ok, 1), (.noop, 1)] {
        try stage.expectTold(count, "a close ended as \(outcome)", of: cell) {
          if case .closed(let end) = $0 { end.outcome == outcome } else { false }
        }
      }
    },

    Rule(
      "CELL-7.08", .must, "Every seed is told, with its source", needs: [.events, .seeding],
      spec: "An accepted seed MUST send one seeded event that names what allowed it.",
      why: "A seed in production is an incident; it must be visible.",
      check: "Is the event sent when the seed is stored, and only then?",
      kills: [.init("event-seed-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      _ = try cell.seed(cell.payload())
      cell.setSeedGuard("1")
      try stage.success(try cell.seed(cell.payload()), of: "seed()")
      try stage.expectTold(1, "the cell was seeded by the environment variable", of: cell) {
        if case .seeded(let seeding) = $0 { seeding.source == .environment } else { false }
      }
    },
  ]
}
