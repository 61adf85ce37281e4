#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A problem in the sense of RFC 9457: one error, told in the same shape to a person at a terminal, a program that
/// reads JSON and a client behind HTTP.
///
/// ```swift
/// let problem = ProblemDetails(type: "/problems/no-index", title: "No index", status: 404, detail: "…")
/// let bytes = try problem.encoded()               // strict: sorted members, no nulls, legal names
/// let again = try ProblemDetails(decoding: bytes)   // tolerant: ill-typed members count as absent
/// ```
///
/// Most problems are not written by hand but mapped from an error: ``init(_:instance:redaction:)``.
public struct ProblemDetails: Sendable, Hashable {
  /// The media type of the JSON form (RFC 9457 section 6.1); it defines no charset parameter.
  public static let mediaType = "application/problem+json"

  /// The `type` of a problem that says no more than its status code does (RFC 9457 section 4.2.1).
  public static let aboutBlank = "about:blank"

  /// The names an extension must not take.
  public static let reservedMembers: Set<String> = ["type", "title", "status", "detail", "instance"]

  /// A URI reference that identifies the kind of problem; clients decide by it and by nothing else.
  public var type: String
  /// A short text that is the same for every occurrence of the type.
  public var title: String?
  /// The HTTP status code, 100-599; must equal the one of the response.
  public var status: Int?
  /// What went wrong this time and what helps.
  public var detail: String?
  /// A URI reference of this one occurrence: not the path of the request.
  public var instance: String?
  /// Further members beside the five.
  public var extensions: [String: ProblemValue]

  /// A problem from its members.
  public init(
    type: String = ProblemDetails.aboutBlank, title: String? = nil, status: Int? = nil, detail: String? = nil,
    instance: String? = nil, extensions: [String: ProblemValue] = [:]
  ) {
    self.type = type
    self.title = title
    self.status = status
    self.detail = detail
    self.instance = instance
    self.extensions = extensions
  }

  /// A fresh name for one occurrence: `urn:uuid:` and a random UUID (RFC 9562), the same in the log and in the answer.
  public static func newInstance() -> String { "urn:uuid:" + UUID().uuidString.lowercased() }

  /// How a process that fails with this problem exits: by the catalogue, else 1.
  public var exitStatus: ExitStatus { ProblemCatalogue.type(forURI: type)?.exitStatus ?? .failure }
}
