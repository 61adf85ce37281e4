import CodeIntel
import Embedding
import Testing
import VLLMTransport

@Suite struct EmbedderSettingsTests {
  @Test func `without an address texts are embedded in this process`() throws {
    #expect(try EmbedderSettings(environment: [:]).transport == .inProcess)
    #expect(try EmbedderSettings(environment: ["CODEINTEL_EMBEDDER_URL": ""]).transport == .inProcess)
  }

  @Test func `an address chooses the server, with model, key and certificates`() throws {
    let settings = try EmbedderSettings(environment: [
      "CODEINTEL_EMBEDDER_URL": "https://models.example/v1", "CODEINTEL_EMBEDDER_MODEL": "all-MiniLM-L6-v2",
      "CODEINTEL_EMBEDDER_API_KEY_FILE": "/run/key", "CODEINTEL_EMBEDDER_CA_FILE": "/run/roots.pem",
    ])
    guard case .http(let server) = settings.transport else {
      Issue.record("not the server")
      return
    }
    #expect(server.url == "https://models.example/v1")
    #expect(server.model == "all-MiniLM-L6-v2")
    #expect(server.apiKeyFile == "/run/key")
    #expect(server.trustRootsFile == "/run/roots.pem")
    #expect(settings.queue.maxBatch == server.maxTexts)
  }

  @Test(arguments: [
    ["CODEINTEL_EMBEDDER_URL": "models.example"], ["CODEINTEL_EMBEDDER_MODEL": "lost"],
    ["CODEINTEL_EMBEDDER_API_KEY_FILE": "/run/key"],
    ["CODEINTEL_EMBEDDER_URL": "http://models.example", "CODEINTEL_EMBEDDER_API_KEY_FILE": "/run/key"],
  ])
  func `settings that contradict each other are refused`(environment: [String: String]) {
    #expect(throws: EmbeddingError(.invalidSetting, "")) { try EmbedderSettings(environment: environment) }
  }
}
