/// What came of one rule.
public struct RuleResult: Sendable {
  /// The verdict on one rule.
  public enum Verdict: String, Sendable, CaseIterable {
    /// Nothing wrong was found.
    case passed
    /// A MUST rule found something wrong.
    case failed
    /// A SHOULD rule found something wrong.
    case warned
    /// The backend does not declare what the rule needs.
    case unsupported
    /// The rule is for the other face.
    case notApplicable = "not-applicable"
    /// The rule failed, and the backend's maintainers say so themselves.
    case waived
    /// The kit could not find out.
    case inconclusive
  }

  /// The rule.
  public let rule: Rule
  /// What came of it.
  public var verdict: Verdict
  /// What is wrong; the first finding is the rule's own.
  public let findings: [Finding]
  /// Why the rule did not run, or could not find out.
  public var note: String
  /// What happened, in order.
  public let history: [HistoryEvent]
  /// How often the kit could not make sure that all callers were where the rule wanted them. Weakens a pass, never a failure.
  public let overlapUnproven: Int
  /// How long the rule took.
  public let duration: Duration
  /// The seed of everything that was left to chance.
  public let seed: UInt64
  /// The history in words, of a rule that was played in another process.
  var transcript: Transcript?
  /// Whether the run was given up because nothing moved any more.
  package var isHung = false

  /// What is left of a history once it has crossed from one process to another.
  struct Transcript: Sendable {
    /// What the explanation shows.
    let excerpt: [String]
    /// All of it.
    let full: [String]
  }

  init(
    _ rule: Rule, _ verdict: Verdict, findings: [Finding] = [], note: String = "", history: [HistoryEvent] = [],
    overlapUnproven: Int = 0, duration: Duration = .zero, seed: UInt64 = 0
  ) {
    self.rule = rule
    self.verdict = verdict
    self.findings = findings
    self.note = note
    self.history = history
    self.overlapUnproven = overlapUnproven
    self.duration = duration
    self.seed = seed
  }
}
