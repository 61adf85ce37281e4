/// A request as the client's logic sees it.
struct HTTPCall: Sendable {
  enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  var method: Method
  var url: String
  /// JSON, for POST.
  var body: [UInt8]?
  var key: APIKey?
}

/// The whole answer to it.
struct HTTPReply: Sendable {
  var status: Int
  /// The field `Retry-After`.
  var retryAfter: String?
  /// The field `Location`.
  var location: String?
  var body: [UInt8]
}

/// Sends one request over some transport, without any second attempt.
protocol HTTPSending: Sendable {
  /// - Throws: `EmbeddingError`, or `CancellationError` when the task was cancelled.
  func send(_ call: HTTPCall) async throws -> HTTPReply
  /// Ends all connections. Called once.
  func close() async throws
}
