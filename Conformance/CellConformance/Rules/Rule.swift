/// One rule of the contract, with everything that the specification pages, `explain`, reports and suites say about it.
public struct Rule: Sendable, Identifiable {
  /// How binding a rule is, in the words of RFC 2119.
  public enum Level: String, Sendable, CaseIterable {
    case must = "MUST"
    case should = "SHOULD"
    case may = "MAY"
  }

  /// How a rule finds out.
  public enum Kind: String, Sendable, CaseIterable {
    /// The kit's gates force the order that matters; the same fault is found every time.
    case deterministic
    /// Callers race; a fault is found with a probability that `docs/` publishes. Never a false alarm.
    case stochastic
  }

  /// A fault that the rule must find: a broken cell of the zoo and the reason that the finding must give.
  public struct Kill: Sendable, Hashable {
    /// The broken cell's name.
    public let defect: String
    /// The reason of the finding; a fault in a race can show in more than one way, and any of them will do.
    public let reasons: [Reason]

    init(_ defect: String, _ reasons: Reason...) {
      self.defect = defect
      self.reasons = reasons
    }
  }

  /// `CELL-<family>.<number>`; never given to another rule.
  public let id: String
  /// A short sentence.
  public let title: String
  /// How binding it is.
  public let level: Level
  /// How it finds out.
  public let kind: Kind
  /// What a backend must be able to do for the rule to apply.
  public let needs: Set<Capability>
  /// The only face the rule applies to; nil for both.
  public let face: BackendFace?
  /// The normative sentence.
  public let spec: String
  /// Why the sentence stands.
  public let rationale: String
  /// What to look at in an implementation that fails.
  public let hint: String
  /// The broken cells that this rule must fail, and why.
  public let kills: [Kill]
  let play: @Sendable (Stage) throws -> Void

  init(
    _ id: String, _ level: Level, _ title: String, kind: Kind = .deterministic, needs: Set<Capability> = [],
    face: BackendFace? = nil, spec: String, why: String, check: String, kills: [Kill] = [],
    play: @escaping @Sendable (Stage) throws -> Void
  ) {
    self.id = id
    self.level = level
    self.title = title
    self.kind = kind
    self.needs = needs
    self.face = face
    self.spec = spec
    rationale = why
    hint = check
    self.kills = kills
    self.play = play
  }

  /// The family's number: the part of the id before the point.
  public var family: Int { Int(id.dropFirst(5).prefix { $0 != "." }) ?? -1 }

  /// The number within the family: the part of the id behind the point.
  var number: Int { Int(id.drop { $0 != "." }.dropFirst()) ?? -1 }
}
