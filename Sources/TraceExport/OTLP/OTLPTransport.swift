/// Carries one request to a collector.
public protocol OTLPTransport: Sendable {
  /// Posts a body of `application/json` and says what became of it. Called on a thread made for blocking.
  func post(_ body: [UInt8]) -> OTLPOutcome
}

/// What became of a request to a collector, by the OTLP specification's section on failures.
public enum OTLPOutcome: Sendable, Hashable {
  /// Taken.
  case accepted
  /// Not taken now; may be sent again.
  case retryable
  /// Not taken, and never will be.
  case refused

  /// The outcome for an HTTP status: only 429, 502, 503 and 504 may be sent again.
  public init(status: Int) {
    switch status {
    case 200..<300: self = .accepted
    case 429, 502, 503, 504: self = .retryable
    default: self = .refused
    }
  }
}
