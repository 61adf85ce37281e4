import Embedding
import Foundation
import RuntimeCells
import Synchronization

@testable import VLLMTransport

/// An embedding server in the place of the network: it answers correctly, fails or hangs, and remembers what it was asked.
final class ScriptedEmbeddingServer: HTTPSending {
  enum Mood: Sendable {
    case well, failing, hanging
  }

  private struct State {
    var mood = Mood.well
    var paths: [String] = []
  }

  private let state = Mutex(State())

  /// The paths that were asked for, in order.
  var paths: [String] { state.withLock { $0.paths } }

  func become(_ mood: Mood) { state.withLock { $0.mood = mood } }

  /// A client of this server that gives up after the first attempt and opens its circuit after the first failure.
  func client() async throws -> VLLMClient {
    var configuration = VLLMConfiguration(url: "http://server.test")
    configuration.encoding = .float
    configuration.maxAttempts = 1
    configuration.circuitFailures = 1
    configuration.circuitPause = .nanoseconds(1)
    let runner = CallRunner(configuration, sender: self, clock: .continuous)
    return try await VLLMClient.connect(configuration, configuration.validated(), runner, .continuous)
  }

  func send(_ call: HTTPCall) async throws -> HTTPReply {
    let path = String(call.url.dropFirst("http://server.test".count))
    let mood = state.withLock { state in
      state.paths.append(path)
      return state.mood
    }
    switch (mood, path) {
    case (.well, "/health"): return HTTPReply(status: 200, body: [])
    case (.well, "/v1/models"): return HTTPReply(status: 200, body: Array(#"{"data":[{"id":"scripted"}]}"#.utf8))
    case (.well, _): return HTTPReply(status: 200, body: try Self.embeddings(call.body ?? []))
    case (.failing, _): return HTTPReply(status: 500, body: [])
    case (.hanging, _):
      // Suspends until it is cancelled.
      let (forever, end) = AsyncStream.makeStream(of: Void.self)
      for await _ in forever {}
      end.finish()
      throw CancellationError()
    }
  }

  func close() async throws {}

  private static func embeddings(_ body: [UInt8]) throws -> [UInt8] {
    struct Body: Decodable { var input: [String] }
    let texts = try JSONDecoder().decode(Body.self, from: Data(body)).input
    let items = texts.enumerated().map { place, text in
      // Another direction for each text that begins otherwise: enough for a search to have an order.
      let angle = Double(text.utf8.prefix(64).reduce(0) { ($0 * 31 + Int($1)) % 1009 }) / 1009
      return #"{"index":\#(place),"embedding":[\#(cos(angle)),\#(sin(angle))]}"#
    }
    return Array(#"{"data":[\#(items.joined(separator: ","))]}"#.utf8)
  }
}
