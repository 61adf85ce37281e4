/// Plays one rule against one backend, from an empty stage to a checked history.
package struct RulePlayer: Sendable {
  let subject: any Subject
  let options: RunOptions

  package init(_ subject: any Subject, options: RunOptions) {
    self.subject = subject
    self.options = options
  }

  /// One rule at a time in a process: rules that raced each other for two processors would prove less.
  private static let turn = Turn()

  /// Plays the rule on a thread of its own and gives the result when it is over.
  package func play(_ rule: Rule) async -> RuleResult {
    await withCheckedContinuation { continuation in
      do {
        try KitThread.start("cell-conductor") {
          Self.turn.take()
          let result = self.conduct(rule)
          Self.turn.giveBack()
          continuation.resume(returning: result)
        }
      } catch {
        continuation.resume(returning: RuleResult(rule, .inconclusive, note: "\(error)"))
      }
    }
  }

  /// Plays the rule on the calling thread, which must be one that may block. A run whose order could not be proven is
  /// played again: a failure counts only when it comes back every time, a pass is better proven.
  func conduct(_ rule: Rule) -> RuleResult {
    var result = conductOnce(rule)
    var replays = 0
    while result.overlapUnproven > 0, replays < 3 {
      result = conductOnce(rule)
      replays += 1
    }
    return result
  }

  private func conductOnce(_ rule: Rule) -> RuleResult {
    if let face = rule.face, face != subject.face {
      return RuleResult(rule, .notApplicable, note: "for \(face.rawValue) backends")
    }
    let missing = rule.needs.subtracting(subject.manifest.capabilities)
    if !missing.isEmpty {
      let names = missing.map(\.rawValue).sorted().joined(separator: ", ")
      return RuleResult(rule, .unsupported, note: "the backend does not declare: \(names)")
    }
    let started = ContinuousClock.now
    do {
      let stage = try Stage(subject: subject, options: options, patience: options.patience, rule: rule.id)
      var findings: [Finding] = []
      do { try rule.play(stage) } catch { findings.append(try finding(of: error)) }
      findings = stage.strikeSet(after: findings)
      let verdict: RuleResult.Verdict = findings.isEmpty ? .passed : rule.level == .must ? .failed : .warned
      return RuleResult(
        rule, verdict, findings: findings, history: stage.core.history.events, overlapUnproven: stage.overlapUnproven,
        duration: started.duration(to: .now), seed: options.seed)
    } catch {
      return RuleResult(rule, .inconclusive, note: "\(error)", duration: started.duration(to: .now), seed: options.seed)
    }
  }

  private func finding(of error: any Error) throws -> Finding {
    switch error {
    case StageStop.failed(let finding): finding
    case StageStop.hung(let what, let evidence):
      Finding(.lostWakeup, "still waiting for \(what), though every gate is open by now: \(evidence)")
    case let error as MissingCapability:
      Finding(.capabilityMismatch, "\(error.capability.rawValue) is declared, and its protocol is missing")
    default: throw error
    }
  }
}

/// A lock that threads wait for in line.
private final class Turn: @unchecked Sendable {
  // @unchecked: `isTaken` is used under the monitor only.
  private let monitor = Monitor()
  private var isTaken = false

  func take() {
    monitor.locked {
      while isTaken { monitor.wait() }
      isTaken = true
    }
  }

  func giveBack() {
    monitor.locked {
      isTaken = false
      monitor.signalOne()
    }
  }
}
