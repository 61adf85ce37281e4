import ProblemDetails

/// Plays rules in processes of their own.
package struct IsolatedPlayer: Sendable {
  let isolation: RuleIsolation
  let options: RunOptions

  /// Plays the rule and gives the result when its process is gone.
  func play(_ rule: Rule) async -> RuleResult {
    let started = ContinuousClock.now
    let child = ChildProcess(executable: isolation.executable, arguments: isolation.arguments(rule, options))
    do {
      let remains = try await child.remains(patience: options.patience)
      if let result = Self.result(of: rule, in: remains.result) { return result }
      // Level does not matter here: a process that dies takes its host along.
      var result = RuleResult(
        rule, .failed, findings: [ProcessLoss.finding(remains)], duration: started.duration(to: .now),
        seed: options.seed)
      if case .hung = remains.ending { result.isHung = true }
      return result
    } catch {
      return RuleResult(rule, .inconclusive, note: "\(error)", seed: options.seed)
    }
  }

  /// The last line of what the child wrote that does not only tell that it lives. A sanitizer holds a process for a second
  /// after its end was asked for, and the signs of life go on meanwhile.
  package static func result(of rule: Rule, in bytes: [UInt8]) -> RuleResult? {
    guard let line = bytes.split(separator: UInt8(ascii: "\n")).last(where: { $0 != [UInt8(ascii: ".")] }),
      let page = try? ProblemValue(json: line)
    else {
      return nil
    }
    return RuleResult(rule, wire: page)
  }
}
