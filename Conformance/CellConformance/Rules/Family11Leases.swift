import CellContract

extension RuleCatalogue {
  static let leases: [Rule] = [
    Rule(
      "CELL-11.01", .must, "A payload in use is not disposed", needs: [.leasing],
      spec: "close() MUST NOT dispose a payload while a lease on it is held.",
      why: "The original design closed payloads under running searches.",
      check: "Does close() wait until the users' count is zero before it disposes?",
      kills: [.init("dispose-ignores-leases", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let close = try cell.startClose()
      try stage.settle()
      let disposals = stage.disposals(of: 1)
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      try stage.success(try close.outcome(), of: "close()")
      try stage.expect(disposals == 0, .useAfterDispose, "the payload was disposed while a lease on it was held")
    },

    Rule(
      "CELL-11.02", .must, "close() returns after the last lease", needs: [.leasing],
      spec: "close() without a deadline MUST NOT return while a lease on the payload is held.",
      why: "Whoever closes wants to know that nothing is in use any more.",
      check: "Is disposal left to the last user while close() returns?",
      kills: [.init("close-does-not-wait-for-leases", .tooEarly)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let close = try cell.startClose()
      try stage.settle()
      gate.open()
      try stage.success(try use.outcome(), of: "withValue")
      try stage.success(try close.outcome(), of: "close()")
      let returned = stage.returnTicket(of: close) ?? 0
      let ended = stage.ticket { if case .useEnded = $0 { true } else { false } } ?? .max
      try stage.expect(ended < returned, .tooEarly, "close() returned at t\(returned), the lease ended at t\(ended)")
    },

    Rule(
      "CELL-11.03", .must, "The last of several leases counts", needs: [.leasing],
      spec: "A payload MUST stay until every lease on it has ended.",
      why: "Many requests use one index at a time.",
      check: "Is there a count, or only a flag?",
      kills: [.init("drains-first-lease-only", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gates = [stage.gate("first lease"), stage.gate("second lease")]
      var uses: [Call] = []
      for gate in gates {
        uses.append(try cell.startUse(gate: gate))
        try stage.reached(gate, "withValue must run its body with a payload")
      }
      let close = try cell.startClose()
      try stage.settle()
      gates[0].open()
      try stage.success(try uses[0].outcome(), of: "the first withValue")
      try stage.settle()
      let disposals = stage.disposals(of: 1)
      gates[1].open()
      try stage.success(try uses[1].outcome(), of: "the second withValue")
      try stage.success(try close.outcome(), of: "close()")
      try stage.expect(disposals == 0, .useAfterDispose, "the payload was disposed after the first of two leases")
    },

    Rule(
      "CELL-11.04", .must, "No lease is given on a payload that is closing", needs: [.leasing],
      spec: "After close() began, a new lease MUST NOT be on the payload that is being closed.",
      why: "Otherwise a busy cell can never be closed.",
      check: "Is the payload out of the cell before close() waits for its users?",
      kills: [.init("leases-closing-payload", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("lease")
      let use = try cell.startUse(gate: gate)
      try stage.reached(gate, "withValue must run its body with a payload")
      let close = try cell.startClose()
      try stage.settle()
      let late = try cell.startUse()
      try stage.settle()
      gate.open()
      for call in [use, close] { try stage.success(try call.outcome(), of: call.verb.rawValue) }
      if let failure = try late.outcome().failure {
        try stage.expect(
          failure.code == .draining || failure.code == .closed, .wrongError,
          "a lease asked for during a close threw \(failure); cell.draining or cell.closed would be right")
      }
      let uses = stage.core.history.events.count { if case .useBegan(1) = $0.what { true } else { false } }
      try stage.expect(uses == 1, .useAfterDispose, "a lease was given on the payload that was being closed")
    },

    Rule(
      "CELL-11.05", .must, "A lease runs its body once, with the cell's payload", needs: [.leasing],
      spec: "withValue MUST run its body exactly once, with the payload that the cell holds, made if there was none.",
      why: "Bodies have effects.",
      check: "Is the body inside a retry loop?",
      kills: [.init("runs-body-twice", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      try stage.success(try cell.startUse().outcome(), of: "withValue on an empty cell")
      try stage.success(try cell.startUse().outcome(), of: "withValue on a ready cell")
      let used = stage.core.history.events.compactMap { event -> Int? in
        if case .useBegan(let serial) = event.what { serial } else { nil }
      }
      let held = try cell.peek()
      try stage.expect(used.count == 2, .wrongState, "two withValue ran \(used.count) bodies")
      try stage.expect(
        Set(used) == [held ?? 0], .wrongValue, "bodies got payloads \(used), the cell holds #\(held ?? 0)")
    },

    Rule(
      "CELL-11.06", .must, "A lease that ended holds nothing up", needs: [.leasing],
      spec: "After every lease ended, close() MUST dispose at once.",
      why: "A lease that leaks keeps a closed index in memory for ever.",
      check: "Is the count taken back on every way out?",
      kills: [.init("leaks-leases", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      for _ in 0..<3 { try stage.success(try cell.startUse().outcome(), of: "withValue") }
      let closed = try stage.promptly(try cell.startClose(), "all leases have ended and close() must not wait")
      try stage.success(closed, of: "close()")
    },
  ]
}
