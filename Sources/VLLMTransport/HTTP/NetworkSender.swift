import AsyncHTTPClient
import Embedding
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOSSL
import RuntimeCells

/// The real transport: AsyncHTTPClient, one pool of connections.
final class NetworkSender: HTTPSending {
  private let client: HTTPClient
  private let isClosed = NIOLockedValueBox(false)
  private let maxAnswerBytes: Int

  /// - Throws: `EmbeddingError` with code `invalidSetting` when the trusted certificates cannot be used.
  init(_ configuration: VLLMConfiguration) throws(EmbeddingError) {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let file = configuration.trustRootsFile {
      do { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file)) } catch {
        throw EmbeddingError(
          .invalidSetting, "the file of trusted certificates cannot be read or holds none", path: file,
          underlying: error)
      }
    }
    var settings = HTTPClient.Configuration(tlsConfiguration: tls)
    // A redirect would carry the texts, and maybe the key, to an address that nobody configured.
    settings.redirectConfiguration = .disallow
    settings.timeout.connect = TimeAmount(configuration.connectTimeout)
    settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.maxConcurrency
    // Attempts are counted and spaced in one place, `CallRunner`.
    settings.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    maxAnswerBytes = configuration.maxAnswerBytes
  }

  func send(_ call: HTTPCall) async throws -> HTTPReply {
    var request = HTTPClientRequest(url: call.url)
    request.method = HTTPMethod(rawValue: call.method.rawValue)
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: "runtime-cells")
    if let key = call.key { request.headers.add(name: "authorization", value: "Bearer \(key.secret)") }
    if let body = call.body {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(body)
    }
    do {
      // Time is kept by the caller, whose clock a test can move; cancellation ends the exchange.
      let response = try await client.execute(request, deadline: .distantFuture)
      let body = try await response.body.collect(upTo: maxAnswerBytes)
      return HTTPReply(
        status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
        location: response.headers.first(name: "location"), body: Array(body.readableBytesView))
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw NetworkError.describe(error, maxAnswerBytes: maxAnswerBytes)
    }
  }

  func close() async throws {
    guard
      isClosed.withLockedValue({ closed in
        defer { closed = true }
        return !closed
      })
    else { return }
    try await client.shutdown()
  }

  deinit {
    // The library stops a debug build when its client is dropped open; whoever forgets to close ours does not deserve that.
    guard !isClosed.withLockedValue({ $0 }) else { return }
    Task { [client] in try? await client.shutdown() }
  }
}

extension TimeAmount {
  /// Rounded down to nanoseconds; three centuries at most.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(min(seconds, 9_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
