import CellContract

extension RuleCatalogue {
  static let closing: [Rule] = [
    Rule(
      "CELL-4.01", .must, "close() disposes the payload",
      spec: "close() on a ready cell MUST run the payload's disposer exactly once.",
      why: "Payloads hold files, memory maps and devices.",
      check: "Is the disposer called at all, or is release of the last reference relied upon?",
      kills: [.init("never-disposes", .lostPayload)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      let disposals = stage.disposals(of: made)
      try stage.expect(disposals > 0, .lostPayload, "close() returned and payload #\(made) was not disposed")
      try stage.expect(disposals == 1, .doubleDispose, "one close() disposed payload #\(made) \(disposals) times")
    },

    Rule(
      "CELL-4.02", .must, "A second close does nothing",
      spec: "close() on a closed cell MUST succeed and MUST NOT dispose anything again.",
      why: "Shutdown paths overlap; each may close everything.",
      check: "Is the payload taken out when it is disposed?",
      kills: [.init("second-close-disposes-again", .doubleDispose)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      for _ in 0..<3 { try stage.success(try cell.close(), of: "close()") }
      let disposals = stage.disposals(of: made)
      try stage.expect(disposals == 1, .doubleDispose, "three closes disposed payload #\(made) \(disposals) times")
    },

    Rule(
      "CELL-4.03", .must, "Concurrent closes dispose once",
      spec: "However many calls to close() overlap, a payload MUST be disposed exactly once.",
      why: "Two paths may close at the same moment.",
      check: "Is the step to closed in the same critical section as taking the payload out?",
      kills: [.init("dispose-before-flip", .doubleDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("disposer")
      let made = try stage.payload(try cell.get(.init(disposer: .init(gate: gate))), of: "getOrInitialize")
      let first = try cell.startClose()
      try stage.reached(gate, "close() must run the disposer", else: .lostPayload)
      let others = [try cell.startClose(), try cell.startClose()]
      try stage.settle()
      gate.open()
      for call in [first] + others { try stage.success(try call.outcome(), of: "close()") }
      let disposals = stage.disposals(of: made)
      try stage.expect(
        disposals == 1, .doubleDispose, "three overlapping closes disposed payload #\(made) \(disposals) times")
    },

    Rule(
      "CELL-4.04", .must, "Closing an empty cell does nothing",
      spec: "close() on an empty cell MUST succeed, dispose nothing and leave the cell usable.",
      why: "Whoever closes cannot know what was used.",
      check: "Is an empty cell treated as an error, or as closed for good?",
      kills: [.init("close-of-empty-throws", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      try stage.success(try cell.close(), of: "close() of an empty cell")
      try stage.payload(try cell.get(), of: "getOrInitialize after closing the empty cell")
    },

    Rule(
      "CELL-4.05", .must, "A closed cell can be initialised again, with a new payload",
      spec: "getOrInitialize after close() MUST make a new payload.",
      why: "Closing gives memory back; the next request makes the resource again.",
      check: "Is closed a state without a way out, or does the old payload come back?",
      kills: [.init("close-is-terminal", .unexpectedError), .init("get-returns-closed-payload", .resurrection)]
    ) { stage in
      let cell = try stage.cell()
      let first = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      let second = try stage.payload(try cell.get(), of: "getOrInitialize after close()")
      try stage.expect(second != first, .resurrection, "getOrInitialize returned the closed payload #\(first)")
    },

    Rule(
      "CELL-4.06", .must, "A silent close keeps a disposer's error to itself",
      spec: "close(silent: true) MUST succeed when the disposer throws.",
      why: "Shutdown has to go on.",
      check: "Is the disposer's error caught when silent is true?",
      kills: [.init("silent-close-throws", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(.init(disposer: .init(fails: true))), of: "getOrInitialize")
      try stage.success(try cell.close(silent: true), of: "close(silent: true) with a failing disposer")
    },

    Rule(
      "CELL-4.07", .must, "A loud close tells a disposer's error",
      spec: "close(silent: false) MUST throw cell.dispose-failed with the disposer's error as `underlying`.",
      why: "A payload that could not be given back may be a leak somebody has to see.",
      check: "Is the parameter used, and the error kept?",
      kills: [.init("loud-close-is-silent", .missingError), .init("dispose-error-without-cause", .poorMessage)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(.init(disposer: .init(fails: true))), of: "getOrInitialize")
      let outcome = try cell.close(silent: false)
      let failure = try stage.failure(outcome, .disposeFailed, of: "close(silent: false) with a failing disposer")
      try stage.expect(
        failure.disposedSerial == made, .poorMessage, "the error does not carry the disposer's own error")
    },

    Rule(
      "CELL-4.08", .must, "A disposer that throws still leaves the cell closed",
      spec: "The state MUST be final before a disposer's error is told: nothing is held and the cell is usable.",
      why: "An error in clean-up must not wedge the cell.",
      check: "Is the state changed after the disposer, on a path that an error skips?",
      kills: [
        .init("throwing-disposer-keeps-payload", .wrongState), .init("silent-close-keeps-payload", .wrongState),
      ]
    ) { stage in
      for silent in [false, true] {
        let cell = try stage.cell()
        let made = try stage.payload(try cell.get(.init(disposer: .init(fails: true))), of: "getOrInitialize")
        _ = try cell.close(silent: silent)
        let seen = try cell.peek()
        try stage.expect(
          seen == nil, .wrongState,
          "payload #\(made) is still in the cell after its disposer threw in close(silent: \(silent))")
        let next = try stage.promptly(try cell.startGet(), "the cell must be usable after a disposer threw")
        try stage.payload(next, of: "getOrInitialize after the disposer threw")
      }
    },

    Rule(
      "CELL-4.09", .must, "No lock is held while a disposer runs, and the payload is out of reach by then",
      spec: "Inside a disposer, peek() of the same cell MUST return, and MUST show nothing.",
      why: "Disposers call code that nobody controls, and nobody may find a payload that is being taken apart.",
      check: "Take the payload out under the lock, then dispose it after unlocking.",
      kills: [.init("dispose-under-lock", .blocked), .init("dispose-before-flip", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      let (inner, result) = cell.innerCall(.peek)
      try stage.payload(try cell.get(.init(disposer: .init(inside: inner))), of: "getOrInitialize")
      let close = try cell.startClose()
      let seen = try stage.promptly(result, "the disposer asks its own cell for peek(), which must not wait")
      try stage.expect(seen.serial == nil, .wrongState, "peek() inside the disposer shows \(seen)")
      try stage.success(try close.outcome(), of: "close()")
    },

    Rule(
      "CELL-4.10", .must, "close() returns after the disposer",
      spec: "When close() returns, the disposer MUST have ended.",
      why: "What follows a close, such as deleting files, relies on it.",
      check: "Is the disposer started in a task that nobody waits for?",
      kills: [.init("close-returns-early", .tooEarly)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("disposer")
      let made = try stage.payload(try cell.get(.init(disposer: .init(gate: gate))), of: "getOrInitialize")
      let close = try cell.startClose()
      try stage.reached(gate, "close() must run the disposer", else: .lostPayload)
      try stage.settle()
      gate.open()
      try stage.success(try close.outcome(), of: "close()")
      let returned = stage.returnTicket(of: close) ?? 0
      let ended = stage.ticket { if case .disposeEnded(made, _) = $0 { true } else { false } }
      try stage.expect(
        ended.map { $0 < returned } ?? false, .tooEarly,
        "close() returned at t\(returned), the disposer ended \(ended.map { "at t\($0)" } ?? "later")")
    },

    Rule(
      "CELL-4.11", .must, "A cell that is closed lets go of its payload",
      spec: "After close() the cell MUST NOT keep a reference to the payload.",
      why: "A reference that stays keeps the memory that the close was to give back.",
      check: "Does an old flight, an entry, a task or a closure still hold the payload?",
      kills: [.init("keeps-reference-after-close", .lostPayload)]
    ) { stage in
      let cell = try stage.cell()
      let made = try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.success(try cell.close(), of: "close()")
      try stage.settle()
      do {
        try stage.core.wait(for: "the release of payload #\(made)") {
          stage.ticket { if case .released(made) = $0 { true } else { false } } != nil
        }
      } catch StageStop.hung(_, let evidence) {
        throw StageStop.failed(
          Finding(.lostPayload, "payload #\(made) is closed and still referenced from somewhere (\(evidence))"))
      }
    },

    Rule(
      "CELL-4.12", .must, "Whoever calls during a disposal never gets the old payload",
      spec: "getOrInitialize while a disposer runs MUST return a new payload, at once or after the disposal.",
      why: "The old payload is being taken apart.",
      check: "Is the cell ready until its disposer returns?",
      kills: [.init("dispose-before-flip", .useAfterDispose)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("disposer")
      let old = try stage.payload(try cell.get(.init(disposer: .init(gate: gate))), of: "getOrInitialize")
      let close = try cell.startClose()
      try stage.reached(gate, "close() must run the disposer", else: .lostPayload)
      let get = try cell.startGet()
      try stage.settle()
      gate.open()
      let new = try stage.payload(try get.outcome(), of: "getOrInitialize during the disposal")
      try stage.expect(new != old, .useAfterDispose, "getOrInitialize returned #\(old) while its disposer ran")
      try stage.success(try close.outcome(), of: "close()")
    },
  ]
}
