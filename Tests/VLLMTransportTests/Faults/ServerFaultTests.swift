import Embedding
import RuntimeCells
import RuntimeCellsTesting
import Testing

@testable import VLLMTransport

/// The client against a server on loopback that does wrong things. Pauses pass on a clock that the tests move.
struct ServerFaultTests {
  let fake = FakeEmbeddings()
  let clock = ManualClock()
  let events = Box<EmbeddingEvent>()

  /// Starts a server and a client, runs the body, and stops both.
  private func withClient(
    _ change: (inout VLLMConfiguration) -> Void = { _ in },
    _ body: (VLLMClient, ScriptedServer) async throws -> Void
  ) async throws {
    let fake = fake
    let events = events
    let server = try await ScriptedServer { fake.reply(to: $0) }
    var configuration = VLLMConfiguration(url: server.url)
    configuration.encoding = .float
    configuration.backoff.jitter = 0
    configuration.connectTimeout = .seconds(3600)
    change(&configuration)
    let client = try await VLLMClient.connect(configuration, clock: CellClock(clock)) { events.add($0) }
    do {
      try await body(client, server)
    } catch {
      try await client.close()
      await server.stop()
      throw error
    }
    try await client.close()
    await server.stop()
  }

  private func expect(_ matrix: EmbeddingMatrix, _ texts: [String]) {
    #expect(matrix.rows == texts.count)
    for (row, text) in texts.enumerated() {
      for (a, b) in zip(matrix.row(row), FakeEmbeddings.vector(text)) { #expect(abs(a - b) < 1e-6) }
    }
  }

  // MARK: - What goes well

  @Test func `connects, learns model, dimension and limit, and embeds in order`() async throws {
    try await withClient { client, server in
      #expect(client.modelID == "fake")
      #expect(client.dimension == 4)
      #expect(client.maximumTokens == 77)
      let texts = (0..<150).map { "text \($0)" }
      expect(try await client.embed(texts), texts)
      #expect(try await client.embed([]).rows == 0)
      let sizes = server.requests.filter { $0.path == "/v1/embeddings" }.map { FakeEmbeddings.texts($0).count }
      #expect(sizes.sorted() == [1, 22, 64, 64])
      let status = try await client.checkConnection()
      #expect(status.isHealthy == true)
      #expect(status.models == ["fake"])
    }
  }

  @Test func `connections are used again`() async throws {
    try await withClient({ $0.maxConcurrency = 2 }) { client, server in
      for number in 0..<20 { _ = try await client.embed(["\(number)"]) }
      #expect(server.connections <= 2)
    }
  }

  @Test func `a correct answer after which the connection is dropped costs nothing`() async throws {
    try await withClient { client, server in
      for number in 0..<5 {
        fake.next { request in .answerThenDrop(200, FakeEmbeddings.embeddings(FakeEmbeddings.texts(request))) }
        let skipping = skipPauses(clock, after: events)
        defer { skipping.cancel() }
        expect(try await client.embed(["\(number)"]), ["\(number)"])
      }
    }
  }

  // MARK: - What passes

  @Test(arguments: [500, 502, 503, 504, 408])
  func `a failing server is asked again`(status: Int) async throws {
    try await withClient { client, server in
      fake.next(.answer(status, #"{"error":{"message":"oops"}}"#), .answer(status, "oops"))
      let skipping = skipPauses(clock, after: events)
      defer { skipping.cancel() }
      expect(try await client.embed(["a"]), ["a"])
      #expect(events.values.filter { $0 == .retry }.count == 2)
    }
  }

  @Test func `a connection that breaks is made again`() async throws {
    try await withClient { client, server in
      fake.next(.drop, .raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":[", closes: true))
      let skipping = skipPauses(clock, after: events)
      defer { skipping.cancel() }
      expect(try await client.embed(["a"]), ["a"])
    }
  }

  @Test func `429 is asked again no sooner than Retry-After says`() async throws {
    try await withClient { client, server in
      fake.next(.answer(429, "{}", headers: ["retry-after": "7"]))
      let before = server.requests.count
      let call = Task { try await client.embed(["a"]) }
      await until { events.values.contains(.retry) && clock.sleeperCount == 1 }
      clock.advance(by: .milliseconds(6999))
      #expect(clock.sleeperCount == 1)
      #expect(server.requests.count == before + 1)
      clock.advance(by: .milliseconds(1))
      expect(try await call.value, ["a"])
    }
  }

  @Test func `an attempt that takes too long is given up and made again`() async throws {
    try await withClient({ $0.attemptTimeout = .seconds(3) }) { client, server in
      fake.next(.hang)
      let before = server.requests.count
      let call = Task { try await client.embed(["slow"]) }
      await server.received(before + 1)
      await clock.sleepers(2)
      clock.advance(by: .seconds(3))
      await until { events.values.contains(.retry) && clock.sleeperCount == 1 }
      clock.advance(by: .milliseconds(250))
      expect(try await call.value, ["slow"])
      #expect(events.values.contains { if case .request(_, "embedding.server-timeout") = $0 { true } else { false } })
    }
  }

  @Test func `a request too large for the server goes in halves`() async throws {
    try await withClient { client, server in
      fake.always { FakeEmbeddings.texts($0).count > 3 ? .answer(413, "too large") : nil }
      let texts = (0..<10).map { "text \($0)" }
      expect(try await client.embed(texts), texts)
      fake.always { _ in .answer(413, "too large") }
      #expect(await failure { try await client.embed(["a"]) }?.code == .inputRejected)
    }
  }

  // MARK: - What does not pass

  @Test
  func `a server that keeps failing: the attempts end, the error says what it said, bounded and without the text`()
    async throws
  {
    try await withClient({ $0.maxAttempts = 3 }) { client, server in
      let before = server.requests.count
      fake.always { _ in
        .answer(500, #"{"error":{"message":"cannot embed my private text \#(String(repeating: "x", count: 5000))"}}"#)
      }
      let skipping = skipPauses(clock, after: events)
      defer { skipping.cancel() }
      let error = await failure { try await client.embed(["my private text"]) }
      #expect(error?.code == .serverFailed)
      #expect(error?.serverStatus == 500)
      #expect(error?.message.contains("cannot embed") == true)
      #expect(error?.description.contains("private") == false)
      #expect((error?.message.count ?? 0) < 400)
      #expect(server.requests.count == before + 3)
    }
  }

  @Test func `a Retry-After beyond the deadline ends the request at once and is handed on`() async throws {
    try await withClient({ $0.deadline = .seconds(60) }) { client, server in
      fake.next(.answer(429, "{}", headers: ["retry-after": "3600"]))
      let error = await failure { try await client.embed(["a"]) }
      #expect(error?.code == .serverOverloaded)
      #expect(error?.retryAfter == .seconds(3600))
    }
  }

  @Test func `a server that never answers ends at the deadline`() async throws {
    try await withClient({
      $0.attemptTimeout = .seconds(10)
      $0.deadline = .seconds(15)
    }) { client, server in
      fake.always { _ in .hang }
      let skipping = skipEverything(clock)
      defer { skipping.cancel() }
      #expect(await failure { try await client.embed(["a"]) }?.code == .serverTimeout)
    }
  }

  @Test(arguments: [
    (
      400, #"{"error":{"message":"maximum context length is 256 tokens","code":400}}"#,
      EmbeddingError.Code.inputRejected
    ),
    (422, #"{"detail":[{"msg":"field required"}]}"#, .inputRejected),
    (401, #"{"error":"Unauthorized"}"#, .unauthorized),
    (403, "", .unauthorized), (404, #"{"error":{"message":"The model `x` does not exist."}}"#, .modelNotServed),
    (404, #"{"detail":"Not Found"}"#, .malformedResponse), (501, #"{"error":{"message":"no"}}"#, .serverFailed),
    (418, "", .malformedResponse), (204, "", .malformedResponse),
  ])
  func `an answer that asking again would not mend ends the request`(
    status: Int, body: String, code: EmbeddingError.Code
  ) async throws {
    try await withClient { client, server in
      let before = server.requests.count
      fake.next(.answer(status, body))
      #expect(await failure { try await client.embed(["a"]) }?.code == code)
      #expect(server.requests.count == before + 1)
    }
  }

  @Test func `a redirect is not followed`() async throws {
    try await withClient { client, server in
      let before = server.requests.count
      fake.next(.answer(307, "", headers: ["location": "\(server.url)/elsewhere"]))
      let error = await failure { try await client.embed(["a"]) }
      #expect(error?.code == .malformedResponse)
      #expect(error?.actual?.hasSuffix("/elsewhere") == true)
      #expect(server.requests.count == before + 1)
    }
  }

  @Test func `an endless answer is cut off`() async throws {
    try await withClient({ $0.maxAnswerBytes = 4096 }) { client, server in
      fake.next(.answer(200, String(repeating: " ", count: 10_000)))
      #expect(await failure { try await client.embed(["a"]) }?.code == .malformedResponse)
      // Chunked, so that no length is announced.
      let chunk = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
      fake.next(
        .raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunk + chunk + chunk, closes: false))
      #expect(await failure { try await client.embed(["a"]) }?.code == .malformedResponse)
      expect(try await client.embed(["b"]), ["b"])
    }
  }

  @Test(arguments: [
    (#"{"data":[{"index":0,"embedding":[0.5,0.5,"#, EmbeddingError.Code.malformedResponse),
    (FakeEmbeddings.embeddings([[1, 0]]), .dimensionMismatch),
    (#"{"data":[{"index":0,"embedding":[NaN,0,0,1]}]}"#, .malformedResponse),
    (FakeEmbeddings.embeddings([[1, 0, 0, 0], [1, 0, 0, 0]]), .malformedResponse),
    (FakeEmbeddings.embeddings([[1, 0, 0, 0]], indices: [1]), .malformedResponse),
    (FakeEmbeddings.embeddings([[0, 0, 0, 0]]), .degenerateVector),
  ])
  func `an answer that is not the vectors is an error`(body: String, code: EmbeddingError.Code) async throws {
    try await withClient { client, server in
      fake.next(.answer(200, body))
      #expect(await failure { try await client.embed(["a"]) }?.code == code)
      expect(try await client.embed(["b"]), ["b"])
    }
  }

  @Test func `what is not HTTP is no embedding server`() async throws {
    try await withClient { client, server in
      fake.next(.raw("SSH-2.0-OpenSSH_9.2\r\n\r\n", closes: true))
      #expect(await failure { try await client.embed(["a"]) }?.code == .malformedResponse)
    }
  }

  @Test func `a cancelled call ends at once and leaves the client usable`() async throws {
    try await withClient({ $0.maxConcurrency = 1 }) { client, server in
      fake.next(.hang)
      let before = server.requests.count
      let call = Task { try await client.embed(["a"]) }
      await server.received(before + 1)
      call.cancel()
      await #expect(throws: CancellationError.self) { try await call.value }
      #expect(client.link.runner.gate.occupancy == (0, 0))
      #expect(client.link.runner.circuit == .closed(failures: 0))
      expect(try await client.embed(["b"]), ["b"])
    }
  }

  @Test func `a closed client refuses, and may be closed again`() async throws {
    try await withClient { client, server in
      try await client.close()
      try await client.close()
      #expect(await failure { try await client.embed(["a"]) }?.code == .closed)
      #expect(await failure { try await client.checkConnection() }?.code == .closed)
    }
  }

  // MARK: - The circuit

  @Test func `after many failures the server is left alone, then one request tries`() async throws {
    try await withClient({
      $0.maxAttempts = 1
      $0.circuitFailures = 3
      $0.circuitPause = .seconds(10)
    }) { client, server in
      fake.always { _ in .answer(500, "{}") }
      for _ in 0..<3 { #expect(await failure { try await client.embed(["a"]) }?.code == .serverFailed) }
      let before = server.requests.count
      let error = await failure { try await client.embed(["a"]) }
      #expect(error?.code == .circuitOpen)
      #expect(error?.retryAfter == .seconds(10))
      #expect(server.requests.count == before)
      clock.advance(by: .seconds(10))
      #expect(await failure { try await client.embed(["a"]) }?.code == .serverFailed)
      #expect(server.requests.count == before + 1)
      fake.heal()
      clock.advance(by: .seconds(10))
      expect(try await client.embed(["a"]), ["a"])
      #expect(
        events.values.filter { if case .circuit = $0 { true } else { false } } == [
          .circuit(isOpen: true), .circuit(isOpen: false),
        ])
    }
  }

  @Test func `refusals do not open the circuit: the server works`() async throws {
    try await withClient({ $0.circuitFailures = 2 }) { client, server in
      fake.next(.answer(400, "{}"), .answer(400, "{}"), .answer(400, "{}"))
      for _ in 0..<3 { #expect(await failure { try await client.embed(["a"]) }?.code == .inputRejected) }
      expect(try await client.embed(["a"]), ["a"])
    }
  }
}
