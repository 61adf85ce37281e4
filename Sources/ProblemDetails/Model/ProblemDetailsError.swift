/// A problem document that cannot be read, or a problem that must not be written.
///
/// Two errors are equal when their codes are.
public struct ProblemDetailsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure: open, so that a new one breaks no caller.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The stable name.
    public let rawValue: String

    /// Wraps a stable name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The bytes are not JSON by RFC 8259.
    public static let malformedJSON = Code(rawValue: "problem.malformed-json")
    /// The document is JSON but not an object (RFC 9457 section 3).
    public static let notAnObject = Code(rawValue: "problem.not-an-object")
    /// A member name appears twice in one object.
    public static let duplicateMember = Code(rawValue: "problem.duplicate-member")
    /// The document nests too deep.
    public static let tooDeep = Code(rawValue: "problem.too-deep")
    /// An extension name breaks the grammar of RFC 9457 section 3.2.
    public static let invalidExtensionName = Code(rawValue: "problem.invalid-extension-name")
    /// An extension has the name of one of the five members.
    public static let shadowedMember = Code(rawValue: "problem.shadowed-member")
    /// A member is null: absent members are left out instead.
    public static let nullValue = Code(rawValue: "problem.null-value")
    /// A number is infinite or not a number, which JSON cannot say.
    public static let nonFiniteNumber = Code(rawValue: "problem.non-finite-number")
    /// The status is not within 100-599.
    public static let statusOutOfRange = Code(rawValue: "problem.status-out-of-range")
    /// `type` or `instance` is not a URI reference (RFC 3986).
    public static let invalidURIReference = Code(rawValue: "problem.invalid-uri-reference")
  }

  /// The kind of failure.
  public let code: Code
  /// What happened, and what would have been right.
  public let message: String
  /// The member at fault, where there is one; a path such as `errors.0.pointer` for nested ones.
  public let member: String?
  /// The byte offset in the document that was read.
  public let offset: Int?

  /// An error with its code and message.
  public init(_ code: Code, _ message: String, member: String? = nil, offset: Int? = nil) {
    self.code = code
    self.message = message
    self.member = member
    self.offset = offset
  }

  /// Code and message.
  public var description: String { "\(code.rawValue): \(message)" }

  /// Equality of the codes.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension ProblemDetailsError: ProblemConvertible {
  /// The stable name of the code.
  public var problemCode: String { code.rawValue }

  /// The message.
  public var problemDetail: String { message }

  /// The member at fault and the byte offset, where known.
  public var problemExtensions: [String: ProblemValue] {
    var extensions: [String: ProblemValue] = [:]
    if let member { extensions["member"] = .string(member) }
    if let offset { extensions["offset"] = .integer(Int64(offset)) }
    return extensions
  }
}
