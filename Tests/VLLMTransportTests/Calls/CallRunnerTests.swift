import Embedding
import RuntimeCells
import Testing

@testable import VLLMTransport

/// What one call does about failures: how long it pauses, what it tells, and what it holds against the server.
struct CallRunnerTests {
  private let clock = PauseClock(limit: .seconds(3600))
  private let events = Box<EmbeddingEvent>()

  /// A runner over `sender` whose random number is always `random`.
  private func runner(
    _ sender: ScriptedSender, random: Double = 0.5, _ change: (inout VLLMConfiguration) -> Void = { _ in }
  ) -> CallRunner {
    var configuration = VLLMConfiguration(url: "http://127.0.0.1:1")
    configuration.attemptTimeout = .seconds(3600)
    configuration.deadline = .seconds(7200)
    configuration.backoff = Backoff(initial: .seconds(1), factor: 2, cap: .seconds(3), jitter: 0.5)
    change(&configuration)
    return CallRunner(
      configuration, sender: sender, clock: CellClock(clock), random: { random },
      observer: { [events] in events.add($0) })
  }

  private func call(_ secret: String? = nil) throws -> HTTPCall {
    let key = try secret.map { secret in
      let scratch = try Scratch()
      return try withExtendedLifetime(scratch) { try APIKey(path: scratch.write(secret, to: "key")) }
    }
    return HTTPCall(method: .post, url: "http://127.0.0.1:1/v1/embeddings", key: key)
  }

  // MARK: - Pauses

  @Test(arguments: [(0.0, [1000, 2000, 3000, 3000]), (0.5, [750, 1500, 2250, 2250]), (0.8, [600, 1200, 1800, 1800])])
  func `without Retry-After pauses grow up to the cap, shortened by the random part`(
    random: Double, milliseconds: [Int]
  ) async throws {
    let sender = ScriptedSender([.answer(500), .answer(503), .answer(429), .answer(408)])
    let reply = try await runner(sender, random: random).perform(call())
    #expect(reply.status == 200)
    #expect(sender.calls.count == 5)
    #expect(clock.pauses.map { Int(($0 / .milliseconds(1)).rounded()) } == milliseconds)
    #expect(events.values.filter { $0 == .retry }.count == 4)
  }

  @Test func `a Retry-After counts where it is longer, and shortens nothing`() async throws {
    let sender = ScriptedSender([
      .answer(429, retryAfter: "0"), .answer(503, retryAfter: "1"), .answer(429, retryAfter: "9"),
    ])
    _ = try await runner(sender).perform(call())
    #expect(clock.pauses == [.milliseconds(750), .milliseconds(1500), .seconds(9)])
  }

  @Test func `a pause that would end after the deadline is not begun`() async throws {
    let sender = ScriptedSender([.answer(500), .answer(500), .answer(500)])
    let runner = runner(sender) {
      $0.backoff = Backoff(initial: .seconds(1600), factor: 4, cap: .seconds(10_000), jitter: 0)
    }
    let error = await failure { try await runner.perform(call()) }
    #expect(error?.code == .serverFailed)
    // The second pause, of 6400 s, would end after 7200.
    #expect(clock.pauses == [.seconds(1600)])
    #expect(sender.calls.count == 2)
  }

  // MARK: - Secrets

  @Test(arguments: [
    HTTPReply.answer(401, #"{"error":"no such key: sk-0123456789"}"#),
    .answer(403, "sk-0123456789 may not"),
    .answer(400, #"{"error":{"message":"key=sk-0123456789, and a text that is private"}}"#),
    .answer(404, #"{"error":{"message":"sk-0123456789 has no such model"}}"#),
    .answer(500, #"{"detail":"sk-0123456789"}"#), .answer(418, "sk-0123456789"),
    .answer(429, #"{"message":"quota of sk-0123456789 is used up"}"#),
    .answer(307, location: "http://127.0.0.1:1/login?key=sk-0123456789"),
  ])
  func `a server that repeats the key, without saying Bearer, is not repeated`(reply: HTTPReply) async throws {
    let sender = ScriptedSender([reply])
    let runner = runner(sender) { $0.maxAttempts = 1 }
    let error = await failure { try await runner.perform(call("sk-0123456789"), hiding: ["a text that is private"]) }
    var dumped = ""
    dump(error, to: &dumped)
    // What the server said is there, so that there was something to hide.
    #expect(dumped.contains("***"))
    for shown in [error?.description ?? "", dumped] + events.values.map({ "\($0)" }) {
      #expect(!shown.contains("sk-0123456789"))
      #expect(!shown.contains("private"))
    }
    // It was sent all the same.
    #expect(sender.calls.map(\.key?.secret) == ["sk-0123456789"])
  }

  // MARK: - The circuit

  @Test func `429 alone never opens the circuit: the server works, and says when to come back`() async throws {
    let sender = ScriptedSender(Array(repeating: .answer(429), count: 20))
    let runner = runner(sender) {
      $0.maxAttempts = 1
      $0.circuitFailures = 2
    }
    for _ in 0..<20 { #expect(await failure { try await runner.perform(call()) }?.code == .serverOverloaded) }
    #expect(runner.circuit == .closed(failures: 0))
    #expect(try await runner.perform(call()).status == 200)
  }

  @Test func `429 forgives no failures either: those before it still count`() async throws {
    let sender = ScriptedSender([.answer(500), .answer(429), .answer(500)])
    let runner = runner(sender) {
      $0.maxAttempts = 1
      $0.circuitFailures = 2
    }
    for code in [EmbeddingError.Code.serverFailed, .serverOverloaded, .serverFailed, .circuitOpen] {
      #expect(await failure { try await runner.perform(call()) }?.code == code)
    }
    #expect(events.values.filter { $0 == .circuit(isOpen: true) }.count == 1)
  }

  @Test func `429 to the one that tries leaves the try to the next call, at once`() async throws {
    let sender = ScriptedSender([.answer(500), .answer(429)])
    let runner = runner(sender) {
      $0.maxAttempts = 1
      $0.circuitFailures = 1
      $0.circuitPause = .seconds(10)
    }
    #expect(await failure { try await runner.perform(call()) }?.code == .serverFailed)
    #expect(await failure { try await runner.perform(call()) }?.code == .circuitOpen)
    try await clock.sleep(for: .seconds(10))
    #expect(await failure { try await runner.perform(call()) }?.code == .serverOverloaded)
    #expect(try await runner.perform(call()).status == 200)
    #expect(runner.circuit == .closed(failures: 0))
  }
}
