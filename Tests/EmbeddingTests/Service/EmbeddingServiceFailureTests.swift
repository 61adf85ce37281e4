import RuntimeCells
import RuntimeCellsTesting
import Testing

@testable import Embedding

/// Cancelled calls, failing texts, failing batches, and the cache.
struct EmbeddingServiceFailureTests {
  let held = ScriptedEmbedder(holding: true)
  let events = Box<EmbeddingEvent>()

  private func service(_ change: (inout EmbeddingServiceLimits) -> Void = { _ in }) throws -> EmbeddingService {
    var limits = EmbeddingServiceLimits(maxBatch: 4, maxDelay: .zero, maxInFlight: 1)
    change(&limits)
    let events = events
    return try EmbeddingService(held, limits: limits, clock: CellClock(ManualClock())) { events.add($0) }
  }

  /// A service whose only slot is taken, so that what comes next waits for one batch.
  private func busyService(_ service: EmbeddingService) async -> Task<EmbeddingMatrix, any Error> {
    let blocker = Task { try await service.embed(["blocker"]) }
    await held.begun(1)
    return blocker
  }

  // MARK: - Cancellation

  @Test func `a call cancelled while it waits never reaches the embedder`() async throws {
    let service = try service()
    let blocker = await busyService(service)
    let victim = Task { try await service.embed(["victim1", "victim2"]) }
    let other = Task { try await service.embed(["other"]) }
    await until { await service.occupancy.calls == 3 }
    victim.cancel()
    #expect(await caught { try await victim.value } is CancellationError)
    #expect(await service.occupancy.waitingTexts == 1)
    held.release()
    #expect(try await other.value.values == ScriptedEmbedder.vector("other"))
    _ = try await blocker.value
    #expect(held.batches == [["blocker"], ["other"]])
  }

  @Test func `a call cancelled in a shared batch costs the others nothing`() async throws {
    let service = try service()
    let blocker = await busyService(service)
    let victim = Task { try await service.embed(["victim"]) }
    let other = Task { try await service.embed(["other"]) }
    await until { await service.occupancy.calls == 3 }
    held.release(hold: true)
    await held.begun(2)
    victim.cancel()
    #expect(await caught { try await victim.value } is CancellationError)
    held.release()
    #expect(try await other.value.values == ScriptedEmbedder.vector("other"))
    _ = try await blocker.value
    #expect(held.cancelled.isEmpty)
    #expect(held.batches.count == 2)
  }

  @Test func `a batch that nobody wants any more is cancelled`() async throws {
    let service = try service()
    let victim = Task { try await service.embed(["victim"]) }
    await held.begun(1)
    victim.cancel()
    #expect(await caught { try await victim.value } is CancellationError)
    held.release()
    #expect(try await service.embed(["next"]).rows == 1)
    #expect(held.cancelled == [["victim"]])
  }

