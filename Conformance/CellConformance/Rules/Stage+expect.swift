import CellContract

extension Stage {
  /// Whether the backend declares an ability.
  func can(_ capability: Capability) -> Bool { subject.manifest.capabilities.contains(capability) }

  /// Ends the script with a finding unless `condition` holds.
  func expect(_ condition: Bool, _ reason: Reason, _ message: @autoclosure () -> String) throws {
    if !condition { throw StageStop.failed(Finding(reason, message())) }
  }

  /// The payload that a call returned; ends the script when it returned none.
  @discardableResult
  func payload(_ outcome: Outcome, of what: String) throws -> Int {
    switch outcome {
    case .value(let serial): return serial
    case .failed(let failure):
      throw StageStop.failed(Finding(.unexpectedError, "\(what) threw \(failure); it must return the payload"))
    case .nothing, .snapshot:
      throw StageStop.failed(Finding(.wrongValue, "\(what) returned \(outcome); it must return the payload"))
    }
  }

  /// Ends the script when a call threw.
  func success(_ outcome: Outcome, of what: String) throws {
    if let failure = outcome.failure {
      throw StageStop.failed(Finding(.unexpectedError, "\(what) threw \(failure); it must succeed"))
    }
  }

  /// The failure of a call; ends the script when it did not throw, or threw another code.
  @discardableResult
  func failure(_ outcome: Outcome, _ code: CellError.Code, of what: String) throws -> Failure {
    guard let failure = outcome.failure else {
      throw StageStop.failed(Finding(.missingError, "\(what) returned \(outcome); it must throw \(code)"))
    }
    try expect(failure.code == code, .wrongError, "\(what) threw \(failure); it must throw \(code)")
    return failure
  }

  /// Waits for a call that nothing may hold up at this point; a hang is then this rule's own finding.
  func promptly(_ call: Call, _ why: String, else reason: Reason = .blocked) throws -> Outcome {
    do { return try call.outcome() } catch StageStop.hung(let what, let evidence) {
      throw StageStop.failed(Finding(reason, "\(why): still waiting for \(what) (\(evidence))"))
    }
  }

  /// Waits at a gate that somebody must reach; a hang is then this rule's own finding.
  func reached(_ gate: Gate, count: Int = 1, _ why: String, else reason: Reason = .blocked) throws {
    do { try gate.waitForArrivals(count) } catch StageStop.hung(_, let evidence) {
      throw StageStop.failed(Finding(reason, "\(why) (\(evidence))"))
    }
  }

  /// How many factory runs began so far.
  func factoryRuns(of cell: StageCell) -> Int {
    core.history.events(of: cell.index).count { if case .factoryBegan = $0.what { true } else { false } }
  }

  /// How many disposers of a payload began so far.
  func disposals(of serial: Int) -> Int {
    core.history.events.count { if case .disposeBegan(serial) = $0.what { true } else { false } }
  }

  /// The ticket at which something happened first.
  func ticket(where matches: (HistoryEvent.What) -> Bool) -> UInt64? {
    core.history.events.first { matches($0.what) }?.ticket
  }

  /// When a call came back.
  func returnTicket(of call: Call) -> UInt64? {
    ticket { if case .returned(call.number, _, _) = $0 { true } else { false } }
  }

  /// Demands that every way of reading that the backend declares gives one payload, without waiting.
  func expectReads(of cell: StageCell, give serial: Int, else reason: Reason, _ when: String) throws {
    let seen = try promptly(try cell.startPeek(), "peek() must not wait \(when)").serial
    try expect(seen == serial, reason, "\(when) peek() shows \(seen.map { "#\($0)" } ?? "nothing"), not #\(serial)")
    var reads: [(name: String, start: () throws -> Call)] = []
    if can(.leasing) { reads.append(("withValue", { try cell.startUse() })) }
    if can(.readyReads) { reads.append(("withValueIfReady", { try cell.startUseIfReady() })) }
    for read in reads {
      let before = used(of: cell).count
      try success(try promptly(try read.start(), "\(read.name) must not wait \(when)"), of: read.name)
      let got = Array(used(of: cell).dropFirst(before))
      try expect(got == [serial], reason, "\(when) \(read.name) ran its body with \(got), not with [\(serial)]")
    }
  }

  /// The payloads that lease bodies of a cell were given so far, in order.
  func used(of cell: StageCell) -> [Int] {
    core.history.events(of: cell.index).compactMap { event in
      if case .useBegan(let serial) = event.what { serial } else { nil }
    }
  }
}
