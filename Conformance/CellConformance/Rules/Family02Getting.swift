import CellContract

extension RuleCatalogue {
  static let getting: [Rule] = [
    Rule(
      "CELL-2.01", .must, "The factory is called once and its payload is returned every time",
      spec: "getOrInitialize on an empty cell MUST call the factory once; on a ready cell it MUST NOT call any.",
      why: "Construction is expensive; that is why there is a cell.",
      check: "Is the ready state looked at before the factory is called?",
      kills: [.init("never-caches", .doubleBuild)]
    ) { stage in
      let cell = try stage.cell()
      let first = try stage.payload(try cell.get(), of: "the first getOrInitialize")
      for _ in 0..<3 {
        let again = try stage.payload(try cell.get(), of: "a later getOrInitialize")
        let runs = stage.factoryRuns(of: cell)
        try stage.expect(runs == 1, .doubleBuild, "\(runs) factory runs: a ready cell called its factory again")
        try stage.expect(
          again == first, .wrongValue, "a later getOrInitialize returned #\(again), the first one #\(first)")
      }
    },

    Rule(
      "CELL-2.02", .must, "Everybody who waits gets the one payload",
      spec: "All callers waiting for one factory run MUST return the payload that it made.",
      why: "Two payloads of one cell mean twice the memory and two truths.",
      check: "After waking up, does a waiter look at the state again before it starts a factory of its own?",
      kills: [.init("no-recheck-after-wait", .doubleBuild)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      var calls = [try cell.startGet(.init(gate: gate))]
      try gate.waitForArrivals()
      for _ in 0..<4 { calls.append(try cell.startGet()) }
      try stage.settle()
      gate.open()
      let serials = try calls.map { try stage.payload(try $0.outcome(), of: "getOrInitialize") }
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .doubleBuild, "five callers, \(runs) factory runs, payloads \(serials)")
      try stage.expect(Set(serials).count == 1, .wrongValue, "callers of one flight got payloads \(serials)")
    },

    Rule(
      "CELL-2.03", .must, "One factory runs at a time",
      spec: "While a factory of a cell runs, no other factory of that cell MUST be started.",
      why: "Two loads at once double the peak memory, which is how processes get killed.",
      check: "Is the move from empty to initialising one atomic step?",
      kills: [.init("check-then-act", .overlappingFlights)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      var calls = [try cell.startGet(.init(gate: gate))]
      try gate.waitForArrivals()
      for _ in 0..<3 { calls.append(try cell.startGet()) }
      try stage.settle()
      let runs = stage.factoryRuns(of: cell)
      gate.open()
      for call in calls { try stage.payload(try call.outcome(), of: "getOrInitialize") }
      try stage.expect(runs == 1, .overlappingFlights, "\(runs) factory runs were under way at the same time")
    },

    Rule(
      "CELL-2.04", .must, "Every waiter is woken",
      spec: "When a factory ends, every caller waiting for it MUST return.",
      why: "A caller left behind hangs its request for ever.",
      check: "Is one waiter woken where all must be?",
      kills: [.init("notify-one", .lostWakeup)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      var calls = [try cell.startGet(.init(gate: gate))]
      try gate.waitForArrivals()
      for _ in 0..<6 { calls.append(try cell.startGet()) }
      try stage.settle()
      gate.open()
      for call in calls {
        let outcome = try stage.promptly(call, "the factory has ended and every waiter must return", else: .lostWakeup)
        try stage.payload(outcome, of: "getOrInitialize")
      }
    },

    Rule(
      "CELL-2.05", .must, "A slow factory of one cell does not hold up another cell",
      spec: "A running factory MUST NOT delay calls to other cells.",
      why: "A cell exists to separate resources; one slow load must not stop the service.",
      check: "Is there a lock or an actor that all cells share?",
      kills: [.init("global-lock", .blocked)]
    ) { stage in
      let slow = try stage.cell("slow")
      let quick = try stage.cell("quick")
      let gate = stage.gate("slow factory")
      let held = try slow.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let outcome = try stage.promptly(try quick.startGet(), "another cell's factory is held, which must not matter")
      try stage.payload(outcome, of: "getOrInitialize of the other cell")
      gate.open()
      try stage.payload(try held.outcome(), of: "getOrInitialize of the slow cell")
    },

    Rule(
      "CELL-2.06", .must, "A factory that asks for its own cell is told so",
      spec: "getOrInitialize called from the cell's own factory MUST throw cell.reentrant and MUST NOT wait.",
      why: "The call waits for itself; without an error the program hangs with no hint.",
      check: "Is the running flight remembered with its thread or task, and asked before waiting?",
      kills: [.init("reentrant-waits", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let (inner, result) = cell.innerCall(.get(cell.factory()))
      let outer = try cell.startGet(.init(inside: inner))
      let told = try stage.promptly(result, "a factory that asks for its own cell waits for itself")
      try stage.failure(told, .reentrant, of: "getOrInitialize inside its own factory")
      try stage.payload(try outer.outcome(), of: "the outer getOrInitialize")
    },

    Rule(
      "CELL-2.07", .must, "No lock is held while the factory runs",
      spec: "A factory MUST be able to look at its own cell.",
      why: "Factories call code that nobody controls; a lock held over it is a deadlock waiting for its day.",
      check: "Is the factory called between lock and unlock?",
      kills: [.init("factory-under-lock", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let (inner, result) = cell.innerCall(.peek)
      let outer = try cell.startGet(.init(inside: inner))
      let seen = try stage.promptly(result, "the factory asks its own cell for peek(), which must not wait")
      try stage.expect(seen.serial == nil, .phantomValue, "peek() inside the factory shows \(seen)")
      try stage.payload(try outer.outcome(), of: "getOrInitialize")
    },

    Rule(
      "CELL-2.08", .must, "A cancelled waiter stops waiting at once, and nobody else notices", face: .suspending,
      spec: "Cancelling a waiting task MUST end its wait with CancellationError and MUST NOT disturb the factory.",
      why: "A client that hangs up must not keep a task alive, nor cost the others their payload.",
      check:
        "Has each waiter a continuation of its own, with a cancellation handler? Awaiting the flight's task cannot be cancelled.",
      kills: [.init("cancel-ignored", .blocked), .init("cancel-kills-flight", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let leader = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let waiter = try cell.startGet()
      let other = try cell.startGet()
      try stage.settle()
      waiter.cancel()
      let told = try stage.promptly(waiter, "its task is cancelled and the factory is held: the wait must end")
      try stage.expect(
        told.failure?.isCancellation == true, told.failure == nil ? .missingError : .wrongError,
        "a cancelled waiter got \(told); it must throw CancellationError")
      gate.open()
      let first = try stage.payload(try leader.outcome(), of: "the leader's getOrInitialize")
      let second = try stage.payload(try other.outcome(), of: "the other waiter's getOrInitialize")
      try stage.expect(first == second, .splitFlight, "after a cancellation the others got #\(first) and #\(second)")
    },

    Rule(
      "CELL-2.09", .must, "Cancelling the caller that started a factory does not take it from the others",
      face: .suspending,
      spec: "The first caller is a waiter like any other: its cancellation MUST NOT cancel or repeat the factory.",
      why: "Otherwise one impatient client decides whether a model loads.",
      check: "Does the factory run in the first caller's task?",
      kills: [.init("leader-runs-factory", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let leader = try cell.startGet(.init(gate: gate))
      try gate.waitForArrivals()
      let waiter = try cell.startGet()
      try stage.settle()
      leader.cancel()
      let told = try stage.promptly(leader, "its task is cancelled and the factory is held: the wait must end")
      try stage.expect(
        told.failure?.isCancellation == true, told.failure == nil ? .missingError : .wrongError,
        "the cancelled first caller got \(told); it must throw CancellationError")
      gate.open()
      try stage.payload(try waiter.outcome(), of: "the waiter's getOrInitialize")
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .factoryCount, "\(runs) factory runs; cancelling the first caller must not repeat it")
    },
  ]
}
