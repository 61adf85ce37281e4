import HTTPTypes
import NIOCore

/// Whether a request is meant for this service, by its `Host` field.
///
/// A page in a browser can have its own name resolved to an address of the user's host (DNS rebinding) and would then read
/// what the service answers as its own. The browser still names the page's host, so a service that listens on loopback
/// answers only to addresses, which cannot be rebound, to `localhost`, and to names that the settings allow.
struct HostCheck: Sendable {
  /// The names that are answered, in lower case; nil answers to any.
  private let names: Set<String>?

  /// - Parameters:
  ///   - allowed: names of the settings; `*` allows any.
  ///   - address: what the service listens on. Beyond loopback any name is answered unless some are allowed.
  init(allowed: [String], listeningOn address: String) {
    let allowed = Set(allowed.map { $0.lowercased() })
    let isLoopback = address == "localhost" || address == "::1" || address.hasPrefix("127.")
    names = allowed.contains("*") || (allowed.isEmpty && !isLoopback) ? nil : allowed
  }

  /// A request without the field, which RFC 9112 section 3.2 has refused, is let through to probes: those of load balancers
  /// often speak HTTP/1.0, which has none.
  ///
  /// - Throws: ``ServerError`` with `badRequest` for no such field or two; `misdirected` for a name that is not the
  ///   service's.
  func check(_ request: HTTPRequest, isProbe: Bool) throws(ServerError) {
    guard request.headerFields[Self.field] == nil else {
      throw ServerError(.badRequest, "The request has two Host fields; one is needed.")
    }
    guard let authority = request.authority, !authority.allSatisfy(\.isWhitespace) else {
      if isProbe { return }
      throw ServerError(.badRequest, "The request has no Host field; HTTP/1.1 needs one.")
    }
    guard let names else { return }
    let name = Self.name(in: authority).lowercased()
    if names.contains(name) || name == "localhost" || name.hasSuffix(".localhost") || Self.isAddress(name) { return }
    throw ServerError(
      .misdirected,
      "This service does not answer to the name '\(name.prefix(100))'; it answers to addresses, localhost and the names in "
        + "CODEINTEL_ALLOWED_HOSTS.")
  }

  private static let field = HTTPField.Name("Host") ?? .contentType

  /// Without the port, and without the brackets of an IPv6 address.
  private static func name(in authority: String) -> String {
    var name = authority[...]
    if let colon = name.lastIndex(of: ":"), name[colon...].dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      name = name[..<colon]
    }
    guard name.hasPrefix("["), name.hasSuffix("]") else { return String(name) }
    return String(name.dropFirst().dropLast())
  }

  private static func isAddress(_ name: String) -> Bool {
    (try? SocketAddress(ipAddress: name, port: 0)) != nil
  }
}
