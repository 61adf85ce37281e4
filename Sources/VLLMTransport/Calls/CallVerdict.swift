import Embedding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What one attempt came to: an answer, an end, or a reason to try again.
enum CallVerdict: Sendable {
  case done(HTTPReply)
  case final(EmbeddingError)
  /// The pause that the server asked for, if it did.
  case again(EmbeddingError, Duration?)

  /// Whose fault a failure is, for the circuit breaker.
  enum Blame: Sendable {
    case nobody
    case server
    /// The server works, but has too much to do.
    case load
  }

  private var error: EmbeddingError? {
    switch self {
    case .done: nil
    case .final(let error), .again(let error, _): error
    }
  }

  var blame: Blame {
    switch error?.code {
    case .serverUnreachable, .serverTimeout, .tlsFailed, .serverFailed: .server
    case .serverOverloaded, .closed, .circuitOpen: .load
    // A refusal is an answer: the server works.
    default: .nobody
    }
  }

  var outcome: String { error.map { EmbeddingEvent.outcome($0) } ?? "ok" }

  /// Judges a failure below HTTP. An embedding has no side effects, so a request may be sent again whatever became of it.
  init(_ error: EmbeddingError) {
    switch error.code {
    case .serverUnreachable, .serverTimeout: self = .again(error, nil)
    default: self = .final(error)
    }
  }

  /// Judges an answer by its status (RFC 9110, section 15; RFC 6585 for 429).
  init(_ reply: HTTPReply, now: Date, hiding secrets: [String]) {
    let wish = RetryAfter.delay(reply.retryAfter, now: now)
    func error(_ code: EmbeddingError.Code, _ what: String, after: Duration? = nil) -> EmbeddingError {
      let said = ServerMessage.excerpt(reply.body, hiding: secrets)
      return EmbeddingError(
        code, "the embedding server \(what)" + (said.isEmpty ? "" : "; it says: \(said)"), retryAfter: after,
        serverStatus: reply.status)
    }
    switch reply.status {
    case 200...299: self = .done(reply)
    case 300...399:
      let target = ServerMessage.clean(reply.location ?? "", hiding: secrets)
      self = .final(
        EmbeddingError(
          .malformedResponse, "the embedding server redirects, which is not followed: configure the address itself",
          actual: target.isEmpty ? nil : target, serverStatus: reply.status))
    case 400, 413, 422: self = .final(error(.inputRejected, "refused the texts"))
    case 401, 403: self = .final(error(.unauthorized, "refused the API key, or wants one: check the key's file"))
    case 404 where ServerMessage.isAboutModel(reply.body):
      self = .final(error(.modelNotServed, "does not serve the model"))
    case 404, 405: self = .final(error(.malformedResponse, "has no such route: is the address right?"))
    case 408: self = .again(error(.serverTimeout, "gave up waiting", after: wish), wish)
    case 429: self = .again(error(.serverOverloaded, "is overloaded", after: wish), wish)
    case 501: self = .final(error(.serverFailed, "cannot make embeddings: is it started for them?"))
    case 500...599: self = .again(error(.serverFailed, "failed", after: wish), wish)
    default: self = .final(error(.malformedResponse, "answered with a status that means nothing here"))
    }
  }
}
