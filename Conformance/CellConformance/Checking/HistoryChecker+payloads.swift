import CellContract

extension HistoryChecker {
  // MARK: - A6, A7, A8, A14

  func disposals() -> [Finding] {
    var findings: [Finding] = []
    for payload in history.payloadsInOrder {
      let name = "payload #\(payload.serial)"
      let owned = history.isOwned(payload)
      if payload.disposals.count > 1 {
        findings.append(
          Finding(
            .doubleDispose, "\(name) was disposed \(payload.disposals.count) times",
            proof: payload.disposals.map { "t\($0): a disposer of #\(payload.serial) begins" },
            tickets: payload.disposals))
      }
      if isComplete, owned, payload.disposals.isEmpty {
        findings.append(
          Finding(
            .lostPayload, "\(name) was never disposed, though the cell was closed at the end",
            proof: [
              "t\(payload.made): #\(payload.serial) is made", "every call came back and the last one closed the cell",
              "no disposer of #\(payload.serial) ever began",
            ], tickets: [payload.made]))
      }
      if !history.mayBeOwned(payload), let disposal = payload.disposals.first {
        findings.append(
          Finding(
            .foreignDispose, "\(name) was disposed by a cell that had refused it",
            proof: ["t\(disposal): the disposer of #\(payload.serial) begins, though its seed call failed"],
            tickets: [disposal]))
      }
      for use in payload.uses {
        guard let disposal = payload.disposals.first(where: { $0 < use.ended }), !wasForced(disposal) else { continue }
        findings.append(
          Finding(
            .useAfterDispose, "\(name) was disposed while a lease on it was held",
            proof: [
              "t\(use.began): a caller begins to use #\(payload.serial)",
              "t\(disposal): its disposer begins",
              use.ended == .max ? "the use had not ended" : "t\(use.ended): the use ends, later",
            ], tickets: [use.began, disposal] + (use.ended == .max ? [] : [use.ended])))
      }
    }
    return findings
  }

  /// Whether a close by force may have caused it; whether it was right to, the rules that force know.
  private func wasForced(_ disposal: UInt64) -> Bool {
    history.calls.values.contains { $0.verb == .forceClose && $0.invoked < disposal }
  }

  // MARK: - A9

  func failures() -> [Finding] {
    var findings: [Finding] = []
    /// The earliest return of each flight's error: by then that flight was over.
    var firstTold: [Int: CellHistory.CallRecord] = [:]
    for call in history.calls.values {
      guard let run = flightTold(to: call) else { continue }
      if let first = firstTold[run], first.end < call.end { continue }
      firstTold[run] = call
    }
    for call in history.callsInOrder {
      guard let run = flightTold(to: call), let first = firstTold[run], first.number != call.number,
        first.end < call.invoked
      else { continue }
      findings.append(
        Finding(
          .splitFlight,
          "caller \(call.number) was given the error of factory run \(run), which was over before it called",
          proof: [
            "t\(first.end): caller \(first.number) is told that run \(run) failed, so that flight is over",
            "t\(call.invoked): caller \(call.number) calls, later",
            "t\(call.end): it is given the same error, though it began no flight of run \(run)",
          ], tickets: [first.end, call.invoked, call.end]))
    }
    return findings
  }

  /// The factory run whose end a call was told as that of its own flight. A cool-down and a kept error speak of an earlier
  /// one, and say so.
  private func flightTold(to call: CellHistory.CallRecord) -> Int? {
    guard let failure = call.outcome?.failure, failure.code != .coolingDown, failure.code != .failed else { return nil }
    return failure.factoryRun
  }
}
