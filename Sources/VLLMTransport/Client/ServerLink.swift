import Embedding
import NIOConcurrencyHelpers
import RuntimeCells

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The routes of the server, each as one question.
struct ServerLink: Sendable {
  let configuration: VLLMConfiguration
  let endpoint: Endpoint
  let runner: CallRunner
  let clock: CellClock
  let key: NIOLockedValueBox<APIKey?>

  /// `GET /v1/models`.
  func models() async throws -> ModelList {
    try ModelList.read(await ask(HTTPCall(method: .get, url: endpoint.root + "/v1/models")).body)
  }

  /// `POST /v1/embeddings`: the vectors one after another. A request that is too large for the server is sent as two halves.
  func vectors(for texts: [String], model: String, dimension: Int?) async throws -> [Float] {
    let body = EmbeddingRequestBody(
      model: model, input: texts, encoding: configuration.encoding.rawValue,
      truncation: configuration.truncates ? -1 : nil)
    let call = HTTPCall(
      method: .post, url: endpoint.root + "/v1/embeddings", body: Array(try JSONEncoder().encode(body)))
    let reply: HTTPReply
    do { reply = try await ask(call, hiding: texts) } catch let error as EmbeddingError
      where error.serverStatus == 413 && texts.count > 1
    {
      let middle = texts.count / 2
      let first = try await vectors(for: Array(texts[..<middle]), model: model, dimension: dimension)
      return try await first + vectors(for: Array(texts[middle...]), model: model, dimension: dimension)
    }
    return try EmbeddingResponseBody.vectors(reply.body, count: texts.count, dimension: dimension)
  }

  /// `GET /health`, and whether the model is still there.
  func status(model: String) async throws -> ServerStatus {
    let start = clock.now
    var isHealthy: Bool?
    do {
      _ = try await ask(HTTPCall(method: .get, url: endpoint.root + "/health"))
      isHealthy = true
    } catch let error as EmbeddingError where error.serverStatus == 404 || error.serverStatus == 405 {
      // Not part of OpenAI's interface: a server may do without.
    }
    let list = try await models()
    let chosen = try list.choose(model)
    return ServerStatus(
      isHealthy: isHealthy, models: list.data.map(\.id), maximumTokens: chosen.maximumTokens, took: clock.now - start)
  }

  /// Sends with the key; when it is refused, reads the file again: it may have been replaced since.
  private func ask(_ call: HTTPCall, hiding texts: [String] = []) async throws -> HTTPReply {
    var call = call
    call.key = key.withLockedValue { $0 }
    do { return try await runner.perform(call, hiding: texts) } catch let error as EmbeddingError
      where error.code == .unauthorized
    {
      guard let path = configuration.apiKeyFile, let fresh = try? await APIKey.read(path), fresh != call.key else {
        throw error
      }
      key.withLockedValue { $0 = fresh }
      call.key = fresh
      return try await runner.perform(call, hiding: texts)
    }
  }
}
