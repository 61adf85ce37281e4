/// One kind of problem: what RFC 9457 section 4 asks a type's documentation to say, and how our programs treat it.
///
/// The constants (`ProblemType.internalError`, …) are generated from `Fixtures/contract.json`.
public struct ProblemType: Sendable, Hashable, CustomStringConvertible {
  /// The last part of the type's URI: lower-case words joined by hyphens, never reused.
  public let slug: String
  /// The title of every occurrence.
  public let title: String
  /// The HTTP status code of every occurrence.
  public let status: Int
  /// How a process that fails with it exits.
  public let exitStatus: ExitStatus
  /// Whether the same call may succeed later without anything being changed.
  public let isRetryable: Bool
  /// Whether the type only says where an error arose: the cause, if it has a type of its own, tells more.
  public let isWrapper: Bool
  /// The error codes that map to it.
  public let codes: [String]
  /// What happened, in sentences that hold for every occurrence and reveal nothing of the host.
  public let explanation: String
  /// What to do about it.
  public let remedy: String

  init(
    slug: String, title: String, status: Int, exitStatus: ExitStatus, isRetryable: Bool, isWrapper: Bool,
    codes: [String], explanation: String, remedy: String
  ) {
    self.slug = slug
    self.title = title
    self.status = status
    self.exitStatus = exitStatus
    self.isRetryable = isRetryable
    self.isWrapper = isWrapper
    self.codes = codes
    self.explanation = explanation
    self.remedy = remedy
  }

  /// The value of `type`: a relative reference with its full path (RFC 9457 section 3.1.1), served by our service.
  public var uri: String { ProblemCatalogue.basePath + slug }

  /// The slug.
  public var description: String { slug }
}
