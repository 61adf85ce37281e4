/// One rule about problem documents: what RFC 9457 asks of who writes them (R) and of who reads them (C), and what RFC 9110
/// asks of the answers they come in.
public struct ProblemRule: Sendable, Hashable, Identifiable {
  /// How binding a rule is.
  public enum Level: String, Sendable {
    /// RFC 9457 or RFC 9110 says MUST.
    case must = "MUST"
    /// They say SHOULD.
    case should = "SHOULD"
    /// They say nothing, or less: asked for by this suite, see ``ProblemSuite/Profile/strict``.
    case profile = "profile"
  }

  /// `R1` to `R11`, `C1` to `C4`; never given to another rule.
  public let id: String
  /// How binding it is.
  public let level: Level
  /// The sentence.
  public let sentence: String
  /// Where it stands.
  public let source: String

  init(_ id: String, _ level: Level, _ sentence: String, _ source: String) {
    self.id = id
    self.level = level
    self.sentence = sentence
    self.source = source
  }
}
