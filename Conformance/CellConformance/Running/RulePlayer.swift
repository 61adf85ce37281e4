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
  ///
  /// - Parameter onWedge: told the result when the process cannot go on; the process ends after that, with status 3.
  package func play(_ rule: Rule, onWedge: @escaping @Sendable (RuleResult) -> Void = { _ in }) async -> RuleResult {
    let watch = RuleWatchdog.Watch(rule: rule, patience: options.patience, deathNote: deathNote(rule)) { evidence in
      let result = wedged(rule, evidence)
      onWedge(result)
      RuleWatchdog.endProcess(result)
    }
    let result = await withCheckedContinuation { continuation in
      do {
        try KitThread.start("cell-conductor") {
          Self.turn.take()
          RuleWatchdog.shared.begin(watch)
          let result = self.conduct(rule)
          RuleWatchdog.shared.concluded(watch)
          Self.turn.giveBack()
          continuation.resume(returning: result)
        }
      } catch {
        continuation.resume(returning: RuleResult(rule, .inconclusive, note: "\(error)"))
      }
    }
    RuleWatchdog.shared.pickedUp(watch)
    return result
  }

  /// The result of a rule whose process cannot go on.
  func wedged(_ rule: Rule, _ evidence: RuleWatchdog.Evidence) -> RuleResult {
    var result = RuleResult(
      rule, .failed,
      findings: [
        Finding(
          .processHung, "the process that played this rule cannot go on: \(evidence.what)",
          proof: ["check: \(evidence.check)"])
      ], seed: options.seed)
    result.isHung = true
    return result
  }

  private func deathNote(_ rule: Rule) -> String {
    """

    cell-conformance: the process died while \(rule.id) ("\(rule.title)") examined \(subject.manifest.name).
      check: does the backend trap, abort or call exit() there? \(rule.hint)
      To run every rule in a process of its own: cell-conformance run --isolate, or ConformanceProgram (docs/writing-a-backend.md).

    """
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
      var result = RuleResult(
        rule, verdict, findings: findings, history: stage.core.history.events, overlapUnproven: stage.overlapUnproven,
        duration: started.duration(to: .now), seed: options.seed)
      result.isHung = stage.core.isHung
      return result
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
