import Embedding
import Foundation
import Testing

@testable import VLLMTransport

/// The client against a real embedding server with the same model as the embedder in this process.
@Suite(.enabled(if: RealServer.isPresent, Comment(rawValue: RealServer.hint)))
struct RealServerTests {
  private func withClient(
    _ configuration: VLLMConfiguration = RealServer.configuration(), _ body: (VLLMClient) async throws -> Void
  ) async throws {
    let client = try await VLLMClient.connect(configuration)
    do { try await body(client) } catch {
      try await client.close()
      throw error
    }
    try await client.close()
  }

  private func cosine(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
    zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: RealServer.modelFolder + "/model.safetensors"),
      "the model is not in the cache: run scripts/model"),
    arguments: VLLMConfiguration.Encoding.allCases)
  func `both transports give the same vectors`(encoding: VLLMConfiguration.Encoding) async throws {
    let texts = try RealServer.referenceTexts()
    #expect(texts.count == 200)
    let inProcess = try TransformerEmbedder(modelFolder: RealServer.modelFolder, threads: 1)
    let expected = try await inProcess.embed(texts)
    try await withClient(RealServer.configuration(encoding)) { client in
      #expect(client.modelID == inProcess.modelID)
      #expect(client.dimension == inProcess.dimension)
      let actual = try await client.embed(texts)
      let cosines = texts.indices.map { cosine(actual.row($0), expected.row($0)) }
      let worst = cosines.indices.min { cosines[$0] < cosines[$1] } ?? 0
      print("worst cosine between the transports, \(encoding): \(cosines[worst]) for text \(worst)")
      #expect(cosines[worst] >= 0.999, "text \(worst): \(texts[worst].prefix(80))")
    }
  }

  @Test func `the connection check finds model and limit`() async throws {
    try await withClient { client in
      let status = try await client.checkConnection()
      #expect(status.models.contains("all-MiniLM-L6-v2"))
      #expect(status.isHealthy != false)
      #expect(client.maximumTokens == status.maximumTokens ?? 512)
    }
  }

  @Test func `a text far beyond the limit counts by its beginning`() async throws {
    try await withClient { client in
      let long = String(repeating: "the quick brown fox jumps over the lazy dog ", count: 600)
      let longer = long + "and something else entirely at the end"
      let matrix = try await client.embed([long, longer])
      #expect(cosine(matrix.row(0), matrix.row(1)) > 0.9999)
    }
  }

  @Test func `callers side by side get their own vectors, in any mix`() async throws {
    try await withClient { client in
      let texts = (0..<60).map { "function number \($0) parses the \(["header", "body", "tail"][$0 % 3])" }
      let whole = try await client.embed(texts)
      let service = try EmbeddingService(client)
      try await withThrowingTaskGroup(of: (Int, EmbeddingMatrix).self) { group in
        for number in texts.indices { group.addTask { (number, try await service.embed([texts[number]])) } }
        for try await (number, matrix) in group {
          #expect(cosine(matrix.row(0), whole.row(number)) > 0.99999, "text \(number)")
        }
      }
    }
  }

  @Test func `an unknown model is refused while connecting`() async throws {
    var configuration = RealServer.configuration()
    configuration.model = "nope"
    let error = await failure { try await VLLMClient.connect(configuration) }
    #expect(error?.code == .modelNotServed)
  }

  @Test(
    .enabled(
      if: RealServer.keyFile != nil,
      "the server wants no key: start it with VLLM_API_KEY_FILE and set CODEINTEL_EMBEDDER_API_KEY_FILE to the same file"
    ))
  func `a wrong key is refused and no error shows it`() async throws {
    let scratch = try Scratch()
    var configuration = RealServer.configuration()
    configuration.apiKeyFile = try scratch.write("sk-wrong-key", to: "key")
    let error = await failure { try await VLLMClient.connect(configuration) }
    #expect(error?.code == .unauthorized)
    #expect(error?.serverStatus == 401)
    #expect(error?.description.contains("sk-wrong") == false)
  }
}
