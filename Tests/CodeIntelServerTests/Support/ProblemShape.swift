import HTTPTypes
import HummingbirdTesting
import NIOCore
import ProblemDetails
import Testing

/// The rules of the kit's `ProblemDetailsShapeSuite` (CELL-8.01 to 8.07) and of RFC 9457, on an answer that came by HTTP.
enum ProblemShape {
  /// Checks an answer and gives its members.
  @discardableResult
  static func check(
    _ response: TestResponse, _ status: Int, _ slug: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: ProblemValue] {
    #expect(response.status.code == status, sourceLocation: sourceLocation)
    #expect(response.headers[.contentType] == ProblemDetails.mediaType, sourceLocation: sourceLocation)
    #expect(response.headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
    #expect(response.headers[.named("X-Request-Id")] != nil, sourceLocation: sourceLocation)
    return try check(
      Array(response.body.readableBytesView), status, slug, sourceLocation: sourceLocation)
  }

  @discardableResult
  static func check(
    _ body: [UInt8], _ status: Int, _ slug: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: ProblemValue] {
    // 8.01: one object, no member twice (the reader refuses both).
    let members = try #require(try ProblemValue(json: body).objectValue, sourceLocation: sourceLocation)
    // 8.02: the five members have their types.
    for name in ["type", "title", "detail", "instance"] {
      if let value = members[name] { #expect(value.stringValue != nil, "\(name)", sourceLocation: sourceLocation) }
    }
    // 8.03: type, title and status are there; the status is the answer's.
    #expect(members["type"]?.stringValue == "/problems/\(slug)", sourceLocation: sourceLocation)
    #expect(members["status"] == .integer(Int64(status)), sourceLocation: sourceLocation)
    let type = try #require(ProblemCatalogue.type(forSlug: slug), sourceLocation: sourceLocation)
    // 8.04: the title is the type's; the instance names this occurrence alone.
    #expect(members["title"]?.stringValue == type.title, sourceLocation: sourceLocation)
    #expect(members["instance"]?.stringValue?.hasPrefix("urn:uuid:") == true, sourceLocation: sourceLocation)
    // 8.06: legal names, no nulls.
    for (name, value) in members {
      #expect(value != .null, "\(name) is null", sourceLocation: sourceLocation)
      guard !ProblemDetails.reservedMembers.contains(name) else { continue }
      #expect(ExtensionName.isValid(name), "\(name) is no extension name", sourceLocation: sourceLocation)
    }
    // 8.07: a server fault tells nothing of the inside.
    if status == 500 {
      #expect(members["detail"]?.stringValue == type.explanation, sourceLocation: sourceLocation)
    }
    return members
  }
}
