import CellContract

/// An error that a backend was made to throw.
struct ProvokedFault {
  /// In words, how.
  let name: String
  let failure: Failure
  /// The name of the cell that threw it.
  let cell: String
}

extension Stage {
  /// Provokes one error of each kind that the backend can throw: what every backend has, and what belongs to declared
  /// abilities. A fault that does not come is this rule's own finding: a document nobody saw proves nothing.
  func provokedFaults() throws -> [ProvokedFault] {
    var faults: [ProvokedFault] = []
    func note(_ name: String, _ cell: StageCell, _ outcome: Outcome) throws {
      guard let failure = outcome.failure else {
        throw StageStop.failed(Finding(.missingError, "\(name) must throw, and gave \(outcome)"))
      }
      faults.append(ProvokedFault(name: name, failure: failure, cell: cell.name))
    }
    try provokeCommon(note)
    if can(.seeding) {
      let cell = try cell("seeded")
      try note("a seed without the guard", cell, try cell.seed(cell.payload()))
      cell.setSeedGuard("1")
      try success(try cell.seed(cell.payload()), of: "seed()")
      try note("a seed of a ready cell", cell, try cell.seed(cell.payload()))
    }
    if can(.swapping) {
      let cell = try cell("swapped")
      try payload(try cell.get(), of: "getOrInitialize")
      try note("a swap without the guard", cell, try cell.swap())
      cell.setSwapGuard("1")
      try note("a swap whose factory fails", cell, try cell.swap(.init(fails: true)))
    }
    if can(.gate), can(.leasing) {
      let cell = try cell("gated", .gate(GatePlan(maxConcurrency: 1, maxQueue: 0)))
      let (user, gate) = try holdPlace(in: cell)
      let refused = try promptly(try cell.startUse(), "nobody may wait: the second caller must be refused")
      gate.open()
      try success(try user.outcome(), of: "withValue")
      try note("a caller too many", cell, refused)
    }
    try provokeDeadlines(note)
    if can(.failurePolicies) {
      let cell = try cell("cooling", .failure(.backoff(initial: .seconds(10), factor: 2)))
      _ = try cell.get(.init(fails: true))
      try note("a call during a cool-down", cell, try cell.get())
      // Nothing is left that waits by the clock.
      clock.advance(by: .seconds(11))
    }
    if can(.shutdown) {
      let cell = try cell("ended")
      try success(try cell.startShutDown().outcome(), of: "shutDown()")
      try note("a call after the shutdown", cell, try cell.get())
    }
    return faults
  }

  private typealias Note = (String, StageCell, Outcome) throws -> Void

  /// What every backend can be made to throw.
  private func provokeCommon(_ note: Note) throws {
    let failing = try cell("failing")
    try note("a failed factory", failing, try failing.get(.init(fails: true)))
    let closing = try cell("closing")
    let gate = gate("factory")
    let leader = try closing.startGet(.init(gate: gate))
    try gate.waitForArrivals()
    let close = try closing.startClose()
    try settle()
    gate.open()
    try note("a close during initialisation", closing, try leader.outcome())
    _ = try close.outcome()
    let circular = try cell("circular")
    let (inner, result) = circular.innerCall(.get(circular.factory()))
    let outer = try circular.startGet(.init(inside: inner))
    try note(
      "a factory that asks for its own cell", circular, try promptly(result, "a factory that asks for its own cell"))
    _ = try outer.outcome()
    let disposing = try cell("disposing")
    _ = try disposing.get(.init(disposer: .init(fails: true)))
    try note("a disposer that throws", disposing, try disposing.close(silent: false))
  }

  /// What only the passing of time provokes.
  private func provokeDeadlines(_ note: Note) throws {
    if can(.closeDeadlines), can(.leasing) {
      let cell = try cell("held")
      let (user, gate) = try holdPlace(in: cell)
      let close = try cell.startClose(deadline: .seconds(10))
      try armed("a close with a deadline must wait by the world's clock")
      clock.advance(by: .seconds(11))
      let told = try promptly(close, "the deadline of the close is over")
      gate.open()
      try success(try user.outcome(), of: "withValue")
      try note("a close that gave up", cell, told)
    }
    if can(.waitDeadlines) {
      let cell = try cell("slow")
      let gate = gate("slow factory")
      let patient = try cell.startGet(.init(gate: gate))
      try reached(gate, "getOrInitialize must call its factory")
      let hasty = try cell.startGet(deadline: .seconds(10))
      try armed("a call with a deadline must wait by the world's clock")
      clock.advance(by: .seconds(11))
      let told = try promptly(hasty, "the caller's deadline is over")
      gate.open()
      try payload(try patient.outcome(), of: "getOrInitialize of the caller without a deadline")
      try note("a wait that was too short", cell, told)
    }
    if can(.initDeadlines) {
      let cell = try cell("given up", .initDeadline(.seconds(10)))
      let gate = gate("endless factory")
      let leader = try cell.startGet(.init(gate: gate))
      try reached(gate, "getOrInitialize must call its factory")
      try armed("a factory with a deadline must be timed by the world's clock")
      clock.advance(by: .seconds(11))
      let told = try promptly(leader, "the factory's deadline is over")
      gate.open()
      try note("a factory that was given up", cell, told)
    }
  }
}
