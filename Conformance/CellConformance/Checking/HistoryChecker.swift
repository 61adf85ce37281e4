import CellContract

/// Checker A: looks for named anomalies in the history of one cell. Serials are unique, so the order of payloads can be
/// read off the history and no search is needed; each anomaly comes with its proof.
///
/// Sound by construction: an anomaly is reported only when no order of the overlapping calls explains the history. It may
/// miss faults whose calls overlap.
package struct HistoryChecker {
  let history: CellHistory
  /// Whether every call came back and the cell was closed at the end, so that nothing may be left.
  let isComplete: Bool
  /// Whether the cell's events are promised to be right.
  let checksEvents: Bool

  package init(_ events: [HistoryEvent], isComplete: Bool, checksEvents: Bool = true) {
    history = CellHistory(events)
    self.isComplete = isComplete
    self.checksEvents = checksEvents
  }

  package func findings() -> [Finding] {
    builds() + values() + disposals() + failures() + guards() + generations() + (checksEvents ? events() : [])
  }

  // MARK: - A1, A2

  private func builds() -> [Finding] {
    var findings: [Finding] = []
    let runs = history.runsInOrder.filter { $0.purpose == .initialization }
    let closes = history.callsInOrder.filter { [.close, .forceClose, .shutDown, .preload].contains($0.verb) }
    var latestEnd: CellHistory.RunRecord?
    var latestPayload: CellHistory.Payload?
    let published = history.payloadsInOrder.filter(history.isOwned)
    for run in runs {
      if let other = latestEnd, (other.ended ?? .max) > run.began {
        findings.append(
          Finding(
            .overlappingFlights, "factory run \(run.number) began while run \(other.number) was still going on",
            proof: [
              "t\(other.began): factory run \(other.number) begins",
              "t\(run.began): factory run \(run.number) begins",
              other.ended.map { "t\($0): run \(other.number) ends, after t\(run.began)" }
                ?? "run \(other.number) never ended",
            ], tickets: [other.began, run.began] + (other.ended.map { [$0] } ?? [])))
      }
      if (run.ended ?? .max) > (latestEnd?.ended ?? 0) || latestEnd == nil { latestEnd = run }
      // The payload whose making was finished last before this run began.
      latestPayload = published.filter { ready($0) < run.began }.max { ready($0) < ready($1) }
      if let payload = latestPayload, run.serial != payload.serial,
        !closes.contains(where: { $0.invoked < run.began && $0.end > payload.from }),
        !wasGivenUp(payload, before: run.began)
      {
        findings.append(
          Finding(
            .doubleBuild, "factory run \(run.number) began though payload #\(payload.serial) was there",
            proof: [
              "t\(ready(payload)): payload #\(payload.serial) exists",
              "no close was under way between t\(payload.from) and t\(run.began), so nothing can have removed it",
              "t\(run.began): factory run \(run.number) begins",
            ], tickets: [ready(payload), run.began]))
      }
    }
    return findings
  }

  /// Whether the payload may be nobody's: its factory took too long, or all who waited for it may have left, and nobody was
  /// given it.
  private func wasGivenUp(_ payload: CellHistory.Payload, before ticket: UInt64) -> Bool {
    guard !history.wasGiven(payload) else { return false }
    return history.calls.values.contains { call in
      guard call.invoked < ticket, let failure = call.outcome?.failure else { return false }
      // The one who began the flight may be back before its factory begins, and after the next one did.
      if failure.isCancellation || failure.code == .warmingUp { return call.invoked < payload.made }
      return failure.code == .initDeadlineExceeded && payload.from < call.end
    }
  }

  /// When the cell held the payload for certain: at the factory's end, when the seed call had returned, or for a swap's
  /// product when somebody had been given it, for a close that came before the factory may have refused it its place.
  private func ready(_ payload: CellHistory.Payload) -> UInt64 {
    if payload.isReplacement {
      return history.calls.values.filter { $0.outcome?.serial == payload.serial }.map(\.end).min() ?? .max
    }
    guard let call = payload.seedCall else { return payload.made }
    return history.calls[call]?.end ?? .max
  }

  // MARK: - A3, A4, A5, A8

  private func values() -> [Finding] {
    var findings: [Finding] = []
    let empties = history.callsInOrder.filter(\.emptied)
    let swaps = history.callsInOrder.filter { $0.verb == .swap && $0.outcome?.serial != nil }
    let rollBacks = history.callsInOrder.filter { $0.verb == .rollBack }
    for call in history.callsInOrder {
      guard let serial = call.outcome?.serial, let returned = call.returned, call.verb != .swap else { continue }
      let what = "caller \(call.number)'s \(call.verb.rawValue)()"
      guard let payload = history.payloads[serial], payload.made < returned, history.mayBeOwned(payload) else {
        findings.append(
          Finding(
            .phantomValue, "\(what) returned payload #\(serial), which this cell was not given by then",
            proof: ["t\(returned): \(what) returns #\(serial)"], tickets: [returned]))
        continue
      }
      let within = history.within(payload)
      if let close = empties.first(where: { $0.end < call.invoked && within < $0.invoked }) {
        findings.append(
          Finding(
            .resurrection, "\(what) returned payload #\(serial), which a close had ended before",
            proof: [
              "t\(within): \(payload.seedCall == nil ? "the making of #\(serial) begins" : "the seed of #\(serial) is over")",
              "t\(close.invoked) to t\(close.end): close() by caller \(close.number), so #\(serial) is gone",
              "t\(call.invoked): \(what) begins, later", "t\(returned): it returns #\(serial)",
            ], tickets: [within, close.invoked, close.end, call.invoked, returned]))
      } else if let disposal = payload.disposals.first, disposal < call.invoked {
        findings.append(
          Finding(
            .useAfterDispose, "\(what) returned payload #\(serial), whose disposer had begun before",
            proof: [
              "t\(disposal): the disposer of #\(serial) begins", "t\(call.invoked): \(what) begins, later",
              "t\(returned): it returns #\(serial)",
            ], tickets: [disposal, call.invoked, returned]))
      } else if let swap = swaps.last(where: { $0.end < call.invoked && within < $0.invoked }),
        swap.outcome?.serial != serial,
        !rollBacks.contains(where: { $0.end > swap.invoked && $0.invoked < returned })
      {
        findings.append(
          Finding(
            .staleAfterSwap, "\(what) returned payload #\(serial), which a swap had replaced before",
            proof: [
              "t\(swap.invoked) to t\(swap.end): swap() publishes \(swap.outcome?.description ?? "another")",
              "t\(call.invoked): \(what) begins, later", "t\(returned): it returns #\(serial)",
            ], tickets: [swap.invoked, swap.end, call.invoked, returned]))
      }
    }
    return findings
  }
}
