extension Stage {
  /// Ends the run: lets everybody go, closes every cell, and checks the history.
  func strikeSet(after own: [Finding]) -> [Finding] {
    core.openAllGates()
    var findings = own
    var isComplete = true
    for call in calls where !call.isFinished {
      do { _ = try call.outcome() } catch {
        isComplete = false
        findings.append(lostCall(call, error))
        break
      }
    }
    if isComplete { isComplete = closeAll(&findings) }
    for (_, events) in Dictionary(grouping: core.history.events, by: \.cell).sorted(by: { $0.key < $1.key }) {
      findings += check(events, isComplete: isComplete)
    }
    clock.retire()
    core.retire()
    ExecutorShelf.shared.giveBack(executor, blocked: !executor.isIdle || (subject.face == .suspending && !isComplete))
    return merged(findings)
  }

  /// What checker A finds in the history of one cell.
  func check(_ events: [HistoryEvent], isComplete: Bool) -> [Finding] {
    // Cells of other payloads share a number below zero, and what they tell is of payloads that are no probes.
    let checksEvents = can(.events) && (events.first?.cell ?? 0) >= 0
    return HistoryChecker(events, isComplete: isComplete, checksEvents: checksEvents).findings()
  }

  /// Closes every cell and waits until all that was made is disposed, or nothing moves any more.
  private func closeAll(_ findings: inout [Finding]) -> Bool {
    var complete = true
    for cell in cells {
      do {
        let outcome = try cell.close()
        if let failure = outcome.failure {
          complete = false
          if findings.isEmpty {
            findings.append(
              Finding(.unexpectedError, "the last close(silent: true) of \"\(cell.name)\" threw \(failure)"))
          }
        }
      } catch {
        complete = false
        findings.append(Finding(.lostWakeup, "the last close() of \"\(cell.name)\" never returned: \(error)"))
        return false
      }
    }
    // A run that found something already is not asked for more: waiting for what a broken cell never does takes long.
    guard findings.isEmpty else { return false }
    try? core.waitBriefly { self.isLedgerBalanced }
    return complete
  }

  private var isLedgerBalanced: Bool {
    return Dictionary(grouping: core.history.events, by: \.cell).values.allSatisfy { events in
      let history = CellHistory(events)
      return history.payloadsInOrder.allSatisfy {
        !history.isOwned($0) || $0.disposed.count >= $0.disposals.count && !$0.disposals.isEmpty
      }
    }
  }

  private func lostCall(_ call: Call, _ error: any Error) -> Finding {
    let stuck = pending.map { call in
      "caller \(call.number) in \(call.verb.rawValue)()" + (call.threadDescription.map { ", thread \($0)" } ?? "")
    }
    return Finding(
      .lostWakeup, "\(call.verb.rawValue)() by caller \(call.number) never came back, though every gate is open",
      proof: stuck)
  }

  /// Puts the proof of an anomaly to the rule's own finding when both have the same reason.
  private func merged(_ findings: [Finding]) -> [Finding] {
    guard let first = findings.first, first.proof.isEmpty,
      let twin = findings.dropFirst().firstIndex(where: { $0.reason == first.reason })
    else { return findings }
    var rest = findings
    let proof = rest.remove(at: twin)
    rest[0] = Finding(first.reason, first.message, proof: [proof.message] + proof.proof, tickets: proof.tickets)
    return rest
  }
}
