import AsyncHTTPClient
import Embedding
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What the network libraries throw, as `EmbeddingError`.
enum NetworkError {
  static func describe(_ error: any Error, maxAnswerBytes: Int) -> any Error {
    switch error {
    case is NIOTooManyBytesError:
      return EmbeddingError(
        .malformedResponse, "the embedding server's answer is too long to be one",
        expected: "at most \(maxAnswerBytes) bytes",
        actual: "more")
    case let error as HTTPClientError: return describe(error)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return tls(error)
    case HTTPParserError.invalidEOFState: return closedEarly(error)
    case is HTTPParserError:
      return EmbeddingError(
        .malformedResponse, "the embedding server does not speak HTTP: is the address right?", underlying: error)
    default:
      return EmbeddingError(
        .serverUnreachable,
        "no connection to the embedding server, or it broke: check that it runs and the address", underlying: error)
    }
  }

  private static func describe(_ error: HTTPClientError) -> EmbeddingError {
    switch error {
    case .alreadyShutdown, .cancelled:
      return EmbeddingError(.closed, "the client of the embedding server was closed: make a new one, or close it later")
    case .tlsHandshakeTimeout: return tls(error)
    case .connectTimeout, .getConnectionFromPoolTimeout:
      return EmbeddingError(
        .serverUnreachable, "the embedding server took too long to accept a connection", underlying: error)
    case .deadlineExceeded, .readTimeout, .writeTimeout:
      return EmbeddingError(.serverTimeout, "the embedding server took too long to answer", underlying: error)
    case .remoteConnectionClosed, .uncleanShutdown: return closedEarly(error)
    default:
      return EmbeddingError(
        .serverUnreachable, "the request to the embedding server failed", underlying: error)
    }
  }

  private static func closedEarly(_ error: any Error) -> EmbeddingError {
    EmbeddingError(
      .serverUnreachable, "the embedding server closed the connection before its answer was whole", underlying: error)
  }

  private static func tls(_ error: any Error) -> EmbeddingError {
    EmbeddingError(
      .tlsFailed,
      "no trusted connection to the embedding server: check its certificate and host name, and which certificates are trusted",
      underlying: error)
  }
}
