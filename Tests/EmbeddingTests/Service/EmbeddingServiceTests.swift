import RuntimeCells
import RuntimeCellsTesting
import Testing

@testable import Embedding

struct EmbeddingServiceTests {
  let clock = ManualClock()
  let embedder = ScriptedEmbedder()
  let events = Box<EmbeddingEvent>()

  private func service(
    _ embedder: ScriptedEmbedder? = nil, _ change: (inout EmbeddingServiceLimits) -> Void = { _ in }
  ) throws -> EmbeddingService {
    var limits = EmbeddingServiceLimits(maxBatch: 4, maxDelay: .milliseconds(5), maxInFlight: 1)
    change(&limits)
    let events = events
    return try EmbeddingService(embedder ?? self.embedder, limits: limits, clock: CellClock(clock)) { events.add($0) }
  }

  private func expect(_ matrix: EmbeddingMatrix, _ texts: [String]) {
    #expect(matrix.values == texts.flatMap(ScriptedEmbedder.vector))
  }

  // MARK: - Gathering

  @Test func `calls within the delay share one batch, and each gets its own rows`() async throws {
    let service = try service()
    async let first = service.embed(["a"])
    async let second = service.embed(["bb", "ccc"])
    await until { await service.occupancy.waitingTexts == 3 }
    await clock.sleepers(1)
    #expect(embedder.batches.isEmpty)
    clock.advance(by: .milliseconds(5))
    expect(try await first, ["a"])
    expect(try await second, ["bb", "ccc"])
    #expect(embedder.batches.map { $0.sorted() } == [["a", "bb", "ccc"]])
  }

  @Test func `a full batch does not wait`() async throws {
    let service = try service()
    expect(try await service.embed(["a", "b", "c", "d"]), ["a", "b", "c", "d"])
    #expect(embedder.batches == [["a", "b", "c", "d"]])
    #expect(clock.sleeperCount == 0)
  }

  @Test func `the delay counts from the oldest text, not from the newest`() async throws {
    let service = try service()
    async let first = service.embed(["a"])
    await clock.sleepers(1)
    clock.advance(by: .milliseconds(4))
    async let second = service.embed(["b"])
    await until { await service.occupancy.waitingTexts == 2 }
    clock.advance(by: .milliseconds(1))
    _ = try await (first, second)
    #expect(embedder.batches.count == 1)
  }

  @Test func `no delay sends at once`() async throws {
    let service = try service { $0.maxDelay = .zero }
    expect(try await service.embed(["a"]), ["a"])
  }

  @Test func `many texts come back in order over several batches`() async throws {
    let service = try service { $0.maxDelay = .zero }
    let texts = (0..<23).map { String(repeating: "x", count: $0) }
    expect(try await service.embed(texts), texts)
    #expect(embedder.batches.map(\.count) == [4, 4, 4, 4, 4, 3])
  }

  @Test func `no texts give no rows and ask nobody`() async throws {
    #expect(try await service().embed([]).rows == 0)
    #expect(embedder.batches.isEmpty)
  }

  @Test func `a query rides in the next batch, before the rest of a bulk load`() async throws {
    let held = ScriptedEmbedder(holding: true)
    let service = try service(held) { $0.maxDelay = .zero }
    async let bulk = service.embed((0..<40).map { "bulk\($0)" })
    await held.begun(1)
    async let query = service.embed(["query"])
    await until { await service.occupancy.calls == 2 }
    held.release(hold: true)
    await held.begun(2)
    #expect(held.batches[1].contains("query"))
    held.release()
    expect(try await query, ["query"])
    #expect(try await bulk.rows == 40)
  }

  @Test func `at most maxInFlight batches are in work`() async throws {
    let held = ScriptedEmbedder(holding: true)
    let service = try service(held) {
      $0.maxDelay = .zero
      $0.maxInFlight = 2
    }
    async let bulk = service.embed((0..<12).map { "bulk\($0)" })
    await held.begun(2)
    #expect(await service.occupancy.batches == 2)
    #expect(await service.occupancy.waitingTexts == 4)
    held.release()
    #expect(try await bulk.rows == 12)
    #expect(held.batches.count == 3)
  }

  // MARK: - The bound

  @Test func `one call too many is refused with a time to come back, and the others are served`() async throws {
    let held = ScriptedEmbedder(holding: true)
    let service = try service(held) {
      $0.maxCalls = 2
      $0.maxDelay = .zero
    }
    async let first = service.embed(["a"])
    async let second = service.embed(["b"])
    await until { await service.occupancy.calls == 2 }
    let error = await caught { try await service.embed(["c"]) } as? EmbeddingError
    #expect(error?.code == .overloaded)
    #expect((error?.retryAfter ?? .zero) > .zero)
    held.release()
    expect(try await first, ["a"])
    expect(try await second, ["b"])
    expect(try await service.embed(["c"]), ["c"])
    #expect(events.values.contains(.call(outcome: "embedding.overloaded")))
  }

  // MARK: - Close

  @Test func `close finishes what waits, refuses what comes, and may be repeated`() async throws {
    let held = ScriptedEmbedder(holding: true)
    let service = try service(held)
    async let first = service.embed(["a"])
    await clock.sleepers(1)
    async let closing: Void = service.close()
    // Nobody waits for the delay of a service that closes.
    await held.begun(1)
    #expect(await code { try await service.embed(["b"]) } == .closed)
    held.release()
    expect(try await first, ["a"])
    try await closing
    try await service.close()
    #expect(await code { try await service.embed([]) } == .closed)
  }

  @Test func `impossible limits are refused by name`() async throws {
    let error = await caught { try service { $0.maxBatch = 0 } } as? EmbeddingError
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.contains("maxBatch") == true)
    #expect(await code { try service { $0.maxDelay = .milliseconds(-1) } } == .invalidSetting)
  }
}
