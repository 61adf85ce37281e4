import HTTPTypes
import Hummingbird

/// One operation of the service: what OpenAPI calls an operation, and who answers it.
struct Route: Sendable {
  /// How much the access log says of a route.
  enum Kind: Sendable {
    /// Requests of users and administrators.
    case work
    /// Probes and scrapes, which come all the time.
    case probe
  }

  typealias Handler = @Sendable (Request, ServerContext) async throws -> Response

  let method: HTTPRequest.Method
  /// The path with parameters in braces, as OpenAPI writes it.
  let path: String
  let kind: Kind
  let handler: Handler

  init(_ method: HTTPRequest.Method, _ path: String, kind: Kind = .work, handler: @escaping Handler) {
    self.method = method
    self.path = path
    self.kind = kind
    self.handler = handler
  }
}
