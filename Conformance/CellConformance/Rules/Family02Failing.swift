import CellContract

extension RuleCatalogue {
  static let failing: [Rule] = [
    Rule(
      "CELL-2.10", .must, "A failure is told to everybody who waited for it",
      spec: "When a factory throws, every caller waiting for it MUST throw cell.initialization-failed.",
      why: "Callers that retry one after another repeat a slow failure as often as there are callers.",
      check: "Do waiters see the flight's result, or only that the cell is empty again?",
      kills: [.init("waiters-retry-after-failure", .factoryCount), .init("failure-reaches-leader-only", .lostWakeup)]
    ) { stage in
      let cell = try stage.cell()
      let gate = stage.gate("factory")
      var calls = [try cell.startGet(.init(gate: gate, fails: true))]
      try gate.waitForArrivals()
      for _ in 0..<3 { calls.append(try cell.startGet(.init(fails: true))) }
      try stage.settle()
      gate.open()
      let failures = try calls.map {
        let outcome = try stage.promptly($0, "the factory has failed and every waiter must be told", else: .lostWakeup)
        return try stage.failure(outcome, .initializationFailed, of: "getOrInitialize")
      }
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 1, .factoryCount, "four callers of one failing flight, but \(runs) factory runs")
      try stage.expect(
        Set(failures.map(\.factoryRun)).count == 1, .splitFlight, "callers of one flight were told different errors")
    },

    Rule(
      "CELL-2.11", .must, "The factory's own error is kept",
      spec: "cell.initialization-failed MUST carry the factory's error as `underlying`.",
      why: "Without the cause nobody can mend it.",
      check: "Is the error replaced by a text, or thrown bare?",
      kills: [.init("drops-underlying-error", .poorMessage), .init("throws-raw-factory-error", .wrongError)]
    ) { stage in
      let cell = try stage.cell()
      let outcome = try cell.get(.init(fails: true))
      let failure = try stage.failure(outcome, .initializationFailed, of: "getOrInitialize with a failing factory")
      try stage.expect(
        failure.factoryRun == 1, .poorMessage,
        "the error has underlying \(failure.cellError?.underlying.map { "\($0)" } ?? "nil"), not the factory's own error"
      )
    },

    Rule(
      "CELL-2.12", .must, "A failure is not remembered",
      spec: "After a failed factory the next call MUST run a factory again, unless a policy was declared.",
      why: "A model file that arrives late must not need a restart.",
      check: "Does the failure path go back to empty?",
      kills: [.init("caches-failure", .splitFlight), .init("wedged-after-failure", .blocked)]
    ) { stage in
      let cell = try stage.cell()
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "the first getOrInitialize")
      let again = try stage.promptly(try cell.startGet(), "the failed flight is over and the cell must be usable")
      if let run = again.failure?.factoryRun, run == 1 {
        try stage.expect(false, .splitFlight, "the second call was given the error of the first factory run")
      }
      try stage.payload(again, of: "the getOrInitialize after the failure")
    },

    Rule(
      "CELL-2.13", .must, "A retry runs the factory of the caller that retries",
      spec: "A new attempt MUST call the factory given to the call that starts it.",
      why: "The second caller may have the right path where the first one had the wrong one.",
      check: "Is the first factory stored in the cell?",
      kills: [.init("reuses-first-factory", .unexpectedError)]
    ) { stage in
      let cell = try stage.cell()
      try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "the first getOrInitialize")
      try stage.payload(try cell.get(), of: "the retry, whose own factory succeeds,")
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 2, .factoryCount, "\(runs) factory runs after a failure and a retry")
    },

    Rule(
      "CELL-2.14", .must, "Failing n times and then succeeding ends ready",
      spec: "Any number of failed attempts MUST NOT keep a later one from succeeding.",
      why: "The original contract: the failure surfaces, and the cell becomes ready later.",
      check: "Is anything counted or kept over attempts?",
      kills: [.init("gives-up-after-three", .wrongError)]
    ) { stage in
      let cell = try stage.cell()
      for attempt in 1...5 {
        try stage.failure(try cell.get(.init(fails: true)), .initializationFailed, of: "attempt \(attempt)")
      }
      let made = try stage.payload(try cell.get(), of: "the attempt whose factory succeeds")
      let seen = try cell.peek()
      try stage.expect(seen == made, .wrongState, "the cell is not ready after the attempt that succeeded")
    },

    Rule(
      "CELL-2.15", .should, "An error names its cell",
      spec: "Every error of a cell SHOULD carry the name that the cell was made with.",
      why: "A log line without the name sends people looking through all runtimes.",
      check: "Is the name handed to makeCell stored and put into CellError.cell?",
      kills: [.init("error-without-name", .poorMessage), .init("refusal-without-name", .poorMessage)]
    ) { stage in
      for fault in try stage.provokedFaults() {
        let named = fault.failure.cellError?.cell ?? ""
        try stage.expect(
          named == fault.cell, .poorMessage,
          "\(fault.name): the error names the cell \"\(named)\"; it was made as \"\(fault.cell)\"")
      }
    },

    Rule(
      "CELL-2.16", .must, "A failure tells which attempt it was", needs: [.snapshots],
      spec: "cell.initialization-failed MUST carry the number of its attempt, as the snapshot counts attempts.",
      why: "Two requests that were told the same number met one fault, not two.",
      check: "Is the number of the flight put into the error, not that of the last one?",
      kills: [.init("error-without-attempt", .poorMessage)]
    ) { stage in
      let cell = try stage.cell()
      for attempt in 1...2 {
        let told = try cell.get(.init(fails: true))
        let failure = try stage.failure(told, .initializationFailed, of: "getOrInitialize that fails")
        let counted = try cell.snapshot().attempts
        try stage.expect(
          failure.cellError?.attempt == counted && counted == attempt, .poorMessage,
          "attempt \(attempt) was told as \(failure.cellError?.attempt.map(String.init) ?? "none"), the snapshot counts \(counted)"
        )
      }
    },
  ]
}
