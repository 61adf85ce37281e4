import Embedding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where the server is, checked.
struct Endpoint: Sendable, Hashable {
  /// Scheme, host, port and path without a slash at the end and without `/v1`.
  let root: String
  let usesTLS: Bool
  let host: String

  var isLoopback: Bool {
    host == "localhost" || host == "::1" || host == "[::1]"
      || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
  }

  /// - Throws: `EmbeddingError` with code `invalidSetting`. The message never repeats the address: it may hold a password.
  init(_ text: String) throws(EmbeddingError) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      let host = parts.host, !host.isEmpty
    else {
      throw Self.invalid("is no address such as http://127.0.0.1:8000")
    }
    guard scheme == "http" || scheme == "https" else {
      throw Self.invalid("must begin with http:// or https://", actual: scheme)
    }
    guard parts.user == nil, parts.password == nil else {
      throw Self.invalid("holds a user name or a password: put an API key into a file and name that")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw Self.invalid("has a query or a fragment, which no request would carry: leave it out")
    }
    if let port = parts.port, !(1...65535).contains(port) {
      throw Self.invalid("has an impossible port", actual: "\(port)")
    }
    var path = parts.percentEncodedPath
    while path.hasSuffix("/") { path.removeLast() }
    if path.hasSuffix("/v1") { path.removeLast(3) }
    let shown = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    root = "\(scheme)://\(shown)" + (parts.port.map { ":\($0)" } ?? "") + path
    usesTLS = scheme == "https"
    self.host = host.lowercased()
  }

  private static func invalid(_ what: String, actual: String? = nil) -> EmbeddingError {
    EmbeddingError(.invalidSetting, "the embedding server's address \(what)", actual: actual)
  }
}
