import CellContract

extension RuleCatalogue {
  /// What a close and a drop leave, and what is told of it.
  static let leftovers: [Rule] = [
    Rule(
      "CELL-4.13", .must, "A disposer's error can be looked up", needs: [.snapshots],
      spec: "After a disposer threw, the snapshot MUST tell its error in lastDisposeError, silent close or not.",
      why: "A silent close keeps the error from the caller, not from the operator.",
      check: "Is the error kept before the question whether to throw it?",
      kills: [.init("dispose-error-forgotten", .poorMessage)]
    ) { stage in
      let cell = try stage.cell()
      try stage.payload(try cell.get(.init(disposer: DisposerScript(fails: true))), of: "getOrInitialize")
      try stage.success(try cell.close(silent: true), of: "close(silent: true)")
      let told = try cell.snapshot().lastDisposeError
      try stage.expect(
        told.map { !$0.isEmpty } ?? false, .poorMessage, "the disposer threw, and lastDisposeError is empty")
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
