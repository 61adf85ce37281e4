import CellContract

extension HistoryChecker {
  // MARK: - A13

  /// What observers are told is numbered, and never told before it happened or more often. That all of it is told, a history
  /// cannot say: the last events may be under way when it ends.
  func events() -> [Finding] {
    let observed = history.observed
    guard !observed.isEmpty else { return [] }
    if let gap = observed.enumerated().first(where: { $0.element.event.sequence != UInt64($0.offset + 1) })?.element {
      return [
        Finding(
          .metricDrift, "the events of a cell are numbered \(observed.prefix(20).map(\.event.sequence))",
          proof: ["t\(gap.ticket): event \(gap.event.sequence) arrives out of its turn"], tickets: [gap.ticket])
      ]
    }
    let made = history.payloads.values.filter { $0.seedCall == nil }.map(\.made)
    return [
      excess("a payload was disposed", over: history.payloads.values.flatMap(\.disposals)) {
        if case .disposed = $0 { true } else { false }
      },
      excess("an attempt ended", over: tickets { if case .initStarted = $0 { true } else { false } }) {
        if case .initialized = $0 { true } else { false }
      },
      excess("an attempt succeeded", over: made) {
        if case .initialized(let end) = $0 { end.outcome == .success } else { false }
      },
      excess("a seed was taken", over: history.payloads.values.filter(history.mayBeOwned).compactMap(offer)) {
        if case .seeded = $0 { true } else { false }
      },
      excess("a swap succeeded", over: history.calls.values.filter { $0.verb == .swap }.map(\.invoked)) {
        if case .swapSucceeded = $0 { true } else { false }
      },
    ].compactMap { $0 }
  }

  private func offer(_ payload: CellHistory.Payload) -> UInt64? { payload.seedCall == nil ? nil : payload.made }

  private func tickets(of matches: (CellEvent.Kind) -> Bool) -> [UInt64] {
    history.observed.filter { matches($0.event.kind) }.map(\.ticket)
  }

  /// The first event of a kind that tells more than what had begun by then.
  private func excess(
    _ what: String, over begun: [UInt64], where matches: (CellEvent.Kind) -> Bool
  ) -> Finding? {
    let begun = begun.sorted()
    for (index, told) in tickets(of: matches).enumerated() where index >= begun.count || begun[index] > told {
      return Finding(
        .metricDrift, "the observer was told \(index + 1) times that \(what), before that could be so",
        proof: ["t\(told): it is told so; \(begun.count { $0 < told }) of them had begun by then"], tickets: [told])
    }
    return nil
  }
}
