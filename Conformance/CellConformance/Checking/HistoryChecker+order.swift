import CellContract

extension HistoryChecker {
  // MARK: - A11

  func guards() -> [Finding] {
    var findings: [Finding] = []
    for payload in history.payloadsInOrder where payload.seedCall != nil && !payload.allowed {
      guard history.isOwned(payload) else { continue }
      findings.append(
        Finding(
          .guardBreach, "payload #\(payload.serial) was seeded while the guard was shut",
          proof: ["t\(payload.made): the seed is offered, and KGFOUNDRY_ALLOW_RUNTIME_SEED is not truthy"],
          tickets: [payload.made]))
    }
    for call in history.callsInOrder where call.verb == .swap || call.verb == .rollBack {
      guard let outcome = call.outcome, outcome.failure == nil, wasShut(during: call) else { continue }
      findings.append(
        Finding(
          .guardBreach, "caller \(call.number)'s \(call.verb.rawValue)() succeeded while the guard was shut",
          proof: [
            "t\(call.invoked) to t\(call.end): \(call.verb.rawValue)(), and KGFOUNDRY_ALLOW_RUNTIME_SWAP was not truthy"
          ], tickets: [call.invoked, call.end]))
    }
    return findings
  }

  /// Whether the guard of swaps was shut from before the call until it was back.
  private func wasShut(during call: CellHistory.CallRecord) -> Bool {
    let before = history.swapGuard.last { $0.ticket < call.invoked }
    return before?.isOpen != true
      && !history.swapGuard.contains { $0.isOpen && call.invoked < $0.ticket && $0.ticket < call.end }
  }

  // MARK: - A12

  func generations() -> [Finding] {
    let readings = history.callsInOrder.compactMap { call -> Reading? in
      guard case .snapshot(let snapshot)? = call.outcome, let generation = snapshot.generation else { return nil }
      return Reading(generation: generation.rawValue, call: call)
    }
    var earlier = readings.sorted { $0.call.end < $1.call.end }[...]
    /// The highest number that was seen before the reading in hand began.
    var highest: Reading?
    var findings: [Finding] = []
    for reading in readings {
      while let next = earlier.first, next.call.end < reading.call.invoked {
        if next.generation > highest?.generation ?? 0 { highest = next }
        earlier.removeFirst()
      }
      guard let highest else { continue }
      if reading.generation < highest.generation {
        findings.append(
          Finding(
            .generationRegress,
            "generation \(reading.generation) was seen after generation \(highest.generation)",
            proof: [
              "t\(highest.call.end): a snapshot shows \(highest.generation)",
              "t\(reading.call.invoked): the next one begins, later, and shows \(reading.generation)",
            ], tickets: [highest.call.end, reading.call.invoked]))
      } else if reading.generation == highest.generation, let close = ending(between: highest, and: reading) {
        findings.append(
          Finding(
            .generationRegress, "generation \(reading.generation) was seen again after a close had ended it",
            proof: [
              "t\(highest.call.end): a snapshot shows \(highest.generation)",
              "t\(close.invoked) to t\(close.end): close() by caller \(close.number), so its payload is gone",
              "t\(reading.call.invoked): the next one begins, later, and shows \(reading.generation) again",
            ], tickets: [highest.call.end, close.invoked, close.end, reading.call.invoked]))
      }
    }
    return findings
  }

  private struct Reading {
    let generation: UInt64
    let call: CellHistory.CallRecord
  }

  private func ending(between first: Reading, and second: Reading) -> CellHistory.CallRecord? {
    history.callsInOrder.first {
      $0.emptied && first.call.end < $0.invoked && $0.end < second.call.invoked
    }
  }
}
