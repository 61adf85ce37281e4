import CellContract

extension RuleCatalogue {
  static let abandoning: [Rule] = [
    Rule(
      "CELL-2.50", .must, "A factory that nobody waits for any more goes on", face: .suspending,
      spec:
        "Unless configured otherwise, a factory MUST NOT be cancelled because its callers left, and what it makes is served.",
      why: "Clients hang up and come back; a load that starts again each time never ends.",
      check: "Does the end of the last wait end the flight or its task?",
      kills: [.init("abandons-by-default", .wrongState)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      let notice = stage.cancellationNotice()
      let leader = try cell.startGet(.init(gate: gate, cancellation: notice))
      try stage.reached(gate, "getOrInitialize must call its factory")
      leader.cancel()
      _ = try stage.promptly(leader, "a cancelled caller must not wait for the factory")
      try stage.settle()
      let wasCancelled = notice.wasCancelled
      gate.open()
      try stage.expect(!wasCancelled, .wrongState, "the factory's task was cancelled with its only caller")
      try stage.payload(try cell.get(), of: "getOrInitialize by the next caller")
      try stage.expect(
        stage.factoryRuns(of: cell) == 1, .factoryCount, "the next caller had to begin again")
    },

    Rule(
      "CELL-2.51", .must, "An abandoned factory is cancelled where the cell is told to", needs: [.abandonment],
      face: .suspending,
      spec: "A cell so configured MUST cancel its factory's task when the last caller left, and not before.",
      why: "A load that nobody wants takes memory and bandwidth from those that somebody does.",
      check: "Is the number of waiters looked at when one of them leaves?",
      kills: [.init("abandoned-runs-on", .wrongState), .init("abandoned-too-soon", .tooEarly)]
    ) { stage in
      let cell = try stage.cell("subject", .cancelsWhenAbandoned)
      let gate = stage.gate("factory")
      let notice = stage.cancellationNotice()
      let leader = try cell.startGet(.init(gate: gate, cancellation: notice))
      try stage.reached(gate, "getOrInitialize must call its factory")
      let waiter = try cell.startGet()
      try stage.settle()
      leader.cancel()
      _ = try stage.promptly(leader, "a cancelled caller must not wait for the factory")
      try stage.settle()
      let early = notice.wasCancelled
      waiter.cancel()
      _ = try stage.promptly(waiter, "a cancelled caller must not wait for the factory")
      try stage.core.waitBriefly { notice.isNotedInMonitor }
      gate.open()
      try stage.expect(!early, .tooEarly, "the factory's task was cancelled while a caller still waited for it")
      try stage.expect(
        notice.wasCancelled, .wrongState, "the last caller left and the factory's task was not cancelled")
      try stage.payload(try cell.get(), of: "getOrInitialize after an abandoned factory")
    },
  ]
}

extension Stage {
  func cancellationNotice() -> CancellationNotice { CancellationNotice(core: core) }
}
