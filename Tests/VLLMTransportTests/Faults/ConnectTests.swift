import Embedding
import Foundation
import NIOSSL
import RuntimeCells
import RuntimeCellsTesting
import Testing

@testable import VLLMTransport

/// What connecting checks, who gets the key, and TLS.
struct ConnectTests {
  let fake = FakeEmbeddings()

  private func withServer(
    tls: TLSConfiguration? = nil, _ script: ScriptedServer.Script? = nil,
    _ body: (ScriptedServer) async throws -> Void
  ) async throws {
    let fake = fake
    let server = try await ScriptedServer(tls: tls, script ?? { fake.reply(to: $0) })
    do { try await body(server) } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func configuration(_ url: String) -> VLLMConfiguration {
    var configuration = VLLMConfiguration(url: url)
    configuration.encoding = .float
    configuration.maxAttempts = 1
    // The clock is the real one here, and a busy machine is no fault.
    configuration.attemptTimeout = .seconds(3600)
    configuration.deadline = .seconds(3600)
    configuration.connectTimeout = .seconds(3600)
    return configuration
  }

  @Test func `another model than the server has is refused by name`() async throws {
    try await withServer { server in
      var configuration = configuration(server.url)
      configuration.model = "other"
      let error = await failure { try await VLLMClient.connect(configuration) }
      #expect(error?.code == .modelNotServed)
      #expect(error?.expected == "other")
      #expect(error?.actual == "fake")
    }
  }

  @Test func `several models and no choice is refused`() async throws {
    let fake = fake
    try await withServer({ request in
      request.path == "/v1/models" ? .answer(200, #"{"data":[{"id":"one"},{"id":"two"}]}"#) : fake.reply(to: request)
    }) { server in
      let error = await failure { try await VLLMClient.connect(configuration(server.url)) }
      #expect(error?.code == .modelNotServed)
      #expect(error?.actual == "one, two")
    }
  }

  @Test func `another dimension than expected is refused`() async throws {
    try await withServer { server in
      var configuration = configuration(server.url)
      configuration.dimension = 384
      let error = await failure { try await VLLMClient.connect(configuration) }
      #expect(error?.code == .dimensionMismatch)
      #expect(error?.expected == "384")
      #expect(error?.actual == "4")
    }
  }

  @Test func `nobody listening is unreachable`() async throws {
    let server = try await ScriptedServer { _ in .drop }
    await server.stop()
    let error = await failure { try await VLLMClient.connect(configuration(server.url)) }
    #expect(error?.code == .serverUnreachable)
  }

  @Test func `a server without a health route is well as long as it has the model`() async throws {
    let fake = fake
    try await withServer({ $0.path == "/health" ? .answer(404, #"{"detail":"Not Found"}"#) : fake.reply(to: $0) }) {
      server in
      let client = try await VLLMClient.connect(configuration(server.url))
      #expect(try await client.checkConnection().isHealthy == nil)
      try await client.close()
    }
  }

  @Test func `a client that is dropped without being closed does no harm`() async throws {
    try await withServer { server in
      do {
        let client = try await VLLMClient.connect(configuration(server.url))
        #expect(try await client.embed(["a"]).rows == 1)
      }
      // Another exchange, while the connections of the first client are being closed.
      let second = try await VLLMClient.connect(configuration(server.url))
      try await second.close()
    }
  }

  @Test func `a model that has gone is found by the connection check`() async throws {
    let fake = fake
    let gone = Box<Bool>()
    try await withServer({ request in
      request.path == "/v1/models" && !gone.values.isEmpty ? .answer(200, #"{"data":[]}"#) : fake.reply(to: request)
    }) { server in
      let client = try await VLLMClient.connect(configuration(server.url))
      gone.add(true)
      #expect(await failure { try await client.checkConnection() }?.code == .modelNotServed)
      try await client.close()
    }
  }

  // MARK: - The key

  @Test func `the key is sent, a replaced key is read again, and no error shows either`() async throws {
    let scratch = try Scratch()
    let path = try scratch.write("sk-first\n", to: "key")
    let fake = fake
    let valid = Box<String>()
    valid.add("sk-first")
    try await withServer({ request in
      guard request.headers["authorization"] == "Bearer \(valid.values.last ?? "")" else {
        return .answer(401, #"{"error":"Unauthorized: \#(request.headers["authorization"] ?? "none")"}"#)
      }
      return fake.reply(to: request)
    }) { server in
      var configuration = configuration(server.url)
      configuration.apiKeyFile = path
      let client = try await VLLMClient.connect(configuration)
      #expect(try await client.embed(["a"]).rows == 1)

      valid.add("sk-second")
      let error = await failure { try await client.embed(["a"]) }
      #expect(error?.code == .unauthorized)
      #expect(error?.description.contains("sk-") == false)

      _ = try scratch.write("sk-second", to: "key")
      #expect(try await client.embed(["a"]).rows == 1)
      try await client.close()
    }
  }

  @Test func `a key that was read again is kept: later calls send it at once, without the file`() async throws {
    let scratch = try Scratch()
    let path = try scratch.write("sk-first", to: "key")
    let fake = fake
    let valid = Box<String>()
    valid.add("sk-first")
    try await withServer({ request in
      request.headers["authorization"] == "Bearer \(valid.values.last ?? "")"
        ? fake.reply(to: request) : .answer(401, "{}")
    }) { server in
      var configuration = configuration(server.url)
      configuration.apiKeyFile = path
      let client = try await VLLMClient.connect(configuration)
      valid.add("sk-second")
      _ = try scratch.write("sk-second", to: "key")
      func keys(_ body: () async throws -> Bool) async throws -> [String?] {
        let before = server.requests.count
        let isFine = try await body()
        #expect(isFine)
        return server.requests[before...].map { $0.headers["authorization"] }
      }
      let first = try await keys { try await client.embed(["a"]).rows == 1 }
      #expect(first == ["Bearer sk-first", "Bearer sk-second"])
      try FileManager.default.removeItem(atPath: scratch.path + "/key")
      let second = try await keys { try await client.embed(["b"]).rows == 1 }
      #expect(second == ["Bearer sk-second"])
      let probes = try await keys { try await client.checkConnection().isHealthy == true }
      #expect(probes == ["Bearer sk-second", "Bearer sk-second"])
      try await client.close()
    }
  }

  @Test func `an unusable key file ends the connecting before anything is sent`() async throws {
    try await withServer { server in
      var configuration = configuration(server.url)
      configuration.apiKeyFile = "/nowhere/key"
      #expect(await failure { try await VLLMClient.connect(configuration) }?.code == .keyUnusable)
      #expect(server.requests.isEmpty)
    }
  }

  // MARK: - TLS

  @Test(.enabled(if: Certificate.canBeMade, "openssl is not on PATH: apt-get install openssl"))
  func `a certificate nobody vouches for is refused, a trusted one accepted`() async throws {
    let scratch = try Scratch()
    let certificate = try Certificate(in: scratch, names: "IP:127.0.0.1")
    try await withServer(tls: try certificate.serverConfiguration) { server in
      var configuration = configuration("https://127.0.0.1:\(server.port)")
      let error = await failure { try await VLLMClient.connect(configuration) }
      #expect(error?.code == .tlsFailed)
      #expect(server.requests.isEmpty)

      configuration.trustRootsFile = certificate.path
      let client = try await VLLMClient.connect(configuration)
      #expect(try await client.embed(["a"]).rows == 1)
      try await client.close()
    }
  }

  @Test(.enabled(if: Certificate.canBeMade, "openssl is not on PATH: apt-get install openssl"))
  func `a trusted certificate of another host is refused`() async throws {
    let scratch = try Scratch()
    let certificate = try Certificate(in: scratch, names: "DNS:elsewhere.example")
    try await withServer(tls: try certificate.serverConfiguration) { server in
      var configuration = configuration("https://127.0.0.1:\(server.port)")
      configuration.trustRootsFile = certificate.path
      #expect(await failure { try await VLLMClient.connect(configuration) }?.code == .tlsFailed)
    }
  }

  @Test func `TLS to a server without it is refused`() async throws {
    try await withServer { server in
      let error = await failure { try await VLLMClient.connect(configuration("https://127.0.0.1:\(server.port)")) }
      #expect(error?.code == .tlsFailed)
    }
  }

  @Test func `a file without certificates is refused by name`() async throws {
    let scratch = try Scratch()
    var configuration = configuration("https://127.0.0.1:1")
    configuration.trustRootsFile = try scratch.write("nothing", to: "roots.pem")
    let error = await failure { try await VLLMClient.connect(configuration) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.path == configuration.trustRootsFile)
  }
}