  @Test func `a task that is cancelled already asks nobody`() async throws {
    let service = try service()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await service.embed(["a"])
    }
    #expect(await caught { try await task.value } is CancellationError)
    #expect(held.batches.isEmpty)
    #expect(await service.occupancy.calls == 0)
  }

  // MARK: - Failures

  @Test(arguments: [EmbeddingError(.inputRejected, "no"), EmbeddingError(.degenerateVector, "no")])
  func `one bad text fails its own call only`(error: EmbeddingError) async throws {
    let service = try service()
    let blocker = await busyService(service)
    held.fail("bad", error)
    let bad = Task { try await service.embed(["fine", "bad"]) }
    let good = Task { try await service.embed(["good"]) }
    await until { await service.occupancy.calls == 3 }
    held.release()
    #expect(await code { try await bad.value } == error.code)
    #expect(try await good.value.values == ScriptedEmbedder.vector("good"))
    _ = try await blocker.value
    #expect(events.values.contains(.batchSplit(texts: 3)))
  }

  @Test func `an error of an unknown kind is tried text by text too`() async throws {
    let service = try service()
    let blocker = await busyService(service)
    held.fail("bad", ScriptedEmbedder.Refusal())
    let bad = Task { try await service.embed(["bad"]) }
    let good = Task { try await service.embed(["good"]) }
    await until { await service.occupancy.calls == 3 }
    held.release()
    #expect(await caught { try await bad.value } is ScriptedEmbedder.Refusal)
    #expect(try await good.value.rows == 1)
    _ = try await blocker.value
  }

  @Test func `a failure that no text caused fails the batch once, not text by text`() async throws {
    let service = try service()
    held.failBatches(EmbeddingError(.serverUnreachable, "gone"))
    let call = Task { try await service.embed(["a", "b", "c"]) }
    await held.begun(1)
    held.release()
    #expect(await code { try await call.value } == .serverUnreachable)
    #expect(held.batches.count == 1)
    held.failBatches(nil)
    #expect(try await service.embed(["a"]).rows == 1)
  }

  @Test func `a failed call's other texts leave the queue`() async throws {
    let service = try service()
    held.failBatches(EmbeddingError(.serverUnreachable, "gone"))
    let call = Task { try await service.embed((0..<100).map { "\($0)" }) }
    await held.begun(1)
    held.release()
    #expect(await code { try await call.value } == .serverUnreachable)
    #expect(await service.occupancy.waitingTexts == 0)
    #expect(held.batches.count == 1)
  }

  @Test func `a matrix of another shape is an error, not a wrong answer`() async throws {
    let service = try service()
    held.release()
    held.giveRows(1)
    #expect(await code { try await service.embed(["a", "b"]) } == .brokenPromise)
  }

  // MARK: - Cache

  @Test func `a query asked again is answered without the embedder`() async throws {
    let service = try service()
    held.release()
    let first = try await service.embed(["a", "b"])
    let second = try await service.embed(["b", "c"])
    let third = try await service.embed(["c", "a"])
    #expect(held.batches == [["a", "b"], ["c"]])
    #expect(first.row(1) == second.row(0))
    #expect(third.values == ["c", "a"].flatMap(ScriptedEmbedder.vector))
    #expect(
      events.values.filter { if case .cache = $0 { true } else { false } } == [
        .cache(hits: 0, misses: 2), .cache(hits: 1, misses: 1), .cache(hits: 2, misses: 0),
      ])
  }

  @Test func `a bulk load neither reads nor fills the cache`() async throws {
    let service = try service { $0.cachedCallTexts = 1 }
    held.release()
    _ = try await service.embed(["a", "b"])
    _ = try await service.embed(["a"])
    #expect(held.batches == [["a", "b"], ["a"]])
    _ = try await service.embed(["a"])
    #expect(held.batches.count == 2)
  }

  @Test func `a failure is not remembered`() async throws {
    let service = try service()
    held.release()
    held.failBatches(EmbeddingError(.serverFailed, "once"))
    #expect(await code { try await service.embed(["a"]) } == .serverFailed)
    held.failBatches(nil)
    #expect(try await service.embed(["a"]).values == ScriptedEmbedder.vector("a"))
  }

  // MARK: - Under load

  @Test func `many callers, some cancelled, some with bad texts: everyone gets their own answer`() async throws {
    let service = try service {
      $0.maxInFlight = 3
      $0.cacheEntries = 0
    }
    held.release()
    for bad in 0..<400 where bad % 7 == 0 { held.fail("t\(bad)", EmbeddingError(.inputRejected, "no")) }
    let wrong = Box<String>()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<400 {
        group.addTask {
          let texts = (0..<(number % 6)).map { "t\(number + $0)" }
          let task = Task { try await service.embed(texts) }
          if number % 5 == 0 { task.cancel() }
          let isBad = texts.contains { (Int($0.dropFirst()) ?? 0) % 7 == 0 && (Int($0.dropFirst()) ?? 0) < 400 }
          do {
            let matrix = try await task.value
            if isBad || matrix.values != texts.flatMap(ScriptedEmbedder.vector) { wrong.add("\(number): answer") }
          } catch is CancellationError {
            if number % 5 != 0 { wrong.add("\(number): cancelled") }
          } catch {
            if !isBad { wrong.add("\(number): \(error)") }
          }
        }
      }
    }
    #expect(wrong.values.isEmpty)
    try await service.close()
    #expect(await service.occupancy == (0, 0, 0))
  }
}
