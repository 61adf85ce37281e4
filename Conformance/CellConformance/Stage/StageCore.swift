/// What all parts of one rule run share: one monitor, the order of events, and the verdict that nothing moves any more.
///
/// Gates, calls and executors wait on the same monitor, so that the conductor can wait for any fact with one function and
/// the hang verdict can release everybody at once.
package final class StageCore: @unchecked Sendable {
  // @unchecked: the variables below are read and written under `monitor` only.
  package let monitor = Monitor()
  package let history = History()
  package let patience: HangPolicy
  private var gates: [Gate] = []
  private var hung = false
  private var changes: UInt64 = 0

  package init(patience: HangPolicy) { self.patience = patience }

  /// Changes something under the monitor and wakes everybody who waits for a fact.
  package func change<R>(_ body: () throws -> R) rethrows -> R {
    try monitor.locked {
      defer {
        changes &+= 1
        monitor.broadcast()
      }
      return try body()
    }
  }

  package func register(_ gate: Gate) { monitor.locked { gates.append(gate) } }

  /// Forgets the gates, which know this object, once the run is over.
  package func retire() { monitor.locked { gates = [] } }

  /// Whether the hang verdict was reached.
  package var isHung: Bool { monitor.locked { hung } }

  /// Lets everything pass that waits at a gate, now and later.
  package func openAllGates() {
    for gate in monitor.locked({ gates }) { gate.open() }
  }

  /// Blocks the calling kit thread until `fact` holds. `fact` runs under the monitor.
  ///
  /// - Throws: ``StageStop/hung(waitingFor:evidence:)`` when nothing moves any more, after all gates were opened.
  package func wait(for what: String, until fact: () -> Bool) throws {
    // After the verdict, with every gate open, what can move moves at once: less patience is enough for the rest.
    let patience = isHung ? patience.shorter : patience
    var evidence = StallEvidence(patience: patience, progress: progress())
    while true {
      RuleWatchdog.shared.beat()
      let holds = monitor.locked { () -> Bool in
        if fact() { return true }
        _ = monitor.wait(nanoseconds: patience.tickNanoseconds)
        return fact()
      }
      if holds { return }
      if let verdict = evidence.tick(progress: progress()) {
        // The last word has the fact itself, in case it came true meanwhile.
        if monitor.locked(fact) { return }
        monitor.locked { hung = true }
        openAllGates()
        throw StageStop.hung(waitingFor: what, evidence: verdict)
      }
    }
  }

  /// Waits for a fact that is expected any moment, and goes on without it when nothing moves any more: the caller looks again.
  package func waitBriefly(until fact: () -> Bool) throws {
    do { try wait(for: "a fact", until: fact) } catch StageStop.hung { return }
  }

  private func progress() -> UInt64 { monitor.locked { changes } &+ history.lastTicket }
}

/// Why a rule's script could not go on.
package enum StageStop: Error, CustomStringConvertible {
  /// Nothing moves any more.
  case hung(waitingFor: String, evidence: String)
  /// The rule found something wrong.
  case failed(Finding)
  /// The backend has no such ability.
  case unsupported(String)

  /// What stopped it, in words.
  package var description: String {
    switch self {
    case .hung(let what, let evidence): "still waiting for \(what) (\(evidence))"
    case .failed(let finding): finding.description
    case .unsupported(let what): what
    }
  }
}
