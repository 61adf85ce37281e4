import CellContract

extension RuleCatalogue {
  static let gate: [Rule] = [
    Rule(
      "CELL-12.01", .must, "No more users at once than the gate lets through", needs: [.gate, .leasing],
      spec: "At most maxConcurrency callers MUST use a payload at the same time.",
      why: "Two searches on one core are slower than one after the other, and memory grows with each.",
      check: "Is the gate asked on the way into withValue()?",
      kills: [.init("gate-ignored", .wrongState)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 2)))
      let gates = (1...3).map { stage.gate("user \($0)") }
      let users = try gates.map { gate in
        let user = try cell.startUse(gate: gate)
        try stage.settle()
        return user
      }
      try stage.reached(gates[1], "a gate of width 2 must let a second user in")
      let inside = gates.map(\.arrivals)
      for gate in gates { gate.open() }
      for user in users { try stage.success(try user.outcome(), of: "withValue") }
      try stage.expect(
        inside.reduce(0, +) <= 2, .wrongState, "\(inside.reduce(0, +)) users were inside a gate of width 2")
    },

    Rule(
      "CELL-12.02", .must, "A place is given back", needs: [.gate, .leasing],
      spec: "When a user leaves, the next one MUST get in.",
      why: "A place that is lost with each use closes the cell for ever after a few.",
      check: "Is the place given back on every way out?",
      kills: [.init("gate-leaks-place", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1)))
      for number in 1...3 {
        let used = try stage.promptly(try cell.startUse(), "nobody is inside, so user \(number) must get in")
        try stage.success(used, of: "withValue")
      }
    },

    Rule(
      "CELL-12.03", .must, "First come, first served", needs: [.gate, .leasing],
      spec: "Callers MUST pass the gate in the order in which they came.",
      why: "Otherwise one of them waits for ever under load.",
      check: "Is the queue a queue, or does whoever wakes first win?",
      kills: [.init("gate-lifo", .wrongState)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1)))
      let (holder, held) = try stage.holdPlace(in: cell)
      let gates = (1...4).map { stage.gate("user \($0)") }
      let users = try gates.map { gate in
        let user = try cell.startUse(gate: gate)
        try stage.settle()
        return user
      }
      held.open()
      var order: [Int] = []
      for _ in gates {
        // Whoever is inside now is the next one; all others stand outside.
        try stage.core.waitBriefly { gates.indices.contains { !order.contains($0) && gates[$0].arrivalsInMonitor > 0 } }
        guard let next = gates.indices.first(where: { !order.contains($0) && gates[$0].arrivals > 0 }) else { break }
        order.append(next)
        gates[next].open()
      }
      for user in [holder] + users { try stage.success(try user.outcome(), of: "withValue") }
      try stage.expect(
        order == [0, 1, 2, 3], .wrongState, "callers 0, 1, 2, 3 came in this order and passed as \(order)")
    },

    Rule(
      "CELL-12.04", .must, "A failed initialisation gives the place back", needs: [.gate, .leasing],
      spec: "A caller that passed the gate and got no payload MUST give its place back.",
      why: "Failures come in rows, and each would take a place away.",
      check: "Is the place given back when the factory throws?",
      kills: [.init("gate-keeps-place-after-failure", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1)))
      let failed = try cell.startUse(.init(fails: true)).outcome()
      try stage.failure(failed, .initializationFailed, of: "withValue whose factory fails")
      let used = try stage.promptly(try cell.startUse(), "the caller that failed is gone, so the next must get in")
      try stage.success(used, of: "withValue")
    },

    Rule(
      "CELL-12.05", .must, "A body that throws gives the place back", needs: [.gate, .leasing],
      spec: "A user whose body throws MUST give its place back.",
      why: "Requests fail, and each would take a place away.",
      check: "Is the place given back in a `defer`?",
      kills: [.init("gate-keeps-place-after-throw", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1)))
      _ = try cell.startUse(fails: true).outcome()
      let used = try stage.promptly(try cell.startUse(), "the body that threw is over, so the next must get in")
      try stage.success(used, of: "withValue")
    },

    Rule(
      "CELL-12.06", .must, "Gate first, then lease", needs: [.gate, .leasing],
      spec: "A caller that waits at the gate MUST NOT hold a lease, so that it does not hold up a close.",
      why: "A queue of a hundred would keep an old index alive for the time of a hundred searches.",
      check: "Which of the two is taken first?",
      kills: [.init("gate-after-lease", .blocked)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1)))
      let (holder, held) = try stage.holdPlace(in: cell)
      let later = stage.gate("queued user")
      let queued = try cell.startUse(gate: later)
      try stage.settle()
      let close = try cell.startClose()
      try stage.settle()
      held.open()
      let closed = try stage.promptly(close, "the only user has left; a caller in the queue must not hold up close()")
      later.open()
      try stage.success(closed, of: "close()")
      try stage.success(try holder.outcome(), of: "withValue")
      if let failure = try queued.outcome().failure {
        try stage.expect(
          failure.code == .closed || failure.code == .draining, .wrongError,
          "the caller in the queue threw \(failure) after the close")
      }
    },

    Rule(
      "CELL-12.07", .must, "A gate that lets nobody through is refused", needs: [.gate, .leasing],
      spec: "A maxConcurrency of 0 or less MUST be refused with cell.invalid-argument, when the cell is made or used.",
      why: "Otherwise a typing error in a configuration file hangs every request.",
      check: "Is the width looked at?",
      kills: [.init("gate-zero-width-waits", .blocked)]
    ) { stage in
      for width in [0, -1] {
        let cell: StageCell
        do { cell = try stage.cellOrError("gated", .gate(GatePlan(maxConcurrency: width))) } catch let stop as StageStop
        {
          throw stop
        } catch {
          try stage.failure(
            .failed(Failure(error)), .invalidArgument, of: "making a cell with a gate of width \(width)")
          continue
        }
        let used = try stage.promptly(try cell.startUse(), "a gate of width \(width) will never open")
        try stage.failure(used, .invalidArgument, of: "withValue through a gate of width \(width)")
      }
    },

    Rule(
      "CELL-12.08", .must, "A race through the gate stays within its width", kind: .stochastic,
      needs: [.gate, .leasing],
      spec: "However callers interleave, no more than maxConcurrency of them MUST be inside, and all MUST get through.",
      why: "A gate that looks and then counts lets two through at its edge.",
      check: "Are the look and the count one step?",
      kills: [.init("gate-racy", .wrongState, .lostWakeup)]
    ) { stage in
      for _ in 0..<(8 * stage.options.effort) {
        let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 2)))
        try stage.payload(try cell.get(), of: "getOrInitialize")
        let body = LeaseBody(gate: nil, inside: nil, cell: cell.index, lane: 0, core: stage.core, pauses: 2)
        let use = RaceStep(cell: cell, operation: .use(cell.factory(), body))
        try stage.race((0..<6).map { _ in [use, use, use] })
        let most = stage.mostUsersAtOnce(of: cell)
        try stage.expect(most <= 2, .wrongState, "\(most) users were inside a gate of width 2")
        for outcome in stage.outcomes(of: .use, on: cell) { try stage.success(outcome, of: "withValue") }
      }
    },
  ]
}
