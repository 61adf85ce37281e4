import CellContract

extension RuleCatalogue {
  static let threads: [Rule] = [
    Rule(
      "CELL-10.10", .must, "A cell leaves no threads behind",
      spec:
        "After it came to rest, a cell that was made, used and closed MUST NOT leave threads that were not there before.",
      why: "A thread costs a stack, and the system has an end of them: a leak stops the process after days.",
      check: "Does every thread that the cell starts end, or come from a pool of fixed size?",
      kills: [.init("leaks-threads", .leakedThreads)]
    ) { stage in
      let rounds = 24
      // Callers of the kit may still be on their way out at either look, so half of what a leak gives is enough.
      let limit = rounds / 2
      // What is started once, for all cells, is not a leak.
      try stage.useOnce(rounds: 4)
      var growth = [0]
      // Other work of the process may start threads too. Only what comes back with every batch is the cell's doing.
      for _ in 0..<3 {
        let before = stage.threadsAtRest()
        try stage.useOnce(rounds: rounds)
        try stage.core.waitBriefly { ThreadStates.all().count < before + limit }
        growth.append(stage.threadsAtRest() - before)
        if growth.last ?? 0 < limit { return }
      }
      try stage.expect(
        false, .leakedThreads,
        "three times \(rounds) rounds of getOrInitialize and close left \(growth.dropFirst()) threads")
    },

    Rule(
      "CELL-10.11", .must, "A blocking call in a task is refused", face: .blocking,
      spec:
        "getOrInitialize of a blocking cell MUST throw cell.would-block-task inside a Swift task unless the cell is ready.",
      why: "The cooperative pool has as many threads as the machine has cores: a few blocked ones stop the process.",
      check: "Is `withUnsafeCurrentTask` asked before the call waits or runs a factory?",
      kills: [.init("blocks-in-task", .missingError)]
    ) { stage in
      let cell = try stage.cell()
      let told = try stage.promptly(
        try stage.startInTask(.get(cell.factory()), on: cell), "a blocking call in a task must be refused at once")
      try stage.failure(told, .wouldBlockTask, of: "getOrInitialize of an empty cell inside a task")
      let runs = stage.factoryRuns(of: cell)
      try stage.expect(runs == 0, .factoryCount, "a refused call ran its factory")
      let made = try stage.payload(try cell.get(), of: "getOrInitialize from a thread")
      let ready = try stage.promptly(
        try stage.startInTask(.get(cell.factory()), on: cell), "a ready cell has nothing to wait for")
      let got = try stage.payload(ready, of: "getOrInitialize of a ready cell inside a task")
      try stage.expect(got == made, .wrongValue, "a ready cell gave #\(got) to a task and holds #\(made)")
    },
  ]
}

extension Stage {
  /// Makes a cell and uses it, over and over.
  fileprivate func useOnce(rounds: Int) throws {
    let cell = try cell()
    for _ in 0..<rounds {
      try payload(try cell.get(), of: "getOrInitialize")
      try success(try cell.close(), of: "close()")
    }
  }

  /// The number of threads once callers have ended: the least of several looks.
  fileprivate func threadsAtRest() -> Int {
    var least = Int.max
    for _ in 0..<20 {
      least = min(least, ThreadStates.all().count)
      KitThread.yield()
    }
    return least
  }
}
