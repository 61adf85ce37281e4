import CodeIntel
import Embedding
import Testing
import VLLMTransport

@Suite struct EmbedderSettingsTests {
  private func load(_ environment: [String: String]) throws(SettingsError) -> EmbedderSettings {
    try Settings.load(environment: environment).settings.embedder
  }

  @Test func `without an address texts are embedded in this process`() throws {
    #expect(try load([:]).transport == .inProcess)
    #expect(try load(["CODEINTEL_EMBEDDER_URL": ""]).transport == .inProcess)
  }

  @Test func `an address chooses the server, with model, key and certificates`() throws {
    let settings = try load([
      "CODEINTEL_EMBEDDER_URL": "https://models.example/v1", "CODEINTEL_EMBEDDER_MODEL": "all-MiniLM-L6-v2",
      "CODEINTEL_EMBEDDER_API_KEY_FILE": #filePath, "CODEINTEL_EMBEDDER_CA_FILE": "/run/roots.pem",
    ])
    guard case .http(let server) = settings.transport else {
      Issue.record("not the server")
      return
    }
    #expect(server.url == "https://models.example/v1")
    #expect(server.model == "all-MiniLM-L6-v2")
    #expect(server.apiKeyFile == #filePath)
    #expect(server.trustRootsFile == "/run/roots.pem")
    #expect(settings.queue.maxBatch == server.maxTexts)
  }

  @Test func `the precision is single unless int8 is asked for`() throws {
    #expect(try load([:]).precision == .float32)
    #expect(try load(["CODEINTEL_EMBEDDER_PRECISION": "f32"]).precision == .float32)
    #expect(try load(["CODEINTEL_EMBEDDER_PRECISION": "int8"]).precision == .int8)
    let url = "http://127.0.0.1:1"
    #expect(
      try load(["CODEINTEL_EMBEDDER_URL": url, "CODEINTEL_EMBEDDER_PRECISION": "f32"]).transport
        == load(["CODEINTEL_EMBEDDER_URL": url]).transport)
  }

  @Test(arguments: [
    ["CODEINTEL_EMBEDDER_PRECISION": "int4"], ["CODEINTEL_EMBEDDER_PRECISION": "INT8"],
    ["CODEINTEL_EMBEDDER_PRECISION": "int8", "CODEINTEL_EMBEDDER_URL": "http://127.0.0.1:1"],
  ])
  func `a precision that is none, or that a server would not heed, is refused`(environment: [String: String]) {
    let error = #expect(throws: SettingsError.self) { try load(environment) }
    #expect(error?.faults.map(\.key) == ["embedder.precision"])
  }

  @Test(arguments: [
    ["CODEINTEL_EMBEDDER_URL": "models.example"], ["CODEINTEL_EMBEDDER_MODEL": "lost"],
    ["CODEINTEL_EMBEDDER_API_KEY_FILE": #filePath],
    ["CODEINTEL_EMBEDDER_URL": "http://models.example", "CODEINTEL_EMBEDDER_API_KEY_FILE": #filePath],
  ])
  func `settings that contradict each other are refused`(environment: [String: String]) {
    let error = #expect(throws: SettingsError.self) { try load(environment) }
    #expect(error?.faults.map(\.key) == ["embedder.url"])
  }

  private static let server = ["CODEINTEL_EMBEDDER_URL": "http://127.0.0.1:1", "CODEINTEL_EMBEDDER_MODEL": "m"]

  @Test func `one word switches the transport, whatever else is set`() throws {
    let server = Self.server
    let alone = try load(server)
    #expect(try load(server.merging(["CODEINTEL_EMBEDDER_TRANSPORT": "http"]) { $1 }) == alone)
    let near = try load(server.merging(["CODEINTEL_EMBEDDER_TRANSPORT": "inprocess"]) { $1 })
    #expect(near == (try load([:])))
    #expect(try load(["CODEINTEL_EMBEDDER_TRANSPORT": "inprocess"]).transport == .inProcess)
    #expect(
      try load(
        server.merging(["CODEINTEL_EMBEDDER_TRANSPORT": "inprocess", "CODEINTEL_EMBEDDER_PRECISION": "int8"]) { $1 }
      ).precision == .int8)
  }

  @Test(arguments: [
    ["CODEINTEL_EMBEDDER_TRANSPORT": "http"], ["CODEINTEL_EMBEDDER_TRANSPORT": "grpc"],
    ["CODEINTEL_EMBEDDER_TRANSPORT": "http", "CODEINTEL_EMBEDDER_MODEL": "m"],
    server.merging(["CODEINTEL_EMBEDDER_TRANSPORT": "HTTP"]) { $1 },
  ])
  func `a transport that is none, or a server without an address, is refused`(environment: [String: String]) {
    let error = #expect(throws: SettingsError.self) { try load(environment) }
    #expect(error?.faults.map(\.key) == ["embedder.transport"])
  }

  @Test func `the flag wins over the variable`() throws {
    let settings = try Settings.load(
      flags: ["embedder.transport": .text("inprocess")],
      environment: Self.server.merging(["CODEINTEL_EMBEDDER_TRANSPORT": "http"]) { $1 }
    ).settings
    #expect(settings.embedder.transport == .inProcess)
  }

  @Test func `what only tests and scripts read is no unknown setting`() throws {
    #expect(try load(["CODEINTEL_TEST_VLLM_URL": "http://127.0.0.1:1"]).transport == .inProcess)
  }
}
