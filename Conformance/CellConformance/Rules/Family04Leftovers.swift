import CellContract

extension RuleCatalogue {
  /// What a close and a drop leave, and what is told of it.
  static let leftovers: [Rule] = [
    Rule(
      "CELL-4.13", .must, "A disposer's error can be looked up", needs: [.snapshots],
      spec: """
        After a disposer threw, lastDisposeError of the snapshot MUST hold the description of its error, silent close or \
        not, until another disposer throws.
        """,
      why: "A silent close keeps the error from the caller, not from the operator, who mends by the text.",
      check: "Is the error kept, in its own words, before the question whether to throw it?",
      kills: [
        .init("dispose-error-forgotten", .poorMessage), .init("dispose-error-forgotten-when-loud", .poorMessage),
        .init("dispose-error-as-flag", .poorMessage),
      ]
    ) { stage in
      let cell = try stage.cell()
      for silent in [true, false] {
        let made = try stage.payload(
          try cell.get(.init(disposer: DisposerScript(fails: true))), of: "getOrInitialize")
        let closed = try cell.close(silent: silent)
        if silent { try stage.success(closed, of: "close(silent: true)") }
        let told = try cell.snapshot().lastDisposeError
        try stage.expect(
          told?.contains(DisposerFault(serial: made).description) == true, .poorMessage,
          "the disposer of payload #\(made) threw in close(silent: \(silent)), and lastDisposeError is "
            + (told.map { "\"\($0)\"" } ?? "empty"))
      }
    },

    Rule(
      "CELL-4.26", .should, "A close cancels the factory", face: .suspending,
      spec: "close() during initialisation SHOULD cancel the task that the factory runs in.",
      why: "A factory that looks at its cancellation ends a close in a moment, not after minutes of loading.",
      check: "Is the handle of the factory's task kept, and cancelled by the close?",
      kills: [.init("close-does-not-cancel-factory", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let notice = stage.cancellationNotice()
      _ = try cell.startGet(.init(gate: gate, cancellation: notice))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let close = try cell.startClose()
      try stage.core.waitBriefly { notice.isNotedInMonitor }
      gate.open()
      try stage.success(try close.outcome(), of: "close()")
      try stage.expect(notice.wasCancelled, .wrongState, "the closed factory's task was not cancelled")
    },

    Rule(
      "CELL-4.36", .must, "A cell that is dropped disposes its payload", needs: [.drops],
      spec: "When the last reference to a cell goes, what it holds MUST be disposed, exactly once.",
      why: "Tests, tenants and pools let cells go without a close, and files and devices would stay open.",
      check: "Does the cell's deinit end it, or does something keep the cell alive: a task, an alarm, an observer?",
      kills: [.init("dropped-cell-leaks", .lostPayload)]
    ) { stage in
      try stage.getAndDrop()
      try stage.core.waitBriefly { stage.disposals(of: 1) > 0 }
      let disposals = stage.disposals(of: 1)
      try stage.expect(disposals == 1, .lostPayload, "the dropped cell's payload was disposed \(disposals) times")
    },
  ]
}
