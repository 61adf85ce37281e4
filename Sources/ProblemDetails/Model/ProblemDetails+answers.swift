#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ProblemDetails {
  /// Reads the problem that an HTTP answer tells, as RFC 9457 section 3.1 asks of clients: the status that counts is the
  /// answer's, and a type of the same origin is known by its path, as ``ProblemCatalogue`` knows it.
  ///
  /// - Parameters:
  ///   - bytes: the answer's body.
  ///   - status: the answer's status.
  ///   - address: the URL that was asked.
  /// - Throws: as ``init(decoding:duplicates:)``.
  public init(
    decoding bytes: some Sequence<UInt8>, answered status: Int, at address: String
  ) throws(ProblemDetailsError) {
    try self.init(decoding: bytes)
    self.status = status
    let identity = identity(at: address)
    if let origin = Self.origin(of: address), identity.hasPrefix(origin + "/") {
      type = String(identity.dropFirst(origin.count))
    }
  }

  /// What the problem is, for comparison: its type, resolved against the URL it came from (RFC 9457 section 3.1.1). Nothing
  /// is fetched. A type that is no URI reference stays as it is.
  public func identity(at address: String) -> String {
    guard URIReference.isValid(type), let base = URL(string: address),
      let resolved = URL(string: type, relativeTo: base)
    else { return type }
    return resolved.absoluteString
  }

  /// Scheme, host and port of a URL, as it has them.
  private static func origin(of address: String) -> String? {
    guard let start = address.firstRange(of: "://")?.upperBound else { return nil }
    let end = address[start...].firstIndex { "/?#".contains($0) } ?? address.endIndex
    return String(address[..<end])
  }
}
