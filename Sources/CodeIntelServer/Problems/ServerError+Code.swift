extension ServerError {
  /// The kind of failure: open, so that a new one breaks no caller.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The stable name; `Fixtures/contract.json` gives it a problem type and a status.
    public let rawValue: String

    /// Wraps a stable name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The body is not JSON by RFC 8259, or not an object.
    public static let malformedJSON = Code(rawValue: "http.malformed-json")
    /// The query string is not percent-encoded UTF-8.
    public static let malformedQuery = Code(rawValue: "http.malformed-query")
    /// The message breaks HTTP's own grammar; the connection is closed.
    public static let malformedMessage = Code(rawValue: "http.malformed-message")
    /// The request is wrong in a way without a code of its own.
    public static let badRequest = Code(rawValue: "http.bad-request")
    /// No token, or a wrong one.
    public static let unauthorized = Code(rawValue: "http.unauthorized")
    /// There is no admin token, so nobody may administer.
    public static let adminOff = Code(rawValue: "http.admin-off")
    /// Administration is open to the service's own host only.
    public static let notLoopback = Code(rawValue: "http.not-loopback")
    /// Nothing is at this path.
    public static let notFound = Code(rawValue: "http.not-found")
    /// The path has no such method; `Allow` names those it has.
    public static let methodNotAllowed = Code(rawValue: "http.method-not-allowed")
    /// The body did not arrive in time.
    public static let requestTimeout = Code(rawValue: "http.request-timeout")
    /// The body is larger than accepted.
    public static let contentTooLarge = Code(rawValue: "http.content-too-large")
    /// Path and query are longer than accepted.
    public static let uriTooLong = Code(rawValue: "http.uri-too-long")
    /// The request's `Host` is none that the service answers to.
    public static let misdirected = Code(rawValue: "http.misdirected-request")
    /// The header fields are larger than accepted; the connection is closed.
    public static let headerFieldsTooLarge = Code(rawValue: "http.header-fields-too-large")
    /// The body is not of a media type that the route reads.
    public static let unsupportedMediaType = Code(rawValue: "http.unsupported-media-type")
    /// Parameters are missing, unknown, of the wrong type or out of range; `errors` names each.
    public static let invalidParameters = Code(rawValue: "http.invalid-parameters")
    /// More requests than the route accepts in this time.
    public static let tooManyRequests = Code(rawValue: "http.too-many-requests")
    /// The client closed its side of the connection first.
    public static let clientClosedRequest = Code(rawValue: "http.client-closed-request")
    /// The request's deadline passed.
    public static let deadlineExceeded = Code(rawValue: "http.deadline-exceeded")
    /// A setting of the service makes no sense.
    public static let invalidSettings = Code(rawValue: "http.invalid-settings")
    /// The admin token cannot be read or is too weak.
    public static let adminToken = Code(rawValue: "http.admin-token")
    /// The address cannot be listened on.
    public static let cannotListen = Code(rawValue: "http.cannot-listen")
  }
}
